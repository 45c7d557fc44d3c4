import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { auditLog } from '../../server/events/audit.ts'
import { auditAuctions } from '../../server/features/auctions/audit.ts'
import { settleAuctions } from '../../server/features/auctions/jobs.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { codeOf, openShop, type Shop, tally } from '../support/shop.ts'

let shop: Shop
let second: ReturnType<Shop['beside']>

beforeAll(async () => {
  shop = await openShop()
  second = shop.beside()
})

afterAll(async () => {
  await second.close()
  const { sql } = shop
  expect([...(await auditStock(sql)), ...(await auditAuctions(sql))]).toEqual([])
  expect(await auditLog(sql)).toEqual([])
  await shop.close()
})

const rounds = 50
const eur = (amount: number) => ({ amount, currency: 'EUR' })
const terms = { opening: eur(1_000), step: eur(100), durationMs: 60_000, extendMs: 0 }

type Lot = Awaited<ReturnType<typeof auction>>

/** A live show in which its only unit is at auction. */
async function auction(more: object = {}) {
  const opened = await shop.open(1)
  const { host, showId, variantId } = opened
  const { auctionId } = await shop.auctions.open(host, { showId, variantId, ...terms, ...more })
  return { ...opened, auctionId }
}

const bid = (n: number, who: Who, { showId, auctionId }: Lot, amount: number) => {
  const { auctions } = n % 2 ? second : shop
  return codeOf(auctions.bid(who, { showId, auctionId, price: eur(amount), key: newId() }))
}

const settle = () => settleAuctions({ sql: shop.pg.jobs, log: shop.log })

/** The clock of this auction ends so many ms from now, if it runs; what was bid was bid at its beginning. */
async function leave({ auctionId }: Lot, ms: number): Promise<void> {
  await shop.sql`with t as (select clock_timestamp() + ${`${ms} ms`}::interval as ends_at),
    a as (
      update auctions set ends_at = t.ends_at, opened_at = t.ends_at - duration_ms * interval '1 ms' from t
      where id = ${auctionId} and ended_at is null returning id, opened_at, auctions.ends_at)
    update auction_bids b set at = a.opened_at, ends_at = a.ends_at from a where b.auction_id = a.id`
}

/** The hold of its unit. */
async function unitOf({ auctionId }: Lot): Promise<string> {
  const [row] = await shop.sql<{ id: string }[]>`
    select hold_id as id from auctions where id = ${auctionId}`
  return row?.id ?? ''
}

/** How it ended, with who has the unit. */
async function end({ auctionId, variantId }: Lot) {
  const [row] = await shop.sql<
    { as: string; price: string; buyer: string; state: string; best: string }[]
  >`
    select a.ended_as as as, a.price, h.buyer, h.state,
      (select b.bidder from auction_bids b where b.auction_id = a.id and not b.void order by b.amount desc limit 1) as best
    from auctions a join holds h on h.id = a.hold_id where a.id = ${auctionId}`
  const { held, sold } = await shop.stock(variantId)
  return { ...row, held, sold }
}

test('200 bidders at once on two processes: each hears the truth, and the best bid alone has the unit', async () => {
  const lot = await auction()
  const people = await shop.people(200)
  const codes = await Promise.all(people.map((who, i) => bid(i, who, lot, 1_000 + 10 * (i + 1))))
  const [row] = await shop.sql<{ bids: number; most: string }[]>`
    select bids, price as most from auctions where id = ${lot.auctionId}`
  const taken = codes.filter((code) => code === 'ok').length
  expect(tally(codes)).toEqual({ ok: taken, OUTBID: 200 - taken })
  expect(row?.bids).toBe(taken)
  // Whoever bid most was never below a step above the one before.
  expect(Number(row?.most)).toBeGreaterThan(3_000 - 100)
  await leave(lot, 0)
  expect(await settle()).toBe(1)
  const ended = await end(lot)
  expect(ended).toMatchObject({ as: 'sold', state: 'active', held: 1, sold: 0 })
  expect(ended.buyer).toBe(ended.best)
})

test('one amount, 200 bidders: one has it', async () => {
  const lot = await auction()
  const people = await shop.people(200)
  const codes = await Promise.all(people.map((who, i) => bid(i, who, lot, 1_000)))
  expect(tally(codes)).toEqual({ ok: 1, OUTBID: 199 })
})

test('the end among bids, settled by two processes: one winner, and no bid counts that comes after it, 50 rounds', async () => {
  const crowd = await shop.people(20)
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const lot = await auction()
    await leave(lot, 10)
    const until = performance.now() + 25
    const codes: Promise<string>[] = []
    const ends: Promise<number>[] = []
    for (let n = 0; performance.now() < until; n += 1) {
      codes.push(bid(n, crowd[n % 20] as Who, lot, 1_000 + 100 * n))
      ends.push(settle(), settleAuctions({ sql: second.pg.jobs, log: second.log }))
      await Promise.race([codes.at(-1), ends.at(-1)])
    }
    for (const code of await Promise.all(codes)) seen.add(code)
    await Promise.all(ends)
    await settle()
    const ended = await end(lot)
    expect(ended).toMatchObject({ held: ended.as === 'sold' ? 1 : 0, sold: 0 })
    if (ended.as === 'sold') expect(ended.buyer).toBe(ended.best)
  }
  expect(seen).toContain('ok')
  expect(seen).toContain('AUCTION_OVER')
}, 120_000)

test('a ban among bids: from its answer on no bid of theirs is taken, and none stands, 50 rounds', async () => {
  const [loud, ...others] = await shop.people(6)
  const target = loud as Who
  for (let round = 0; round < rounds; round += 1) {
    const lot = await auction()
    const { showId, host } = lot
    const early = others.map((who, n) => bid(n, who, lot, 1_000 + 100 * n))
    const loudly = [0, 1, 2].map((n) => bid(n, target, lot, 2_000 + 1_000 * n))
    const args = { showId, by: host.accountId, accountId: target.accountId, reason: 'no' }
    await shop.log.call(shop.sql, 'ban_v1', args)
    const late = await Promise.all([bid(0, target, lot, 9_000), bid(1, target, lot, 9_500)])
    expect(tally(late)).toEqual({ BANNED: 2 })
    await Promise.all([...early, ...loudly])
    await leave(lot, 0)
    await settle()
    const ended = await end(lot)
    expect(ended.buyer).not.toBe(target.accountId)
    if (ended.as === 'sold') expect(ended.buyer).toBe(ended.best)
  }
}, 120_000)

test('a ban that waits for the end takes back what was won', async () => {
  const [noor] = (await shop.people(1)) as [Who]
  const lot = await auction()
  await bid(0, noor, lot, 1_000)
  await leave(lot, 0)
  const { showId, host } = lot
  const args = { showId, by: host.accountId, accountId: noor.accountId, reason: 'no' }
  const { banned } = await shop.pg.jobs.begin(async (tx) => {
    await tx`select settle_auctions_v1(${tx.json({ max: 1 })})`
    const banned = codeOf(second.log.call(second.pg.talk, 'ban_v1', args))
    const waiting = () =>
      shop.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(waiting).toHaveLength(1)
    return { banned }
  })
  expect(await banned).toBe('ok')
  expect(await end(lot)).toMatchObject({ as: 'sold', state: 'released', held: 0 })
})

test('the next bidder is banned while the unit is offered to them: from the answer on nothing is theirs, 50 rounds', async () => {
  const [noor, bo] = (await shop.people(2)) as [Who, Who]
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const lot = await auction()
    const { showId, auctionId, host } = lot
    await bid(0, noor, lot, 1_000)
    await bid(0, bo, lot, 1_100)
    await leave(lot, 0)
    await settle()
    await shop.inventory.release(bo, await unitOf(lot))
    await settle()
    const args = { showId, by: host.accountId, accountId: noor.accountId, reason: 'no' }
    const [offered] = await Promise.all([
      codeOf(second.auctions.offer(host, { showId, auctionId })),
      shop.log.call(shop.sql, 'ban_v1', args),
    ])
    seen.add(offered)
    expect(await end(lot)).toMatchObject({ state: 'released', held: 0 })
  }
  expect([...seen].toSorted()).toEqual(['CONFLICT', 'ok'])
}, 120_000)

test('a cancel and a pull beside the end: the unit is of the winner or free, never both, 50 rounds', async () => {
  const [noor] = (await shop.people(1)) as [Who]
  const seen = new Set<string | undefined>()
  for (let round = 0; round < rounds; round += 1) {
    const lot = await auction()
    const { host, showId, auctionId, product } = lot
    await bid(0, noor, lot, 1_000)
    await leave(lot, round % 4)
    const acts = [
      settle(),
      round % 2
        ? codeOf(second.auctions.cancel(host, { showId, auctionId }))
        : codeOf(shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })),
      settleAuctions({ sql: second.pg.jobs, log: second.log }),
    ]
    await Promise.all(acts)
    await leave(lot, 0).then(settle)
    const ended = await end(lot)
    seen.add(ended.as)
    // What was won and pulled afterwards was pulled from the winner.
    const theirs = ended.as === 'sold' && ended.state === 'active'
    expect(ended).toMatchObject({ held: theirs ? 1 : 0, sold: 0 })
    expect(ended.buyer).toBe(ended.as === 'sold' ? noor.accountId : auctionId)
  }
  expect(seen).toContain('sold')
}, 120_000)
