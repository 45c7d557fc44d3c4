import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawAgain } from '../../../shared/domain/draw.ts'
import type { Giveaway } from '../../../shared/wire/giveaways.ts'
import { codeOf, openShop, type Shop } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { sweepHolds } from '../inventory/jobs.ts'
import { auditGiveaways } from './audit.ts'
import { settleGiveaways } from './jobs.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(async () => {
  expect([...(await auditStock(shop.sql)), ...(await auditGiveaways(shop.sql))]).toEqual([])
  await shop.close()
})

type Opened = Awaited<ReturnType<Shop['open']>>
type Gift = Opened & Giveaway

const settle = () => settleGiveaways({ sql: shop.pg.jobs, log: shop.log })

const open = ({ host, showId, variantId }: Opened) =>
  shop.giveaways.open(host, { showId, variantId, durationMs: 60_000 })

/** A live show in which one of so many units is given away. */
async function giveaway(onHand = 1): Promise<Gift> {
  const opened = await shop.open(onHand)
  return { ...opened, ...(await open(opened)) }
}

const what = ({ showId, giveawayId }: Gift) => ({ showId, giveawayId })
const enter = (who: Who, gift: Gift, nonce?: string) =>
  shop.giveaways.enter(who, { ...what(gift), ...(nonce && { nonce }) })
const cancel = (who: Who, gift: Gift) => shop.giveaways.cancel(who, what(gift))
const draw = (who: Who, gift: Gift) => shop.giveaways.draw(who, what(gift))

const ban = ({ showId, host }: Gift, { accountId }: Who) =>
  shop.log.call(shop.sql, 'ban_v1', { showId, by: host.accountId, accountId, reason: 'no' })

/** Lets time pass for one giveaway: all of it happened, and will end, so much earlier. */
async function pass({ giveawayId }: Gift, ms = 60_000): Promise<void> {
  const by = `${ms} ms`
  await shop.sql`update giveaways set opened_at = opened_at - ${by}::interval, ends_at = ends_at - ${by}::interval
    where id = ${giveawayId}`
  await shop.sql`update giveaway_entries set at = at - ${by}::interval where giveaway_id = ${giveawayId}`
}

const holdsOf = async (who: Who) => (await shop.inventory.mine(who, {})).items
const record = (gift: Gift) => shop.giveaways.record(gift.showId, gift.giveawayId)

const figures = async ({ variantId }: Opened) => {
  const { on_hand, held, sold } = await shop.stock(variantId)
  return { onHand: on_hand, held, sold }
}

describe('a giveaway', () => {
  test('takes its unit off the shelf at once, and commits to a secret that nobody is told', async () => {
    const gift = await giveaway(1)
    const [buyer] = (await shop.people(1)) as [Who]
    expect(gift).toMatchObject({ entries: 0, endedAt: null, reason: null, draw: null })
    expect(gift.commitment).toMatch(/^[0-9a-f]{64}$/)
    expect(await figures(gift)).toEqual({ onHand: 1, held: 1, sold: 0 })
    expect(await codeOf(shop.inventory.hold(buyer, gift.what, newId()))).toBe('SOLD_OUT')
    expect(await shop.told(gift.showId)).toEqual([
      'show.started',
      'giveaway.opened',
      'stock.sold-out',
    ])
    const [{ secret }] = (await shop.sql`
      select encode(secret, 'hex') as secret from giveaways where id = ${gift.giveawayId}`) as [
      { secret: string },
    ]
    const hash = createHash('sha256').update(Buffer.from(secret, 'hex')).digest('hex')
    expect(hash).toBe(gift.commitment)
    const told = JSON.stringify([shop.events, await record(gift)])
    expect(told).toContain(gift.commitment)
    expect(told).not.toContain(secret)
    expect(await record(gift)).toMatchObject({ list: null })
  })

  test('is drawn when its time is over: the winner holds that unit for nothing, for half an hour', async () => {
    const gift = await giveaway()
    const crowd = await shop.people(5)
    for (const who of crowd) await enter(who, gift, '0123456789abcdef'.repeat(2))
    await pass(gift)
    expect(await settle()).toBe(1)
    const { giveaway: over, list } = await record(gift)
    expect(over).toMatchObject({ reason: 'drawn', entries: 5 })
    const winner = crowd.find(({ accountId }) => accountId === over.draw?.winner.accountId) as Who
    expect(crowd.indexOf(winner)).toBe((over.draw?.number ?? 0) - 1)
    const [won] = await holdsOf(winner)
    expect(won).toMatchObject({ variantId: gift.variantId, state: 'active', price: { amount: 0 } })
    const rest = Date.parse(won?.expiresAt ?? '') - Date.now()
    expect(rest).toBeGreaterThan(29 * 60_000)
    expect(await figures(gift)).toEqual({ onHand: 1, held: 1, sold: 0 })
    const made = shop.notices.findLast(({ event }) => event === 'hold:made')
    expect(made).toMatchObject({ accountId: winner.accountId, payload: { holdId: won?.holdId } })
    const public_ = { ...over, ...over.draw, list: list ?? '' } as Parameters<typeof drawAgain>[0]
    expect(await drawAgain(public_)).toEqual({ number: over.draw?.number })
    expect(list).not.toContain(winner.accountId)
    expect(await settle()).toBe(0)
  })

  test('is drawn by the host before its time, by nobody else', async () => {
    const gift = await giveaway()
    const [noor] = (await shop.people(1)) as [Who]
    const moderator = await shop.moderator(gift.showId)
    await enter(noor, gift)
    expect(await codeOf(draw(noor, gift))).toBe('FORBIDDEN')
    expect(await codeOf(draw(moderator, gift))).toBe('FORBIDDEN')
    await draw(gift.host, gift)
    await draw(gift.host, gift)
    expect(await holdsOf(noor)).toMatchObject([{ price: { amount: 0 } }])
    expect(await codeOf(cancel(moderator, gift))).toBe('CONFLICT')
  })

  test('that nobody entered gives its unit back', async () => {
    const gift = await giveaway()
    await pass(gift)
    await settle()
    expect(await figures(gift)).toEqual({ onHand: 1, held: 0, sold: 0 })
    expect((await record(gift)).giveaway).toMatchObject({ reason: 'empty', draw: null })
    expect((await shop.told(gift.showId)).slice(-2)).toEqual(['giveaway.ended', 'stock.available'])
  })

  test.each([
    ['is canceled', (gift: Gift) => cancel(gift.host, gift), 'canceled'],
    [
      'has its product pulled',
      ({ host, showId, product }: Gift) =>
        shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' }),
      'pulled',
    ],
    [
      'has its product taken out of the line-up',
      ({ host, showId }: Gift) => shop.lineUp(host, showId, []),
      'pulled',
    ],
    [
      'has its show ended',
      ({ host, showId }: Gift) =>
        shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId }),
      'ended',
    ],
  ])('that %s gives its unit back at once, and nobody wins', async (_what, end, reason) => {
    const gift = await giveaway()
    const [noor] = (await shop.people(1)) as [Who]
    await enter(noor, gift)
    await end(gift)
    expect(await figures(gift)).toEqual({ onHand: 1, held: 0, sold: 0 })
    expect(await holdsOf(noor)).toEqual([])
    const told = shop.events.findLast(({ type }) => type === 'giveaway.ended')
    expect(told?.body).toMatchObject({ giveawayId: gift.giveawayId, reason, draw: null })
    const late = await shop.person()
    expect(await codeOf(enter(late, gift))).toBe('CONFLICT')
    await pass(gift)
    expect(await settle()).toBe(0)
  })

  test('whose time is over is drawn, also when its show ends before it was settled', async () => {
    const gift = await giveaway()
    const [noor] = (await shop.people(1)) as [Who]
    await enter(noor, gift)
    await pass(gift)
    expect(await codeOf(cancel(gift.host, gift))).toBe('CONFLICT')
    const { showId, host } = gift
    await shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId })
    expect(await holdsOf(noor)).toMatchObject([{ price: { amount: 0 }, state: 'active' }])
  })

  test('is opened by the host alone, one at a time, beside an auction, of what is free', async () => {
    const opened = await shop.open(2, 0)
    const [stranger] = (await shop.people(1)) as [Who]
    const moderator = await shop.moderator(opened.showId)
    expect(await codeOf(open({ ...opened, host: stranger }))).toBe('FORBIDDEN')
    expect(await codeOf(open({ ...opened, host: moderator }))).toBe('FORBIDDEN')
    expect(await codeOf(open({ ...opened, variantId: newId() }))).toBe('NOT_FOUND')
    const empty = opened.product.variants[1] as string
    expect(await codeOf(open({ ...opened, variantId: empty }))).toBe('SOLD_OUT')
    const gift = { ...opened, ...(await open(opened)) }
    expect(await codeOf(open(opened))).toBe('CONFLICT')
    const price = { amount: 1_000, currency: 'EUR' }
    const terms = { opening: price, step: price, durationMs: 60_000, extendMs: 0 as const }
    const { host, showId, variantId } = opened
    await shop.auctions.open(host, { showId, variantId, ...terms })
    expect(await figures(opened)).toEqual({ onHand: 2, held: 2, sold: 0 })
    expect(await codeOf(cancel(stranger, gift))).toBe('FORBIDDEN')
    await cancel(moderator, gift)
    await cancel(moderator, gift)
    expect(await codeOf(open(opened))).toBe('ok')
    await shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId })
    expect(await figures(opened)).toEqual({ onHand: 2, held: 0, sold: 0 })
  })

  test('that nobody claims is back on the shelf, and the host alone is told', async () => {
    const gift = await giveaway()
    const [noor] = (await shop.people(1)) as [Who]
    await enter(noor, gift)
    await draw(gift.host, gift)
    const [won] = await holdsOf(noor)
    await shop.runOut(won?.holdId ?? '')
    await sweepHolds({ sql: shop.pg.jobs, log: shop.log })
    await settle()
    expect(await figures(gift)).toEqual({ onHand: 1, held: 0, sold: 0 })
    const told = shop.events.findLast(({ type }) => type === 'giveaway.unclaimed')
    expect(told).toMatchObject({
      showId: gift.showId,
      body: null,
      staff: { giveawayId: gift.giveawayId, draw: { winner: { accountId: noor.accountId } } },
    })
  })
})

describe('an entry', () => {
  test('of who has come to run the show since does not win', async () => {
    const gift = await giveaway()
    const [noor] = (await shop.people(1)) as [Who]
    await enter(noor, gift)
    await shop.sql`insert into moderators(show_id, account_id, added_at)
      values (${gift.showId}, ${noor.accountId}, now())`
    await draw(gift.host, gift)
    expect((await record(gift)).giveaway).toMatchObject({ reason: 'empty', entries: 0, draw: null })
    expect(await figures(gift)).toEqual({ onHand: 1, held: 0, sold: 0 })
  })

  test('is numbered in order, once a person, whatever they send again', async () => {
    const gift = await giveaway()
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    const first = await enter(noor, gift, 'a'.repeat(32))
    expect(first).toMatchObject({
      giveawayId: gift.giveawayId,
      number: 1,
      nonce: 'a'.repeat(32),
    })
    expect(await enter(noor, gift, 'b'.repeat(32))).toEqual(first)
    expect(await enter(bo, gift)).toMatchObject({ number: 2 })
    const counts = await shop.giveaways.readCounts([gift.showId])
    expect(counts.get(gift.showId)).toEqual({ giveawayId: gift.giveawayId, entries: 2 })
    await draw(gift.host, gift)
    const { list } = await record(gift)
    expect(list).toMatch(new RegExp(`^1 ${first.ticket} a{32}\n2 [0-9a-f-]{36} -\n$`))
    expect(await enter(noor, gift)).toEqual(first)
  })

  test('is not for who runs the show, nor for who is banned; who is muted may', async () => {
    const gift = await giveaway()
    const moderator = await shop.moderator(gift.showId)
    const [noor, bo] = (await shop.people(2)) as [Who, Who]
    for (const who of [gift.host, moderator])
      expect(await codeOf(enter(who, gift))).toBe('FORBIDDEN')
    await shop.sql`insert into sanctions(show_id, account_id, kind, reason, by, at)
      values (${gift.showId}, ${bo.accountId}, 'mute', 'spam', ${gift.host.accountId}, now())`
    await ban(gift, noor)
    expect(await codeOf(enter(noor, gift))).toBe('BANNED')
    expect(await enter(bo, gift)).toMatchObject({ number: 1 })
    expect(await codeOf(enter(bo, { ...gift, showId: newId() }))).toBe('NOT_FOUND')
  })

  test('after the end is refused, also before anybody settled it', async () => {
    const gift = await giveaway()
    await pass(gift)
    expect(await codeOf(enter(await shop.person(), gift))).toBe('CONFLICT')
    await settle()
  })

  test('of who is banned stands no longer, and its number is given to nobody else', async () => {
    const gift = await giveaway()
    const [noor, bo, cem] = (await shop.people(3)) as [Who, Who, Who]
    for (const who of [noor, bo]) await enter(who, gift)
    await ban(gift, noor)
    expect(await codeOf(enter(noor, gift))).toBe('BANNED')
    expect(await enter(cem, gift)).toMatchObject({ number: 3 })
    await draw(gift.host, gift)
    const { giveaway: over, list } = await record(gift)
    expect(over.entries).toBe(2)
    expect(list?.split('\n').map((line) => line.split(' ')[0])).toEqual(['2', '3', ''])
    expect(over.draw?.winner.accountId).not.toBe(noor.accountId)
  })
})
