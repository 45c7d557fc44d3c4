import type { MerchantOrder, Order, OrderStatus, Payment } from '../../../shared/wire/orders.ts'
import type { Part, Sql } from '../../store/postgres.ts'
import { isWithin, type Reach, type Searched, type Stretch, search } from '../../store/search.ts'

type Slice = { before: string | null; limit: number }

/** A buyer's orders, newest first. */
export async function readOrders(
  sql: Sql,
  buyer: string,
  { before, limit }: Slice,
): Promise<Order[]> {
  const rows = await sql<{ view: Order }[]>`
    select order_view_v1(o) as view from orders o
    where o.buyer = ${buyer} and (${before}::uuid is null or o.id < ${before}::uuid)
    order by o.id desc limit ${limit}`
  return rows.map((row) => row.view)
}

export async function readOrder(sql: Sql, buyer: string, id: string): Promise<Order | undefined> {
  const [row] = await sql<{ view: Order }[]>`
    select order_view_v1(o) as view from orders o where o.id = ${id} and o.buyer = ${buyer}`
  return row?.view
}

export async function readPayment(
  sql: Sql,
  buyer: string,
  id: string,
): Promise<Payment | undefined> {
  const [row] = await sql<{ view: Payment }[]>`
    select coalesce(free_payment_v1(o), payment_view_v1(p)) as view
    from orders o left join payments p on p.order_id = o.id
    where o.id = ${id} and o.buyer = ${buyer}`
  return row?.view
}

/** Which of a shop's orders are wanted; null: all. `q` is what stands somewhere in what a merchant knows of an order. */
export type Wanted = { status: OrderStatus | null; showId: string | null; q: string | null }

/** A stretch takes a twentieth of a second, all of them one or two. */
const orderReach: Reach = { atOnce: 10_000, inAll: 200_000 }

/** A shop's orders, newest first. */
export async function readMerchantOrders(
  sql: Sql,
  merchant: string,
  { before, limit, q, ...wanted }: Slice & Wanted,
  reach = orderReach,
): Promise<Searched<MerchantOrder>> {
  const among = { sql, merchant, ...wanted }
  return search({
    words: q,
    reach,
    before,
    limit,
    // Of all the shop's orders: the index has them so, and a stretch is as long however few are wanted.
    edge: (before, rows) => orderAt({ ...among, status: null, showId: null }, before, rows),
    look: (stretch, limit) => viewsOf(among, stretch, q === null ? sql`true` : says(sql, q), limit),
  })
}

type Among = { sql: Sql; merchant: string } & Omit<Wanted, 'q'>

async function viewsOf(
  among: Among,
  stretch: Stretch,
  also: Part,
  limit: number,
): Promise<MerchantOrder[]> {
  const rows = await among.sql<{ view: MerchantOrder }[]>`
    select merchant_view_v1(o) as view from orders o
    where ${isAmong(among, stretch)} and ${also} order by o.id desc limit ${limit}`
  return rows.map((row) => row.view)
}

async function orderAt(among: Among, before: string | null, rows: number): Promise<string | null> {
  const [row] = await among.sql<{ id: string }[]>`
    select o.id from orders o
    where ${isAmong(among, { before, from: null })} order by o.id desc offset ${rows - 1} limit 1`
  return row?.id ?? null
}

const isAmong = ({ sql, merchant, status, showId }: Among, stretch: Stretch) => sql`
  o.merchant_id = ${merchant} and ${isWithin(sql, sql`o.id`, stretch)}
  and (${status}::text is null or o.status = ${status}) and (${showId}::uuid is null or o.show_id = ${showId})`

/** Names are asked for one by one: the planner would rather read every account of the house. */
const says = (sql: Sql, q: string) => sql`(
  strpos('#' || o.number, ${q}) > 0
  or strpos(lower(o.shipping_address ->> 'name'), lower(${q})) > 0 or strpos(lower(o.tracking_number), lower(${q})) > 0
  or (select strpos(lower(a.display_name), lower(${q})) > 0 from accounts a where a.id = o.buyer)
  or exists (select from order_items i where i.order_id = o.id
    and (strpos(lower(i.title), lower(${q})) > 0 or strpos(lower(i.sku), lower(${q})) > 0)))`

/** `merchant` null: whoever's it is, for an admin who may read. */
export async function readMerchantOrder(
  sql: Sql,
  merchant: string | null,
  id: string,
): Promise<MerchantOrder | undefined> {
  const [row] = await sql<{ view: MerchantOrder }[]>`
    select merchant_view_v1(o) as view from orders o
    where o.id = ${id} and (${merchant}::uuid is null or o.merchant_id = ${merchant}::uuid)`
  return row?.view
}

/** A payment as the provider must hear of it. */
export type NewPayment = {
  paymentId: string
  orderId: string
  /** What its buyer calls it. */
  number: number
  provider: string
  amount: number
  currency: string
}

/** What the provider called a payment, and where it can be paid. */
export type Opened = { paymentId: string; ref: string; payUrl: string }

/** Notes payments that can be paid now. */
export async function saveOpened(sql: Sql, opened: Opened[]): Promise<void> {
  await sql`
    select payments_opened_v1(
      ${opened.map((o) => o.paymentId)}::uuid[], ${opened.map((o) => o.ref)}::text[],
      ${opened.map((o) => o.payUrl)}::text[])`
}

/** Notes a payment that its provider does not open: below its least sum, or by a key that was taken back. */
export async function noteUnopened(sql: Sql, paymentId: string): Promise<void> {
  await sql`
    update payments set status = 'failed'
    where id = ${paymentId} and status = 'pending' and provider_ref is null`
}

/**
 * A payment to be read at its provider; without a `ref` the provider may not know of it yet. `isOver`: its order
 * has ended, and nobody waits for the money.
 */
export type DuePayment = NewPayment & { ref: string | null; isOver: boolean }

/** Payments read at their provider in one go. */
export const paymentsMax = 50

/**
 * Takes unsettled payments whose time to be read has come, and sets the next: after half their age,
 * at least 2 s and at most 30 s in the first hour, then ever more seldom, for three months. So money that
 * was taken unheard is found within 30 s while it is young, and found in the end in any case.
 */
export async function claimPayments(sql: Sql): Promise<DuePayment[]> {
  return sql<DuePayment[]>`
    update payments p set due_at = case
        when p.created_at < clock_timestamp() - interval '90 days' then null
        when p.created_at < clock_timestamp() - interval '1 hour'
          then clock_timestamp() + (clock_timestamp() - p.created_at) / 60
        else clock_timestamp() + greatest(interval '2 seconds',
          least(interval '30 seconds', (clock_timestamp() - p.created_at) / 2)) end
    from orders o
    where o.id = p.order_id and p.id in (
      select id from payments where due_at <= now() order by due_at
      limit ${paymentsMax} for update skip locked)
    returning p.id as "paymentId", p.order_id as "orderId", o.number::float8 as number, p.provider,
      p.provider_ref as ref, p.amount::float8 as amount, p.currency, p.status = 'canceled' as "isOver"`
}

export type DueRefund = {
  refundId: string
  provider: string
  ref: string
  amount: number
  /** Tries before this one: whether the provider heard of it is not known. */
  before: number
}

export const refundsMax = 20

/** A provider that did not say is asked again after this long, however old the question is. */
const againSeconds = 15

export async function askAgain(sql: Sql, what: 'payments' | 'refunds', id: string): Promise<void> {
  await sql`update ${sql(what)} set
      due_at = least(due_at, clock_timestamp() + ${againSeconds} * interval '1 second')
    where id = ${id} and ${what === 'payments' ? sql`captured = 0` : sql`status = 'pending'`}`
}

/** Takes due refunds; each is due again after a wait that doubles from 5 s to an hour, until settled. */
export async function claimRefunds(sql: Sql): Promise<DueRefund[]> {
  return sql<DueRefund[]>`
    update refunds r set attempts = r.attempts + 1,
      due_at = clock_timestamp() + least(interval '1 hour', interval '5 seconds' * 2 ^ least(r.attempts, 12))
    from payments p
    where p.id = r.payment_id and r.id in (
      select id from refunds where due_at <= now() order by due_at
      limit ${refundsMax} for update skip locked)
    returning r.id as "refundId", p.provider, p.provider_ref as ref, r.amount::float8 as amount,
      r.attempts - 1 as before`
}
