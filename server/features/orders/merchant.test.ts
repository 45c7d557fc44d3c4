import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order } from '../../../shared/wire/orders.ts'
import { codeOf, tally } from '../../../test/support/shop.ts'
import { euros, openTill, type Till } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import type { Searched } from '../../store/search.ts'
import { auditStock } from '../inventory/audit.ts'
import { auditMoney } from './audit.ts'
import { readMerchantOrders } from './store.ts'

let till: Till

beforeAll(async () => {
  till = await openTill()
})
afterAll(async () => {
  expect(await auditMoney(till.shop.sql)).toEqual([])
  expect(await auditStock(till.shop.sql)).toEqual([])
  await till.close()
})

describe('a merchant', () => {
  test('sends what is paid, once, and its units leave the house', async () => {
    const { order, host, buyer, variantId } = await till.paid(5, 2)
    const parcel = { carrier: 'Post', trackingNumber: 'AB 1' }
    const key = newId()
    const sent = await till.orders.ship(host, order.id, parcel, key)
    expect(sent).toMatchObject({ status: 'shipped', ...parcel })
    expect(await till.orders.ship(host, order.id, parcel, key)).toEqual(sent)
    expect(
      await codeOf(till.orders.ship(host, order.id, { ...parcel, carrier: 'Other' }, key)),
    ).toBe('IDEMPOTENCY_MISMATCH')
    expect(await codeOf(till.orders.ship(host, order.id, parcel))).toBe('CONFLICT')
    expect(await till.shop.stock(variantId)).toMatchObject({ on_hand: 3, held: 0, sold: 0 })
    expect((await till.orders.read(buyer, order.id)).shippedAt).toBe(sent.shippedAt)
    const waiting = await till.pending()
    expect(await codeOf(till.orders.ship(waiting.host, waiting.order.id, parcel))).toBe('CONFLICT')
  })

  test('gives back in parts, never more than was paid, and all of it frees what was not sent', async () => {
    const { order, host, buyer, variantId } = await till.paid(1)
    const part = await till.orders.refund(host, order.id, { amount: 500 }, newId())
    expect(part).toMatchObject({ status: 'refunded', refunded: euros(500) })
    expect(await codeOf(till.orders.refund(host, order.id, { amount: 1_501 }, newId()))).toBe(
      'CONFLICT',
    )
    expect(await codeOf(till.orders.refund(host, order.id, { amount: 0 }, newId()))).toBe(
      'VALIDATION',
    )
    expect((await till.shop.stock(variantId)).sold).toBe(1)
    expect((await till.orders.payment(buyer, order.id)).status).toBe('succeeded')
    const key = newId()
    const rest = await till.orders.refund(host, order.id, {}, key)
    expect(rest.refunded).toEqual(order.total)
    expect(await till.orders.refund(host, order.id, {}, key)).toEqual(rest)
    expect(await codeOf(till.orders.refund(host, order.id, {}, newId()))).toBe('CONFLICT')
    expect(await till.shop.stock(variantId)).toMatchObject({ on_hand: 1, held: 0, sold: 0 })
    await till.orders.settleRefunds()
    expect((await till.orders.payment(buyer, order.id)).status).toBe('refunded')
    const { postings } = await till.orders.merchantRead(host, order.id)
    const sum = (account: string) =>
      postings
        .filter((p) => p.account === account)
        .reduce((n, p) => n + p.debit.amount - p.credit.amount, 0)
    expect([sum('provider:sandbox'), sum('refunds:due'), sum('refunds'), sum('sales')]).toEqual([
      0, 0, 2_000, -2_000,
    ])
  })

  test('gives back once although two hands do it at the same moment', async () => {
    const { order, host } = await till.paid(1)
    const codes = await Promise.all(
      [1, 2, 3].map(() => codeOf(till.orders.refund(host, order.id, {}, newId()))),
    )
    expect(tally(codes)).toEqual({ ok: 1, CONFLICT: 2 })
    await till.orders.settleRefunds()
  })

  test('gets a refund done although the provider did it and did not say so', async () => {
    const { order, host, buyer } = await till.paid(1)
    await till.orders.refund(host, order.id, {}, newId())
    till.company.fails = 'after'
    await till.orders.settleRefunds()
    till.company.fails = undefined
    expect((await till.orders.payment(buyer, order.id)).status).toBe('succeeded')
    const { refund } = till.company.asked
    await till.shop.sql`update refunds set due_at = now() where order_id = ${order.id}`
    await till.orders.settleRefunds()
    expect((await till.orders.payment(buyer, order.id)).status).toBe('refunded')
    expect(till.company.asked.refund).toBe(refund)
  })

  test('sees the orders of its own shop by state, page after page', async () => {
    const stand = await till.shop.open(9)
    const placed: string[] = []
    for (let i = 0; i < 3; i++) {
      const buyer = await till.shop.person()
      placed.unshift((await till.place(buyer, [await till.hold(buyer, stand)])).order.id)
    }
    const first = await till.orders.merchantList(stand.host, { limit: 2 })
    const second = await till.orders.merchantList(stand.host, {
      limit: 2,
      cursor: first.nextCursor!,
    })
    expect([...first.items, ...second.items].map((o) => o.id)).toEqual(placed)
    expect(second.nextCursor).toBeNull()
    expect((await till.orders.merchantList(stand.host, { status: 'paid' })).items).toEqual([])
  })

  test('tells of many parcels at once: each stands by itself, and the same list again changes nothing', async () => {
    const { order, host } = await till.paid(1)
    const waiting = await till.pending()
    const elsewhere = await till.paid(1)
    const parcel = { carrier: 'Post', trackingNumber: 'RR 9' }
    const list = [elsewhere, waiting, { order }].map((one) => ({
      orderId: one.order.id,
      ...parcel,
    }))
    const refused = [
      { orderId: elsewhere.order.id, code: 'NOT_FOUND' },
      { orderId: waiting.order.id, code: 'NOT_FOUND' },
    ]
    for (let i = 0; i < 2; i++) {
      expect(await till.orders.shipMany(host, list)).toMatchObject({ sent: 1, refused })
    }
    expect(await till.orders.merchantRead(host, order.id)).toMatchObject({
      status: 'shipped',
      ...parcel,
    })
    const other = { orderId: order.id, ...parcel, trackingNumber: 'RR 10' }
    expect(await till.orders.shipMany(host, [other])).toMatchObject({
      sent: 0,
      refused: [{ code: 'CONFLICT' }],
    })
    expect((await till.orders.read(elsewhere.buyer, elsewhere.order.id)).status).toBe('paid')
  })

  test('finds an order by its number, who it goes to, what is in it or its parcel, and by its show', async () => {
    const { order, host } = await till.paid(1)
    const elsewhere = await till.paid(1)
    await till.orders.ship(host, order.id, { carrier: 'Post', trackingNumber: 'RR 123 TR' })
    const found = async (ask: { q?: string; showId?: string }) =>
      (await till.orders.merchantList(host, ask)).items.map((o) => o.id)
    const [item] = order.items
    const { name } = order.shippingAddress
    const { buyer } = await till.orders.merchantRead(host, order.id)
    const asks = [
      `#${order.number}`,
      ` ${name.toUpperCase()} `,
      item!.sku,
      item!.title,
      'rr 123',
      buyer.displayName,
    ]
    for (const q of asks) expect(await found({ q }), q).toEqual([order.id])
    expect(await found({ q: '' })).toEqual([order.id])
    expect(await found({ q: '%' })).toEqual([])
    expect(await found({ q: `#${elsewhere.order.number}` })).toEqual([])
    expect(await found({ showId: order.showId })).toEqual([order.id])
    expect(await found({ showId: elsewhere.order.showId })).toEqual([])
  })

  test('finds what is old in stretches: a page that ends before all was looked through says where the next goes on', async () => {
    const stand = await till.shop.open(5)
    const { host } = stand
    const orders: Order[] = []
    for (let i = 0; i < 5; i++) {
      const buyer = await till.shop.person()
      orders.push((await till.place(buyer, [await till.hold(buyer, stand)])).order)
    }
    const [oldest, second, , , newest] = orders as [Order, Order, Order, Order, Order]
    const look = (
      q: string,
      before: string | null = null,
      limit = 2,
      status: Order['status'] | null = null,
    ) =>
      readMerchantOrders(
        till.shop.sql,
        host.accountId,
        { before, limit, status, showId: null, q },
        { atOnce: 2, inAll: 4 },
      )
    const ids = ({ found, rest }: Searched<{ id: string }>) => [found.map(({ id }) => id), rest]
    expect(ids(await look(`#${newest.number}`))).toEqual([[newest.id], second.id])
    expect(ids(await look(`#${oldest.number}`))).toEqual([[], second.id])
    expect(ids(await look(`#${oldest.number}`, second.id))).toEqual([[oldest.id], null])
    expect(ids(await look('#', null, 2, 'canceled'))).toEqual([[], second.id])
    const three = orders.slice(2).map(({ id }) => id)
    expect(ids(await look('#', null, 3))).toEqual([three.reverse(), null])
  })
})
