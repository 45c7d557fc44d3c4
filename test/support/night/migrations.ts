import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { root } from '../../../scripts/dev/settings.ts'

const folder = join(root, 'server/store/migrations')

/**
 * Takes a database back to its first migration, under the processes that use it: only what none of
 * them asks for by name can be undone like that. Answers how many migrations are to be done again.
 */
export async function undoMigrations(sql: Sql): Promise<number> {
  const files = globSync('*.sql', { cwd: folder }).sort()
  const statements = files.map((file) =>
    readFileSync(join(folder, file), 'utf8').split('--> statement-breakpoint').map(bare),
  )
  const all = statements.flat()
  for (const statement of statements.slice(1).flat().toReversed()) {
    const undoing = undo(statement, all)
    if (undoing) await sql.unsafe(undoing)
  }
  await sql`delete from drizzle.__drizzle_migrations
    where created_at > (select min(created_at) from drizzle.__drizzle_migrations)`
  return files.length - 1
}

/** How many the database has been through. */
export async function migrationsDone(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from drizzle.__drizzle_migrations`
  return row?.n ?? 0
}

function undo(statement: string, all: string[]): string | undefined {
  const made = /^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?"(\w+)"/.exec(statement)?.[1]
  if (made) return `drop index "${made}"`
  const dropped = /^DROP INDEX "(\w+)"/.exec(statement)?.[1]
  if (dropped) return all.find((one) => one.includes(`INDEX "${dropped}" ON`))
  // What is asked for by name stays there: its migration must find it.
  if (/^(CREATE TABLE|ALTER TABLE "\w+" ADD COLUMN) IF NOT EXISTS /.test(statement))
    return undefined
  // How full pages are is no matter to anybody who asks, and rows that were brought up to date may stay so.
  if (/^(ALTER TABLE "\w+" SET \(|UPDATE )/.test(statement)) return undefined
  throw new Error(`this cannot be undone under those who use it: ${statement}`)
}

const bare = (statement: string) => statement.replace(/^\s*--.*$/gm, '').trim()
