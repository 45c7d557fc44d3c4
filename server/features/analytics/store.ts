import type { Event, EventType } from '../../../shared/wire/events.ts'
import type { ShownPoll } from '../../../shared/wire/polls.ts'
import type { ShowStatus } from '../../../shared/wire/shows.ts'
import type { Sql } from '../../store/postgres.ts'

type Sum = { amount: number; currency: string }
export type SumsOf = { sales: Sum; delivery: Sum; refunded: Sum }

export type Place = {
  showId: string
  hostId: string
  title: string
  status: ShowStatus
  startedAt: string | null
  endedAt: string | null
  peak: number
  /** The database's clock. */
  now: string
  /** The host's show before this one. */
  before: string | null
}

export type Watched = {
  at: string
  most: number
  countedMs: number
  watchedMs: number
  came: number
}[]

export type Sold = {
  orders: number
  buyers: number
  units: number
  money: SumsOf[]
  points: { at: string; orders: number; units: number }[]
  products: { productId: string; ordered: number; paid: number; back: number; sales: Sum[] }[]
  offers: { offerId: string; paid: number; sales: Sum }[]
  replay: { orders: number; units: number; money: SumsOf[] }
}

export type Held = { offerId: string; productId: string; units: number }[]

export type SaleRow = {
  saleId: string
  offerId: string
  productId: string
  variantId: string
  price: Sum
  wasPrice: Sum
  quantity: number
  startsAt: string
  endsAt: string
  endedAt: string | null
  endedAs: string | null
}

export type Offered = {
  productId: string
  title: string
  image: string | null
  no: number | null
  variants: string[]
}

/** A show as its host and admins may see it; undefined to everybody else. */
export async function placeOf(
  sql: Sql,
  showId: string,
  accountId: string,
): Promise<Place | undefined> {
  const [row] = await sql<Place[]>`
    select w.id as "showId", w.host_id as "hostId", w.title, w.status, iso(w.started_at) as "startedAt", iso(w.ended_at) as "endedAt",
      w.viewers_peak as peak, iso(clock_timestamp()) as now, (
        select b.id from shows b where b.host_id = w.host_id and b.started_at < w.started_at and b.ended_at is not null
        order by b.started_at desc limit 1) as before
    from shows w where w.id = ${showId} and show_role_v1(w.id, ${accountId}) in ('host', 'admin')`
  return row
}

export async function watchedIn(sql: Sql, showId: string, stepMs: number): Promise<Watched> {
  const [row] = await sql<{ told: Watched }[]>`
    select report_watched_v1(${showId}, ${stepMs} * interval '1 ms') as told`
  return row?.told ?? []
}

export type Span = { showId: string; hostId: string; from: string; to: string; till: string }

export async function soldIn(sql: Sql, span: Span, stepMs: number): Promise<Sold> {
  const { showId, hostId, from, to, till } = span
  const [row] = await sql<{ told: Sold }[]>`
    select report_sold_v1(${showId}, ${hostId}, ${from}::timestamptz, ${to}::timestamptz, ${till}::timestamptz,
      ${stepMs} * interval '1 ms') as told`
  return row?.told as Sold
}

export async function heldIn(sql: Sql, { showId, from, to }: Span): Promise<Held> {
  const rows = await sql<Held>`
    select offer_id as "offerId", product_id as "productId", units::float8 as units
    from report_held_v1(${showId}, ${from}::timestamptz, ${to}::timestamptz)`
  return [...rows]
}

export async function salesIn(sql: Sql, showId: string): Promise<SaleRow[]> {
  const rows = await sql<SaleRow[]>`
    select id as "saleId", offer_id as "offerId", product_id as "productId", variant_id as "variantId",
      money(price, currency) as price, money(was_price, currency) as "wasPrice", quantity,
      iso(starts_at) as "startsAt", iso(ends_at) as "endsAt", iso(ended_at) as "endedAt", ended_as as "endedAs"
    from sales where show_id = ${showId} order by starts_at, id`
  return [...rows]
}

/** The room's answers, for good: a poll that is closed stays as it is. */
export async function pollsIn(sql: Sql, showId: string): Promise<ShownPoll[]> {
  const rows = await sql<{ poll: ShownPoll }[]>`
    select poll_view_v1(p) as poll from polls p
    where p.show_id = ${showId} and p.closed_at is not null order by p.opened_at`
  return rows.map(({ poll }) => poll)
}

/** What was on sale in the show, in the order of its line-up. */
export async function offeredIn(sql: Sql, showId: string): Promise<Offered[]> {
  const rows = await sql<Offered[]>`
    select p.id as "productId", p.title, p.images ->> 0 as image, l.no, o.variants
    from (select product_id, array_agg(distinct variant_id) variants from offers where show_id = ${showId} group by 1) o
      join products p on p.id = o.product_id
      left join (select product_id, row_number() over (order by position)::int no from lineup where show_id = ${showId}) l on l.product_id = p.id
    order by l.no nulls last, p.id`
  return [...rows]
}

/** The types of the log that say what was shown, sold out and on air. */
const told: EventType[] = [
  'show.started',
  'show.interrupted',
  'show.resumed',
  'show.ended',
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'stock.sold-out',
  'stock.available',
  'lineup.changed',
]

/** `empty`: variants that came into the show with nothing of them left. */
export async function eventsIn(sql: Sql, showId: string): Promise<Event[]> {
  const rows = await sql<{ event: Event }[]>`
    select jsonb_build_object('seq', seq, 'type', type, 'at', iso(at), 'productId', body -> 'productId', 'variantId', body -> 'variantId',
      'empty', jsonb_path_query_array(body, '$.products[*] ? (@.pulled == false).variants[*] ? (@.available == 0).id')) as event
    from show_events where show_id = ${showId} and type <> 'chat.sent' and type = any(${told as string[]})
    order by seq`
  return rows.map((row) => row.event)
}
