import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, openShop, type Shop, tally } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Sql } from '../../store/postgres.ts'
import { auditStock } from './audit.ts'
import { sweepHolds } from './jobs.ts'
import { reserve } from './store.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(async () => {
  expect(await auditStock(shop.sql)).toEqual([])
  await shop.close()
})

/** Rows of holds that this connection has read of late. */
async function holdsRead(tx: Sql): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select (seq_tup_read + idx_tup_fetch)::int as n from pg_stat_xact_user_tables where relname = 'holds'`
  return row?.n ?? 0
}

const sweep = () => sweepHolds({ sql: shop.pg.jobs, log: shop.log })

describe('a hold', () => {
  test('takes units at the price of this moment, for a time', async () => {
    const { variantId, showId } = await shop.open(5)
    const buyer = await shop.person()
    const hold = await shop.inventory.hold(buyer, { showId, variantId, quantity: 2 }, 'a key')
    expect(hold).toMatchObject({ showId, variantId, quantity: 2, state: 'active' })
    expect(hold.price).toEqual({ amount: 2000, currency: 'EUR' })
    expect(await shop.stock(variantId)).toMatchObject({ on_hand: 5, held: 2, sold: 0 })
    const { items } = await shop.inventory.mine(buyer, {})
    expect(items).toEqual([hold])
  })

  test('is one for its key, whatever happens between', async () => {
    const { what, variantId } = await shop.open(5)
    const buyer = await shop.person()
    const key = 'odd "key"{,}\\'
    const first = await shop.inventory.hold(buyer, what, key)
    expect(await shop.inventory.hold(buyer, what, key)).toEqual(first)
    await shop.inventory.release(buyer, first.holdId)
    expect(await shop.inventory.hold(buyer, what, key)).toEqual({ ...first, state: 'released' })
    expect(await codeOf(shop.inventory.hold(buyer, { ...what, quantity: 2 }, key))).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    expect((await shop.stock(variantId)).held).toBe(0)
  })

  test('lies in a bag of its own show, also in an order, until it is given back or runs out', async () => {
    const { host, product, showId, variantId } = await shop.open(9)
    const elsewhere = await shop.show(host, [product])
    await shop.sql`update offers set price = 1500 where show_id = ${elsewhere}`
    const [a, b] = await shop.people(2)
    const hold = (who: typeof a, show: string, quantity: number) =>
      shop.inventory.hold(who!, { showId: show, variantId, quantity }, newId())
    const first = await hold(a, showId, 3)
    const second = await hold(b, showId, 1)
    await hold(b, elsewhere, 4)
    const euros = (amount: number) => [{ amount, currency: 'EUR' }]
    expect(await shop.inventory.inBags(showId)).toEqual({ units: 4, worth: euros(8_000) })
    expect(await shop.inventory.inBags(elsewhere)).toEqual({ units: 4, worth: euros(6_000) })
    const ordered = (id: string | null, state: string) =>
      shop.sql`update holds set state = ${state}, order_id = ${id} where id = ${first.holdId}`
    await ordered(newId(), 'ordered')
    await shop.runOut(second.holdId)
    expect(await shop.inventory.inBags(showId)).toEqual({ units: 3, worth: euros(6_000) })
    await ordered(null, 'active')
    await shop.inventory.release(a!, first.holdId)
    expect(await shop.inventory.inBags(showId)).toEqual({ units: 0, worth: [] })
  })

  test('of somebody else may have the same key', async () => {
    const { what } = await shop.open(5)
    const [a, b] = await shop.people(2)
    const holds = await Promise.all([a, b].map((who) => shop.inventory.hold(who!, what, 'same')))
    expect(holds[0]?.holdId).not.toBe(holds[1]?.holdId)
  })

  test('is refused with the code that fits', async () => {
    const { host, what, showId, variantId, product } = await shop.open(3)
    const stranger = await shop.product(host, 3)
    const planned = await shop.show(host, [product], false)
    const [buyer, banned] = await shop.people(2)
    const ask = (more: Partial<typeof what>, who = buyer!) =>
      codeOf(shop.inventory.hold(who, { ...what, ...more }, newId()))
    expect(await ask({ showId: newId() })).toBe('NOT_FOUND')
    expect(await ask({ variantId: newId() })).toBe('NOT_FOUND')
    expect(await ask({ variantId: stranger.variants[0]! })).toBe('NOT_FOUND')
    expect(await ask({ showId: planned })).toBe('SHOW_NOT_LIVE')
    expect(await ask({ quantity: 4 })).toBe('SOLD_OUT')
    await shop.sql`insert into sanctions(show_id, account_id, kind, reason, by, at)
      values (${showId}, ${banned!.accountId}, 'ban', 'rude', ${host.accountId}, now())`
    expect(await ask({}, banned)).toBe('BANNED')
    await shop.sql`update sanctions set until = now() where account_id = ${banned!.accountId}`
    expect(await ask({}, banned)).toBe('ok')
    await shop.sql`update offers set per_buyer = 1 where variant_id = ${variantId}`
    expect(await ask({ quantity: 2 })).toBe('LIMIT_PER_BUYER')
    expect(await ask({})).toBe('ok')
    expect(await ask({})).toBe('LIMIT_PER_BUYER')
    await shop.sql`update offers set starts_at = now() + interval '1 hour', ends_at = now() + interval '2 hours' where variant_id = ${variantId}`
    expect(await ask({})).toBe('SALE_NOT_OPEN')
    await shop.sql`update offers set starts_at = now() - interval '2 hours', ends_at = null where variant_id = ${variantId}`
    await shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })
    expect(await ask({})).toBe('PRODUCT_PULLED')
    expect(await shop.stock(variantId)).toMatchObject({ held: 0, sold: 0 })
  })

  test('is granted in order of arrival, and one that does not fit blocks nobody', async () => {
    const { what, variantId, showId } = await shop.open(4)
    const buyers = await shop.people(4)
    const quantities = [3, 2, 1, 1]
    const codes = await Promise.all(
      buyers.map((who, i) =>
        codeOf(shop.inventory.hold(who, { ...what, quantity: quantities[i]! }, 'k')),
      ),
    )
    expect(codes).toEqual(['ok', 'SOLD_OUT', 'ok', 'SOLD_OUT'])
    expect((await shop.stock(variantId)).held).toBe(4)
    expect(await shop.told(showId)).toEqual(['show.started', 'stock.sold-out'])
  })

  test('is decided for itself, whatever else is asked in the same moment', async () => {
    const { host, product, showId, variantId: mug } = await shop.open(3, 2)
    const cup = product.variants[1]!
    const second = await shop.show(host, [product])
    const planned = await shop.show(host, [product], false)
    await shop.sql`update offers set price = 1500, per_buyer = 1 where show_id = ${second} and variant_id = ${cup}`
    const [early, banned, ...others] = await shop.people(8)
    const first = await shop.inventory.hold(
      early!,
      { showId, variantId: mug, quantity: 1 },
      'early',
    )
    await shop.sql`insert into sanctions(show_id, account_id, kind, reason, by, at)
      values (${second}, ${banned!.accountId}, 'ban', 'rude', ${host.accountId}, now())`
    const asked: [who: typeof early, showId: string, variantId: string, quantity?: number][] = [
      [others[0], second, cup, 2],
      [others[1], planned, cup],
      [others[2], second, cup],
      [early, showId, mug],
      [banned, second, mug],
      [banned, showId, mug],
      [others[3], showId, newId()],
      [others[4], showId, cup],
      [others[5], second, cup],
      [others[0], showId, mug],
    ]
    const outcomes = await Promise.allSettled(
      asked.map(([who, show, variantId, quantity = 1]) =>
        shop.inventory.hold(
          who!,
          { showId: show, variantId, quantity },
          who === early ? 'early' : newId(),
        ),
      ),
    )
    const told = outcomes.map((o, i) =>
      o.status === 'rejected'
        ? o.reason.code
        : [o.value.showId, o.value.variantId, o.value.price.amount, asked[i]?.[0] === early],
    )
    expect(told).toEqual([
      'LIMIT_PER_BUYER',
      'SHOW_NOT_LIVE',
      [second, cup, 1500, false],
      [showId, mug, 2000, true],
      'BANNED',
      [showId, mug, 2000, false],
      'NOT_FOUND',
      [showId, cup, 2000, false],
      'SOLD_OUT',
      [showId, mug, 2000, false],
    ])
    expect(outcomes[3]).toMatchObject({ value: first })
    expect((await shop.stock(mug)).held).toBe(3)
    expect((await shop.stock(cup)).held).toBe(2)
  })

  test('reads nothing of what its buyer gave back before, however much that was', async () => {
    const { what } = await shop.open(5)
    const buyer = await shop.person()
    for (let n = 0; n < 50; n++) {
      const { holdId } = await shop.inventory.hold(buyer, what, newId())
      await shop.inventory.release(buyer, holdId)
    }
    const read = await shop.sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql
      const before = await holdsRead(tx)
      const ask = { ...what, id: newId(), buyer: buyer.accountId, key: newId() }
      await reserve(tx, [ask], { holdMs: 60_000, unitsMax: 100 })
      return (await holdsRead(tx)) - before
    })
    expect(read).toBe(0)
  })

  test('with bad data fails alone, its neighbours are decided', async () => {
    const { what } = await shop.open(100)
    const buyers = await shop.people(100)
    const outcomes = await Promise.allSettled(
      buyers.map((who, i) =>
        shop.inventory.hold(who, i === 50 ? { ...what, quantity: 2 ** 40 } : what, 'k'),
      ),
    )
    expect(outcomes.map((o) => o.status === 'fulfilled')).toEqual(buyers.map((_, i) => i !== 50))
    expect((await shop.stock(what.variantId)).held).toBe(99)
  })
})

describe('the end of a hold', () => {
  test('comes when somebody needs the units, not before its time', async () => {
    const { what, variantId } = await shop.open(2)
    const [a, b, c] = await shop.people(3)
    const first = await shop.inventory.hold(a!, { ...what, quantity: 2 }, 'first')
    expect(await codeOf(shop.inventory.hold(b!, what, 'early'))).toBe('SOLD_OUT')
    await shop.runOut(first.holdId)
    expect(await codeOf(shop.inventory.hold(b!, what, 'late'))).toBe('ok')
    expect(await shop.stock(variantId)).toMatchObject({ held: 1 })
    expect(shop.notices).toContainEqual({
      accountId: a!.accountId,
      event: 'hold:ended',
      payload: { holdId: first.holdId, reason: 'expired' },
    })
    expect(await shop.inventory.hold(a!, { ...what, quantity: 2 }, 'first')).toMatchObject({
      holdId: first.holdId,
      state: 'expired',
    })
    expect(await codeOf(shop.inventory.hold(c!, what, 'k'))).toBe('ok')
  })

  test('is known to its buyer by the clock, also before its row says so', async () => {
    const { what, variantId } = await shop.open(2)
    const buyer = await shop.person()
    const { holdId } = await shop.inventory.hold(buyer, what, 'k')
    await shop.runOut(holdId)
    expect((await shop.inventory.mine(buyer, {})).items[0]?.state).toBe('expired')
    expect((await shop.stock(variantId)).held).toBe(1)
  })

  test('comes by the sweeper where nobody asks, and the log hears of it', async () => {
    const { what, variantId, showId } = await shop.open(2)
    const buyers = await shop.people(2)
    const holds = await Promise.all(buyers.map((who) => shop.inventory.hold(who, what, 'k')))
    await sweep()
    expect((await shop.stock(variantId)).held).toBe(2)
    await shop.runOut(...holds.map((h) => h.holdId))
    await Promise.all([sweep(), sweep()])
    expect(await shop.stock(variantId)).toMatchObject({ held: 0, n: 5 })
    expect(await shop.told(showId)).toEqual(['show.started', 'stock.sold-out', 'stock.available'])
  })

  test('by its buyer is calm when repeated, and nobody else can', async () => {
    const { what, variantId } = await shop.open(1)
    const [buyer, other] = await shop.people(2)
    const { holdId } = await shop.inventory.hold(buyer!, what, 'k')
    expect(await codeOf(shop.inventory.release(other!, holdId))).toBe('NOT_FOUND')
    expect(await codeOf(shop.inventory.release(buyer!, newId()))).toBe('NOT_FOUND')
    const both = [1, 2].map(() => codeOf(shop.inventory.release(buyer!, holdId)))
    expect(await Promise.all(both)).toEqual(['ok', 'ok'])
    expect(await codeOf(shop.inventory.release(buyer!, holdId))).toBe('ok')
    expect(await shop.stock(variantId)).toMatchObject({ held: 0, n: 3 })
    expect(await codeOf(shop.inventory.hold(other!, what, 'k'))).toBe('ok')
  })

  test('is not the buyer’s to make while the units are in an order', async () => {
    const { what, variantId } = await shop.open(1)
    const buyer = await shop.person()
    const { holdId } = await shop.inventory.hold(buyer, what, 'k')
    await shop.sql`update holds set state = 'ordered', order_id = ${newId()} where id = ${holdId}`
    await shop.runOut(holdId)
    expect(await codeOf(shop.inventory.release(buyer, holdId))).toBe('CONFLICT')
    await sweep()
    expect((await shop.stock(variantId)).held).toBe(1)
  })

  test('in large numbers is reclaimed in bites that lose nothing', async () => {
    const { what, variantId } = await shop.open(1_200)
    const buyers = await shop.people(1_200)
    const holds = await Promise.all(buyers.map((who) => shop.inventory.hold(who, what, 'k')))
    await shop.runOut(...holds.map((h) => h.holdId))
    expect(await sweep()).toBeGreaterThanOrEqual(1_200)
    expect(await shop.stock(variantId)).toMatchObject({ held: 0, n: 2_401 })
  })
})

describe('stock', () => {
  test('is counted again by its merchant, never below what is promised', async () => {
    const { host, what, variantId, showId } = await shop.open(3)
    const buyer = await shop.person()
    await shop.inventory.hold(buyer, { ...what, quantity: 2 }, 'k')
    const correct = (who: typeof host, delta: number, key?: string) =>
      shop.inventory.correctStock(who, variantId, { delta, reason: 'counted' }, key)
    expect(await codeOf(correct(buyer, 1))).toBe('NOT_FOUND')
    expect(await codeOf(correct(host, 0))).toBe('VALIDATION')
    expect(await codeOf(correct(host, -2))).toBe('CONFLICT')
    expect(await codeOf(correct(host, 1_000_000))).toBe('CONFLICT')
    const counted = { onHand: 2, held: 2, sold: 0, available: 0 }
    expect(await correct(host, -1, 'once')).toMatchObject(counted)
    expect(await correct(host, -1, 'once')).toMatchObject(counted)
    expect(await codeOf(correct(host, 5, 'once'))).toBe('IDEMPOTENCY_MISMATCH')
    expect(await correct(host, 4)).toMatchObject({ onHand: 6, available: 4 })
    expect(await shop.told(showId)).toEqual(['show.started', 'stock.sold-out', 'stock.available'])
  })

  test('has a ledger that its merchant reads, newest first, page by page', async () => {
    const { host, what, variantId } = await shop.open(3)
    const buyer = await shop.person()
    await shop.inventory.hold(buyer, what, 'k')
    await shop.inventory.correctStock(host, variantId, { delta: 2, reason: 'found two' })
    const first = await shop.inventory.ledger(host, variantId, { limit: 2 })
    const rest = await shop.inventory.ledger(host, variantId, {
      cursor: first.nextCursor!,
      limit: 2,
    })
    const lines = [...first.items, ...rest.items].map(({ n, kind, quantity, reason }) => ({
      n,
      kind,
      quantity,
      ...(reason !== undefined && { reason }),
    }))
    expect(lines).toEqual([
      { n: 3, kind: 'correct', quantity: 2, reason: 'found two' },
      { n: 2, kind: 'hold', quantity: 1 },
      { n: 1, kind: 'receive', quantity: 3 },
    ])
    expect(rest.nextCursor).toBeNull()
    expect(await codeOf(shop.inventory.ledger(buyer, variantId, {}))).toBe('NOT_FOUND')
    const admin = { ...buyer, kind: 'admin' as const }
    expect((await shop.inventory.ledger(admin, variantId, {})).items).toHaveLength(3)
    expect(await codeOf(shop.inventory.ledger(host, variantId, { cursor: 'x' }))).toBe('VALIDATION')
  })

  test('is one for all shows that sell it', async () => {
    const { host, product, variantId, what } = await shop.open(1)
    const second = await shop.show(host, [product])
    const buyers = await shop.people(2)
    const codes = await Promise.all([
      codeOf(shop.inventory.hold(buyers[0]!, what, 'k')),
      codeOf(shop.inventory.hold(buyers[1]!, { ...what, showId: second }, 'k')),
    ])
    expect(tally(codes)).toEqual({ ok: 1, SOLD_OUT: 1 })
    const levels = await shop.inventory.readPulse([what.showId, second, newId()])
    for (const id of [what.showId, second]) {
      expect(levels.get(id)?.stock[variantId]).toEqual({ available: 0, held: 1, version: 2 })
    }
    expect(await shop.told(second)).toEqual(['show.started', 'stock.sold-out'])
    expect(await shop.inventory.figures([variantId])).toEqual(
      new Map([[variantId, { onHand: 1, held: 1, sold: 0 }]]),
    )
  })

  test('pages of holds meet without gap or repeat', async () => {
    const { what } = await shop.open(10)
    const buyer = await shop.person()
    for (let i = 0; i < 5; i++) await shop.inventory.hold(buyer, what, `k${i}`)
    const seen: string[] = []
    let cursor: string | null | undefined
    do {
      const page = await shop.inventory.mine(buyer, { limit: 2, ...(cursor && { cursor }) })
      seen.push(...page.items.map((h) => h.holdId))
      cursor = page.nextCursor
    } while (cursor)
    expect(new Set(seen).size).toBe(5)
    expect(seen).toEqual(seen.toSorted().toReversed())
  })
})
