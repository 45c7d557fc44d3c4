import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStall, type Stall } from '../../../test/support/affiliates.ts'
import { home } from '../../../test/support/home.ts'
import { codeOf, tally } from '../../../test/support/shop.ts'
import { euros } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { findAll } from '../../store/check.ts'
import { affiliateChecks } from './audit.ts'

let stall: Stall

beforeAll(async () => {
  stall = await openStall()
})
afterAll(async () => {
  expect(await findAll(stall.sql, affiliateChecks)).toEqual([])
  await stall.close()
})

const today = new Date().toISOString().slice(0, 10)
const pay = (amount: number) => ({ amount: euros(amount), paidOn: today, note: 'by bank' })

describe('an order that came by a link', () => {
  test('earns its share when it is paid, which waits until nothing can come back, and is owed then', async () => {
    const { affiliates, bought, open, over, sums } = stall
    const stand = await open(5, 1_250)
    const { order } = await bought(stand, stand.code)
    expect(await sums(stand.partner)).toMatchObject({
      orders: 1,
      sold: euros(2_000),
      earned: euros(250),
      waiting: euros(250),
      owed: euros(0),
    })
    await over(stand.host, order.id)
    expect(await sums(stand.partner)).toMatchObject({ waiting: euros(0), owed: euros(250) })
    await affiliates.pay(stand.host, stand.id, pay(200), newId())
    const more = affiliates.pay(stand.host, stand.id, pay(51), newId())
    expect(await codeOf(more)).toBe('CONFLICT')
    expect(await sums(stand.partner)).toMatchObject({ paid: euros(200), owed: euros(50) })
  })

  test('is placed all the same where the link is not good, and nobody brought it', async () => {
    const { affiliates, bought, open, viaOf } = stall
    const stand = await open(9)
    const other = await open(1)
    const whose = async (via: string, buyer?: Who) =>
      viaOf((await bought(stand, via, buyer)).order.id)
    expect(await whose(stand.code)).toBe(stand.id)
    expect(await whose('nobodys')).toBeNull()
    expect(await whose(other.code)).toBeNull()
    expect(await whose(stand.code, stand.partner)).toBeNull()
    expect(await whose(stand.code, stand.host)).toBeNull()
    await affiliates.end(stand.host, stand.id)
    expect(await whose(stand.code)).toBeNull()
  })

  test('is the same order when it is sent again with another link, and stays with the first', async () => {
    const { open, shop, till, viaOf } = stall
    const stand = await open(5)
    const buyer = await shop.person()
    const holdIds = [await till.hold(buyer, stand)]
    const body = { holdIds, shippingAddress: home }
    const first = await till.orders.place(buyer, { ...body, via: stand.code }, 'one')
    const again = await till.orders.place(buyer, { ...body, via: 'another' }, 'one')
    expect(again.order.id).toBe(first.order.id)
    expect(await viaOf(first.order.id)).toBe(stand.id)
  })

  test('that was paid too late and went straight back was no sale', async () => {
    const { open, shop, sums, till } = stall
    const stand = await open(1)
    const [late, quick] = await shop.people(2)
    const holdIds = [await till.hold(late as Who, stand)]
    const body = { holdIds, shippingAddress: home, via: stand.code }
    const { order, payment } = await till.orders.place(late as Who, body, newId())
    await till.runOut(order.id)
    await till.orders.expire()
    await till.hold(quick as Who, stand)
    await till.hear(till.company.move(payment.id, 'succeeded'))
    expect(await till.orders.read(late as Who, order.id)).toMatchObject({ status: 'refunded' })
    expect(await sums(stand.partner)).toBeUndefined()
  })

  test('waits while a return of it is open, also when its time is over', async () => {
    const { bought, counter, open, over, sums } = stall
    const stand = await open(5)
    const { buyer, order, holdId } = await bought(stand, stand.code)
    await over(stand.host, order.id)
    const ask = { items: [{ holdId, quantity: 1 }], reason: 'damaged' as const }
    const asked = await counter.returns.ask(buyer, order.id, ask, newId())
    expect(await sums(stand.partner)).toMatchObject({ waiting: euros(200), owed: euros(0) })
    await counter.returns.move('withdraw', buyer, asked.id, {})
    expect(await sums(stand.partner)).toMatchObject({ waiting: euros(0), owed: euros(200) })
  })

  test('whose money goes back after it was paid for is set off against what comes', async () => {
    const { affiliates, bought, open, over, sums, till } = stall
    const stand = await open(5)
    const [one, two] = [await bought(stand, stand.code), await bought(stand, stand.code)]
    await over(stand.host, one.order.id)
    await affiliates.pay(stand.host, stand.id, pay(200), newId())
    await till.orders.refund(stand.host, one.order.id, {}, newId())
    expect(await sums(stand.partner)).toMatchObject({ over: euros(200), owed: euros(0) })
    await over(stand.host, two.order.id)
    expect(await sums(stand.partner)).toMatchObject({ over: euros(0), owed: euros(0) })
  })

  test('shows its affiliate when, what and how much, and nobody', async () => {
    const { affiliates, bought, open } = stall
    const stand = await open(5)
    const { buyer, order } = await bought(stand, stand.code)
    const page = await affiliates.orders(stand.partner, stand.id, {})
    expect(await affiliates.orders(stand.partner, stand.id, {})).toEqual(page)
    expect(page.items[0]?.id).toMatch(/^[0-9a-f]{32}$/)
    expect(page.items).toMatchObject([{ state: 'waiting', earned: euros(200), endsAt: null }])
    const months = await affiliates.months(stand.partner, stand.id, {})
    expect(months.items).toMatchObject([{ orders: 1, kept: euros(200) }])
    const all = JSON.stringify([page, months])
    for (const word of [order.id, buyer.accountId, buyer.displayName, home.name, home.line1]) {
      expect(all).not.toContain(word)
    }
  })
})

describe('a rate', () => {
  test('that changes leaves what was earned as it was, and holds for what is paid later', async () => {
    const { affiliates, bought, open, rateHolds, sums } = stall
    const stand = await open(5, 1_000)
    await bought(stand, stand.code)
    const now = Date.now()
    const terms = { entry: 'open' as const, rateBps: 2_000, products: [] }
    const { changesAt } = await affiliates.setTerms(stand.host, terms)
    expect(Date.parse(changesAt as string) - now).toBeGreaterThan(9_000)
    await bought(stand, stand.code)
    expect(await sums(stand.partner)).toMatchObject({ earned: euros(400) })
    await rateHolds(stand.host)
    await bought(stand, stand.code)
    expect(await sums(stand.partner)).toMatchObject({ earned: euros(800) })
  })

  test('of a partner goes before the product’s, and that before the shop’s; none is none for all', async () => {
    const { affiliates, bought, open, rateHolds, sums } = stall
    const stand = await open(9, 1_000)
    const { host, id, partner, product } = stand
    const set = async (productBps: number, own: number | null) => {
      const products = [{ productId: product.id, rateBps: productBps }]
      await affiliates.setTerms(host, { entry: 'open', rateBps: 1_000, products })
      await affiliates.setRate(host, id, own)
      await rateHolds(host)
      const before = (await sums(partner))?.earned.amount ?? 0
      await bought(stand, stand.code)
      return ((await sums(partner))?.earned.amount ?? 0) - before
    }
    expect(await set(300, null)).toBe(60)
    expect(await set(300, 4_000)).toBe(800)
    expect(await set(0, 4_000)).toBe(0)
    const strange = [{ productId: newId(), rateBps: 1 }]
    const terms = { entry: 'open' as const, rateBps: 1_000, products: strange }
    expect(await codeOf(affiliates.setTerms(host, terms))).toBe('VALIDATION')
  })
})

describe('a partnership', () => {
  test('begins at an open door or by an invitation, once, and not with oneself', async () => {
    const { affiliates, open, shop } = stall
    const { host, partner, id } = await open(1)
    const by = { merchantId: host.accountId }
    expect((await affiliates.join(partner, by)).id).toBe(id)
    expect(await codeOf(affiliates.join(host, by))).toBe('CONFLICT')
    await affiliates.end(host, id)
    expect(await codeOf(affiliates.join(partner, by))).toBe('CONFLICT')
    const { token } = await affiliates.invite(host, {})
    const again = await affiliates.join(partner, { token })
    expect(again).toMatchObject({ id, endedAt: null })
    expect(await codeOf(affiliates.join(await shop.person(), { token }))).toBe('NOT_FOUND')
    await affiliates.setTerms(host, { entry: 'closed', rateBps: 1_000, products: [] })
    expect(await codeOf(affiliates.join(await shop.person(), by))).toBe('NOT_FOUND')
    expect(await codeOf(affiliates.invite(host, {}))).toBe('CONFLICT')
  })

  test('that an address is invited to is for its account alone, and only then the shop reads the address', async () => {
    const { affiliates, open, shop, sql } = stall
    const { host } = await open(1)
    const invited = await shop.person()
    const email = 'Ines@example.test'
    await sql`update accounts set email = ${email.toLowerCase()} where id = ${invited.accountId}`
    const { token } = await affiliates.invite(host, { email })
    expect((await affiliates.invite(host, { email })).token).toBe(token)
    expect(await codeOf(affiliates.join(await shop.person(), { token }))).toBe('NOT_FOUND')
    await affiliates.join(invited, { token })
    const { items } = await affiliates.list(host, {})
    expect(items.map((one) => one.email)).toEqual([email, null])
  })

  test('of others is not there', async () => {
    const { affiliates, open, shop } = stall
    const { id, partner, host } = await open(1)
    const stranger = await shop.person()
    const calls = [
      affiliates.end(stranger, id),
      affiliates.end(partner, id),
      affiliates.leave(host, id),
      affiliates.setRate(partner, id, 100),
      affiliates.pay(partner, id, pay(1), newId()),
      affiliates.orders(stranger, id, {}),
      affiliates.months(stranger, id, {}),
      affiliates.payouts(stranger, id, {}),
    ]
    const codes = await Promise.all(calls.map((call) => codeOf(call)))
    expect(tally(codes)).toEqual({ NOT_FOUND: calls.length })
  })

  test('is not paid for a day that is still to come', async () => {
    const { affiliates, open } = stall
    const { id, host } = await open(1)
    const paidOn = new Date(Date.now() + 3 * 24 * 3_600_000).toISOString().slice(0, 10)
    const call = affiliates.pay(host, id, { ...pay(1), paidOn }, newId())
    expect(await codeOf(call)).toBe('VALIDATION')
  })
})

describe('what a partner is owed', () => {
  test('of 20,000 orders is counted by a connection that has counted before, nobody having looked at the tables', async () => {
    const { bought, open, over, sql, sums } = stall
    const stand = await open(1)
    const { order } = await bought(stand, stand.code)
    await over(stand.host, order.id)
    const more = 20_000
    await sql`alter table orders set (autovacuum_enabled = false)`
    await sql`insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'key', 'more ' || n))).*
      from orders o, generate_series(1, ${more}) n where o.id = ${order.id}`
    await sql`insert into order_items select (jsonb_populate_record(i, jsonb_build_object('order_id', o.id))).*
      from order_items i, orders o where i.order_id = ${order.id} and o.via = ${stand.id} and o.id <> ${order.id}`
    // After five times Postgres keeps a plan.
    for (let n = 0; n < 8; n++) {
      expect(await sums(stand.partner)).toMatchObject({ orders: more + 1 })
    }
  }, 60_000)

  test('may take long to count: an end holds before that, and no order waits for it', async () => {
    const { affiliates, bought, open, shop, viaOf } = stall
    const stand = await open(1)
    const { ended } = await shop.pg.jobs.begin(async (tx) => {
      await tx`lock table affiliate_payouts in access exclusive mode`
      const ended = affiliates.end(stand.host, stand.id)
      const waiting = () =>
        tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`
      await expect.poll(waiting).toHaveLength(1)
      expect(await viaOf((await bought(stand, stand.code)).order.id)).toBeNull()
      return { ended }
    })
    expect((await ended).endedAt).not.toBeNull()
  })

  test('and was paid is sound where the parcel is said to have arrived in that moment', async () => {
    const { affiliates, bought, open, over, sql } = stall
    const stand = await open(1)
    const { order } = await bought(stand, stand.code)
    await over(stand.host, order.id)
    await sql`update orders set return_days = null, shipped_at = shipped_at - interval '90 days' where id = ${order.id}`
    const { at } = await affiliates.pay(stand.host, stand.id, pay(200), newId())
    await sql`update orders set arrived_at = ${at} where id = ${order.id}`
    expect(await findAll(sql, affiliateChecks)).toEqual([])
  })
})
