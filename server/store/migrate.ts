import { globSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { createLog, type Logger } from '../base/log.ts'
import { postgres } from './driver.ts'
import { postgresState, type Sql } from './postgres.ts'

/** Any number that is ours: one migration at a time, whichever process starts first. */
const lock = 4_814_712

/**
 * A migration waits for a table for so long, and everybody who wants that table waits behind it: less than
 * the 2 s that nodes wait, and than the second after which Postgres ends one of two that wait for each other.
 */
const lockMs = 500
/** What waited behind it has its turn. */
const againMs = 1_000
const triesMax = 20
/** Lock not available; deadlock. */
const busyStates = ['55P03', '40P01']

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Brings a database up to date: migrations, then every hot function (`.sql` beside its caller).
 * Safe to call from many processes at once. Function names carry a version (`reserve_v3`), so that
 * an older process goes on with the function that it knows. A shop that is open goes on meanwhile: a migration
 * that does not get its tables lets go of all of them, and tries again.
 */
export async function migrateDatabase(url: string, log = createLog('warn')): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql`select pg_advisory_lock(${lock})`
    await sql`select set_config('lock_timeout', ${`${lockMs}ms`}, false)`
    const db = drizzle(sql)
    await untilFree(log, () => migrate(db, { migrationsFolder: here('./migrations') }))
    // Functions call each other across files: their bodies are checked when they run, and by tests.
    await sql`set check_function_bodies = off`
    for (const file of hotFunctionFiles()) await create(sql, file)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function untilFree(log: Logger, run: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (err) {
      if (tries === triesMax || !busyStates.includes(postgresState(err) ?? '')) throw err
      log.warn({ err, tries }, 'the tables of a migration are in use; tried again')
      await pause(againMs)
    }
  }
}

async function create(sql: Sql, file: string): Promise<void> {
  try {
    await sql.unsafe(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`cannot create the functions of ${file}`, { cause })
  }
}

/** The floor first (`base.sql`, the log), then the features: a function may call one created before it. */
function hotFunctionFiles(): string[] {
  const found = (pattern: string) => globSync(pattern, { cwd: here('..') }).sort()
  return [...found('store/*.sql'), ...found('events/*.sql'), ...found('features/*/*.sql')].map(
    (file) => here(`../${file}`),
  )
}
