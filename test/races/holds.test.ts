import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonical, newId } from '../../server/base/ids.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { sweepHolds } from '../../server/features/inventory/jobs.ts'
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

const doors = () => [shop.inventory, second.inventory] as const

test('10,000 buyers on two processes at 100 units: exactly 100 holds', async () => {
  const { what, variantId, showId } = await shop.open(100)
  const buyers = await shop.people(10_000)
  const codes = await Promise.all(
    buyers.map((who, i) => codeOf(doors()[i % 2 ? 1 : 0].hold(who, what, 'k'))),
  )
  expect(tally(codes)).toEqual({ ok: 100, SOLD_OUT: 9_900 })
  const [row] =
    await shop.sql`select count(*)::int as holds from holds where variant_id = ${variantId}`
  expect(row?.['holds']).toBe(100)
  expect(await shop.stock(variantId)).toMatchObject({ held: 100, n: 101 })
  expect(await shop.told(showId)).toEqual(['show.started', 'stock.sold-out'])
})

test('50 holds of one buyer at once under a limit of one, on two processes: exactly one', async () => {
  const opened = await shop.open(100)
  const { host, showId, variantId, what } = opened
  await shop.sales.start(host, {
    showId,
    variantId,
    price: { amount: 900, currency: 'EUR' },
    quantity: 50,
    perBuyer: 1,
    countdownMs: 0,
    durationMs: 60_000,
  })
  const buyer = await shop.person()
  const codes = await Promise.all(
    Array.from({ length: 50 }, (_, i) => codeOf(doors()[i % 2 ? 1 : 0].hold(buyer, what, newId()))),
  )
  expect(tally(codes)).toEqual({ ok: 1, LIMIT_PER_BUYER: 49 })
})

test('the same key 100 times, on two processes: one hold, told 100 times', async () => {
  const { what, variantId } = await shop.open(100)
  const buyer = await shop.person()
  const holds = await Promise.all(
    Array.from({ length: 100 }, (_, i) => doors()[i % 2 ? 1 : 0].hold(buyer, what, 'one key')),
  )
  expect(new Set(holds.map(canonical)).size).toBe(1)
  expect((await shop.stock(variantId)).held).toBe(1)
})

test('two keys used crosswise on two variants by two processes: each key is one hold', async () => {
  const host = await shop.person()
  const product = await shop.product(host, 10_000, 10_000)
  const showId = await shop.show(host, [product])
  const [a, b] = product.variants as [string, string]
  const buyers = await shop.people(200)
  const ask = (door: 0 | 1, buyer: (typeof buyers)[0], variantId: string, key: string) =>
    codeOf(doors()[door].hold(buyer, { showId, variantId, quantity: 1 }, key))
  const codes = await Promise.all(
    buyers.flatMap((buyer) => [
      ask(0, buyer, a, 'first'),
      ask(0, buyer, b, 'second'),
      ask(1, buyer, a, 'second'),
      ask(1, buyer, b, 'first'),
    ]),
  )
  expect(tally(codes)).toEqual({ ok: 400, IDEMPOTENCY_MISMATCH: 400 })
})

test('one item that Postgres cannot take fails alone among a hundred', async () => {
  const { what, variantId } = await shop.open(100)
  const buyers = await shop.people(100)
  const poisoned = 37
  const outcomes = await Promise.allSettled(
    buyers.map((who, i) =>
      shop.inventory.hold(who, i === poisoned ? { ...what, quantity: 2 ** 33 } : what, 'k'),
    ),
  )
  const failed = outcomes.flatMap((o, i) => (o.status === 'rejected' ? [i] : []))
  expect(failed).toEqual([poisoned])
  expect((await shop.stock(variantId)).held).toBe(99)
})

test('units whose time runs out under demand are sold on, each once, while sweepers run', async () => {
  const brief = await openShop({ holdMs: 40 })
  const beside = brief.beside()
  try {
    const { what, variantId } = await brief.open(20)
    const buyers = await brief.people(300)
    const granted: { buyer: number; key: string; holdId: string }[] = []
    const press = async (i: number) => {
      // Six rounds are over within the 40 ms of a hold where the machine is quick: until some were sold on.
      for (let turn = 0; turn < 6 || granted.length <= 20; turn++) {
        const key = `${turn}`
        const door = turn % 2 ? brief.inventory : beside.inventory
        const hold = await door.hold(buyers[i]!, what, key).catch(() => undefined)
        if (hold) granted.push({ buyer: i, key, holdId: hold.holdId })
      }
    }
    const sweeping = Promise.all(
      Array.from({ length: 10 }, () => sweepHolds({ sql: brief.pg.jobs, log: brief.log })),
    )
    await Promise.all([sweeping, ...buyers.map((_, i) => press(i))])
    // With 40 ms a hold, more were granted than there are units; never more at once.
    expect(granted.length).toBeGreaterThan(20)
    expect(await auditStock(brief.sql)).toEqual([])
    const ended = brief.notices.map((n) => (n.payload as { holdId: string }).holdId)
    expect(new Set(ended).size).toBe(ended.length)
    for (const { buyer, key, holdId } of granted.slice(0, 10)) {
      expect((await brief.inventory.hold(buyers[buyer]!, what, key)).holdId).toBe(holdId)
    }
    expect((await brief.stock(variantId)).held).toBeLessThanOrEqual(20)
  } finally {
    await beside.close()
    await brief.close()
  }
})
