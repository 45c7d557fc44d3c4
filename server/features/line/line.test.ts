import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChangedPlace } from '../../../shared/wire/line.ts'
import { codeOf, openShop, type Shop } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { auditLine } from './audit.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(async () => {
  expect([...(await auditStock(shop.sql)), ...(await auditLine(shop.sql))]).toEqual([])
  await shop.close()
})

type Opened = Awaited<ReturnType<Shop['open']>>
const eur = (amount: number) => ({ amount, currency: 'EUR' })

const join = (who: Who, { showId, variantId }: Opened, key: string = newId()) =>
  shop.line.join(who, { showId, variantId, key })

const leave = (who: Who, { showId, variantId }: Opened) =>
  shop.line.leave(who, { showId, variantId })

const hold = (who: Who, { what }: Opened, quantity = 1) =>
  shop.inventory.hold(who, { ...what, quantity }, newId())

const ban = ({ showId, host }: Opened, { accountId }: Who) =>
  shop.log.call(shop.sql, 'ban_v1', { showId, by: host.accountId, accountId, reason: 'no' })

/** What so many units of a product are, all of them held by one person. */
async function soldOut(units = 1) {
  const opened = await shop.open(units)
  const [holder, a, b, c] = (await shop.people(4)) as [Who, Who, Who, Who]
  const { holdId } = await hold(holder, opened, units)
  return { opened, holder, holdId, a, b, c }
}

/** What somebody's own screens were told of their places, in order. */
const toldTo = ({ accountId }: Who) =>
  shop.notices.flatMap((one) =>
    one.event === 'line:changed' && one.accountId === accountId
      ? [one.payload as ChangedPlace]
      : [],
  )
const statesOf = (who: Who) => toldTo(who).map(({ state }) => state)

async function shown({ showId, variantId }: Opened) {
  const levels = await shop.inventory.readPulse([showId])
  const { version: _, ...level } = levels.get(showId)?.stock[variantId] ?? { version: 0 }
  return level
}

/** What is said later of this moment. */
async function toldOfNow({ showId, variantId }: Opened) {
  const [row] = await shop.sql`
    select past_stock_v1(${showId}, array[${variantId}]::uuid[], clock_timestamp()) -> ${variantId}::text as stock`
  return row?.['stock']
}

async function availableIn({ showId, variantId }: Pick<Opened, 'showId' | 'variantId'>) {
  const [row] = await shop.sql<{ available: number }[]>`
    select (v ->> 'available')::int as available from shown_products_v1(${showId}, null) p,
      jsonb_array_elements(p) w, jsonb_array_elements(w -> 'variants') v where v ->> 'id' = ${variantId}`
  return row?.available
}

describe('a place in line', () => {
  test('is numbered, one for each person and offer, and the same for the same key', async () => {
    const { opened, a, b } = await soldOut()
    const { showId, variantId } = opened
    const first = await join(a, opened, 'one key')
    expect(first).toEqual({ showId, variantId, number: 1, state: 'waiting' })
    expect(await join(a, opened, 'one key')).toEqual(first)
    expect(await join(a, opened, 'another key')).toEqual(first)
    expect(await join(b, opened)).toMatchObject({ number: 2 })
    await leave(a, opened)
    expect(await join(a, opened, 'one key')).toEqual({ ...first, state: 'left' })
    expect(await join(a, opened)).toMatchObject({ number: 3, state: 'waiting' })
    expect(await shown(opened)).toEqual({ available: 0, held: 1, line: { next: 2, waiting: 2 } })
  })

  test('is not for what is there, is not on sale, was pulled, or is in no live show', async () => {
    const opened = await shop.open(2)
    const { showId, variantId, host, product } = opened
    const who = await shop.person()
    expect(await codeOf(join(who, opened))).toBe('CONFLICT')
    expect(await codeOf(join(who, { ...opened, variantId: newId() }))).toBe('NOT_FOUND')
    expect(await codeOf(join(who, { ...opened, showId: newId() }))).toBe('NOT_FOUND')
    await hold(who, opened, 1)
    const sale = { showId, variantId, price: eur(900), quantity: 1, durationMs: 60_000 }
    await shop.sales.start(host, { ...sale, countdownMs: 60_000 })
    expect(await codeOf(join(who, opened))).toBe('SALE_NOT_OPEN')
    const by = { showId, accountId: host.accountId }
    await shop.log.call(shop.sql, 'pull_v1', { ...by, productId: product.id, reason: 'no' })
    expect(await codeOf(join(who, opened))).toBe('PRODUCT_PULLED')
    await shop.log.call(shop.sql, 'show_end_v1', by)
    expect(await codeOf(join(who, opened))).toBe('SHOW_NOT_LIVE')
  })

  test('is not for who is banned, has what one buyer may have, or waits everywhere', async () => {
    const { opened, holder, a } = await soldOut()
    await ban(opened, a)
    expect(await codeOf(join(a, opened))).toBe('BANNED')
    await shop.sql`update offers set per_buyer = 1 where variant_id = ${opened.variantId}`
    expect(await codeOf(join(holder, opened))).toBe('LIMIT_PER_BUYER')
    const host = await shop.person()
    const product = await shop.product(host, ...Array.from({ length: 21 }, () => 0))
    const showId = await shop.show(host, [product])
    const [keen, other] = (await shop.people(2)) as [Who, Who]
    for (const variantId of product.variants.slice(1)) {
      await join(keen, { ...opened, showId, variantId })
    }
    const last = { ...opened, showId, variantId: product.variants[0] as string }
    expect(await codeOf(join(keen, last))).toBe('RATE_LIMITED')
    await join(other, last)
  })

  test('keeps a unit that comes back from newcomers, wherever they ask', async () => {
    const { opened, holder, holdId, a, b } = await soldOut()
    const elsewhere = await shop.show(opened.host, [opened.product])
    const there = { ...opened, showId: elsewhere, what: { ...opened.what, showId: elsewhere } }
    await join(a, opened)
    await shop.inventory.release(holder, holdId)
    expect(await codeOf(hold(b, opened))).toBe('SOLD_OUT')
    expect(await codeOf(hold(b, there))).toBe('SOLD_OUT')
    expect(await toldOfNow(opened)).toEqual({ held: 0, available: 0 })
    expect(await shown(opened)).toEqual({ available: 0, held: 0, line: { next: 1, waiting: 1 } })
    expect([await availableIn(opened), await availableIn(there)]).toEqual([0, 0])
    const auction = { opening: eur(900), step: eur(100), durationMs: 60_000, extendMs: 0 }
    const { showId, variantId } = opened
    expect(await codeOf(shop.auctions.open(opened.host, { showId, variantId, ...auction }))).toBe(
      'SOLD_OUT',
    )
    const rest = { delta: 2, reason: 'found' }
    await shop.inventory.correctStock(opened.host, variantId, rest, newId())
    expect(await availableIn(there)).toBe(2)
    expect(await codeOf(hold(b, there, 3))).toBe('SOLD_OUT')
    expect(await codeOf(hold(b, there, 2))).toBe('ok')
    expect(await codeOf(hold(b, there))).toBe('SOLD_OUT')
    expect(await shop.serve()).toBe(1)
  })

  test('keeps it also while a hold that ran out stands in the rows', async () => {
    const { opened, holdId, a, b } = await soldOut()
    await join(a, opened)
    await shop.runOut(holdId)
    expect(await codeOf(hold(b, opened))).toBe('SOLD_OUT')
    expect(await shop.serve()).toBe(1)
    expect(toldTo(a).at(-1)).toMatchObject({ state: 'served', hold: { quantity: 1 } })
  })

  test('that is given up lets newcomers have the unit at once, and the log hears it', async () => {
    const { opened, holder, holdId, a, b } = await soldOut()
    await join(a, opened)
    await shop.inventory.release(holder, holdId)
    expect((await shop.told(opened.showId)).at(-1)).toBe('stock.sold-out')
    await leave(a, opened)
    expect((await shop.told(opened.showId)).at(-1)).toBe('stock.available')
    expect(statesOf(a)).toEqual(['waiting', 'left'])
    expect(await codeOf(hold(b, opened))).toBe('ok')
    await leave(a, opened)
    expect(await shop.serve()).toBe(0)
  })
})

describe('a line', () => {
  test('is served in the order of its numbers, with ordinary holds, and passes on what runs out', async () => {
    const { opened, holder, holdId, a, b, c } = await soldOut(2)
    for (const who of [a, b, c]) await join(who, opened)
    await shop.inventory.release(holder, holdId)
    expect(await shop.serve()).toBe(2)
    expect([a, b, c].map((who) => statesOf(who).at(-1))).toEqual(['served', 'served', 'waiting'])
    const served = toldTo(a).at(-1)?.hold
    expect(served).toMatchObject({
      variantId: opened.variantId,
      price: eur(2_000),
      state: 'active',
    })
    expect((await shop.inventory.mine(a, {})).items).toEqual([served])
    expect(await shop.stock(opened.variantId)).toMatchObject({ held: 2 })
    expect(await shown(opened)).toEqual({ available: 0, held: 2, line: { next: 3, waiting: 1 } })
    await shop.runOut(served?.holdId as string)
    expect(await shop.serve()).toBe(1)
    expect(statesOf(c)).toEqual(['waiting', 'served'])
    expect(await shown(opened)).toEqual({ available: 0, held: 2 })
    expect(await codeOf(join(a, opened))).toBe('ok')
  })

  test('of two shows is served in the order of coming, also who came while its stock was locked', async () => {
    const opened = await shop.open(2)
    const { host, product, variantId } = opened
    const [holder, a, b, c] = (await shop.people(4)) as [Who, Who, Who, Who]
    const [first, last] = [await hold(holder, opened), await hold(holder, opened)]
    const elsewhere = { ...opened, showId: await shop.show(host, [product]) }
    await join(a, elsewhere)
    await shop.inventory.release(holder, first.holdId)
    const { serving } = await shop.pg.hot.begin(async (tx) => {
      await tx`select from stock where variant_id = ${variantId} for no key update`
      const serving = shop.serve()
      const waiting = () =>
        tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`
      await expect.poll(waiting).toHaveLength(1)
      for (const [{ accountId }, { showId }] of [[b, opened] as const, [c, elsewhere] as const]) {
        const asks = [{ showId, variantId, accountId, key: 'k' }]
        await tx`select line_joins_v1(${tx.json(asks)}::jsonb, 9, 9)`
      }
      const released = { holdId: last.holdId, buyer: holder.accountId }
      await tx`select release_hold_v1(${tx.json(released)}::jsonb)`
      return { serving }
    })
    expect(await serving).toBe(2)
    expect([a, b, c].map((who) => statesOf(who).at(-1))).toEqual(['served', 'served', undefined])
  })

  test('passes over who is banned, or has what one buyer may have', async () => {
    const { opened, holder, holdId, a, b, c } = await soldOut()
    for (const who of [a, b, c]) await join(who, opened)
    await ban(opened, a)
    await shop.sql`update offers set per_buyer = 1 where variant_id = ${opened.variantId}`
    // As from the time before the limit.
    await shop.sql`update holds set buyer = ${b.accountId} where id = ${holdId}`
    await shop.inventory.correctStock(opened.host, opened.variantId, { delta: 1, reason: 'found' })
    expect(await shop.serve()).toBe(3)
    expect([a, b, c].map((who) => statesOf(who).at(-1))).toEqual(['banned', 'limit', 'served'])
    expect(holder).toBeDefined()
  })

  test('takes no more than its sale has, and what is above that is free elsewhere', async () => {
    const opened = await shop.open(5)
    const { showId, variantId, host, product } = opened
    const [holder, a, b] = (await shop.people(3)) as [Who, Who, Who]
    const sale = { price: eur(900), quantity: 1, countdownMs: 0, durationMs: 60_000 }
    await shop.sales.start(host, { showId, variantId, ...sale })
    const { holdId } = await hold(holder, opened)
    await join(a, opened)
    expect(await shop.serve()).toBe(0)
    const elsewhere = await shop.show(host, [product])
    expect(await availableIn({ showId: elsewhere, variantId })).toBe(4)
    await shop.inventory.release(holder, holdId)
    expect(await availableIn({ showId: elsewhere, variantId })).toBe(4)
    expect(await codeOf(hold(b, opened))).toBe('SOLD_OUT')
    expect(await shop.serve()).toBe(1)
    expect(toldTo(a).at(-1)).toMatchObject({ hold: { price: eur(900) } })
  })

  test.each([
    [
      'the show',
      (o: Opened) =>
        shop.log.call(shop.sql, 'show_end_v1', { showId: o.showId, accountId: o.host.accountId }),
    ],
    [
      'the product',
      (o: Opened) =>
        shop.log.call(shop.sql, 'pull_v1', {
          showId: o.showId,
          accountId: o.host.accountId,
          productId: o.product.id,
          reason: 'no',
        }),
    ],
    ['the price', changePrice],
  ])('ends when %s does, and keeps nothing any more', async (_name, end) => {
    const { opened, holder, holdId, a } = await soldOut()
    const elsewhere = await shop.show(opened.host, [opened.product])
    await join(a, opened)
    await shop.inventory.release(holder, holdId)
    expect(await availableIn({ ...opened, showId: elsewhere })).toBe(0)
    await end(opened)
    expect(await availableIn({ ...opened, showId: elsewhere })).toBe(1)
    expect(await shop.serve()).toBe(1)
    expect(statesOf(a)).toEqual(['waiting', 'over'])
    expect(await shop.stock(opened.variantId)).toMatchObject({ held: 0 })
  })

  test.each<[string, (o: Opened) => Promise<unknown>]>([
    [
      'the end of its show',
      ({ showId, host }) =>
        shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId }),
    ],
    ['a flash sale', (o) => startSale(o)],
    ['another line-up', ({ showId, host }) => shop.lineUp(host, showId, [])],
    ['another price', changePrice],
  ])('that ends with %s tells another show of the unit that is free', async (_name, end) => {
    const { opened, holder, holdId, a } = await soldOut()
    const elsewhere = await shop.show(opened.host, [opened.product])
    await join(a, opened)
    await shop.inventory.release(holder, holdId)
    await end(opened)
    expect(await availableIn({ ...opened, showId: elsewhere })).toBe(1)
    expect((await shop.told(elsewhere)).at(-1)).toBe('stock.available')
    expect(await shop.serve()).toBe(1)
  })

  test('for a flash sale that the host ends tells another show of the unit that is free', async () => {
    const opened = await shop.open(1)
    const { host, product, showId, what } = opened
    const elsewhere = await shop.show(host, [product])
    const [holder, a] = (await shop.people(2)) as [Who, Who]
    const saleId = await startSale(opened, 0)
    const { holdId } = await shop.inventory.hold(holder, what, newId())
    await join(a, opened)
    await shop.inventory.release(holder, holdId)
    await shop.sales.end(host, { showId, saleId })
    expect((await shop.told(elsewhere)).at(-1)).toBe('stock.available')
    expect(await shop.serve()).toBe(1)
  })
})

async function startSale({ showId, variantId, host }: Opened, countdownMs = 60_000) {
  const sale = { price: eur(900), quantity: 1, countdownMs, durationMs: 60_000 }
  return (await shop.sales.start(host, { showId, variantId, ...sale })).saleId
}

const changePrice = ({ product, host, variantId }: Opened) =>
  shop.log.call(shop.sql, 'change_product_v1', {
    productId: product.id,
    merchantId: host.accountId,
    edits: [{ id: variantId, price: eur(2_100) }],
    added: [],
    variantsMax: 1,
  })
