import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { createLogbook } from '../../server/events/log.ts'
import { type Affiliates, createAffiliates } from '../../server/features/affiliates/affiliates.ts'
import { affiliateChecks } from '../../server/features/affiliates/audit.ts'
import { findAll } from '../../server/store/check.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { openStall, type Stall } from '../support/affiliates.ts'
import { until } from '../support/front.ts'
import { home } from '../support/home.ts'
import { codeOf, tally } from '../support/shop.ts'
import { euros } from '../support/till.ts'

let stall: Stall
let second: { affiliates: Affiliates; close(): Promise<void> }

beforeAll(async () => {
  stall = await openStall()
  const pg = openPostgres(stall.shop.url)
  const log = createLogbook({ db: pg.db, tell: () => {} })
  second = { affiliates: createAffiliates({ pg, log }), close: () => pg.close() }
})
afterAll(async () => {
  await second.close()
  await stall.till.orders.settleRefunds()
  expect(await findAll(stall.sql, affiliateChecks)).toEqual([])
  expect(await stall.counter.findings()).toEqual([])
  await stall.close()
})

const door = (n: number) => (n % 2 ? second.affiliates : stall.affiliates)
const pay = (amount: number) => ({ amount: euros(amount), paidOn: '2026-01-01', note: '' })

/** A partner to whom so many times 200 is owed. */
async function owed(orders: number) {
  const stand = await stall.open(orders)
  const ids: string[] = []
  for (let n = 0; n < orders; n++) {
    const { order } = await stall.bought(stand, stand.code)
    await stall.over(stand.host, order.id)
    ids.push(order.id)
  }
  return { ...stand, ids }
}

test('two tabs mark the same sum paid, on two processes: it is one payout; others never go above what is owed', async () => {
  const { host, id, partner } = await owed(5)
  const same = await Promise.all(
    Array.from({ length: 20 }, (_, n) => door(n).pay(host, id, pay(300), 'one press')),
  )
  expect(new Set(same.map((payout) => payout.id)).size).toBe(1)
  const more = await Promise.all(
    Array.from({ length: 20 }, (_, n) => codeOf(door(n).pay(host, id, pay(100), newId()))),
  )
  expect(tally(more)).toEqual({ ok: 7, CONFLICT: 13 })
  expect(await stall.sums(partner)).toMatchObject({ paid: euros(1_000), owed: euros(0) })
})

test('payouts beside refunds: what was paid had been earned, and what came back after it is set off', async () => {
  const { host, id, partner, ids } = await owed(10)
  const { orders } = stall.till
  await Promise.all([
    ...ids.slice(0, 5).map((orderId) => orders.refund(host, orderId, {}, newId())),
    ...Array.from({ length: 20 }, (_, n) => codeOf(door(n).pay(host, id, pay(100), newId()))),
  ])
  const sums = await stall.sums(partner)
  expect(sums).toMatchObject({ earned: euros(2_000), back: euros(1_000), waiting: euros(0) })
  const { paid, over, owed: left } = sums as NonNullable<typeof sums>
  expect(paid.amount + left.amount - over.amount).toBe(1_000)
})

test('after a partnership has ended nobody brings an order, however many press at that moment', async () => {
  const { till, shop, viaOf } = stall
  const stand = await stall.open(60)
  const buyers = await shop.people(60)
  const holds = await Promise.all(buyers.map((who) => till.hold(who, stand)))
  const press = (who: Who, n: number) =>
    till.orders.place(
      who,
      { holdIds: [holds[n] as string], shippingAddress: home, via: stand.code },
      newId(),
    )
  const early = buyers.slice(0, 40).map(press)
  await second.affiliates.end(stand.host, stand.id)
  const late = await Promise.all(buyers.slice(40).map((who, n) => press(who, n + 40)))
  for (const { order } of late) expect(await viaOf(order.id)).toBeNull()
  // Those before it may have either; the audit holds each to the moment of the end.
  expect((await Promise.all(early)).length).toBe(40)
})

test('an order that is placed while a partnership is being ended waits for it, and nobody brought it', async () => {
  const { sql, shop, till, viaOf } = stall
  const stand = await stall.open(1)
  const buyer = await shop.person()
  const holdIds = [await till.hold(buyer, stand)]
  const body = { holdIds, shippingAddress: home, via: stand.code }
  let isPlaced = false
  const { placed } = await sql.begin(async (tx) => {
    await tx`select from affiliates where id = ${stand.id} for update`
    const placed = till.orders.place(buyer, body, newId()).finally(() => (isPlaced = true))
    await until(
      () => sql<object[]>`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
      (waiting) => isPlaced || waiting.length > 0,
    )
    await tx`update affiliates set ended_at = clock_timestamp() where id = ${stand.id}`
    return { placed }
  })
  const { order } = await placed
  expect(await viaOf(order.id)).toBeNull()
})

test('20 people take one invitation at once: one of them has it', async () => {
  const { host } = await stall.open(1)
  const { token } = await stall.affiliates.invite(host, {})
  const people = await stall.shop.people(20)
  const codes = await Promise.all(people.map((who, n) => codeOf(door(n).join(who, { token }))))
  expect(tally(codes)).toEqual({ ok: 1, NOT_FOUND: 19 })
})

test('who joins and leaves and joins again, in many tabs, is one partner', async () => {
  const { host, partner, id } = await stall.open(1)
  const by = { merchantId: host.accountId }
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 3 ? door(n).join(partner, by) : door(n).leave(partner, id),
    ),
  )
  const { items } = await stall.affiliates.list(host, {})
  expect(items.map((one) => one.id)).toEqual([id])
})
