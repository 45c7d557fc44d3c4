import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { postgres } from './driver.ts'
import type { Sql } from './postgres.ts'

/** Any number that is ours: one migration at a time, whichever process starts first. */
const lock = 4_814_712

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Brings a database up to date: migrations, then every hot function (`.sql` beside its caller).
 * Safe to call from many processes at once. Function names carry a version (`reserve_v2`), so that
 * an older process goes on with the function that it knows.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql`select pg_advisory_lock(${lock})`
    await migrate(drizzle(sql), { migrationsFolder: here('./migrations') })
    // Functions call each other across files: their bodies are checked when they run, and by tests.
    await sql`set check_function_bodies = off`
    for (const file of hotFunctionFiles()) await create(sql, file)
  } finally {
    await sql.end({ timeout: 5 })
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
