import type { Asked } from './arguments.ts'
import type { Ran } from './checkout/driver.ts'
import { cpuMsOf } from './cpu.ts'
import type { Servers } from './keeper.ts'
import { openServers, startWorker, type Worker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target, Void } from './report.ts'

type Case = { name: string; variants: number }
type Contestant = { who: string; worker: Worker; pids: number[]; scale: number }

const spread = { name: '50 variants', variants: 50 }
const hot = { name: '1 variant', variants: 1 }
/** Peers that take an order at a time are given fewer; their rates do not depend on how many. */
const slowScale = 0.05

/**
 * Held units become orders that can be paid. Ours is the server's own orders room; the peers keep the
 * same rules and write the same rows, one order at a time. Making the requests is charged to every side.
 */
export async function benchCheckout(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [orders, inFlight, runs] = asked.quick ? [3_000, 1_000, 3] : [60_000, 1_000, 3]
  const servers = await openServers(open)
  const program = process.env['PGBENCH'] || undefined
  const contestants = enter(servers, open)
  const figures = new Figures()
  for (const contestant of contestants)
    await measure(contestant, spread, Math.max(100, 1_000 * contestant.scale), 100, undefined)
  for (let run = 0; run < runs; run += 1) {
    for (const one of [spread, hot]) {
      for (const contestant of contestants) {
        const { who, scale } = contestant
        if (who === 'pgbench' && !program) continue
        const scaled = Math.max(200, orders * scale)
        note(figures, who, one, await measure(contestant, one, scaled, inFlight, program))
        process.stderr.write('.')
      }
    }
    const [ours] = contestants
    if (ours) await alone(figures, ours.worker, asked.quick ? 200 : 1_000, asked.quick ? 15 : 20)
  }
  const wrong = (await contestants[0]?.worker.ask<string[]>({ do: 'audit' })) ?? []
  if (wrong.length > 0) throw new Void(wrong.slice(0, 3).join('; '))
  return {
    name: 'checkout',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${orders} orders, ${inFlight} in flight, of one held unit each; a twentieth of them for peers that take one at a time.`,
      'CPU is that of the deciding process and of its Postgres; the requests are made in that process.',
      'The bank answers at once. What it answered is noted in the same run; pgbench does not note it.',
      program
        ? `pgbench: ${program}`
        : 'pgbench is not on this machine: a run without --quick brings it. No figure.',
      ...figures.unsteady(/: CPU$/),
    ],
  }
}

function enter({ postgres }: Servers, open: AsyncDisposableStack): Contestant[] {
  const start = (who: string, scale = 1): Contestant => {
    const worker = startWorker('./checkout/driver.ts', [who, postgres.url])
    open.defer(() => worker.stop())
    return { who, worker, pids: [worker.pid, postgres.pid], scale }
  }
  return [
    start('ours'),
    start('Drizzle transaction', slowScale),
    start('one statement', slowScale * 2),
    start('pgbench'),
  ]
}

type Measured = Ran & { cpuMs: number }

async function measure(
  { who, worker, pids }: Contestant,
  { variants }: Case,
  orders: number,
  inFlight: number,
  program: string | undefined,
): Promise<Measured> {
  await worker.ask({ do: 'prepare', orders, variants })
  if (who === 'pgbench' && !program) return { ms: 0, orders: 0, p50: 0, p99: 0, cpuMs: 0 }
  const before = cpuMsOf(pids)
  const work = who === 'pgbench' ? { do: 'pgbench', program } : { do: 'run', inFlight }
  const ran = await worker.ask<Ran>(work)
  const cpuMs = cpuMsOf(pids) - before
  if (who === 'pgbench') return { ...ran, cpuMs }
  const wrong = await worker.ask<string[]>({ do: 'recount' })
  if (wrong.length > 0) throw new Void(`${who}: ${wrong.slice(0, 3).join('; ')}`)
  return { ...ran, cpuMs }
}

async function alone(figures: Figures, worker: Worker, everyMs: number, orders: number) {
  await worker.ask({ do: 'prepare', orders, variants: 1 })
  const { order, insert } = await worker.ask<{ order: Ran; insert: Ran }>({ do: 'alone', everyMs })
  figures.add('ours', 'one order alone: p50', 'ms', order.p50)
  figures.add('a single insert', 'one order alone: p50', 'ms', insert.p50)
}

function note(figures: Figures, who: string, { name }: Case, ran: Measured): void {
  figures.add(who, `${name}: rate`, 'orders/s', (ran.orders / ran.ms) * 1000)
  figures.add(who, `${name}: CPU`, 'µs/order', (ran.cpuMs / ran.orders) * 1000)
  if (who === 'pgbench') return
  figures.add(who, `${name}: p50`, 'ms', ran.p50)
  figures.add(who, `${name}: p99`, 'ms', ran.p99)
}

const over = (peer: string, { name }: Case) => ({
  value: (f: Figures) =>
    f.has(peer, `${name}: rate`)
      ? f.median('ours', `${name}: rate`) / f.median(peer, `${name}: rate`)
      : undefined,
})

const targets: Target[] = [
  {
    of: 'ours, 50 variants',
    to: 'Drizzle transaction',
    target: 25,
    ...over('Drizzle transaction', spread),
  },
  {
    of: 'ours, 1 variant',
    to: 'Drizzle transaction',
    target: 60,
    ...over('Drizzle transaction', hot),
  },
  { of: 'ours, 50 variants', to: 'one statement', target: 3, ...over('one statement', spread) },
  { of: 'ours, 1 variant', to: 'one statement', target: 12, ...over('one statement', hot) },
  { of: 'ours, 50 variants', to: 'pgbench', target: 0.6, ...over('pgbench', spread) },
  {
    of: 'ours, 1 variant',
    to: 'ours, 50 variants',
    target: 1,
    value: (f) => f.median('ours', '1 variant: rate') / f.median('ours', '50 variants: rate'),
  },
  {
    of: 'one order alone, p50',
    to: 'a single insert',
    target: 2.5,
    atMost: true,
    value: (f) =>
      f.median('ours', 'one order alone: p50') /
      f.median('a single insert', 'one order alone: p50'),
  },
]
