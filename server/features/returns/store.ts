import type { ReturnState } from '../../../shared/domain/returns.ts'
import { disputeDays } from '../../../shared/limits.ts'
import type { OrderReturns, Return } from '../../../shared/wire/returns.ts'
import type { Sql } from '../../store/postgres.ts'

type Slice = { before: string | null; limit: number }
type View = { view: Return }

/** Null where there is no such order, or it is not theirs. */
export async function readReturnsOf(sql: Sql, args: object): Promise<OrderReturns | null> {
  const [row] = await sql<{ found: OrderReturns | null }[]>`
    select order_returns_v1(${sql.json(args as never)}) as found`
  return row?.found ?? null
}

/** A shop's returns, newest first; `state` null: all. */
export async function readReturns(
  sql: Sql,
  merchant: string,
  { before, limit, state }: Slice & { state: ReturnState | null },
): Promise<Return[]> {
  const rows = await sql<View[]>`
    select return_view_v1(r) as view from order_returns r
    where r.merchant_id = ${merchant} and (${before}::uuid is null or r.id < ${before}::uuid)
      and (${state}::text is null or r.state = ${state})
    order by r.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

/** What waits for the shop, soonest deadline first; a place: the deadline that it had, and which. */
export function readWaiting(
  sql: Sql,
  merchant: string,
  { before, limit }: Slice,
): Promise<(View & { place: string })[]> {
  const [at = null, id = null] = before?.split(' ') ?? []
  return sql`
    select return_view_v1(r) as view, us(r.due_at) || ' ' || r.id as place from order_returns r
    where r.merchant_id = ${merchant} and r.state in ('asked', 'sent', 'disputed') and r.answered_at is null
      and (${at}::bigint is null
        or (r.due_at, r.id) > (to_timestamp(0) + ${at}::bigint * interval '1 microsecond', ${id}::uuid))
    order by r.due_at, r.id limit ${limit}`
}

/** What the house is asked to decide, oldest first; what it has decided, newest first. */
export async function readDisputes(
  sql: Sql,
  { before, limit, decided }: Slice & { decided: boolean },
): Promise<Return[]> {
  const rows = decided
    ? await sql<View[]>`
        select return_view_v1(r) as view from order_returns r
        where r.disputed_at is not null and r.state = 'decided' and (${before}::uuid is null or r.id < ${before}::uuid)
        order by r.id desc limit ${limit}`
    : await sql<View[]>`
        select return_view_v1(r) as view from order_returns r
        where r.disputed_at is not null and r.state = 'disputed' and (${before}::uuid is null or r.id > ${before}::uuid)
        order by r.id limit ${limit}`
  return rows.map(({ view }) => view)
}

/** Returns of one go of the sweeper: each is a call of its own. */
const passMax = 100

/** A parcel on its way back has its buyer's time to ask the house before that. */
export const dueRows = `
  select id, due_at from order_returns where state in ('asked', 'accepted') and due_at <= now()
  union all
  select id, due_at from order_returns where state = 'sent' and due_at <= now() - interval '${disputeDays} days'`

export async function dueReturns(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    ${sql.unsafe(dueRows)} order by due_at limit ${passMax}`
  return rows.map(({ id }) => id)
}
