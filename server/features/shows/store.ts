import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { newId } from '../../base/ids.ts'
import { notFound } from '../../base/refusal.ts'
import { showHeads } from '../../events/schema.ts'
import type { Db, Sql, Tx } from '../../store/postgres.ts'
import { lineup, moderators, shows, streamKeys } from './schema.ts'

export type ShowRow = typeof shows.$inferSelect
export type Plan = { title: string; startsAt?: string; lineup: string[] }

const now = sql`clock_timestamp()` as never

export async function showRow(db: Db | Tx, id: string): Promise<ShowRow> {
  const [row] = await db.select().from(shows).where(eq(shows.id, id))
  if (!row) throw notFound('show')
  return row
}

export function showRows(db: Db, ids: string[]): Promise<ShowRow[]> {
  return db.select().from(shows).where(inArray(shows.id, ids))
}

/** What a page of shows may weigh with its line-ups, in characters, near enough; the first show always fits. */
const pageWeightMax = 4_000_000
const productWeight = 500
const variantWeight = 300

/** How many of these shows, from the first, make a page that can be sent. */
export async function howManyFit(pg: Sql, ids: string[]): Promise<number> {
  const [row] = await pg<{ n: number }[]>`
    select count(*)::int as n from (
      select coalesce(sum(k.weight) over (order by u.n rows between unbounded preceding and 1 preceding), 0) as before
      from unnest(${ids}::uuid[]) with ordinality u(id, n)
        cross join lateral (
          select coalesce(sum(${productWeight} + octet_length(p.description) + v.weight), 0) as weight
          from lineup l join products p on p.id = l.product_id
            cross join lateral (select ${variantWeight} * count(*) as weight from variants where product_id = p.id) v
          where l.show_id = u.id) k) w
    where w.before < ${pageWeightMax}`
  return row?.n ?? 0
}

/** A show, the head of its log and its line-up; answers its id. */
export async function insertShow(tx: Tx, hostId: string, plan: Plan): Promise<string> {
  const id = newId()
  const startsAt = plan.startsAt === undefined ? null : new Date(plan.startsAt)
  await tx
    .insert(shows)
    .values({ id, hostId, title: plan.title.trim(), status: 'scheduled', startsAt, createdAt: now })
  await tx.insert(showHeads).values({ showId: id })
  const rows = plan.lineup.map((productId, i) => ({ showId: id, productId, position: i + 1 }))
  if (rows.length > 0) await tx.insert(lineup).values(rows)
  return id
}

/** Answers whether this changed anything. */
export async function setModerator(
  tx: Tx,
  showId: string,
  accountId: string,
  add: boolean,
): Promise<boolean> {
  const isThis = and(eq(moderators.showId, showId), eq(moderators.accountId, accountId))
  const changed = add
    ? await tx
        .insert(moderators)
        .values({ showId, accountId, addedAt: now })
        .onConflictDoNothing()
        .returning()
    : await tx.delete(moderators).where(isThis).returning()
  return changed.length > 0
}

export async function moderatorsOf(db: Db | Tx, showId: string): Promise<string[]> {
  const rows = await db
    .select({ accountId: moderators.accountId })
    .from(moderators)
    .where(eq(moderators.showId, showId))
    .orderBy(asc(moderators.addedAt))
  return rows.map((row) => row.accountId)
}

/** Replaces the key that was there. */
export async function saveStreamKey(db: Db, showId: string, keyHash: Buffer): Promise<Date> {
  const [row] = await db
    .insert(streamKeys)
    .values({ showId, keyHash, createdAt: now })
    .onConflictDoUpdate({ target: streamKeys.showId, set: { keyHash, createdAt: now } })
    .returning()
  return (row as { createdAt: Date }).createdAt
}

export async function dropStreamKey(db: Db, showId: string): Promise<void> {
  await db.delete(streamKeys).where(eq(streamKeys.showId, showId))
}

export async function streamKeySince(db: Db, showId: string): Promise<Date | undefined> {
  const [row] = await db.select().from(streamKeys).where(eq(streamKeys.showId, showId))
  return row?.createdAt
}

export async function showOfKey(db: Db, keyHash: Buffer): Promise<string | undefined> {
  const [row] = await db.select().from(streamKeys).where(eq(streamKeys.keyHash, keyHash))
  return row?.showId
}

/** A picture that no node has said anything of for this long has gone with its node: air.sql has it too. */
export const pictureMs = 4_000

/** Shows whose picture has gone with its node. */
export async function listLostPictures(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select show_id as id from show_media
    where producers <> '[]' and changed_at < now() - ${pictureMs} * interval '1 ms'`
  return rows.map((row) => row.id)
}
