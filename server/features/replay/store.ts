import type { Event } from '../../../shared/wire/events.ts'
import type { PastLine, PastPerson } from '../../../shared/wire/replay.ts'
import type { Sql } from '../../store/postgres.ts'
import { isWithin, type Reach, type Searched, type Stretch, search } from '../../store/search.ts'
import { windowTypes } from './rules.ts'

export type Place = {
  host: { id: string; displayName: string }
  title: string
  status: string
  startedAt: string | null
  endedAt: string | null
  /** The database's clock. */
  now: string
  open: boolean
  sells: boolean
}

/** A show and its replay; undefined: no such show. */
export async function placeOf(sql: Sql, showId: string): Promise<Place | undefined> {
  const [row] = await sql<Place[]>`
    select jsonb_build_object('id', a.id, 'displayName', a.display_name) as host, w.title, w.status,
      iso(w.started_at) as "startedAt", iso(w.ended_at) as "endedAt", iso(clock_timestamp()) as now,
      coalesce(r.open, false) as open, coalesce(r.sells, true) as sells
    from shows w join accounts a on a.id = w.host_id 
      left join replays r on r.show_id = w.id
    where w.id = ${showId}`
  return row
}

/** A show in whose line-up the words are not takes a twentieth of a millisecond, or some. */
const reach: Reach = { atOnce: 250, inAll: 1_000 }

/** Shows with an open replay, newest first; `q` stands in what is told of them. */
export async function openReplays(
  sql: Sql,
  { q, host }: { q: string | null; host: string | null },
  before: string | null,
  limit: number,
): Promise<Searched<string>> {
  const among = (stretch: Stretch) => sql`
    select w.id from replays r join shows w on w.id = r.show_id
    where r.open and w.status = 'ended' and (${host}::uuid is null or w.host_id = ${host}) and ${isWithin(sql, sql`w.id`, stretch)}`
  return search({
    words: q,
    reach,
    before,
    limit,
    async edge(before, rows) {
      const [last] = await sql<{ id: string }[]>`
        ${among({ before, from: null })} order by w.id desc offset ${rows - 1} limit 1`
      return last?.id ?? null
    },
    async look(stretch, limit) {
      const rows = await sql<{ id: string }[]>`
        ${among(stretch)} and (${q}::text is null or show_says_v1(w.id, ${q})) order by w.id desc limit ${limit}`
      return rows.map(({ id }) => id)
    },
  })
}

/** A point of a show's log: its last event, and the instant up to which the ledger counts, to the microsecond. */
export type Point = { seq: number; until: string }

export async function pointAtTime(sql: Sql, showId: string, time: string): Promise<Point> {
  const until = time.replace('Z', '999Z')
  const [row] = await sql<{ seq: number }[]>`
    select past_seq_v1(${showId}, ${until}::timestamptz)::float8 as seq`
  return { seq: row?.seq ?? 0, until }
}

/** Undefined where the log does not reach. */
export async function pointAtSeq(
  sql: Sql,
  showId: string,
  seq: number,
): Promise<(Point & { at: string }) | undefined> {
  const [row] = await sql<{ at: string; until: string }[]>`
    select iso(at) as at, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as until
    from show_events where show_id = ${showId} and seq = ${seq}`
  return row && { seq, ...row }
}

/** What changed the window, up to a seq, in order. Of what a variant's stock did only the last is kept. */
export async function windowEvents(sql: Sql, showId: string, upTo: number): Promise<Event[]> {
  const rows = await sql<{ event: Event }[]>`
    select coalesce(body, '{}'::jsonb) || jsonb_build_object('seq', seq, 'type', type, 'at', iso(at)) as event
    from show_events e
    where show_id = ${showId} and seq <= ${upTo} and type <> 'chat.sent' and type = any(${windowTypes as string[]})
    order by seq`
  return rows.map((row) => row.event)
}

/** The newest messages up to a seq, in order; what was removed since has lost its words. */
export async function linesUpTo(
  sql: Sql,
  showId: string,
  upTo: number,
  limit: number,
): Promise<(PastLine & { messageId: string | null })[]> {
  const rows = await sql<(PastLine & { messageId: string | null })[]>`
    select * from (
      select e.seq::float8 as seq, iso(e.at) as at, k.message_id as "messageId", e.body ->> 'accountId' as "accountId",
        e.body ->> 'displayName' as "displayName", e.body ->> 'role' as role, e.body ->> 'text' as text, d.at as "removedAt"
      from show_events e
      left join chat_keys k on k.show_id = e.show_id and k.seq = e.seq
      left join lateral (select iso(x.at) as at from show_events x where e.body is null and x.show_id = e.show_id
        and x.seq > e.seq and x.type <> 'chat.sent' and x.type = 'chat.deleted'
        and x.body ->> 'messageId' = k.message_id::text limit 1) d on true
      where e.show_id = ${showId} and e.seq <= ${upTo} and e.type = 'chat.sent'
      order by e.seq desc limit ${limit}) m
    order by m.seq`
  return [...rows]
}

export type Levels = Record<string, { available: number; held: number }>

export async function stockAt(
  sql: Sql,
  showId: string,
  variantIds: string[],
  until: string,
): Promise<Levels> {
  const [row] = await sql<{ stock: Levels }[]>`
    select past_stock_v1(${showId}, ${variantIds}::uuid[], ${until}::timestamptz) as stock`
  return row?.stock ?? {}
}

export async function personAt(
  sql: Sql,
  showId: string,
  accountId: string,
  { seq, until }: Point,
): Promise<PastPerson | undefined> {
  const [row] = await sql<{ person: PastPerson }[]>`
    select past_person_v1(${showId}, ${accountId}, ${seq}, ${until}::timestamptz) as person`
  return row?.person ?? undefined
}
