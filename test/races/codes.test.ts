import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { createLogbook } from '../../server/events/log.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import { createOrders, type Orders } from '../../server/features/orders/orders.ts'
import { auditCodes } from '../../server/features/promotions/audit.ts'
import { createPromotions, type Promotions } from '../../server/features/promotions/promotions.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { home } from '../support/home.ts'
import { codeOf, tally } from '../support/shop.ts'
import { openTill, type Till } from '../support/till.ts'

let till: Till
let promotions: Promotions
let second: { orders: Orders; close(): Promise<void> }

beforeAll(async () => {
  till = await openTill()
  promotions = createPromotions(till.shop)
  second = beside(till)
})
afterAll(async () => {
  await second.close()
  const { sql } = till.shop
  expect([...(await auditCodes(sql)), ...(await auditMoney(sql))]).toEqual([])
  expect(await auditStock(sql)).toEqual([])
  await till.close()
})

/** A second process that takes orders for the same shop. */
function beside({ shop, company }: Till) {
  const pg = openPostgres(shop.url)
  const orders = createOrders({
    pg,
    log: createLogbook({ db: pg.db, tell: () => {} }),
    payments: company.port,
    publicUrl: 'http://shop.test',
    payMs: 600_000,
    logger: pino({ level: 'silent' }),
  })
  const close = async () => {
    await orders.close()
    await pg.close()
  }
  return { orders, close }
}

const doors = () => [till.orders, second.orders] as const
const place = (door: Orders, buyer: Who, holdId: string, code = 'RUSH', key = newId()) =>
  door.place(buyer, { holdIds: [holdId], shippingAddress: home, code }, key)

const usesOf = async (host: Who) => (await promotions.list(host, {})).items[0]?.uses

/**
 * Buyers with a piece in hand each: of one variant those of the first process, of another those of the
 * second. So no stock row keeps them apart, only the code's.
 */
async function crowd(buyers: number, terms: { quota?: number; perBuyer?: number }) {
  const stand = await till.shop.open(buyers, buyers)
  const made = await promotions.make(stand.host, { code: 'RUSH', off: { percent: 10 }, ...terms })
  const people = await till.shop.people(buyers)
  const ready = await Promise.all(
    people.map(async (who, i) => {
      const variantId = stand.product.variants[i % 2] as string
      return { who, holdId: await till.hold(who, { ...stand, variantId }) }
    }),
  )
  return { ...stand, made, ready }
}

test('500 buyers on two processes at a code of 50 uses: exactly 50 have it, and nobody else has an order', async () => {
  const { host, ready } = await crowd(500, { quota: 50 })
  const codes = await Promise.all(
    ready.map(({ who, holdId }, i) => codeOf(place(doors()[i % 2 ? 1 : 0], who, holdId))),
  )
  expect(tally(codes)).toEqual({ ok: 50, CONFLICT: 450 })
  expect(await usesOf(host)).toBe(50)
})

test('20 tabs of one buyer, on two processes: the code is used once', async () => {
  const stand = await till.shop.open(60)
  await promotions.make(stand.host, { code: 'RUSH', off: { percent: 10 } })
  const buyer = await till.shop.person()
  const holds = await Promise.all(Array.from({ length: 20 }, () => till.hold(buyer, stand)))
  const codes = await Promise.all(
    holds.map((holdId, i) => codeOf(place(doors()[i % 2 ? 1 : 0], buyer, holdId))),
  )
  expect(tally(codes)).toEqual({ ok: 1, CONFLICT: 19 })
  expect(await usesOf(stand.host)).toBe(1)
})

test('one key pressed 50 times on two processes is one order and one use', async () => {
  const { host, ready } = await crowd(1, {})
  const { who, holdId } = ready[0] as (typeof ready)[0]
  const placed = await Promise.all(
    Array.from({ length: 50 }, (_, i) => place(doors()[i % 2 ? 1 : 0], who, holdId, 'RUSH', 'one')),
  )
  expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1)
  expect(await usesOf(host)).toBe(1)
})

test('orders end while others are placed: a use that comes back is used again, and none is lost', async () => {
  const { host, ready } = await crowd(60, { quota: 5 })
  const press = async ({ who, holdId }: (typeof ready)[0], i: number) => {
    const door = doors()[i % 2 ? 1 : 0]
    for (;;) {
      const placed = await place(door, who, holdId).catch((error) => error)
      if ('order' in placed) return door.cancel(who, placed.order.id, newId())
      expect(placed.message).toBe('This code has been used up.')
      await pause(1)
    }
  }
  await Promise.all(ready.map(press))
  expect(await usesOf(host)).toBe(0)
})

test('who pays late by one call has two codes again, locked in the order in which everybody locks them', async () => {
  const { hear, company, orders, shop } = till
  const stand = await shop.open(10)
  const late = async (code: string) => {
    const made = await promotions.make(stand.host, { code, off: { percent: 10 } })
    const buyer = await shop.person()
    const { order, payment } = await place(orders, buyer, await till.hold(buyer, stand), code)
    await orders.cancel(buyer, order.id, newId())
    return { made, payment }
  }
  const [first, second] = [await late('FIRST'), await late('SECOND')]
  const news = [second, first].map(({ payment }) => company.move(payment.id, 'succeeded'))
  const { heard } = await shop.pg.jobs.begin(async (tx) => {
    const lock = (id: string) =>
      tx`select from discount_codes where id = ${id} for no key update nowait`
    await lock(first.made.id)
    const heard = Promise.all(news.map(hear))
    const waiting = () =>
      tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`
    await expect.poll(waiting).toHaveLength(1)
    await lock(second.made.id)
    return { heard }
  })
  await heard
  expect((await promotions.list(stand.host, {})).items.map(({ uses }) => uses)).toEqual([1, 1])
})

test('after a code is ended nobody has it, however many press at that moment', async () => {
  for (let round = 0; round < 20; round++) {
    const { host, made, ready } = await crowd(10, {})
    const pressed = ready.map(({ who, holdId }, i) =>
      place(doors()[i % 2 ? 1 : 0], who, holdId).then(
        ({ order }) => order.id,
        () => null,
      ),
    )
    await promotions.end(host, made.id)
    const before = await usesOf(host)
    const orders = (await Promise.all(pressed)).filter((id) => id !== null)
    expect(await usesOf(host)).toBe(before)
    expect(orders).toHaveLength(before as number)
  }
})
