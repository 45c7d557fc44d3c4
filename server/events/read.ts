import { catchUpEventsMax } from '../../shared/limits.ts'
import type { Event } from '../../shared/wire/events.ts'
import type { Sql } from '../store/postgres.ts'
import type { Appended } from './log.ts'

/** Rows of one query at most: one more than WIRE lets a client be behind. */
const rowsMax = catchUpEventsMax + 1

/** Events (after, upTo] of a show in order, at most `rowsMax`. */
export async function readEvents(
  sql: Sql,
  showId: string,
  after: number,
  upTo: number,
): Promise<Appended[]> {
  const rows = await sql<Appended[]>`
    select show_id as "showId", seq::float8 as seq, type, iso(at) as at, body, staff
    from show_events where show_id = ${showId} and seq > ${after} and seq <= ${upTo}
    order by seq limit ${rowsMax}`
  return [...rows]
}

/** Heads of many shows in one query. */
export async function readHeads(sql: Sql, showIds: string[]): Promise<Map<string, number>> {
  const rows = await sql<{ id: string; seq: number }[]>`
    select show_id as id, seq::float8 as seq from show_heads where show_id = any(${showIds}::uuid[])`
  return new Map(rows.map((r) => [r.id, r.seq]))
}

/** Chat whose words were taken away: the only type that says so to everybody. */
const erasable = 'chat.sent'

/** What one audience sees of an event: what it may not know keeps its place as {seq, type, at}. */
export function asSeenBy(event: Appended, staff: boolean): Event {
  const body = staff && event.staff !== null ? event.staff : event.body
  const base = { seq: event.seq, type: event.type, at: event.at }
  if (body === null && event.type === erasable) return { ...base, deleted: true }
  return { ...body, ...base } as Event
}
