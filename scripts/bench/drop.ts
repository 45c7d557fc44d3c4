import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import type { Ran } from './drop/driver.ts'
import type { Servers } from './keeper.ts'
import { openServers, startWorker, type Worker } from './processes.ts'
import { Figures, machine, type Report, ratio, Void } from './report.ts'

/** One request in ten repeats a key and takes no unit: so many of the others there are. */
const firstShare = 0.9

type Case = { name: string; variants: number; share: number; slow?: true }
type Contestant = { who: string; worker: Worker; pids: number[]; cases: Case[]; scale: number }

const hot = { name: '1 variant', variants: 1, share: 1 }
const spread = { name: '50 variants', variants: 50, share: 1 }
const scarce = { name: '1 variant, 1 % of it there', variants: 1, share: 0.01 }
const half = { name: '1 variant, half of it there', variants: 1, share: 0.5 }

/**
 * Many want the same units at the same second. Ours is the server's own inventory room on a durable
 * Postgres; the peers decide the same requests in the same run, one after the other.
 */
export async function benchDrop(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [attempts, inFlight, runs] = asked.quick ? [20_000, 2_000, 3] : [100_000, 5_000, 5]
  const servers = await openServers(open)
  const contestants = enter(servers, open, asked.quick)
  const figures = new Figures()
  for (const contestant of contestants) {
    // Plans and caches are made before anything counts.
    for (const one of contestant.cases)
      await measure(contestant, one, 2_000 * contestant.scale, 500)
  }
  for (let run = 0; run < runs; run += 1) {
    for (const one of [hot, spread, scarce, half]) {
      for (const contestant of contestants.filter((c) => c.cases.includes(one))) {
        const scaled = Math.round(attempts * contestant.scale)
        const waiting = Math.round(inFlight * contestant.scale)
        note(figures, contestant.who, one, await measure(contestant, one, scaled, waiting))
        process.stderr.write('.')
      }
    }
  }
  return {
    name: 'drop',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: ratios(figures),
    notes: [
      `${attempts} attempts, ${inFlight} in flight, one in ten a repeat of its key, two units a buyer, a cap.`,
      'CPU is that of the deciding process and of its database; the requests are made in that process.',
      'Slow peers (one call per hold, row lock) got a twentieth of the attempts and of those in flight.',
      ...figures.unsteady(/: CPU$/),
    ],
  }
}

function enter(servers: Servers, open: AsyncDisposableStack, quick: boolean): Contestant[] {
  const { postgres, redis } = servers
  const start = (who: string, server: number, cases: Case[], scale = 1): Contestant => {
    const worker = startWorker('./drop/driver.ts', [who, postgres.url, redis.url])
    open.defer(() => worker.stop())
    return { who, worker, pids: [worker.pid, server], cases, scale }
  }
  const all = quick ? [hot, spread, scarce] : [hot, spread, scarce, half]
  return [
    start('ours', postgres.pid, all),
    start('Lua, AOF always', redis.pid, all),
    start('Lua, AOF everysec', redis.pid, all),
    start('one call per hold', postgres.pid, [hot], 0.05),
    start('row lock', postgres.pid, [hot], 0.05),
  ]
}

type Measured = Ran & { cpuMs: number; databaseMs: number; decisions: number }

async function measure(
  { who, worker, pids }: Contestant,
  { variants, share }: Case,
  attempts: number,
  inFlight: number,
): Promise<Measured> {
  const units = Math.max(1, Math.ceil((attempts * share) / variants))
  await worker.ask({ do: 'prepare', stock: { variants, units } })
  const [before, databaseBefore] = [cpuMsOf(pids), cpuMsOf(pids.slice(1))]
  const ran = await worker.ask<Ran>({ do: 'run', attempts, inFlight, variants })
  const cpuMs = cpuMsOf(pids) - before
  const databaseMs = cpuMsOf(pids.slice(1)) - databaseBefore
  const { held, wrong } = await worker.ask<{ held: number; wrong: string[] }>({ do: 'recount' })
  const decisions = ran.granted + ran.repeats + ran.soldOut
  const most = Math.min(units * variants, attempts)
  if (wrong.length > 0) throw new Void(`${who}: ${wrong.slice(0, 3).join('; ')}`)
  if (decisions !== attempts) throw new Void(`${who}: ${attempts} asked, ${decisions} answered`)
  if (held !== ran.granted) throw new Void(`${who}: ${ran.granted} granted, ${held} held`)
  if (held > most) throw new Void(`${who}: ${held} held of ${most}`)
  if (ran.soldOut > 0 && share < firstShare && held !== most) {
    throw new Void(`${who}: somebody was refused while ${most - held} were left`)
  }
  return { ...ran, cpuMs, databaseMs, decisions }
}

function note(figures: Figures, who: string, { name }: Case, ran: Measured): void {
  figures.add(who, `${name}: rate`, 'decisions/s', (ran.decisions / ran.ms) * 1000)
  figures.add(who, `${name}: CPU`, 'µs/decision', (ran.cpuMs / ran.decisions) * 1000)
  figures.add(
    who,
    `${name}: of it the database`,
    'µs/decision',
    (ran.databaseMs / ran.decisions) * 1000,
  )
  figures.add(who, `${name}: p50`, 'ms', ran.p50)
  figures.add(who, `${name}: p99`, 'ms', ran.p99)
}

function ratios(figures: Figures) {
  const rate = (who: string, { name }: Case) => figures.median(who, `${name}: rate`)
  const cpu = (who: string, { name }: Case) => figures.median(who, `${name}: CPU`)
  const lua = 'Lua, AOF always'
  const times = (a: number, b: number) => a / b
  const postgres = ({ name }: Case) => figures.median('ours', `${name}: of it the database`)
  return [
    ratio('ours, 1 variant, rate', lua, times(rate('ours', hot), rate(lua, hot)), 1.4),
    ratio('ours, 1 variant, by CPU', lua, times(cpu(lua, hot), cpu('ours', hot)), 1.2),
    ratio('ours, 50 variants, rate', lua, times(rate('ours', spread), rate(lua, spread)), 1.2),
    ratio('ours, 50 variants, by CPU', lua, times(cpu(lua, spread), cpu('ours', spread)), 1.1),
    ratio('50 variants', '1 variant', times(rate('ours', spread), rate('ours', hot)), 0.7),
    ratio(
      'ours, 1 variant, rate',
      'one call per hold',
      times(rate('ours', hot), rate('one call per hold', hot)),
      30,
    ),
    ratio('a refusal in Postgres', 'a grant', times(postgres(scarce), postgres(hot)), 0.5, true),
  ]
}
