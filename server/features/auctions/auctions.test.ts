import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, openShop, type Shop } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { sweepHolds } from '../inventory/jobs.ts'
import { bidsGatherMs } from './auctions.ts'
import { auditAuctions } from './audit.ts'
import { settleAuctions } from './jobs.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(async () => {
  expect([...(await auditStock(shop.sql)), ...(await auditAuctions(shop.sql))]).toEqual([])
  await shop.close()
})

type Opened = Awaited<ReturnType<Shop['open']>>
type Lot = Opened & { auctionId: string }

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const terms = { opening: eur(1_000), step: eur(100), durationMs: 60_000, extendMs: 10_000 }
const settle = () => settleAuctions({ sql: shop.pg.jobs, log: shop.log })

const open = ({ host, showId, variantId }: Opened, more: object = {}) =>
  shop.auctions.open(host, { showId, variantId, ...terms, ...more })

/** A live show in which one of so many units is at auction. */
async function auction(onHand = 1, more: object = {}): Promise<Lot> {
  const opened = await shop.open(onHand)
  const { auctionId } = await open(opened, more)
  return { ...opened, auctionId }
}

const bid = (who: Who, { showId, auctionId }: Lot, amount: number, key: string = newId()) =>
  shop.auctions.bid(who, { showId, auctionId, price: eur(amount), key })

const cancel = (who: Who, { showId, auctionId }: Lot) =>
  shop.auctions.cancel(who, { showId, auctionId })

const ban = ({ showId, host }: Lot, { accountId }: Who) =>
  shop.log.call(shop.sql, 'ban_v1', { showId, by: host.accountId, accountId, reason: 'no' })

/** Lets time pass for one auction: all of it happened, and will end, so much earlier. */
async function pass({ auctionId }: Lot, ms: number): Promise<void> {
  const by = `${ms} ms`
  await shop.sql`update auctions set opened_at = opened_at - ${by}::interval, ends_at = ends_at - ${by}::interval
    where id = ${auctionId}`
  await shop.sql`update auction_bids set at = at - ${by}::interval, ends_at = ends_at - ${by}::interval
    where auction_id = ${auctionId}`
}

async function holdsOf(who: Who) {
  const { items } = await shop.inventory.mine(who, {})
  return items
}

const figures = async ({ variantId }: Opened) => {
  const { on_hand, held, sold } = await shop.stock(variantId)
  return { onHand: on_hand, held, sold }
}

describe('an auction', () => {
  test('takes its unit off the shelf at once, and one unit alone', async () => {
    const opened = await shop.open(1)
    const [buyer] = (await shop.people(1)) as [Who]
    const { showId, variantId } = opened
    expect(await open(opened)).toMatchObject({
      variantId,
      price: null,
      next: eur(1_000),
      bids: 0,
      leader: null,
    })
    expect(await figures(opened)).toEqual({ onHand: 1, held: 1, sold: 0 })
    expect(await codeOf(shop.inventory.hold(buyer, opened.what, newId()))).toBe('SOLD_OUT')
    expect(await shop.told(showId)).toEqual(['show.started', 'auction.opened', 'stock.sold-out'])
  })

  test('is sold to the best bid: the winner holds that unit at that price, for ten minutes', async () => {
    const lot = await auction(2)
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    expect(await bid(noor, lot, 1_000)).toMatchObject({ price: eur(1_000), bids: 1 })
    await bid(bo, lot, 1_150)
    await pass(lot, 60_000)
    expect(await settle()).toBe(1)
    expect(await holdsOf(noor)).toEqual([])
    const [won] = await holdsOf(bo)
    expect(won).toMatchObject({
      variantId: lot.variantId,
      quantity: 1,
      price: eur(1_150),
      state: 'active',
    })
    const rest = Date.parse(won?.expiresAt ?? '') - Date.now()
    expect(rest).toBeGreaterThan(9 * 60_000)
    expect(await figures(lot)).toEqual({ onHand: 2, held: 1, sold: 0 })
    expect((await shop.told(lot.showId)).slice(1)).toEqual([
      'auction.opened',
      'auction.bid',
      'auction.bid',
      'auction.sold',
    ])
    const made = shop.notices.filter(({ event }) => event === 'hold:made')
    expect(made.at(-1)).toMatchObject({ accountId: bo.accountId, payload: { holdId: won?.holdId } })
    expect(await settle()).toBe(0)
  })

  test('is not won by who runs the show at its end: the best bid of another is', async () => {
    const lot = await auction()
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    await bid(noor, lot, 1_000)
    await bid(bo, lot, 1_500)
    await shop.sql`insert into moderators(show_id, account_id, added_at)
      values (${lot.showId}, ${bo.accountId}, now())`
    await pass(lot, 60_000)
    await settle()
    expect(await holdsOf(bo)).toEqual([])
    expect(await holdsOf(noor)).toMatchObject([{ price: eur(1_000), state: 'active' }])
  })

  test('that nobody bids in gives its unit back', async () => {
    const lot = await auction()
    await pass(lot, 60_000)
    await settle()
    expect(await figures(lot)).toEqual({ onHand: 1, held: 0, sold: 0 })
    expect((await shop.told(lot.showId)).slice(-2)).toEqual(['auction.ended', 'stock.available'])
  })

  test.each([
    ['is canceled', (lot: Lot) => cancel(lot.host, lot), 'canceled'],
    [
      'has its product pulled',
      ({ host, showId, product }: Lot) =>
        shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' }),
      'pulled',
    ],
    [
      'has its product taken out of the line-up',
      ({ host, showId }: Lot) => shop.lineUp(host, showId, []),
      'pulled',
    ],
    [
      'has its show ended',
      ({ host, showId }: Lot) =>
        shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId }),
      'ended',
    ],
  ])('that %s gives its unit back at once, and nobody wins', async (_what, end, reason) => {
    const lot = await auction()
    const [noor] = (await shop.people(1)) as [Who]
    await bid(noor, lot, 1_000)
    await end(lot)
    expect(await figures(lot)).toEqual({ onHand: 1, held: 0, sold: 0 })
    expect(await holdsOf(noor)).toEqual([])
    const told = shop.events.findLast(({ type }) => type === 'auction.ended')
    expect(told?.body).toMatchObject({ auctionId: lot.auctionId, reason })
    expect(await codeOf(bid(noor, lot, 5_000))).toBe('AUCTION_OVER')
    await pass(lot, 60_000)
    expect(await settle()).toBe(0)
  })

  test('whose time is over is sold, also when its show ends before it was settled', async () => {
    const lot = await auction()
    const [noor] = (await shop.people(1)) as [Who]
    await bid(noor, lot, 1_000)
    await pass(lot, 60_000)
    expect(await codeOf(cancel(lot.host, lot))).toBe('AUCTION_OVER')
    const { showId, host } = lot
    await shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId })
    expect(await holdsOf(noor)).toMatchObject([{ price: eur(1_000), state: 'active' }])
  })

  test('tells other shows of the unit that it took, and of its return', async () => {
    const lot = await auction(1)
    const elsewhere = await shop.show(lot.host, [lot.product])
    await cancel(lot.host, lot)
    const again = { ...lot, ...(await open(lot)) }
    await shop.lineUp(lot.host, lot.showId, [])
    expect((await shop.told(elsewhere)).slice(1)).toEqual([
      'stock.available',
      'stock.sold-out',
      'stock.available',
    ])
    expect(await codeOf(cancel(lot.host, again))).toBe('AUCTION_OVER')
  })

  test('is opened by the host alone, one at a time, of what is free and in its currency', async () => {
    const opened = await shop.open(2, 0)
    const [stranger] = (await shop.people(1)) as [Who]
    const moderator = await shop.moderator(opened.showId)
    expect(await codeOf(open({ ...opened, host: stranger }))).toBe('FORBIDDEN')
    expect(await codeOf(open({ ...opened, host: moderator }))).toBe('FORBIDDEN')
    expect(await codeOf(open({ ...opened, variantId: newId() }))).toBe('NOT_FOUND')
    const empty = opened.product.variants[1] as string
    expect(await codeOf(open({ ...opened, variantId: empty }))).toBe('SOLD_OUT')
    const dollars = { amount: 100, currency: 'USD' }
    expect(await codeOf(open(opened, { step: dollars }))).toBe('VALIDATION')
    expect(await figures(opened)).toEqual({ onHand: 2, held: 0, sold: 0 })
    const lot = { ...opened, ...(await open(opened)) }
    expect(await codeOf(open(opened))).toBe('CONFLICT')
    expect(await codeOf(cancel(stranger, lot))).toBe('FORBIDDEN')
    await cancel(moderator, lot)
    await cancel(moderator, lot)
    expect(await codeOf(open(opened))).toBe('ok')
  })

  test('is not of a product that was archived before its show began', async () => {
    const host = await shop.person()
    const product = await shop.product(host, 1)
    const showId = await shop.show(host, [product], false)
    await shop.sql`update products set status = 'archived' where id = ${product.id}`
    await shop.log.call(shop.sql, 'show_start_v1', { showId, accountId: host.accountId })
    const variantId = product.variants[0] as string
    const opening = shop.auctions.open(host, { showId, variantId, ...terms })
    expect(await codeOf(opening)).toBe('NOT_FOUND')
  })

  test('that is won and not paid is back on the shelf, and the host alone is told', async () => {
    const lot = await auction()
    const [noor] = (await shop.people(1)) as [Who]
    await bid(noor, lot, 1_000)
    await pass(lot, 60_000)
    await settle()
    const [won] = await holdsOf(noor)
    await shop.runOut(won?.holdId ?? '')
    await sweepHolds({ sql: shop.pg.jobs, log: shop.log })
    await settle()
    expect(await figures(lot)).toEqual({ onHand: 1, held: 0, sold: 0 })
    const told = shop.events.findLast(({ type }) => type === 'auction.unpaid')
    expect(told).toMatchObject({
      showId: lot.showId,
      body: null,
      staff: { auctionId: lot.auctionId, winner: { accountId: noor.accountId } },
    })
    expect(await codeOf(open(lot))).toBe('ok')
  })
})

describe('a bid', () => {
  test('is a step above the one before, and not out of all measure', async () => {
    const lot = await auction()
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    expect(await codeOf(bid(noor, lot, 999))).toBe('OUTBID')
    // Nobody bid more: there was none.
    await expect(bid(noor, lot, 999)).rejects.toThrow('Too low. The next bid is €10.00.')
    expect(await codeOf(bid(noor, lot, 10_001))).toBe('VALIDATION')
    await bid(noor, lot, 2_000)
    expect(await codeOf(bid(noor, lot, 3_000))).toBe('CONFLICT')
    await expect(bid(bo, lot, 2_099)).rejects.toThrow('The next bid is €21.00.')
    await bid(bo, lot, 2_100)
    const dollars = { amount: 5_000, currency: 'USD' }
    const { showId, auctionId } = lot
    const inDollars = { showId, auctionId, price: dollars, key: newId() }
    expect(await codeOf(shop.auctions.bid(noor, inDollars))).toBe('VALIDATION')
    const strayed = { showId: newId(), auctionId, price: eur(5_000), key: newId() }
    expect(await codeOf(shop.auctions.bid(noor, strayed))).toBe('NOT_FOUND')
  })

  test('is not for who runs the show', async () => {
    const lot = await auction()
    const moderator = await shop.moderator(lot.showId)
    for (const who of [lot.host, moderator]) {
      expect(await codeOf(bid(who, lot, 1_000))).toBe('FORBIDDEN')
    }
  })

  test('has an event for each short while, whoever bids how often', async () => {
    const lot = await auction()
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    const began = performance.now()
    for (let n = 0; n < 20; n += 1) await bid(n % 2 ? noor : bo, lot, 1_000 + 100 * n)
    const whiles = Math.ceil((performance.now() - began) / bidsGatherMs)
    const told = (await shop.told(lot.showId)).filter((type) => type === 'auction.bid')
    expect(told.length).toBeLessThanOrEqual(1 + whiles)
  })

  test('that is repeated has its first answer, also when it is outbid or over', async () => {
    const lot = await auction()
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    const key = newId()
    const first = await bid(noor, lot, 1_000, key)
    await bid(bo, lot, 1_100)
    expect(await bid(noor, lot, 1_000, key)).toEqual(first)
    expect(await codeOf(bid(noor, lot, 1_300, key))).toBe('IDEMPOTENCY_MISMATCH')
    await cancel(lot.host, lot)
    expect(await bid(noor, lot, 1_000, key)).toEqual(first)
  })

  test('in the last seconds sets the clock back to them; sudden death has none', async () => {
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    const long = await auction()
    const before = await bid(noor, long, 1_000)
    await pass(long, 55_000)
    const late = await bid(bo, long, 1_100)
    expect(Date.parse(late.endsAt) - Date.parse(before.endsAt) + 55_000).toBeGreaterThan(4_000)
    const sudden = await auction(1, { extendMs: 0 })
    const first = await bid(noor, sudden, 1_000)
    expect((await bid(bo, sudden, 1_100)).endsAt).toBe(first.endsAt)
  })

  test('after the end is refused, also before anybody settled it', async () => {
    const lot = await auction()
    const [noor] = (await shop.people(1)) as [Who]
    await pass(lot, 60_000)
    expect(await codeOf(bid(noor, lot, 1_000))).toBe('AUCTION_OVER')
  })

  test('after a ban begins where the room stands again; a second ban is as calm', async () => {
    const lot = await auction()
    for (const [amount, who] of (await shop.people(2)).entries()) {
      await bid(who, lot, 9_000 - 8_000 * amount)
      await ban(lot, who)
    }
    expect(await auditAuctions(shop.sql)).toEqual([])
  })

  test('of somebody who is banned stands no longer: the best that stands leads', async () => {
    const lot = await auction()
    const [noor, loud] = (await shop.people(2)) as [Who, Who]
    await bid(noor, lot, 1_000)
    await bid(loud, lot, 9_000)
    await ban(lot, loud)
    expect(await codeOf(bid(loud, lot, 9_900))).toBe('BANNED')
    const told = shop.events.findLast(({ type }) => type === 'auction.bid')
    expect(told?.body).toMatchObject({
      price: eur(1_000),
      next: eur(1_100),
      leader: { accountId: noor.accountId },
    })
    await pass(lot, 60_000)
    await settle()
    expect(await holdsOf(noor)).toMatchObject([{ price: eur(1_000) }])
  })
})
