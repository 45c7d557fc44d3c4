import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, openShop, type Shop } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { sweepSales } from './jobs.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(async () => {
  expect(await auditStock(shop.sql)).toEqual([])
  await shop.close()
})

type Opened = Awaited<ReturnType<Shop['open']>>

const sweep = () => sweepSales({ sql: shop.pg.jobs, log: shop.log })
const price = { amount: 1200, currency: 'EUR' }
const times = { countdownMs: 0 as const, durationMs: 60_000 }

const start = ({ host, showId, variantId }: Opened, quantity: number, more: object = {}) =>
  shop.sales.start(host, { showId, variantId, price, quantity, ...times, ...more })

const take = (who: Who, { showId, variantId }: Opened, quantity = 1) =>
  shop.inventory.hold(who, { showId, variantId, quantity }, newId())

/** Lets time pass for one variant: everything about it happened, or will happen, so much earlier. */
async function pass(variantId: string, ms: number): Promise<void> {
  const by = `${ms} ms`
  await shop.sql`update sales set starts_at = starts_at - ${by}::interval, ends_at = ends_at - ${by}::interval
    where variant_id = ${variantId}`
  await shop.sql`update offers set starts_at = starts_at - ${by}::interval, ends_at = ends_at - ${by}::interval,
    closed_at = closed_at - ${by}::interval where variant_id = ${variantId}`
  await shop.sql`update holds set created_at = created_at - ${by}::interval where variant_id = ${variantId}`
}

/** As an order that was paid does it. */
async function pay(showId: string, variantId: string, ...holdIds: string[]) {
  return shop.log.call(shop.sql, 'pay_for_test', { showId, variantId, holdIds })
}

beforeAll(async () => {
  await shop.sql.unsafe(`
    create function pay_for_test(args jsonb) returns jsonb language plpgsql as $$
    declare ids uuid[] := array(select jsonb_array_elements_text(args -> 'holdIds')::uuid);
      vs uuid[] := array[(args ->> 'variantId')::uuid]; before jsonb; t timestamptz; facts jsonb;
    begin
      perform 1 from stock where variant_id = any(vs) for no key update;
      t := clock_timestamp(); before := availability_v1(vs);
      perform stock_write_v1((select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'confirm', 'quantity', quantity, 'holdId', id)) from holds where id = any(ids)), t);
      update holds set state = 'confirmed', ended_at = t, order_id = gen_random_uuid() where id = any(ids);
      facts := sales_sold_out_v1(array(select offer_id from holds where id = any(ids)), t);
      return jsonb_build_object('events', append_many_v1(facts || crossed_v1(before, vs)));
    end $$`)
})

describe('a flash sale', () => {
  test('is told at its announcement and sells nothing before it opens', async () => {
    const opened = await shop.open(5)
    const sale = await start(opened, 3, { countdownMs: 10_000, perBuyer: 1 })
    expect(sale).toMatchObject({
      variantId: opened.variantId,
      price,
      wasPrice: { amount: 2000, currency: 'EUR' },
      quantity: 3,
      perBuyer: 1,
      state: 'announced',
    })
    expect(Date.parse(sale.endsAt) - Date.parse(sale.startsAt)).toBe(60_000)
    const buyer = await shop.person()
    expect(await codeOf(take(buyer, opened))).toBe('SALE_NOT_OPEN')
    await pass(opened.variantId, 10_000)
    expect((await take(buyer, opened)).price).toEqual(price)
    expect(await codeOf(take(buyer, opened))).toBe('LIMIT_PER_BUYER')
    const [event] = shop.events.filter((e) => e.type === 'sale.started')
    expect(event?.body).toEqual(sale)
  })

  test('ends by the clock alone; then the standing price is back', async () => {
    const opened = await shop.open(5)
    const sale = await start(opened, 2)
    const buyer = await shop.person()
    const early = await take(buyer, opened)
    await pass(opened.variantId, 60_000)
    expect((await take(buyer, opened)).price.amount).toBe(2000)
    expect(early.price).toEqual(price)
    expect(await sweep()).toBeGreaterThan(0)
    expect(await shop.told(opened.showId)).toEqual(['show.started', 'sale.started', 'sale.ended'])
    expect(shop.events.at(-1)?.body).toEqual({
      saleId: sale.saleId,
      variantId: opened.variantId,
      reason: 'time',
      price: { amount: 2_000, currency: 'EUR' },
    })
  })

  test('held out is not sold out: units that come back are for sale again', async () => {
    const opened = await shop.open(5)
    await start(opened, 2)
    const [a, b] = await shop.people(2)
    const hold = await take(a!, opened, 2)
    expect(await codeOf(take(b!, opened))).toBe('SOLD_OUT')
    await sweep()
    await shop.inventory.release(a!, hold.holdId)
    expect((await take(b!, opened)).price).toEqual(price)
    expect(await shop.told(opened.showId)).toEqual([
      'show.started',
      'sale.started',
      'stock.sold-out',
      'stock.available',
    ])
  })

  test('held out when its time is over: the log hears that units are to be had again', async () => {
    const opened = await shop.open(5)
    await start(opened, 2)
    await take(await shop.person(), opened, 2)
    await pass(opened.variantId, 60_000)
    await sweep()
    expect(await shop.told(opened.showId)).toEqual([
      'show.started',
      'sale.started',
      'stock.sold-out',
      'sale.ended',
      'stock.available',
    ])
    expect(shop.events.at(-1)?.body).toEqual({ variantId: opened.variantId, available: 3 })
  })

  test('ends early when every unit is paid, and the standing offer goes on', async () => {
    const opened = await shop.open(5)
    const { showId, variantId } = opened
    await start(opened, 2)
    const [a, b] = await shop.people(2)
    const holds = [await take(a!, opened), await take(b!, opened)]
    await pay(showId, variantId, holds[0]!.holdId)
    await pay(showId, variantId, holds[1]!.holdId)
    expect(await shop.told(showId)).toEqual([
      'show.started',
      'sale.started',
      'stock.sold-out',
      'sale.ended',
      'stock.available',
    ])
    expect(shop.events.at(-2)?.body).toMatchObject({ reason: 'sold' })
    expect(shop.events.at(-1)?.body).toEqual({ variantId, available: 3 })
    expect((await take(a!, opened)).price.amount).toBe(2000)
  })

  test('paid for to the last unit is ended by the sweep, where whoever confirmed them told nobody', async () => {
    const opened = await shop.open(5)
    const { showId, variantId } = opened
    await start(opened, 1)
    await pay(showId, variantId, (await take(await shop.person(), opened)).holdId)
    await shop.sql`update sales set ended_at = null, ended_as = null where variant_id = ${variantId}`
    expect(await sweep()).toBe(1)
    const ends = shop.events.filter(({ type }) => type === 'sale.ended').slice(-2)
    for (const { body } of ends) expect(body).toMatchObject({ variantId, reason: 'sold' })
  })

  test('ended by its host makes room at once, before or after it opened', async () => {
    for (const countdownMs of [10_000, 0]) {
      const opened = await shop.open(5)
      const { host, showId } = opened
      const { saleId } = await start(opened, 2, { countdownMs })
      const viewer = await shop.person()
      expect(await codeOf(shop.sales.end(viewer, { showId, saleId }))).toBe('FORBIDDEN')
      expect(await codeOf(shop.sales.end(host, { showId, saleId: newId() }))).toBe('NOT_FOUND')
      await shop.sales.end(host, { showId, saleId })
      await shop.sales.end(host, { showId, saleId })
      expect((await take(viewer, opened)).price.amount).toBe(2000)
      expect(await shop.told(showId)).toEqual(['show.started', 'sale.started', 'sale.ended'])
      expect((await start(opened, 1)).state).toBe('open')
    }
  })

  test('that still counts down is cancelled when the host stays away', async () => {
    const away = await shop.open(5)
    const back = await shop.open(5)
    for (const opened of [away, back]) await start(opened, 2, { countdownMs: 300_000 })
    const open = await shop.open(5)
    await start(open, 2)
    await shop.sql`update shows set status = 'interrupted', interrupted_at = now() - interval '29 s'
      where id in (${away.showId}, ${open.showId})`
    await sweep()
    expect(await shop.told(away.showId)).not.toContain('sale.ended')
    await shop.sql`update shows set interrupted_at = now() - interval '31 s' where status = 'interrupted'`
    await Promise.all([sweep(), sweep()])
    expect(await shop.told(away.showId)).toEqual(['show.started', 'sale.started', 'sale.ended'])
    expect(shop.events.at(-1)?.body).toMatchObject({ reason: 'host' })
    for (const opened of [back, open]) {
      expect(await shop.told(opened.showId)).toEqual(['show.started', 'sale.started'])
    }
    expect((await take(await shop.person(), away)).price.amount).toBe(2000)
  })

  test('is refused where it cannot be, and changes nothing', async () => {
    const opened = await shop.open(5)
    const { host, product, showId, variantId } = opened
    const moderator = await shop.moderator(showId)
    const planned = await shop.show(host, [product], false)
    expect(await codeOf(start({ ...opened, host: moderator }, 1))).toBe('FORBIDDEN')
    expect(await codeOf(start({ ...opened, showId: newId() }, 1))).toBe('NOT_FOUND')
    expect(await codeOf(start({ ...opened, variantId: newId() }, 1))).toBe('NOT_FOUND')
    expect(await codeOf(start({ ...opened, showId: planned }, 1))).toBe('SHOW_NOT_LIVE')
    await take(await shop.person(), opened, 2)
    await expect(start(opened, 4)).rejects.toMatchObject({
      code: 'VALIDATION',
      errors: [{ pointer: '/quantity', detail: 'Only 3 are free.' }],
    })
    await expect(start(opened, 1, { price: { amount: 1, currency: 'USD' } })).rejects.toMatchObject(
      {
        errors: [{ pointer: '/price/currency', detail: 'This is sold in EUR.' }],
      },
    )
    await start(opened, 3)
    expect(await codeOf(start(opened, 1))).toBe('CONFLICT')
    await shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })
    expect(await codeOf(start(opened, 1))).toBe('PRODUCT_PULLED')
    const [row] =
      await shop.sql`select count(*)::int as sales from sales where variant_id = ${variantId}`
    expect(row?.['sales']).toBe(1)
  })

  test('started twice at once is one', async () => {
    const opened = await shop.open(5)
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(start(opened, 1))))
    expect(codes.toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'ok'])
  })
})

describe('a product in the show', () => {
  test('is pinned by staff; the last pin wins', async () => {
    const host = await shop.person()
    const [mug, tea] = [await shop.product(host, 1), await shop.product(host, 1)]
    const showId = await shop.show(host, [mug, tea])
    const moderator = await shop.moderator(showId)
    const viewer = await shop.person()
    const pin = (who: Who, productId: string) => codeOf(shop.sales.pin(who, { showId, productId }))
    expect(await pin(viewer, mug.id)).toBe('FORBIDDEN')
    expect(await pin(host, newId())).toBe('NOT_FOUND')
    expect(await pin(moderator, mug.id)).toBe('ok')
    expect(await pin(host, tea.id)).toBe('ok')
    expect(await pin(host, tea.id)).toBe('ok')
    await shop.sales.unpin(host, { showId, productId: mug.id })
    await shop.sales.unpin(host, { showId, productId: tea.id })
    await shop.sales.unpin(host, { showId, productId: tea.id })
    const told = shop.events.filter((e) => e.showId === showId).map((e) => [e.type, e.body])
    expect(told.slice(1)).toEqual([
      ['product.pinned', { productId: mug.id }],
      ['product.pinned', { productId: tea.id }],
      ['product.unpinned', { productId: tea.id }],
    ])
  })

  test('pulled is off sale, off the pin and out of bags, but not out of orders', async () => {
    const opened = await shop.open(5)
    const { host, product, showId, variantId } = opened
    const elsewhere = await shop.show(host, [product])
    const moderator = await shop.moderator(showId)
    await shop.sales.pin(host, { showId, productId: product.id })
    await start(opened, 4)
    const [a, b, c] = await shop.people(3)
    const inBag = await take(a!, opened, 3)
    const ordered = await take(b!, opened)
    const other = await take(c!, { ...opened, showId: elsewhere })
    await shop.sql`update holds set state = 'ordered', order_id = ${newId()} where id = ${ordered.holdId}`
    const pull = () =>
      shop.sales.pull(moderator, { showId, productId: product.id, reason: 'a burst seam' })
    await pull()
    await pull()
    expect(await codeOf(take(a!, opened))).toBe('PRODUCT_PULLED')
    expect(await codeOf(shop.sales.pin(host, { showId, productId: product.id }))).toBe(
      'PRODUCT_PULLED',
    )
    expect(await shop.stock(variantId)).toMatchObject({ held: 2 })
    const states = async (who: Who) =>
      (await shop.inventory.mine(who, {})).items.map((h) => h.state)
    expect(await states(a!)).toEqual(['pulled'])
    expect(await states(b!)).toEqual(['ordered'])
    expect(await states(c!)).toEqual(['active'])
    expect(shop.notices.at(-1)).toEqual({
      accountId: a!.accountId,
      event: 'hold:ended',
      payload: { holdId: inBag.holdId, reason: 'pulled' },
    })
    const told = shop.events.filter((e) => e.showId === showId)
    expect(told.slice(-3).map((e) => e.type)).toEqual([
      'product.unpinned',
      'sale.ended',
      'product.pulled',
    ])
    expect(told.at(-1)?.body).toEqual({ productId: product.id })
    expect(told.at(-1)?.staff).toEqual({
      productId: product.id,
      reason: 'a burst seam',
      by: moderator.accountId,
    })
    // Another show goes on selling, and its viewers hear that units came back.
    expect(await shop.told(elsewhere)).toEqual([
      'show.started',
      'stock.sold-out',
      'stock.available',
    ])
    expect(other.state).toBe('active')
  })

  test('pulled stays off sale when it leaves the line-up and comes back; only a restore opens it', async () => {
    const { host, product, showId, what } = await shop.open(5)
    const other = await shop.product(host, 1)
    const buyer = await shop.person()
    await shop.sales.pull(host, { showId, productId: product.id, reason: 'a burst seam' })
    await shop.lineUp(host, showId, [other])
    await shop.lineUp(host, showId, [other, product])
    expect(await codeOf(shop.inventory.hold(buyer, what, newId()))).toBe('PRODUCT_PULLED')
    await shop.sales.restore(host, { showId, productId: product.id })
    expect(await codeOf(shop.inventory.hold(buyer, what, newId()))).toBe('ok')
  })

  test('restored is on sale again at its own price', async () => {
    const opened = await shop.open(5)
    const { host, product, showId } = opened
    const viewer = await shop.person()
    const what = { showId, productId: product.id }
    expect(await codeOf(shop.sales.pull(viewer, { ...what, reason: 'fun' }))).toBe('FORBIDDEN')
    await start(opened, 2)
    await shop.sales.pull(host, { ...what, reason: 'a check' })
    await shop.sales.restore(host, what)
    await shop.sales.restore(host, what)
    expect((await take(viewer, opened)).price.amount).toBe(2000)
    expect((await shop.told(showId)).slice(-2)).toEqual(['product.pulled', 'product.restored'])
  })

  test('at a new price sells at it from now on; holds and a running sale keep theirs', async () => {
    const opened = await shop.open(5)
    const { variantId, showId } = opened
    const buyer = await shop.person()
    const before = await take(buyer, opened)
    const reprice = (amount: number) =>
      shop.pg.rest.begin(async (sql) => {
        await sql`select 1 from stock where variant_id = ${variantId} for no key update`
        await sql`update variants set price = ${amount} where id = ${variantId}`
        const [row] = await sql`
          select append_many_v1(reprice_v1(array[${variantId}]::uuid[], clock_timestamp())) as events`
        return row?.['events']
      })
    expect(await reprice(2000)).toEqual([])
    expect(await reprice(2500)).toMatchObject([
      {
        showId,
        type: 'offer.changed',
        body: { variantId, price: { amount: 2500, currency: 'EUR' } },
      },
    ])
    expect((await take(buyer, opened)).price.amount).toBe(2500)
    const sale = await start(opened, 2)
    await reprice(2600)
    expect((await take(buyer, opened)).price).toEqual(price)
    await shop.sales.end(opened.host, { showId, saleId: sale.saleId })
    expect((await take(buyer, opened)).price.amount).toBe(2600)
    const { items } = await shop.inventory.mine(buyer, {})
    expect(items.at(-1)).toEqual(before)
  })
})
