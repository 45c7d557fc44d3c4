import type { Delivery, Webhook } from '../../../shared/wire/hooks.ts'
import { forget } from '../../store/forget.ts'
import type { Sql } from '../../store/postgres.ts'

/** With the waits below, about three days of trying. */
const attemptsMax = 22

export type Due = {
  id: string
  body: string
  url: string
  secretVersion: number
  /** The secret before this one still signs. */
  isRenewed: boolean
  /** No further try will follow this one. */
  last: boolean
}
export type Outcome = { status: number | null; answer: string }

export async function readEndpoints(
  sql: Sql,
  merchant: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<Webhook[]> {
  const rows = await sql<{ view: Webhook }[]>`
    select hook_view_v1(e) as view from hook_endpoints e
    where e.merchant_id = ${merchant} and (${before}::uuid is null or e.id < ${before}::uuid)
    order by e.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

export async function ownsEndpoint(sql: Sql, merchant: string, id: string): Promise<boolean> {
  const found = await sql`
    select from hook_endpoints where id = ${id} and merchant_id = ${merchant}`
  return found.length > 0
}

/** Newest first. `before`: the place of the last one of the page before, an instant and an id. */
export async function readDeliveries(
  sql: Sql,
  endpointId: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<{ place: string; view: Delivery }[]> {
  const [us = null, id = null] = before?.split(' ') ?? []
  return sql<{ place: string; view: Delivery }[]>`
    select us(d.created_at) || ' ' || d.id as place, delivery_view_v1(d) as view from hook_deliveries d
    where d.endpoint_id = ${endpointId} and (${us}::bigint is null
      or (d.created_at, d.id) < (timestamptz 'epoch' + ${us}::bigint * interval '1 microsecond', ${id}::uuid))
    order by d.created_at desc, d.id desc limit ${limit}`
}

/** Endpoints with something due, in any order: where there are more than have a turn, none is always the last. */
export async function readDueEndpoints(
  sql: Sql,
  { without, among = null, limit }: { without: string[]; among?: string[] | null; limit: number },
): Promise<string[]> {
  if (limit <= 0 || among?.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select e.id from hook_endpoints e
    where e.id <> all(${without}::uuid[]) and (${among}::uuid[] is null or e.id = any(${among}::uuid[]))
      and exists (select from hook_deliveries d where d.endpoint_id = e.id and d.due_at <= now())
    order by random() limit ${limit}`
  return rows.map(({ id }) => id)
}

/**
 * Takes what is due for an endpoint. Each is due again after a wait that doubles from half a minute to six hours, so a
 * node that dies while it sends loses none: at worst one comes twice, with the same id.
 */
export function claim(sql: Sql, endpointId: string, limit: number): Promise<Due[]> {
  return sql<Due[]>`
    update hook_deliveries d set attempts = d.attempts + 1, tried_at = clock_timestamp(),
      due_at = clock_timestamp() + least(interval '6 hours', interval '30 seconds' * 2 ^ d.attempts)
    from hook_endpoints e
    where e.id = d.endpoint_id and d.id in (
      select id from hook_deliveries where endpoint_id = ${endpointId} and due_at <= now()
      order by due_at limit ${limit} for update skip locked)
    returning d.id, d.body, d.attempts >= ${attemptsMax} as last, e.url, e.secret_version as "secretVersion",
      coalesce(e.renewed_at > now() - interval '1 day', false) as "isRenewed"`
}

export async function markDelivered(sql: Sql, id: string, outcome: Outcome): Promise<void> {
  const { status, answer } = outcome
  await sql`update hook_deliveries set due_at = null, delivered_at = clock_timestamp(), status = ${status}, answer = ${answer}
    where id = ${id}`
}

/** What was dropped meanwhile stays dropped: only the note of this try is written. */
export async function markFailed(sql: Sql, id: string, outcome: Outcome): Promise<void> {
  await sql`update hook_deliveries set status = ${outcome.status}, answer = ${outcome.answer} where id = ${id}`
}

/** As if it had not been tried. */
export async function putBack(sql: Sql, id: string): Promise<void> {
  await sql`update hook_deliveries set attempts = attempts - 1, due_at = clock_timestamp()
    where id = ${id} and due_at is not null`
}

/** Not tried any more. An endpoint that took nothing in all the time that this one was tried is switched off. */
export async function giveUp(sql: Sql, id: string): Promise<void> {
  await sql`update hook_deliveries set due_at = null where id = ${id}`
  await sql`select end_hook_v1(g.endpoint_id, 'failing') from hook_deliveries g
    where g.id = ${id} and not exists (
      select from hook_deliveries d where d.endpoint_id = g.endpoint_id and d.delivered_at > g.created_at)`
}

export async function endEndpoint(sql: Sql, id: string): Promise<void> {
  await sql`select end_hook_v1(${id}, 'gone')`
}

/** Endpoints whose stock is looked at now; due again after a while, so that a drop is told of in one delivery. */
export async function claimStock(
  sql: Sql,
  { everyMs, limit }: { everyMs: number; limit: number },
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    update hook_endpoints set stock_due_at = clock_timestamp() + ${everyMs} * interval '1 ms'
    where id in (select id from hook_endpoints where stock_due_at <= now()
      order by stock_due_at limit ${limit} for update skip locked)
    returning id`
  return rows.map(({ id }) => id)
}

export async function tellStock(sql: Sql, endpointId: string, limit: number): Promise<void> {
  await sql`select tell_stock_v1(${endpointId}, ${limit})`
}

export async function putOffStock(sql: Sql, endpointId: string, ms: number): Promise<void> {
  await sql`update hook_endpoints set stock_due_at = clock_timestamp() + ${ms} * interval '1 ms'
    where id = ${endpointId} and stock_due_at is not null`
}

export function forgetDeliveries(sql: Sql): Promise<void> {
  const settled = { keep: '30 days', only: 'due_at is null' }
  return forget(sql, { table: 'hook_deliveries', from: 'created_at', ...settled })
}
