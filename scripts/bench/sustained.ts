import postgres from 'postgres'
import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import { type House, type Stage, setStage, startHouse } from './house.ts'
import type { Question, Talked } from './press/crowd.ts'
import { mustAddUp, stockUp } from './press/shelf.ts'
import type { Told } from './press/verdicts.ts'
import { openServers, startWorker, type Worker } from './processes.ts'
import { Figures, machine, type Report } from './report.ts'

const connections = 500
const talkers = 100
const chatEveryMs = 50
const windowMs = 5_000
/** Longer than all runs: what was granted is counted in what is held at the end of each. */
const holdMs = 3_600_000
/** More than anybody can hold meanwhile. */
const units = 5_000_000

type Scene = { house: House; stage: Stage; sql: postgres.Sql; buyers: Worker; voices: Worker }
type Case = { name: string; variants: number }

/**
 * A drop that does not end: as many holds as the doors of the real server take, for a minute, while people
 * talk in the same show. What stays is the worst five seconds of it, and how long a message waited.
 */
export async function benchSustained(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [ms, runs] = asked.quick ? [10_000, 1] : [60_000, 3]
  const scene = await setScene(open)
  const cases = [
    { name: '1 variant', variants: 1 },
    { name: `${scene.stage.variants.length} variants`, variants: scene.stage.variants.length },
  ]
  const figures = new Figures()
  const alone = await talk(scene, windowMs)
  figures.add('chat', 'nobody holds: p99', 'ms', alone.p99)
  for (let run = 0; run < runs; run += 1) {
    for (const one of cases) await sustain(scene, figures, one, ms)
  }
  return {
    name: 'sustained',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: [],
    notes: [
      `${connections} connections that hold again as soon as they were answered, ${ms / 1000} s; ${1000 / chatEveryMs} messages a second.`,
      'By HTTP, through the real server. CPU is its web process, Postgres and Redis, the messages included.',
    ],
  }
}

async function setScene(open: AsyncDisposableStack): Promise<Scene> {
  const house = await startHouse(await openServers(open), open, { holdMs })
  const stage = await setStage(house, connections)
  const sql = postgres(house.servers.postgres.url, { max: 1, onnotice: () => {} })
  open.defer(() => sql.end({ timeout: 5 }))
  const [buyers, voices] = [startWorker('./press/crowd.ts'), startWorker('./press/crowd.ts')]
  open.defer(() => buyers.stop())
  open.defer(() => voices.stop())
  for (const variant of stage.variants) await stockUp(sql, variant, units)
  const people = stage.people.slice(0, talkers)
  await voices.ask<object>({ do: 'enter', port: house.port, people } satisfies Question)
  return { house, stage, sql, buyers, voices }
}

function talk({ voices, stage: { showId } }: Scene, forMs: number): Promise<Talked> {
  return voices.ask<Talked>({ do: 'talk', showId, everyMs: chatEveryMs, forMs } satisfies Question)
}

async function sustain(scene: Scene, figures: Figures, { name, variants }: Case, ms: number) {
  const { house, stage, sql, buyers } = scene
  const { showId, people } = stage
  // The last ones: what one case holds is not among what the other counts.
  const goods = { showId, variants: stage.variants.slice(-variants) }
  const pids = [...house.pids, house.servers.postgres.pid, house.servers.redis.pid]
  const held = await heldOf(sql, goods.variants)
  const before = cpuMsOf(pids)
  const until = { ms, windowMs }
  const question: Question = { do: 'call', port: house.port, people, connections, goods, until }
  const [told, talked] = await Promise.all([buyers.ask<Told>(question), talk(scene, ms)])
  const cpuMs = cpuMsOf(pids) - before
  await mustAddUp(sql, goods.variants, told, { before: held })
  const worst = told.windows.toSorted((a, b) => a.perSecond - b.perSecond)[0]
  figures.add('ours', `${name}: rate`, 'holds/s', (told.granted / told.ms) * 1000)
  figures.add('ours', `${name}: worst 5 s`, 'holds/s', worst?.perSecond ?? Number.NaN)
  figures.add('ours', `${name}: p99`, 'ms', told.p99)
  figures.add('ours', `${name}: p99 of the worst 5 s`, 'ms', slowest(told))
  figures.add('ours', `${name}: CPU`, 'µs/hold', (cpuMs / told.granted) * 1000)
  figures.add('chat', `${name}: p50`, 'ms', talked.p50)
  figures.add('chat', `${name}: p99`, 'ms', talked.p99)
  process.stderr.write('.')
}

const slowest = ({ windows }: Told) => Math.max(...windows.map((w) => w.p99))

async function heldOf(sql: postgres.Sql, variants: string[]): Promise<number> {
  const [row] = await sql<{ held: number }[]>`
    select sum(held)::int as held from stock where variant_id = any(${variants}::uuid[])`
  return row?.held ?? 0
}
