import type { Sql } from './postgres.ts'

/** Rows of one go: a moment's work. */
export const forgetMax = 5_000

type Old = {
  table: string
  /** Column of the instant that their time is counted from. */
  from: string
  /** How long they are kept after it, as Postgres reads an interval. */
  keep: string
  /** Only those of which this is true, in SQL; where an index is partial, its own words. */
  only?: string
}

/** Rows whose time is over go, the oldest first. What somebody has in hand just now goes another time. */
export async function forget(sql: Sql, { table, from, keep, only = 'true' }: Old): Promise<void> {
  await sql`delete from ${sql(table)} where ctid = any(array(
    select ctid from ${sql(table)} where ${sql(from)} < now() - ${keep}::interval and ${sql.unsafe(only)}
    order by ${sql(from)} limit ${forgetMax} for update skip locked))`
}
