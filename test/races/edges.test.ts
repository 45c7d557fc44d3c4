import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { sweepHolds } from '../../server/features/inventory/jobs.ts'
import { sweepSales } from '../../server/features/sales/jobs.ts'
import { codeOf, openShop, type Shop, tally } from '../support/shop.ts'

let shop: Shop
let second: ReturnType<Shop['beside']>

beforeAll(async () => {
  shop = await openShop()
  second = shop.beside()
})

afterAll(async () => {
  await second.close()
  expect(await auditStock(shop.sql)).toEqual([])
  await shop.close()
})

const rounds = 100
const price = { amount: 900, currency: 'EUR' }

type What = { showId: string; variantId: string; quantity: number }

/** Everybody asks on both processes; `act` falls among the batches in flight. */
async function whilePressed<T>(buyers: Who[], what: What, act: () => Promise<T>) {
  const asks: Promise<string>[] = []
  const ask = (who: Who, i: number) => {
    const door = i % 2 ? second.inventory : shop.inventory
    asks.push(codeOf(door.hold(who, what, newId())))
  }
  const half = buyers.length >> 1
  buyers.slice(0, half).forEach(ask)
  await new Promise((resolve) => setImmediate(resolve))
  const acting = act()
  buyers.slice(half).forEach(ask)
  const value = await acting
  return { value, codes: Promise.all(asks) }
}

test('after a pull is acknowledged no hold succeeds, 100 rounds', async () => {
  const { host, product, showId, variantId, what } = await shop.open(100_000)
  const buyers = await shop.people(60)
  const seen = new Set<string>()
  const live = async () => {
    const [row] = await shop.sql<{ holds: number }[]>`
      select count(*)::int as holds from holds where variant_id = ${variantId} and state = 'active'`
    return row?.holds
  }
  for (let round = 0; round < rounds; round++) {
    const pull = () => shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })
    const { codes } = await whilePressed(buyers, what, pull)
    expect(await live()).toBe(0)
    for (const code of await codes) seen.add(code)
    expect(await live()).toBe(0)
    await shop.sales.restore(host, { showId, productId: product.id })
  }
  expect([...seen].toSorted()).toEqual(['PRODUCT_PULLED', 'ok'])
  expect((await shop.stock(variantId)).held).toBe(0)
})

test('after a ban is acknowledged no hold of that buyer succeeds, 100 rounds', async () => {
  const { host, showId, variantId, what } = await shop.open(100_000)
  const crowd = await shop.people(40)
  const seen: string[] = []
  for (const banned of await shop.people(rounds)) {
    const ban = () =>
      shop.log.call(shop.pg.talk, 'ban_v1', {
        showId,
        by: host.accountId,
        accountId: banned.accountId,
        reason: 'rude',
      })
    const held = async () => {
      const [row] = await shop.sql<{ holds: number }[]>`
        select count(*)::int as holds from holds where variant_id = ${variantId} and buyer = ${banned.accountId}`
      return row?.holds
    }
    const pressing = [banned, ...crowd, banned, banned, banned]
    const { codes } = await whilePressed(pressing, what, ban)
    const atAnswer = await held()
    const all = await codes
    expect(await held()).toBe(atAnswer)
    seen.push(all[0] as string, ...all.slice(-3))
  }
  expect(Object.keys(tally(seen)).toSorted()).toEqual(['BANNED', 'ok'])
})

test('a hold of another thing that was in flight when its buyer was banned is given back', async () => {
  const { host, product, showId } = await shop.open(1, 1)
  const [one, other] = product.variants as [string, string]
  const [noor] = (await shop.people(1)) as [Who]
  const hold = (variantId: string) =>
    codeOf(shop.inventory.hold(noor, { showId, variantId, quantity: 1 }, newId()))
  await hold(one)
  const waiting = (many: number) => {
    const found = () =>
      shop.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return expect.poll(found).toHaveLength(many)
  }
  const { held, banned } = await shop.pg.jobs.begin(async (tx) => {
    // What sells out is told, and waits for the head.
    await tx`select from show_heads where show_id = ${showId} for update`
    const held = hold(other)
    await waiting(1)
    const args = { showId, by: host.accountId, accountId: noor.accountId, reason: 'no' }
    const banned = codeOf(second.log.call(second.pg.talk, 'ban_v1', args))
    await waiting(2)
    return { held, banned }
  })
  expect([await held, await banned]).toEqual(['ok', 'ok'])
  expect([(await shop.stock(one)).held, (await shop.stock(other)).held]).toEqual([0, 0])
})

test('at the edges of a sale every hold has the price of its own moment', async () => {
  const buyers = await shop.people(200)
  for (let round = 0; round < 5; round++) {
    const { host, showId, variantId, what } = await shop.open(100_000)
    const { saleId } = await shop.sales.start(host, {
      showId,
      variantId,
      price,
      quantity: 50_000,
      countdownMs: 10_000,
      durationMs: 10_000,
    })
    // Both edges lie within the next 300 ms.
    await shop.sql`with edges as (select clock_timestamp() + interval '100 ms' as a, clock_timestamp() + interval '200 ms' as z),
      told as (update sales set starts_at = a, ends_at = z from edges where id = ${saleId}),
      flash as (update offers set starts_at = a, ends_at = z from edges where show_id = ${showId} and kind = 'flash')
      update offers set starts_at = z from edges where show_id = ${showId} and kind = 'standing' and closed_at is null`
    const codes = new Set<string>()
    const until = performance.now() + 400
    const press = async (who: Who, i: number) => {
      const door = i % 2 ? second.inventory : shop.inventory
      while (performance.now() < until) codes.add(await codeOf(door.hold(who, what, newId())))
    }
    await Promise.all(buyers.map(press))
    const rows = await shop.sql<{ price: number; where: string; holds: number }[]>`
      select h.price::int as price, count(*)::int as holds,
        case when h.created_at < s.starts_at then 'before' when h.created_at < s.ends_at then 'in' else 'after' end as where
      from holds h join sales s on s.id = ${saleId} where h.variant_id = ${variantId} group by 1, 3`
    expect(codes).toEqual(new Set(['SALE_NOT_OPEN', 'ok']))
    expect(rows.map((r) => `${r.where} ${r.price}`).toSorted()).toEqual(['after 2000', 'in 900'])
    await sweepSales({ sql: shop.pg.jobs, log: shop.log })
  }
})

test('everything at once on the same units: nothing waits for another in a circle', async () => {
  const host = await shop.person()
  const products = [await shop.product(host, 300, 300), await shop.product(host, 300)]
  const shows = [await shop.show(host, products), await shop.show(host, products.toReversed())]
  const variants = products.flatMap((p) => p.variants)
  const buyers = await shop.people(100)
  const pick = <T>(list: T[], n: number) => list[n % list.length] as T
  const outcomes: string[] = []
  const note = async (call: Promise<unknown>) => void outcomes.push(await codeOf(call))

  const buy = async (who: Who, i: number) => {
    for (let turn = 0; turn < 12; turn++) {
      const what = { showId: pick(shows, i + turn), variantId: pick(variants, i * 7 + turn) }
      const door = turn % 2 ? second.inventory : shop.inventory
      const hold = await door
        .hold(who, { ...what, quantity: 1 + (turn % 3) }, newId())
        .catch(() => undefined)
      if (hold && turn % 3) await note(shop.inventory.release(who, hold.holdId))
      if (hold && !(turn % 3)) await shop.runOut(hold.holdId)
    }
  }
  const run = async (door: number) => {
    for (let turn = 0; turn < 25; turn++) {
      const showId = pick(shows, turn + door)
      const productId = pick(products, turn).id
      const variantId = pick(variants, turn + door)
      const sale = {
        showId,
        variantId,
        price,
        quantity: 5,
        countdownMs: 0 as const,
        durationMs: 60_000,
      }
      await note(shop.sales.start(host, sale))
      await note(shop.sales.pull(host, { showId, productId, reason: 'a look' }))
      await note(shop.inventory.correctStock(host, variantId, { delta: 1, reason: 'one more' }))
      await note(shop.sales.restore(host, { showId, productId }))
      await sweepHolds({ sql: shop.pg.jobs, log: shop.log })
      await sweepSales({ sql: shop.pg.jobs, log: shop.log })
    }
  }
  await Promise.all([...buyers.map(buy), run(0), run(1)])
  const counts = tally(outcomes)
  expect(Object.keys(counts)).not.toContain('UNAVAILABLE')
  expect(counts['ok']).toBeGreaterThan(100)
  expect(await auditStock(shop.sql)).toEqual([])
})
