import { and, asc, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Db, Sql } from '../../store/postgres.ts'
import { recordingSections, recordingSegments, recordings } from './schema.ts'

export type RecordingRow = typeof recordings.$inferSelect
export type SegmentRow = typeof recordingSegments.$inferSelect
export type RecordingChange = Partial<
  Pick<RecordingRow, 'state' | 'record' | 'hidden' | 'problem' | 'cutStartMs' | 'cutEndMs'>
>

/** The show as its recording needs it. */
export type TapedShow = {
  status: 'scheduled' | 'live' | 'interrupted' | 'ended' | 'canceled'
  startedAt: Date | null
  hostId: string
}

const now = sql`clock_timestamp()` as never

export async function tapedShow(pg: Sql, showId: string): Promise<TapedShow | undefined> {
  const [row] = await pg<TapedShow[]>`
    select status, started_at as "startedAt", host_id as "hostId" from shows where id = ${showId}`
  return row
}

export async function recordingRow(db: Db, showId: string): Promise<RecordingRow | undefined> {
  const [row] = await db.select().from(recordings).where(eq(recordings.showId, showId))
  return row
}

export async function saveRecording(
  db: Db,
  showId: string,
  change: RecordingChange,
): Promise<RecordingRow> {
  const [row] = await db
    .insert(recordings)
    .values({ showId, state: 'none', ...change, changedAt: now })
    .onConflictDoUpdate({ target: recordings.showId, set: { ...change, changedAt: now } })
    .returning()
  return row as RecordingRow
}

/** From one of these states to another; answers whether this call did it. */
export async function moveRecording(
  db: Db,
  showId: string,
  from: RecordingRow['state'][],
  to: RecordingRow['state'],
): Promise<boolean> {
  const moved = await db
    .update(recordings)
    .set({ state: to, changedAt: now })
    .where(and(eq(recordings.showId, showId), inArray(recordings.state, from)))
    .returning({ showId: recordings.showId })
  return moved.length > 0
}

/** What keeps a recording from being put away; one that was deleted meanwhile has no problem. */
export async function noteProblem(db: Db, showId: string, problem: string): Promise<void> {
  await db
    .update(recordings)
    .set({ problem, changedAt: now })
    .where(and(eq(recordings.showId, showId), ne(recordings.state, 'deleted')))
}

/** The largest number that a segment of this show ever had; 0 without any. */
export async function lastSegment(db: Db, showId: string): Promise<number> {
  const [row] = await db
    .select({ n: recordingSegments.n })
    .from(recordingSegments)
    .where(eq(recordingSegments.showId, showId))
    .orderBy(desc(recordingSegments.n))
    .limit(1)
  return row?.n ?? 0
}

export async function saveSection(
  db: Db,
  showId: string,
  section: { n: number; init: Buffer },
): Promise<void> {
  await db
    .insert(recordingSections)
    .values({ showId, ...section })
    .onConflictDoNothing()
}

export async function sectionInit(db: Db, showId: string, n: number): Promise<Buffer | undefined> {
  const isIt = and(eq(recordingSections.showId, showId), eq(recordingSections.n, n))
  const [row] = await db.select().from(recordingSections).where(isIt)
  return row?.init
}

/** Answers whether the recording still wants it: one that was deleted meanwhile does not. */
export async function saveSegment(pg: Sql, row: Omit<SegmentRow, 'settled'>): Promise<boolean> {
  const { showId, n, section, at, durationMs, bytes, place } = row
  const [saved] = await pg<{ n: number }[]>`
    with kept as (
      insert into recordings(show_id, state, changed_at) values (${showId}, 'recording', clock_timestamp())
      on conflict (show_id) do update set state = 'recording'
        where recordings.state in ('none', 'recording') and recordings.record
      returning show_id)
    insert into recording_segments(show_id, n, section, at, duration_ms, bytes, place)
    select show_id, ${n}::int, ${section}::int, ${at}::timestamptz, ${durationMs}::float8, ${bytes}::bigint, ${place}
    from kept returning n`
  return saved !== undefined
}

export function segmentsOf(db: Db, showId: string): Promise<SegmentRow[]> {
  return db
    .select()
    .from(recordingSegments)
    .where(eq(recordingSegments.showId, showId))
    .orderBy(asc(recordingSegments.n))
}

export async function newestSegments(db: Db, showId: string, count: number): Promise<SegmentRow[]> {
  const rows = await db
    .select()
    .from(recordingSegments)
    .where(eq(recordingSegments.showId, showId))
    .orderBy(desc(recordingSegments.n))
    .limit(count)
  return rows.reverse()
}

export async function segmentRow(
  db: Db,
  showId: string,
  n: number,
): Promise<SegmentRow | undefined> {
  const isIt = and(eq(recordingSegments.showId, showId), eq(recordingSegments.n, n))
  const [row] = await db.select().from(recordingSegments).where(isIt)
  return row
}

/** Some that must still be looked at or carried, of those on this disk. */
export function unsettled(
  db: Db,
  showId: string,
  place: string,
  count: number,
): Promise<SegmentRow[]> {
  return db
    .select()
    .from(recordingSegments)
    .where(
      and(
        eq(recordingSegments.showId, showId),
        eq(recordingSegments.place, place),
        eq(recordingSegments.settled, false),
      ),
    )
    .orderBy(asc(recordingSegments.n))
    .limit(count)
}

/** Answers those that the recording still wants: of one that was deleted meanwhile none. */
export async function settleSegments(
  pg: Sql,
  showId: string,
  ns: number[],
  place: string,
): Promise<number[]> {
  const rows = await pg<{ n: number }[]>`
    update recording_segments set settled = true, place = ${place}
    where show_id = ${showId} and n = any(${ns}::int[])
      and exists (select from recordings r where r.show_id = ${showId} and r.state <> 'deleted')
    returning n`
  return rows.map(({ n }) => n)
}

/** Of those on this disk: one that was carried away meanwhile stays. */
export async function dropSegments(
  db: Db,
  showId: string,
  ns: number[],
  place: string,
): Promise<void> {
  if (ns.length === 0) return
  const { showId: show, n, place: at } = recordingSegments
  await db.delete(recordingSegments).where(and(eq(show, showId), eq(at, place), inArray(n, ns)))
}

export async function dropAll(db: Db, showId: string): Promise<void> {
  await db.delete(recordingSegments).where(eq(recordingSegments.showId, showId))
  await db.delete(recordingSections).where(eq(recordingSections.showId, showId))
}

export async function recordingsIn(
  db: Db,
  states: RecordingRow['state'][],
): Promise<RecordingRow[]> {
  return db.select().from(recordings).where(inArray(recordings.state, states))
}

/** Shows that ended a while ago and whose recording nobody has begun to finish. */
export async function forgotten(pg: Sql, afterMs: number): Promise<string[]> {
  const rows = await pg<{ id: string }[]>`
    select r.show_id as id from recordings r join shows s on s.id = r.show_id
    where r.state = 'recording' and s.status in ('ended', 'canceled')
      and s.ended_at < clock_timestamp() - ${afterMs} * interval '1 ms'`
  return rows.map(({ id }) => id)
}

/** Recordings that have been kept for long enough. */
export async function outlived(pg: Sql, days: number): Promise<string[]> {
  const rows = await pg<{ id: string }[]>`
    select r.show_id as id from recordings r join shows s on s.id = r.show_id
    where r.state = 'ready' and s.ended_at < clock_timestamp() - ${days} * interval '1 day'
    limit 100`
  return rows.map(({ id }) => id)
}

/** Of a week: longer than a shop stands still. */
export const mistoldRows = `
  select show_id as id from recordings r
  where changed_at > now() - interval '7 days' and (state = 'ready' and not hidden)
    <> coalesce((select open from replays p where p.show_id = r.show_id), false)
  order by random() limit 100`

/**
 * Recordings whose replay was not told what they are by now: whoever changed them died over it. By chance:
 * a hundred that fail each time keep no other waiting for ever.
 */
export async function mistold(pg: Sql): Promise<string[]> {
  const rows = await pg.unsafe<{ id: string }[]>(mistoldRows)
  return rows.map(({ id }) => id)
}

/** Deleted, and some of it is still there: whoever deleted it died over it. */
export async function cutShort(pg: Sql): Promise<string[]> {
  const rows = await pg<{ id: string }[]>`
    select show_id as id from recordings r where state = 'deleted'
      and exists (select 1 from recording_segments s where s.show_id = r.show_id)`
  return rows.map(({ id }) => id)
}

/** Recordings that can be watched and are on this disk, or some of them. */
export async function readyAt(pg: Sql, place: string): Promise<string[]> {
  const rows = await pg<{ id: string }[]>`
    select show_id as id from recordings r where state = 'ready'
      and exists (select 1 from recording_segments s where s.show_id = r.show_id and s.place = ${place})`
  return rows.map(({ id }) => id)
}
