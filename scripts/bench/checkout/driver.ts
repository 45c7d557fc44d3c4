// Places orders in a closed loop: so many waiting at any moment. One process a side, so that its CPU
// time can be told from the others'.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { migrateDatabase } from '../../../server/store/migrate.ts'
import { openPostgres, type Postgres } from '../../../server/store/postgres.ts'
import { percentile } from '../report.ts'
import { answerQuestions } from '../worker.ts'
import { audit, fillBags, recount } from './bags.ts'
import { openOurs } from './ours.ts'
import { layOut, script } from './pgbench.ts'
import type { Bag, Side } from './side.ts'
import { openStatement } from './statement.ts'
import { openTransaction } from './transaction.ts'

export type Question =
  | { do: 'prepare'; orders: number; variants: number }
  | { do: 'run'; inFlight: number }
  | { do: 'pgbench'; program: string }
  | { do: 'alone'; everyMs: number }
  | { do: 'recount' }
  | { do: 'audit' }
export type Ran = { ms: number; orders: number; p50: number; p99: number }

const sides: Record<string, (pg: Postgres, url: string) => Side> = {
  ours: (pg) => openOurs(pg),
  'Drizzle transaction': (_, url) => openTransaction(url),
  'one statement': (_, url) => openStatement(url),
}

const [name = '', url = ''] = process.argv.slice(2)
await migrateDatabase(url)
const pg = openPostgres(url)
const side = sides[name]?.(pg, url)
let bags: Bag[] = []

answerQuestions<Question, unknown>(async (question) => {
  switch (question.do) {
    case 'prepare':
      bags = await fillBags(pg, question.orders, question.variants)
      return {}
    case 'run':
      return run(question.inFlight)
    case 'pgbench':
      return runPgbench(question.program)
    case 'alone':
      return alone(question.everyMs)
    case 'recount':
      return recount(pg, bags)
    case 'audit':
      return audit(url)
  }
})

async function run(inFlight: number): Promise<Ran> {
  const took: number[] = []
  let next = 0
  async function buyers(): Promise<void> {
    while (next < bags.length) {
      const bag = bags[next++] as Bag
      const startedAt = performance.now()
      await side?.place(bag)
      took.push(performance.now() - startedAt)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: inFlight }, buyers))
  return told(performance.now() - startedAt, took)
}

/** One order now and then, each beside a row that is simply inserted: what the way through us costs. */
async function alone(everyMs: number): Promise<{ order: Ran; insert: Ran }> {
  await pg.rest`create table if not exists bench_single(like orders including all)`
  const [orders, inserts]: number[][] = [[], []]
  for (const bag of bags) {
    await new Promise((resolve) => setTimeout(resolve, everyMs / 2))
    const startedAt = performance.now()
    const { orderId } = (await side?.place(bag)) as { orderId: string }
    orders?.push(performance.now() - startedAt)
    const [row] = await pg.rest`select * from orders where id = ${orderId}`
    await new Promise((resolve) => setTimeout(resolve, everyMs / 2))
    const insertedAt = performance.now()
    await pg.hot`insert into bench_single ${pg.hot(row as Record<string, string>)}`
    inserts?.push(performance.now() - insertedAt)
  }
  return { order: told(0, orders ?? []), insert: told(0, inserts ?? []) }
}

/** The same statement from a C program: what Postgres itself can do. */
async function runPgbench(program: string): Promise<Ran> {
  const batches = await layOut(pg, bags)
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-pgbench-'))
  try {
    const file = join(folder, 'place.sql')
    writeFileSync(file, script)
    const startedAt = performance.now()
    const clients = 2
    const each = String(Math.ceil(batches / clients))
    const args = ['-n', '-M', 'prepared', '-c', String(clients), '-t', each, '-f', file]
    await promisify(execFile)(program, [...args, url])
    return told(performance.now() - startedAt, [])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function told(ms: number, took: number[]): Ran {
  return { ms, orders: bags.length, p50: percentile(took, 0.5), p99: percentile(took, 0.99) }
}
