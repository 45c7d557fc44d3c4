import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, openShop, type Shop } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { sweepHolds } from '../inventory/jobs.ts'
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

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const terms = { opening: eur(1_000), step: eur(100), durationMs: 60_000, extendMs: 0 }
const settle = () => settleAuctions({ sql: shop.pg.jobs, log: shop.log })

type Lot = Awaited<ReturnType<typeof won>>

/** The only unit of its kind; each of them bid 100 more than the one before, and the last has won. */
async function won(bidders: Who[]) {
  const opened = await shop.open(1)
  const { host, showId, variantId } = opened
  const { auctionId } = await shop.auctions.open(host, { showId, variantId, ...terms })
  for (const [n, who] of bidders.entries()) {
    const bid = { showId, auctionId, price: eur(1_000 + 100 * n), key: newId() }
    await shop.auctions.bid(who, bid)
  }
  // All of it happened a minute earlier.
  await shop.sql`with b as (
      update auction_bids set at = at - interval '1 min', ends_at = ends_at - interval '1 min' where auction_id = ${auctionId})
    update auctions set opened_at = opened_at - interval '1 min', ends_at = ends_at - interval '1 min' where id = ${auctionId}`
  await settle()
  return { ...opened, auctionId }
}

/** Nobody paid what is theirs for now. */
async function leaveUnpaid(who: Who): Promise<void> {
  const [hold] = await holdsOf(who)
  await shop.runOut(hold?.holdId ?? '')
  await sweepHolds({ sql: shop.pg.jobs, log: shop.log })
  await settle()
}

async function holdsOf(who: Who) {
  const { items } = await shop.inventory.mine(who, {})
  return items
}

const offer = (who: Who, { showId, auctionId }: Lot) =>
  shop.auctions.offer(who, { showId, auctionId })

test('what was won and not paid is offered to the next bidder at their own bid, once', async () => {
  const [noor, bo] = (await shop.people(2)) as [Who, Who]
  const lot = await won([noor, bo])
  expect(await codeOf(offer(lot.host, lot))).toBe('CONFLICT')
  await leaveUnpaid(bo)
  const unpaid = shop.events.findLast(({ type }) => type === 'auction.unpaid')
  expect(unpaid?.staff).toMatchObject({
    winner: { accountId: bo.accountId },
    runnerUp: { accountId: noor.accountId, price: eur(1_000) },
  })
  expect(await codeOf(offer(bo, lot))).toBe('FORBIDDEN')
  await offer(lot.host, lot)
  await offer(lot.host, lot)
  const [hold, ...more] = await holdsOf(noor)
  expect(hold).toMatchObject({ price: eur(1_000), state: 'active' })
  expect(more).toEqual([])
  expect(Date.parse(hold?.expiresAt ?? '') - Date.now()).toBeGreaterThan(9 * 60_000)
  expect(await shop.stock(lot.variantId)).toMatchObject({ on_hand: 1, held: 1, sold: 0 })
  const made = shop.notices.filter(({ event }) => event === 'hold:made')
  expect(made.at(-1)).toMatchObject({
    accountId: noor.accountId,
    payload: { holdId: hold?.holdId },
  })
  expect(shop.events.findLast(({ type }) => type === 'auction.offered')).toMatchObject({
    body: null,
    staff: { winner: { accountId: noor.accountId }, price: eur(1_000) },
  })
  expect(await auditAuctions(shop.sql)).toEqual([])
  await leaveUnpaid(noor)
  expect(shop.events.findLast(({ type }) => type === 'auction.unpaid')?.staff).toMatchObject({
    winner: { accountId: noor.accountId },
    runnerUp: null,
  })
  await expect(offer(lot.host, lot)).rejects.toThrow('It was offered once already.')
})

test('it is not offered to who is banned or runs the show by now', async () => {
  const [noor, loud, helper, bo] = (await shop.people(4)) as [Who, Who, Who, Who]
  const lot = await won([noor, loud, helper, bo])
  await shop.log.call(shop.sql, 'ban_v1', {
    showId: lot.showId,
    by: lot.host.accountId,
    accountId: loud.accountId,
    reason: 'no',
  })
  await shop.sql`insert into moderators(show_id, account_id, added_at)
    values (${lot.showId}, ${helper.accountId}, now())`
  await leaveUnpaid(bo)
  await offer(lot.host, lot)
  expect(await holdsOf(noor)).toMatchObject([{ price: eur(1_000), state: 'active' }])
})

test('it is not offered where nobody else bid, where nothing is free, or off sale', async () => {
  const [noor, bo] = (await shop.people(2)) as [Who, Who]
  const alone = await won([noor])
  await leaveUnpaid(noor)
  await expect(offer(alone.host, alone)).rejects.toThrow('Nobody else bid')
  const lot = await won([noor, bo])
  await leaveUnpaid(bo)
  const hold = await shop.inventory.hold(bo, lot.what, newId())
  expect(await codeOf(offer(lot.host, lot))).toBe('SOLD_OUT')
  await shop.inventory.release(bo, hold.holdId)
  const { host, showId, product } = lot
  await shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })
  expect(await codeOf(offer(host, lot))).toBe('PRODUCT_PULLED')
  await shop.sales.restore(host, { showId, productId: product.id })
  await shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId })
  expect(await codeOf(offer(host, lot))).toBe('SHOW_NOT_LIVE')
})
