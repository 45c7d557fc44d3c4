import type {
  Affiliate,
  AffiliateOffer,
  AffiliateTerms,
  EarnedMonth,
  EarnedOrder,
  Invitation,
  Partnership,
  Payout,
} from '../../../shared/wire/affiliates.ts'
import { isId } from '../../store/page.ts'
import type { Sql } from '../../store/postgres.ts'

type Slice = { before: string | null; limit: number }
type Counted = Slice & { days: object }

export async function readTerms(sql: Sql, merchant: string): Promise<AffiliateTerms | null> {
  const [row] = await sql<{ terms: AffiliateTerms | null }[]>`
    select affiliate_terms_v1(${merchant}) as terms`
  return row?.terms ?? null
}

/** A shop's partners, newest first. */
export async function readAffiliates(
  sql: Sql,
  merchant: string,
  { before, limit, days }: Counted,
): Promise<Affiliate[]> {
  const rows = await sql<{ view: Affiliate }[]>`
    select affiliate_view_v1(a, ${sql.json(days as never)}) as view from affiliates a
    where a.merchant_id = ${merchant} and (${before}::uuid is null or a.id < ${before}::uuid)
    order by a.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

/** One of them; who asks has been found to be its shop. */
export async function readAffiliate(sql: Sql, id: string, days: object): Promise<Affiliate> {
  const [row] = await sql<{ view: Affiliate }[]>`
    select affiliate_view_v1(a, ${sql.json(days as never)}) as view from affiliates a where a.id = ${id}`
  return row?.view as Affiliate
}

/** An account's partnerships, newest first. */
export async function readPartnerships(
  sql: Sql,
  accountId: string,
  { before, limit, days }: Counted,
): Promise<Partnership[]> {
  const rows = await sql<{ view: Partnership }[]>`
    select partnership_view_v1(a, ${sql.json(days as never)}) as view from affiliates a
    where a.account_id = ${accountId} and (${before}::uuid is null or a.id < ${before}::uuid)
    order by a.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

/** One of them; who asks has been found to be its account. */
export async function readPartnership(sql: Sql, id: string, days: object): Promise<Partnership> {
  const [row] = await sql<{ view: Partnership }[]>`
    select partnership_view_v1(a, ${sql.json(days as never)}) as view from affiliates a where a.id = ${id}`
  return row?.view as Partnership
}

/** Whether somebody is one of its two sides. */
export async function ownsPartnership(sql: Sql, accountId: string, id: string): Promise<boolean> {
  const found = await sql`
    select from affiliates where id = ${id} and ${accountId} in (merchant_id, account_id)`
  return found.length > 0
}

export async function readPayouts(
  sql: Sql,
  affiliateId: string,
  { before, limit }: Slice,
): Promise<Payout[]> {
  const rows = await sql<{ view: Payout }[]>`
    select payout_view_v1(p) as view from affiliate_payouts p
    where p.affiliate_id = ${affiliateId} and (${before}::uuid is null or p.id < ${before}::uuid)
    order by p.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

export async function readInvitations(
  sql: Sql,
  merchant: string,
  { before, limit }: Slice,
): Promise<Invitation[]> {
  const rows = await sql<{ view: Invitation }[]>`
    select invitation_view_v1(i) as view from affiliate_invitations i
    where i.merchant_id = ${merchant} and invitation_stands_v1(i) and (${before}::uuid is null or i.id < ${before}::uuid)
    order by i.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

export async function dropInvitation(sql: Sql, merchant: string, id: string): Promise<void> {
  await sql`delete from affiliate_invitations where id = ${id} and merchant_id = ${merchant}`
}

/** What a shop offers everybody. */
export async function readOffer(sql: Sql, merchant: string): Promise<AffiliateOffer | null> {
  const [row] = await sql<{ offer: AffiliateOffer | null }[]>`
    select affiliate_offer_v1(${merchant}, false) as offer`
  return row?.offer ?? null
}

/** What an invitation offers while it can be taken. */
export async function offerOf(sql: Sql, token: string): Promise<AffiliateOffer | null> {
  const [row] = await sql<{ offer: AffiliateOffer | null }[]>`
    select affiliate_offer_v1(i.merchant_id, true) as offer from affiliate_invitations i
    where i.token = ${token} and invitation_stands_v1(i)`
  return row?.offer ?? null
}

export async function shopOfVia(sql: Sql, code: string): Promise<string | null> {
  const [row] = await sql<{ merchantId: string }[]>`
    select merchant_id as "merchantId" from affiliates where code = ${code} and ended_at is null`
  return row?.merchantId ?? null
}

/** A place in the list of months: month, show, currency. */
export function isMonth(text: string): boolean {
  const [month, show, currency, ...more] = text.split(' ')
  const isThere = /^\d{4}-\d{2}$/.test(month ?? '') && isId(show ?? '')
  return isThere && /^[A-Z]{3}$/.test(currency ?? '') && more.length === 0
}

export function readMonths(
  sql: Sql,
  id: string,
  { before, limit, days }: Counted,
): Promise<{ place: string; view: EarnedMonth }[]> {
  return sql`
    select m.place, m.view from affiliates a cross join lateral affiliate_months_v1(a, ${sql.json(days as never)}) m
    where a.id = ${id} and (${before}::text is null or m.place collate "C" < ${before}::text)
    order by m.place collate "C" desc limit ${limit}`
}

export function readOrders(
  sql: Sql,
  id: string,
  { before, limit, days }: Counted,
): Promise<{ id: string; view: EarnedOrder }[]> {
  return sql`
    select o.id, affiliate_order_view_v1(a, o.id, o.paid_at, o.currency, o.worth, o.share, o.kept, o.ends_at, o.is_open) as view
    from affiliates a cross join lateral affiliate_orders_v1(a, ${sql.json(days as never)}, 'infinity', ${before}, ${limit}) o
    where a.id = ${id} order by o.id desc`
}
