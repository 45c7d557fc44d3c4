import postgres from 'postgres'
import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import { type House, type Stage, setStage, startHouse } from './house.ts'
import type { Goods, Question } from './press/crowd.ts'
import { mustAddUp, stockUp } from './press/shelf.ts'
import type { Told } from './press/verdicts.ts'
import { openServers, startWorker, type Worker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target, Void } from './report.ts'

const connections = 500
const sockets = 5_000
/** Half of those who press are too late. */
const unitsShare = 0.5
const second = 1_000

type Server = { who: string; port: number; pids: number[] }

/**
 * Many press at once, through the doors: requests on connections that are kept, and sockets. Ours is the
 * real server with everything that a press costs; beside it servers that decide nothing.
 */
export async function benchPress(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [presses, runs] = asked.quick ? [20_000, 3] : [60_000, 5]
  const servers = await openServers(open)
  const house = await startHouse(servers, open)
  const stage = await setStage(house, sockets)
  const sql = postgres(servers.postgres.url, { max: 1, onnotice: () => {} })
  open.defer(() => sql.end({ timeout: 5 }))
  const crowd = startWorker('./press/crowd.ts')
  open.defer(() => crowd.stop())
  const shelf = new Shelf(stage, sql)
  const ours = oursOf(house)
  const [fastify, socketIo] = [await nothing('Fastify', open), await nothing('Socket.IO', open)]
  const figures = new Figures()
  const byHttp = { crowd, figures, shelf, people: stage.people }
  await callAll({ ...byHttp, figures: new Figures() }, ours, presses / 10)
  await callAll({ ...byHttp, figures: new Figures() }, fastify, presses / 10)
  for (let run = 0; run < runs; run += 1) {
    await callAll(byHttp, ours, presses)
    await callAll(byHttp, fastify, presses)
    process.stderr.write('.')
  }
  for (const server of [ours, socketIo]) {
    await crowd.ask<object>({
      do: 'enter',
      port: server.port,
      people: stage.people,
    } satisfies Question)
    for (let run = 0; run < runs; run += 1) {
      await pressAll(byHttp, server, 'within a second', second)
      await pressAll(byHttp, server, 'at one instant', 0)
      process.stderr.write('.')
    }
    await crowd.ask<object>({ do: 'leave' } satisfies Question)
  }
  return {
    name: 'press',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${presses} presses by HTTP on ${connections} connections, each its own person; ${sockets} sockets, one press each.`,
      'There is one variant, and units for half of the presses. CPU of ours is its web process, Postgres and Redis.',
      'The nulls read the same requests and say yes at the same length: no session, no check, nothing kept.',
      ...figures.unsteady(/: CPU$/),
    ],
  }
}

const oursOf = ({ port, pids, servers }: House): Server => ({
  who: 'ours',
  port,
  pids: [...pids, servers.postgres.pid, servers.redis.pid],
})

async function nothing(kind: 'Fastify' | 'Socket.IO', open: AsyncDisposableStack): Promise<Server> {
  const worker = startWorker('./press/nothing.ts', [kind])
  open.defer(() => worker.stop())
  const { port } = await worker.ask<{ port: number }>({})
  return { who: `null ${kind}`, port, pids: [worker.pid] }
}

/** Fresh goods for each run: a variant of which there are so many. */
class Shelf {
  readonly #stage: Stage
  readonly sql: postgres.Sql
  #used = 0

  constructor(stage: Stage, sql: postgres.Sql) {
    this.#stage = stage
    this.sql = sql
  }

  async put(units: number): Promise<Goods> {
    const { showId, variants } = this.#stage
    const variant = variants[this.#used++]
    if (!variant) throw new Error('the stage has too few variants')
    await stockUp(this.sql, variant, units)
    return { showId, variants: [variant] }
  }
}

type Pressing = { crowd: Worker; figures: Figures; shelf: Shelf; people: string[] }

async function callAll(
  { crowd, figures, shelf, people }: Pressing,
  { who, port, pids }: Server,
  presses: number,
): Promise<void> {
  const isOurs = who === 'ours'
  const units = presses * unitsShare
  const goods = await goodsFor(isOurs, shelf, units)
  const before = cpuMsOf(pids)
  const question: Question = { do: 'call', port, people, connections, goods, until: { presses } }
  const told = await crowd.ask<Told>(question)
  const cpuMs = cpuMsOf(pids) - before
  await mustBeRight(isOurs, shelf, goods, told, presses)
  figures.add(who, 'HTTP: rate', 'presses/s', (presses / told.ms) * 1000)
  figures.add(who, 'HTTP: CPU', 'µs/press', (cpuMs / presses) * 1000)
  figures.add(who, 'HTTP: p99', 'ms', told.p99)
  figures.add(who, 'HTTP: CPU of the load', 'µs/press', (told.cpuMs / presses) * 1000)
}

async function pressAll(
  { crowd, figures, shelf }: Pressing,
  { who, pids }: Server,
  name: string,
  withinMs: number,
): Promise<void> {
  const isOurs = who === 'ours'
  const goods = await goodsFor(isOurs, shelf, sockets * unitsShare)
  const before = cpuMsOf(pids)
  const told = await crowd.ask<Told>({ do: 'press', goods, withinMs } satisfies Question)
  const cpuMs = cpuMsOf(pids) - before
  await mustBeRight(isOurs, shelf, goods, told, sockets)
  figures.add(who, `${name}: p50`, 'ms', told.p50)
  figures.add(who, `${name}: p99`, 'ms', told.p99)
  figures.add(who, `${name}: CPU`, 'µs/press', (cpuMs / sockets) * 1000)
  figures.add(who, `${name}: CPU of the load`, 'µs/press', (told.cpuMs / sockets) * 1000)
}

const anything: Goods = {
  showId: '01a20324-2077-7a68-a4f1-0b9053d389ad',
  variants: ['01a20324-2077-7a68-a4f1-0b9053d389ae'],
}

async function goodsFor(isOurs: boolean, shelf: Shelf, units: number): Promise<Goods> {
  return isOurs ? shelf.put(units) : anything
}

async function mustBeRight(
  isOurs: boolean,
  { sql }: Shelf,
  { variants }: Goods,
  told: Told,
  presses: number,
): Promise<void> {
  if (isOurs) await mustAddUp(sql, variants, told, { presses, expected: presses * unitsShare })
  else if (told.granted !== presses) throw new Void(`${presses} pressed, ${told.granted} answered`)
}

const times = (metric: string) => (f: Figures) =>
  f.median('ours', metric) / f.median('null Fastify', metric)

const targets: readonly Target[] = [
  { of: 'ours, HTTP, rate', to: 'null Fastify', target: 0.8, value: times('HTTP: rate') },
  {
    of: 'ours, 5,000 within a second, p99',
    to: 'ms to the verdict',
    target: 250,
    atMost: true,
    value: (f) => f.median('ours', 'within a second: p99'),
  },
]
