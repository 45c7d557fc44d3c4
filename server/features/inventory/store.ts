import type { Code } from '../../../shared/wire/base.ts'
import type { Hold, InBags } from '../../../shared/wire/holds.ts'
import type { Line } from '../../../shared/wire/line.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Appended, Notice } from '../../events/log.ts'
import { listed, type Sql } from '../../store/postgres.ts'

/** One request to hold units. The id is the hold's own, made before Postgres is asked. */
export type Ask = {
  id: string
  showId: string
  variantId: string
  buyer: string
  quantity: number
  key: string
}

export type Decided = {
  answers: (Hold | Refusal)[]
  events: Appended[]
  notices: Notice[]
}

type Reserved = {
  codes: number[]
  prices: (Hold['price'] | null)[]
  expiresAt: string
  repeats: { n: number; hold: Hold }[] | null
  events: Appended[] | null
  notices: Notice[] | null
}

const granted = 0
const repeated = 1

/** What reserve_v3's other codes tell a buyer. */
const refusals: Record<number, Refusal> = mapped({
  2: ['SOLD_OUT', 'Not that many are left. Held units may come back.'],
  3: ['NOT_FOUND', 'There is no such product in this show, or it is not open to you.'],
  4: ['SALE_NOT_OPEN', 'This is not on sale at this moment.'],
  5: ['LIMIT_PER_BUYER', 'That is more than one buyer may have at this price.'],
  6: ['BANNED', 'You cannot buy in this show.'],
  7: ['SHOW_NOT_LIVE', 'This show is not live.'],
  8: ['PRODUCT_PULLED', 'This product was taken off sale.'],
  9: ['IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.'],
  10: ['RATE_LIMITED', 'Your bag is full. Order what is in it or give some back first.'],
})

/** Made once: of a drop most are refused, and each would trace where it was made. */
function mapped(said: Record<number, [Code, string]>): Record<number, Refusal> {
  const entries = Object.entries(said)
  return Object.fromEntries(
    entries.map(([code, [name, sentence]]) => [code, new Refusal(name, sentence)]),
  )
}

type Terms = { holdMs: number; unitsMax: number | null }

/** Decides a batch by one call; answers in the order asked. */
export async function reserve(
  sql: Sql,
  asks: Ask[],
  { holdMs, unitsMax }: Terms,
): Promise<Decided> {
  const { wares, places, pairs } = pairsOf(asks)
  const [row] = await sql<{ reserved: Reserved }[]>`
    select reserve_v3(
      ${listed(wares)}::uuid[], ${listed(places)}::uuid[], ${listed(pairs)}::int[],
      ${listed(asks.map((a) => a.id))}::uuid[], ${listed(asks.map((a) => a.buyer))}::uuid[], ${listed(asks.map((a) => a.quantity))}::int[],
      ${asks.map((a) => a.key)}::text[], ${holdMs}::bigint, ${unitsMax}::int
    ) as reserved`
  const { codes, prices, expiresAt, ...reserved } = row?.reserved as Reserved
  const repeats = new Map(reserved.repeats?.map(({ n, hold }) => [n, hold]))
  const answers = asks.map(({ id, showId, variantId, quantity }, n) => {
    const code = codes[n] as number
    if (code === repeated) return repeats.get(n) as Hold
    if (code !== granted) return refusals[code] as Refusal
    const price = prices[(pairs[n] as number) - 1] as Hold['price']
    return { holdId: id, showId, variantId, quantity, price, state: 'active' as const, expiresAt }
  })
  return { answers, events: reserved.events ?? [], notices: reserved.notices ?? [] }
}

/** The pairs of variant and show that a batch is about, and for each request which of them, from 1. */
function pairsOf(asks: Ask[]) {
  const wares: string[] = []
  const places: string[] = []
  const known = new Map<string, number>()
  const pairs = asks.map(({ variantId, showId }) => {
    const name = variantId + showId
    const found = known.get(name)
    if (found !== undefined) return found
    const pair = wares.push(variantId)
    places.push(showId)
    known.set(name, pair)
    return pair
  })
  return { wares, places, pairs }
}

/** Holds of a buyer, newest first, those before the id `before`. */
export async function holdsOf(
  sql: Sql,
  buyer: string,
  before: string | null,
  limit: number,
): Promise<Hold[]> {
  const rows = await sql<{ hold: Hold }[]>`
    select hold_json_v1(h, clock_timestamp()) as hold from holds h
    where h.buyer = ${buyer} and (${before}::uuid is null or h.id < ${before}::uuid)
    order by h.id desc limit ${limit}`
  return rows.map((row) => row.hold)
}

export type LedgerLine = { n: number; kind: string; quantity: number; reason?: string; at: string }

/** Lines of a variant's ledger, newest first, those before line `before`. */
export async function ledgerOf(
  sql: Sql,
  variantId: string,
  before: number | null,
  limit: number,
): Promise<LedgerLine[]> {
  const rows = await sql<(LedgerLine & { reason: string | null })[]>`
    select n::float8 as n, kind, quantity, reason, iso(at) as at from stock_ledger
    where variant_id = ${variantId} and (${before}::bigint is null or n < ${before}::bigint)
    order by n desc limit ${limit}`
  return rows.map(({ reason, ...line }) => (reason === null ? line : { ...line, reason }))
}

/** Whose variant it is; undefined when there is none. */
export async function merchantOf(sql: Sql, variantId: string): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    select merchant_id as id from variants where id = ${variantId}`
  return row?.id
}

export type StockFigures = { onHand: number; held: number; sold: number }

export async function figuresOf(
  sql: Sql,
  variantIds: string[],
): Promise<Map<string, StockFigures>> {
  const rows = await sql<(StockFigures & { id: string })[]>`
    select variant_id as id, on_hand as "onHand", held, sold from stock
    where variant_id = any(${variantIds}::uuid[])`
  return new Map(rows.map(({ id, ...figures }) => [id, figures]))
}

export async function bagsOf(sql: Sql, showId: string): Promise<InBags> {
  const [row] = await sql<{ bags: InBags }[]>`select bags_v1(${showId}) as bags`
  return row?.bags as InBags
}

/** What is to be had of one variant in one show, and who waits for it; `version` orders readings. */
export type Level = { available: number; held: number; version: number; line?: Line }

/** Levels of all offers that are open by the clock in these shows, in one query. */
export async function levelsOf(
  sql: Sql,
  showIds: string[],
): Promise<Map<string, { stock: Record<string, Level> }>> {
  const rows = await sql<
    (Omit<Level, 'line'> & { line: Line | null; showId: string; variantId: string })[]
  >`
    select o.show_id as "showId", o.variant_id as "variantId",
      available_v1(s, o) as available, s.held, s.n::float8 as version,
      case when o.waiting > 0 then line_v1(o) end as line
    from offers o join stock s on s.variant_id = o.variant_id
    where o.show_id = any(${showIds}::uuid[]) and o.closed_at is null
      and o.starts_at <= clock_timestamp() and (o.ends_at is null or o.ends_at > clock_timestamp())`
  const levels = new Map(showIds.map((id) => [id, { stock: {} as Record<string, Level> }]))
  for (const { showId, variantId, line, ...level } of rows) {
    const found = levels.get(showId)
    if (found) found.stock[variantId] = line === null ? level : { ...level, line }
  }
  return levels
}
