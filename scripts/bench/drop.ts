import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import type { Ran } from './drop/driver.ts'
import { hasMedusa } from './drop/medusa.ts'
import type { Servers } from './keeper.ts'
import { openServers, startWorker, type Worker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target, Void } from './report.ts'

/** One request in ten repeats a key and takes no unit: so many of the others there are. */
const firstShare = 0.9

type Case = { name: string; variants: number; share: number; slow?: true }
type Contestant = { who: string; worker: Worker; pids: number[]; cases: Case[]; scale: number }

const hot = { name: '1 variant', variants: 1, share: 1 }
const spread = { name: '50 variants', variants: 50, share: 1 }
const scarce = { name: '1 variant, 1 % of it there', variants: 1, share: 0.01 }
const half = { name: '1 variant, half of it there', variants: 1, share: 0.5 }
const scarceSpread = { name: '50 variants, 1 % of them there', variants: 50, share: 0.01 }
const halfSpread = { name: '50 variants, half of them there', variants: 50, share: 0.5 }
const cases: Case[] = [hot, spread, scarce, half, scarceSpread, halfSpread]
const quickCases: Case[] = [hot, spread, scarce]
/** Of the attempts and of those in flight, for peers that decide one at a time. */
const slowScale = 0.05
/** Medusa decides some hundred a second at best. */
const medusaScale = 0.005

/**
 * Many want the same units at the same second. Ours is the server's own inventory room on a durable
 * Postgres; the peers decide the same requests in the same run, one after the other.
 */
export async function benchDrop(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [attempts, inFlight, runs] = asked.quick ? [20_000, 2_000, 3] : [100_000, 5_000, 5]
  const servers = await openServers(open)
  const medusa = await hasMedusa(!asked.quick, open)
  const contestants = enter(servers, open, { quick: asked.quick, medusa })
  const figures = new Figures()
  for (const contestant of contestants) {
    // Plans and caches are made before anything counts.
    for (const one of contestant.cases)
      await measure(contestant, one, Math.max(20, 2_000 * contestant.scale), 100)
  }
  for (let run = 0; run < runs; run += 1) {
    for (const one of cases) {
      for (const contestant of contestants.filter((c) => c.cases.includes(one))) {
        const scaled = Math.round(attempts * contestant.scale)
        const waiting = Math.round(inFlight * contestant.scale)
        note(figures, contestant.who, one, await measure(contestant, one, scaled, waiting))
        process.stderr.write('.')
      }
    }
  }
  const wrong = (await contestants[0]?.worker.ask<string[]>({ do: 'audit' })) ?? []
  if (wrong.length > 0) throw new Void(wrong.slice(0, 3).join('; '))
  return {
    name: 'drop',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${attempts} attempts, ${inFlight} in flight, one in ten a repeat of its key, two units a buyer, a cap.`,
      'CPU is that of the deciding process and of its database; the requests are made in that process: `the load alone`.',
      'Slow peers (one call per hold, row lock, units) got a twentieth of the attempts and of those in flight, Medusa a 200th.',
      medusa
        ? "Medusa 2.21.2: its inventory module's own service, with the lock that its workflow takes."
        : 'Medusa is not installed and takes a minute to: a run without --quick does it. No figure.',
      ...figures.unsteady(/: CPU$/),
    ],
  }
}

function enter(
  { postgres, redis }: Servers,
  open: AsyncDisposableStack,
  { quick, medusa }: { quick: boolean; medusa: boolean },
): Contestant[] {
  const start = (who: string, servers: number[], cases: Case[], scale = 1): Contestant => {
    const worker = startWorker('./drop/driver.ts', [who, postgres.url, redis.url])
    open.defer(() => worker.stop())
    return { who, worker, pids: [worker.pid, ...servers], cases, scale }
  }
  const all = quick ? quickCases : cases
  return [
    start('ours', [postgres.pid], all),
    start('Lua, AOF always', [redis.pid], all),
    start('Lua, AOF everysec', [redis.pid], all),
    start('the load alone', [], [hot]),
    start('one call per hold', [postgres.pid], [hot], slowScale),
    start('row lock', [postgres.pid], [hot], slowScale),
    start('SKIP LOCKED units', [postgres.pid], [hot], slowScale),
    ...(medusa ? [start('Medusa', [postgres.pid], [hot], medusaScale)] : []),
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

const rate = (f: Figures, who: string, { name }: Case) => f.median(who, `${name}: rate`)
const cpu = (f: Figures, who: string, { name }: Case) => f.median(who, `${name}: CPU`)
const inPostgres = (f: Figures, { name }: Case) => f.median('ours', `${name}: of it the database`)
const lua = 'Lua, AOF always'
const quicker = (peer: string, one: Case) => ({
  value: (f: Figures) =>
    f.has(peer, `${one.name}: rate`) ? rate(f, 'ours', one) / rate(f, peer, one) : undefined,
})
const cheaper = (peer: string, one: Case) => ({
  value: (f: Figures) => cpu(f, peer, one) / cpu(f, 'ours', one),
})

const targets: Target[] = [
  { of: 'ours, 1 variant, rate', to: lua, target: 1.4, ...quicker(lua, hot) },
  { of: 'ours, 1 variant, by CPU', to: lua, target: 1.2, ...cheaper(lua, hot) },
  { of: 'ours, 50 variants, rate', to: lua, target: 1.2, ...quicker(lua, spread) },
  { of: 'ours, 50 variants, by CPU', to: lua, target: 1.1, ...cheaper(lua, spread) },
  {
    of: '50 variants',
    to: '1 variant',
    target: 0.7,
    value: (f) => rate(f, 'ours', spread) / rate(f, 'ours', hot),
  },
  {
    of: 'ours, 1 variant, rate',
    to: 'one call per hold',
    target: 30,
    ...quicker('one call per hold', hot),
  },
  { of: 'ours, 1 variant, rate', to: 'Medusa', target: 90, ...quicker('Medusa', hot) },
  {
    of: 'a refusal in Postgres',
    to: 'a grant',
    target: 0.5,
    atMost: true,
    value: (f) => inPostgres(f, scarce) / inPostgres(f, hot),
  },
]
