import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { migrateDatabase } from '../../server/store/migrate.ts'

/** A new database with everything in it and nobody's rows; answers its address and how to drop it. */
export async function openDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = process.env.TEST_DATABASE_URL
  if (!admin) throw new Error('TEST_DATABASE_URL is not set: run the tests by `npm test`')
  const template = await ensureTemplate(admin)
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const sql = postgres(admin, { max: 1, onnotice: () => {} })
    await sql.unsafe(statement)
    await sql.end()
  }
  await run(`create database ${name} template ${template}`)
  return {
    url: withName(admin, name),
    drop: () => run(`drop database if exists ${name} with (force)`),
  }
}

/** Migrated once for the whole run: each house then is a copy, made in a tenth of a second. */
async function ensureTemplate(admin: string): Promise<string> {
  const name = 'vitrine_template'
  const sql = postgres(admin, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(1)`
    const [found] = await sql`select 1 from pg_database where datname = ${name} and datistemplate`
    if (found) return name
    await sql.unsafe(`drop database if exists ${name}`)
    await sql.unsafe(`create database ${name}`)
    await migrateDatabase(withName(admin, name))
    await sql.unsafe(`alter database ${name} is_template true`)
    return name
  } finally {
    await sql.end()
  }
}

function withName(admin: string, name: string): string {
  const url = new URL(admin)
  url.pathname = `/${name}`
  return url.href
}
