import { setTimeout as pause } from 'node:timers/promises'
import type { TransactionSql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Who } from '../../server/base/who.ts'
import { auditLog } from '../../server/events/audit.ts'
import { auditGiveaways } from '../../server/features/giveaways/audit.ts'
import { settleGiveaways } from '../../server/features/giveaways/jobs.ts'
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
  expect([...(await auditStock(sql)), ...(await auditGiveaways(sql))]).toEqual([])
  expect(await auditLog(sql)).toEqual([])
  await shop.close()
})

const rounds = 50

type Gift = Awaited<ReturnType<typeof giveaway>>

/** A live show in which its only unit is given away. */
async function giveaway() {
  const opened = await shop.open(1)
  const { host, showId, variantId } = opened
  const what = { showId, variantId, durationMs: 60_000 }
  const { giveawayId } = await shop.giveaways.open(host, what)
  return { ...opened, giveawayId }
}

const enter = (n: number, who: Who, { showId, giveawayId }: Gift) =>
  (n % 2 ? second : shop).giveaways.enter(who, { showId, giveawayId })

const settle = () => settleGiveaways({ sql: shop.pg.jobs, log: shop.log })
const settleBeside = () => settleGiveaways({ sql: second.pg.jobs, log: second.log })

/** The clock of this giveaway ends so many ms from now, if it runs; who is in came at its beginning. */
async function leave({ giveawayId }: Gift, ms: number): Promise<void> {
  await shop.sql`with t as (select clock_timestamp() + ${`${ms} ms`}::interval as ends_at),
    g as (
      update giveaways set ends_at = t.ends_at, opened_at = t.ends_at - interval '1 min' from t
      where id = ${giveawayId} and ended_at is null returning id, opened_at)
    update giveaway_entries e set at = g.opened_at from g where e.giveaway_id = g.id`
}

const ban = ({ showId, host }: Gift, { accountId }: Who) =>
  shop.log.call(shop.sql, 'ban_v1', { showId, by: host.accountId, accountId, reason: 'no' })

/** A transaction that is left open when it has done that; `held` answers its pid. */
function leaveOpen(take: (tx: TransactionSql) => Promise<unknown>) {
  const held = Promise.withResolvers<number>()
  const going = Promise.withResolvers<void>()
  const over = shop.pg.jobs.begin(async (tx) => {
    await take(tx)
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
    held.resolve(row?.pid as number)
    await going.promise
  })
  const close = () => {
    going.resolve()
    return over
  }
  return { held: held.promise, close }
}

/** Calls that wait for a lock. */
const waiting = () =>
  shop.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

/** How it ended, with who has the unit. */
async function end({ giveawayId, showId, variantId }: Gift) {
  const [row] = await shop.sql<
    { as: string; entries: number; winner: string; buyer: string; state: string; void: boolean }[]
  >`
    select g.ended_as as as, g.entries, g.winner, h.buyer, h.state, coalesce(e.void, false) as void
    from giveaways g join holds h on h.id = g.hold_id
      left join giveaway_entries e on e.giveaway_id = g.id and e.n = g.number where g.id = ${giveawayId}`
  const { held, sold } = await shop.stock(variantId)
  const told = await shop.told(showId)
  return { ...row, held, sold, ends: told.filter((type) => type === 'giveaway.ended').length }
}

test('300 people at once on two processes: each has a number of their own, from 1 to 300', async () => {
  const gift = await giveaway()
  const people = await shop.people(300)
  // Within a tenth of a second: what comes in one moment is one batch, and batches are to meet.
  const twice = [...people, ...people]
  const comes = async (who: Who, n: number) => {
    await pause((n % 300) / 3)
    return enter(n, who, gift)
  }
  const entries = await Promise.all(twice.map(comes))
  const numbers = entries.slice(0, 300).map(({ number }) => number)
  expect(numbers.toSorted((a, b) => a - b)).toEqual(people.map((_, n) => n + 1))
  expect(entries.slice(300)).toEqual(entries.slice(0, 300))
  await leave(gift, 0)
  expect((await Promise.all([settle(), settleBeside()])).toSorted()).toEqual([0, 1])
  expect(await end(gift)).toMatchObject({ as: 'drawn', entries: 300, ends: 1, held: 1, sold: 0 })
})

test('the end among entries, drawn by two processes: one result, and nobody is in after it, 50 rounds', async () => {
  const crowd = await shop.people(40)
  const seen = new Set<string>()
  for (let round = 0; round < rounds; round += 1) {
    const gift = await giveaway()
    await leave(gift, 5)
    const codes: Promise<string>[] = []
    const ends: Promise<number>[] = []
    for (const [n, who] of crowd.entries()) {
      codes.push(codeOf(enter(n, who, gift)))
      ends.push(settle(), settleBeside())
      await Promise.race([codes.at(-1), ends.at(-1)])
    }
    const told = await Promise.all(codes)
    for (const code of told) seen.add(code)
    await Promise.all(ends)
    await leave(gift, 0).then(settle)
    const ended = await end(gift)
    const entries = told.filter((code) => code === 'ok').length
    const isDrawn = entries > 0
    expect(ended).toMatchObject({ as: isDrawn ? 'drawn' : 'empty', entries, ends: 1, sold: 0 })
    expect(ended.held).toBe(isDrawn ? 1 : 0)
  }
  expect(seen).toEqual(new Set(['ok', 'CONFLICT']))
}, 120_000)

test('a ban among entries: from its answer on they are not in, and do not win, 50 rounds', async () => {
  const [loud, ...others] = await shop.people(3)
  const target = loud as Who
  for (let round = 0; round < rounds; round += 1) {
    const gift = await giveaway()
    const early = [target, ...others].map((who, n) => codeOf(enter(n, who, gift)))
    await ban(gift, target)
    // Asked again while the first try is on its way, one is answered with it.
    await Promise.all(early)
    const late = await Promise.all([0, 1].map((n) => codeOf(enter(n, target, gift))))
    expect(tally(late)).toEqual({ BANNED: 2 })
    await leave(gift, 0)
    await settle()
    expect(await end(gift)).toMatchObject({ as: 'drawn', entries: 2, void: false, held: 1 })
  }
}, 120_000)

test('a ban that waits for the draw takes back what was won', async () => {
  const [noor] = (await shop.people(1)) as [Who]
  const gift = await giveaway()
  await enter(0, noor, gift)
  await leave(gift, 0)
  const { showId, host } = gift
  const args = { showId, by: host.accountId, accountId: noor.accountId, reason: 'no' }
  const { banned } = await shop.pg.jobs.begin(async (tx) => {
    await tx`select settle_giveaways_v1(${tx.json({ max: 1 })})`
    const banned = codeOf(second.log.call(second.pg.talk, 'ban_v1', args))
    await expect.poll(waiting).toHaveLength(1)
    return { banned }
  })
  expect(await banned).toBe('ok')
  expect(await end(gift)).toMatchObject({ as: 'drawn', state: 'released', held: 0 })
})

test('a cancel, a pull, a draw by hand and the end of the show beside the clock: one result, 80 rounds', async () => {
  const [noor] = (await shop.people(1)) as [Who]
  const seen = new Set<string | undefined>()
  for (let round = 0; round < 80; round += 1) {
    const gift = await giveaway()
    const { host, showId, giveawayId, product } = gift
    const what = { showId, giveawayId }
    await enter(0, noor, gift)
    await leave(gift, round % 5)
    const hands = [
      () => second.giveaways.cancel(host, what),
      () => shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' }),
      () => second.giveaways.draw(host, what),
      () => second.log.call(second.pg.talk, 'show_end_v1', { showId, accountId: host.accountId }),
    ]
    const hand = hands[round % 4] as (typeof hands)[number]
    await Promise.all([settle(), codeOf(hand()), settleBeside()])
    await leave(gift, 0).then(settle)
    const ended = await end(gift)
    seen.add(ended.as)
    // What was won and pulled afterwards was pulled from the winner.
    const isTheirs = ended.as === 'drawn' && ended.state === 'active'
    expect(ended).toMatchObject({ held: isTheirs ? 1 : 0, sold: 0, ends: 1 })
    expect(ended.buyer).toBe(ended.as === 'drawn' ? noor.accountId : giveawayId)
  }
  expect(seen).toContain('drawn')
  expect(seen.size).toBeGreaterThan(1)
}, 120_000)

test.each([
  ['the end of its show', 'show_end_v1', () => ({})],
  ['a pull', 'pull_v1', ({ product }: Gift) => ({ productId: product.id, reason: 'broken' })],
  ['another line-up', 'show_change_v1', () => ({ productIds: [] })],
])('who comes in before %s has its row was in while it ran', async (_what, verb, more) => {
  const gift = await giveaway()
  const { showId, host, giveawayId } = gift
  const noor = await shop.person()
  const { ended } = await shop.pg.jobs.begin(async (tx) => {
    await tx`select from giveaways where id = ${giveawayId} for no key update`
    const args = { showId, accountId: host.accountId, ...more(gift) }
    const ended = codeOf(second.log.call(second.pg.talk, verb, args))
    await expect.poll(waiting).toHaveLength(1)
    const [row] = await tx<{ answers: { code: string }[] }[]>`
      select enter_giveaways_v1(array[${showId}::uuid], array[${giveawayId}::uuid], array[${noor.accountId}::uuid], array[null], 1) as answers`
    expect(row?.answers).toMatchObject([{ code: 'IN' }])
    return { ended }
  })
  expect(await ended).toBe('ok')
  expect(await auditGiveaways(shop.sql)).toEqual([])
})

test('a ban that meets the opening: from its answer on they are not in', async () => {
  const opened = await shop.open(1)
  const { host, showId, variantId } = opened
  const noor = await shop.person()
  const what = { showId, variantId, durationMs: 60_000 }
  // The opening waits for the show's head, the ban behind it; then the ban for a row that does not come to be.
  const head = leaveOpen(
    (tx) => tx`select from show_heads where show_id = ${showId} for no key update`,
  )
  const row = leaveOpen(async (tx) => {
    await tx`insert into sanctions(show_id, account_id, kind, reason, by, at)
      values (${showId}, ${noor.accountId}, 'ban', 'no', ${host.accountId}, now())`
    await tx`delete from sanctions where show_id = ${showId}`
  })
  const [, pid] = await Promise.all([head.held, row.held])
  const opening = shop.giveaways.open(host, what)
  await expect.poll(waiting).toHaveLength(1)
  const banned = ban({ ...opened, giveawayId: '' }, noor)
  await expect.poll(waiting).toHaveLength(2)
  await head.close()
  const gift = { ...opened, ...(await opening) }
  const inItsMiddle = () =>
    shop.sql`select from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))`
  await expect.poll(inItsMiddle).toHaveLength(1)
  const entry = leaveOpen(
    (tx) => tx`
    select enter_giveaways_v1(array[${showId}::uuid], array[${gift.giveawayId}::uuid], array[${noor.accountId}::uuid], array[null], 1)`,
  )
  await Promise.race([entry.held, expect.poll(waiting).toHaveLength(2)])
  await row.close()
  await banned
  await entry.held.then(entry.close)
  await leave(gift, 0).then(settle)
  expect(await end(gift)).toMatchObject({ as: 'empty' })
})
