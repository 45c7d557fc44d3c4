import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../../shared/wire/accounts.ts'
import { codeOf, openShop, type Shop, tally } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { auditMoney } from './audit.ts'
import { type Company, createCompany } from './fixture.ts'
import { createOrders, type Orders } from './orders.ts'

let shop: Shop
let company: Company
let orders: Orders

beforeAll(async () => {
  shop = await openShop()
  company = createCompany()
  orders = createOrders({
    pg: shop.pg,
    log: shop.log,
    payments: company.port,
    publicUrl: 'http://shop.test',
    payMs: 600_000,
    logger: pino({ level: 'silent' }),
  })
})
afterAll(async () => {
  expect(await auditMoney(shop.sql)).toEqual([])
  expect(await auditStock(shop.sql)).toEqual([])
  await orders.close()
  await shop.close()
})

const home: Address = {
  name: 'Aylin Demir',
  line1: '1 Quay Street',
  city: 'Bristol',
  postalCode: 'BS1 4DJ',
  country: 'GB',
}
const euros = (amount: number) => ({ amount, currency: 'EUR' })
type Stand = Awaited<ReturnType<Shop['open']>>

const hold = async (buyer: Who, stand: Pick<Stand, 'showId' | 'variantId'>, quantity = 1) =>
  (
    await shop.inventory.hold(
      buyer,
      { showId: stand.showId, variantId: stand.variantId, quantity },
      newId(),
    )
  ).holdId

const place = (buyer: Who, holdIds: string[], key = newId(), shippingAddress = home) =>
  orders.place(buyer, { holdIds, shippingAddress }, key)

/** A stand with one order that waits for its payment. */
async function pending(onHand = 5, quantity = 1) {
  const stand = await shop.open(onHand)
  const buyer = await shop.person()
  const holdId = await hold(buyer, stand, quantity)
  const { order, payment } = await place(buyer, [holdId])
  return { ...stand, buyer, holdId, order, payment }
}

async function paid(onHand = 5, quantity = 1) {
  const all = await pending(onHand, quantity)
  await orders.hear('sandbox', {}, company.move(all.payment.id, 'succeeded'))
  return all
}

/** Lets the time of an order and its holds run out, without waiting for it. */
async function runOut(orderId: string): Promise<void> {
  await shop.sql`with o as (update orders set expires_at = clock_timestamp() where id = ${orderId})
    update holds set expires_at = clock_timestamp() where order_id = ${orderId}`
}
const settings = (host: Who, terms: object) =>
  shop.sql`insert into merchants(account_id, settings, changed_at)
    values (${host.accountId}, ${shop.sql.json(terms as never)}, now())`

describe('an order', () => {
  test('is what was held at its prices, with shipping by the shop, and can be paid', async () => {
    const stand = await shop.open(5)
    await settings(stand.host, { shipping: [{ price: euros(490), freeFrom: 6_000 }] })
    const buyer = await shop.person()
    const two = await hold(buyer, stand, 2)
    const quote = await orders.quote(buyer, { holdIds: [two] })
    expect(quote).toMatchObject({
      subtotal: euros(4_000),
      shipping: euros(490),
      total: euros(4_490),
    })
    expect(quote.merchant.name).toBe(stand.host.displayName)
    const one = await hold(buyer, stand)
    const { order, payment } = await place(buyer, [two, one])
    expect(order).toMatchObject({
      status: 'pending',
      subtotal: euros(6_000),
      shipping: euros(0),
      discount: euros(0),
      total: euros(6_000),
      refunded: euros(0),
      shippingAddress: home,
      paidAt: null,
    })
    expect(order.items.map((i) => [i.holdId, i.quantity, i.price])).toEqual([
      [two, 2, euros(2_000)],
      [one, 1, euros(2_000)],
    ])
    expect(payment).toMatchObject({ provider: 'sandbox', status: 'pending' })
    expect(payment.payUrl).toMatch(/^http:/)
    expect(await orders.read(buyer, order.id)).toEqual(order)
    const held = await shop.inventory.mine(buyer, {})
    expect(held.items.every((h) => h.state === 'ordered' && h.expiresAt === order.expiresAt)).toBe(
      true,
    )
  })

  test('is refused with the code that fits, and then no hold is touched', async () => {
    const stand = await shop.open(9)
    await settings(stand.host, { countries: ['DE'] })
    const elsewhere = await shop.open(9)
    const [buyer, other] = (await shop.people(2)) as [Who, Who]
    const [mine, second, theirs, ended, ordered] = [
      await hold(buyer, stand),
      await hold(buyer, elsewhere),
      await hold(other, elsewhere),
      await hold(buyer, elsewhere),
      await hold(buyer, elsewhere),
    ]
    await shop.runOut(ended)
    await place(buyer, [ordered])
    expect(await codeOf(place(buyer, [second, theirs]))).toBe('NOT_FOUND')
    expect(await codeOf(place(buyer, [second, newId()]))).toBe('NOT_FOUND')
    expect(await codeOf(place(buyer, [second, ended]))).toBe('HOLD_ENDED')
    expect(await codeOf(place(buyer, [second, ordered]))).toBe('CONFLICT')
    expect(await codeOf(place(buyer, [second, mine]))).toBe('VALIDATION')
    const abroad = await place(buyer, [mine]).catch((e) => e)
    expect(abroad).toMatchObject({ code: 'VALIDATION' })
    expect(abroad.errors[0].pointer).toBe('/shippingAddress/country')
    const { items } = await shop.inventory.mine(buyer, {})
    expect(
      items
        .filter((h) => h.state === 'active')
        .map((h) => h.holdId)
        .sort(),
    ).toContain(second)
    expect((await place(buyer, [mine], newId(), { ...home, country: 'DE' })).order.status).toBe(
      'pending',
    )
  })

  test('is one for its key, a hundred times at once and after it was paid', async () => {
    const stand = await shop.open(5)
    const buyer = await shop.person()
    const holdId = await hold(buyer, stand)
    const key = newId()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => place(buyer, [holdId], key)),
    )
    const first = answers[0]
    if (!first) throw new Error('no answer')
    for (const answer of answers) expect(answer).toEqual(first)
    await orders.hear('sandbox', {}, company.move(first.payment.id, 'succeeded'))
    expect(await place(buyer, [holdId], key)).toEqual(first)
    expect(await codeOf(place(buyer, [holdId], key, { ...home, city: 'Bath' }))).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    expect((await orders.list(buyer, {})).items).toHaveLength(1)
  })

  test('takes each hold once, whoever asks at the same moment', async () => {
    const stand = await shop.open(5)
    const buyer = await shop.person()
    const holdId = await hold(buyer, stand)
    const codes = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(place(buyer, [holdId]))),
    )
    expect(tally(codes)).toEqual({ ok: 1, CONFLICT: 9 })
  })

  test('waits for its payment beside two others at most', async () => {
    const stand = await shop.open(9)
    const buyer = await shop.person()
    const holdIds = [
      await hold(buyer, stand),
      await hold(buyer, stand),
      await hold(buyer, stand),
      await hold(buyer, stand),
    ]
    const codes = await Promise.all(holdIds.map((id) => codeOf(place(buyer, [id]))))
    expect(tally(codes)).toEqual({ ok: 3, CONFLICT: 1 })
  })

  test('of somebody else does not exist', async () => {
    const { order } = await pending()
    const stranger = await shop.person()
    for (const call of [
      () => orders.read(stranger, order.id),
      () => orders.payment(stranger, order.id),
      () => orders.cancel(stranger, order.id, newId()),
      () => orders.merchantRead(stranger, order.id),
      () => orders.ship(stranger, order.id, { carrier: 'Post', trackingNumber: '1' }),
      () => orders.refund(stranger, order.id, {}, newId()),
    ]) {
      expect(await codeOf(call())).toBe('NOT_FOUND')
    }
  })

  test('stands although the provider is away, and can be paid when it is back', async () => {
    const stand = await shop.open(5)
    const buyer = await shop.person()
    const key = newId()
    const holdId = await hold(buyer, stand)
    company.fail('after')
    const away = await place(buyer, [holdId], key)
    company.fail(undefined)
    expect(away.payment.payUrl).toBeNull()
    await shop.sql`update payments set due_at = now() where id = ${away.payment.id}`
    await orders.reconcilePayments()
    const { payUrl } = await orders.payment(buyer, away.order.id)
    expect(payUrl).toMatch(/^http:/)
    expect((await place(buyer, [holdId], key)).payment).toEqual({ ...away.payment, payUrl })
  })
})

describe('an order that is not paid', () => {
  test('is canceled by its buyer: its units are free at once', async () => {
    const { buyer, order, variantId, holdId } = await pending(1)
    const key = newId()
    const canceled = await orders.cancel(buyer, order.id, key)
    expect(canceled.status).toBe('canceled')
    expect(await shop.stock(variantId)).toMatchObject({ on_hand: 1, held: 0, sold: 0 })
    expect(await orders.cancel(buyer, order.id, key)).toEqual(canceled)
    expect(await orders.cancel(buyer, order.id, newId())).toEqual(canceled)
    expect(shop.notices).toContainEqual({
      accountId: buyer.accountId,
      event: 'hold:ended',
      payload: { holdId, reason: 'released' },
    })
    expect((await orders.payment(buyer, order.id)).status).toBe('canceled')
  })

  test('expires at its time, once, however many look', async () => {
    const { order, buyer, variantId, host } = await pending(1)
    expect(await orders.expire()).toBe(0)
    await runOut(order.id)
    const ended = await Promise.all([orders.expire(), orders.expire(), orders.expire()])
    expect(ended.reduce((a, b) => a + b)).toBe(1)
    expect((await orders.read(buyer, order.id)).status).toBe('expired')
    expect(await shop.stock(variantId)).toMatchObject({ held: 0, sold: 0 })
    expect(await codeOf(orders.cancel(buyer, order.id, newId()))).toBe('CONFLICT')
    for (const who of [buyer, host]) {
      const told = { event: 'order:changed', payload: { orderId: order.id, status: 'expired' } }
      expect(shop.notices).toContainEqual({ accountId: who.accountId, ...told })
    }
  })
})

describe('a payment', () => {
  test('makes an order paid, confirms its holds, tells the show without a name, and balances', async () => {
    const { order, buyer, host, holdId, variantId, showId } = await paid(5, 2)
    const now = await orders.read(buyer, order.id)
    expect(now).toMatchObject({ status: 'paid', refunded: euros(0) })
    expect(now.paidAt).not.toBeNull()
    expect(await shop.stock(variantId)).toMatchObject({ on_hand: 5, held: 0, sold: 2 })
    const event = shop.events.find((e) => e.showId === showId && e.type === 'order.placed')
    expect(event).toMatchObject({ body: { items: [{ variantId, quantity: 2 }] }, staff: null })
    const payload = { holdId, reason: 'confirmed' }
    expect(shop.notices).toContainEqual({
      accountId: buyer.accountId,
      event: 'hold:ended',
      payload,
    })
    const desk = await orders.merchantRead(host, order.id)
    expect(desk.buyer).toEqual({ id: buyer.accountId, displayName: buyer.displayName })
    expect(desk.postings.map((p) => [p.account, p.debit.amount, p.credit.amount])).toEqual([
      ['provider:sandbox', 4_000, 0],
      ['sales', 0, 4_000],
    ])
    expect(await codeOf(orders.cancel(buyer, order.id, newId()))).toBe('CONFLICT')
  })

  test('that is declined leaves the order pending; another card may pay it', async () => {
    const { order, payment, buyer } = await pending()
    await orders.hear('sandbox', {}, company.move(payment.id, 'failed'))
    expect((await orders.read(buyer, order.id)).status).toBe('pending')
    expect((await orders.payment(buyer, order.id)).status).toBe('failed')
    await orders.hear('sandbox', {}, company.move(payment.id, 'requires_action'))
    expect((await orders.payment(buyer, order.id)).status).toBe('requires_action')
    await orders.hear('sandbox', {}, company.move(payment.id, 'succeeded'))
    expect((await orders.read(buyer, order.id)).status).toBe('paid')
  })

  test('of which no webhook ever came is found by reading', async () => {
    const { order, payment, buyer } = await pending()
    company.move(payment.id, 'succeeded')
    await shop.sql`update payments set due_at = now() where id = ${payment.id}`
    await orders.reconcilePayments()
    expect((await orders.read(buyer, order.id)).status).toBe('paid')
    const [{ due_at: due } = { due_at: 'gone' }] =
      await shop.sql`select due_at from payments where id = ${payment.id}`
    expect(due).toBeNull()
  })

  test('of another sum is not believed', async () => {
    const { order, payment, buyer } = await pending()
    const event = JSON.parse(company.move(payment.id, 'failed').toString())
    event.about.charge = { ...event.about.charge, status: 'succeeded', captured: 1, version: 9 }
    await orders.hear('sandbox', {}, Buffer.from(JSON.stringify(event)))
    expect((await orders.read(buyer, order.id)).status).toBe('pending')
  })

  test('that is late takes its units again where they are free', async () => {
    const { order, payment, buyer, variantId, holdId } = await pending(1)
    await orders.cancel(buyer, order.id, newId())
    await orders.hear('sandbox', {}, company.move(payment.id, 'succeeded'))
    expect((await orders.read(buyer, order.id)).status).toBe('paid')
    expect(await shop.stock(variantId)).toMatchObject({ held: 0, sold: 1 })
    const held = (await shop.inventory.mine(buyer, {})).items.find((h) => h.holdId === holdId)
    expect(held?.state).toBe('released')
  })

  test.each(['gone', 'pulled'])(
    'that is late goes back in full where the units are %s',
    async (why) => {
      const { order, payment, buyer, variantId, showId, host, product } = await pending(1)
      await runOut(order.id)
      await orders.expire()
      if (why === 'gone') await hold(await shop.person(), { showId, variantId })
      else await shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })
      await orders.hear('sandbox', {}, company.move(payment.id, 'succeeded'))
      expect(await orders.read(buyer, order.id)).toMatchObject({
        status: 'refunded',
        refunded: order.total,
      })
      expect((await shop.stock(variantId)).sold).toBe(0)
      await orders.settleRefunds()
      expect((await orders.payment(buyer, order.id)).status).toBe('refunded')
      expect([...company.refunds.values()].at(-1)?.amount).toBe(order.total.amount)
    },
  )

  test('takes a late order whole or not at all', async () => {
    const stand = await shop.open(1, 5)
    const buyer = await shop.person()
    const [first, second] = stand.product.variants as [string, string]
    const holdIds = [
      await hold(buyer, { ...stand, variantId: first }),
      await hold(buyer, { ...stand, variantId: second }),
    ]
    const { order, payment } = await place(buyer, holdIds)
    await orders.cancel(buyer, order.id, newId())
    await hold(await shop.person(), { ...stand, variantId: first })
    await orders.hear('sandbox', {}, company.move(payment.id, 'succeeded'))
    expect((await orders.read(buyer, order.id)).status).toBe('refunded')
    expect((await shop.stock(second)).sold).toBe(0)
    await orders.settleRefunds()
  })
})

describe('a merchant', () => {
  test('sends what is paid, once, and its units leave the house', async () => {
    const { order, host, buyer, variantId } = await paid(5, 2)
    const parcel = { carrier: 'Post', trackingNumber: 'AB 1' }
    const key = newId()
    const sent = await orders.ship(host, order.id, parcel, key)
    expect(sent).toMatchObject({ status: 'shipped', ...parcel })
    expect(await orders.ship(host, order.id, parcel, key)).toEqual(sent)
    expect(await codeOf(orders.ship(host, order.id, { ...parcel, carrier: 'Other' }, key))).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    expect(await codeOf(orders.ship(host, order.id, parcel))).toBe('CONFLICT')
    expect(await shop.stock(variantId)).toMatchObject({ on_hand: 3, held: 0, sold: 0 })
    expect((await orders.read(buyer, order.id)).shippedAt).toBe(sent.shippedAt)
    const waiting = await pending()
    expect(await codeOf(orders.ship(waiting.host, waiting.order.id, parcel))).toBe('CONFLICT')
  })

  test('gives back in parts, never more than was paid, and all of it frees what was not sent', async () => {
    const { order, host, buyer, variantId } = await paid(1)
    const part = await orders.refund(host, order.id, { amount: 500 }, newId())
    expect(part).toMatchObject({ status: 'refunded', refunded: euros(500) })
    expect(await codeOf(orders.refund(host, order.id, { amount: 1_501 }, newId()))).toBe('CONFLICT')
    expect(await codeOf(orders.refund(host, order.id, { amount: 0 }, newId()))).toBe('VALIDATION')
    expect((await shop.stock(variantId)).sold).toBe(1)
    expect((await orders.payment(buyer, order.id)).status).toBe('succeeded')
    const key = newId()
    const rest = await orders.refund(host, order.id, {}, key)
    expect(rest.refunded).toEqual(order.total)
    expect(await orders.refund(host, order.id, {}, key)).toEqual(rest)
    expect(await codeOf(orders.refund(host, order.id, {}, newId()))).toBe('CONFLICT')
    expect(await shop.stock(variantId)).toMatchObject({ on_hand: 1, held: 0, sold: 0 })
    await orders.settleRefunds()
    expect((await orders.payment(buyer, order.id)).status).toBe('refunded')
    const { postings } = await orders.merchantRead(host, order.id)
    const sum = (account: string) =>
      postings
        .filter((p) => p.account === account)
        .reduce((n, p) => n + p.debit.amount - p.credit.amount, 0)
    expect([sum('provider:sandbox'), sum('refunds:due'), sum('refunds'), sum('sales')]).toEqual([
      0, 0, 2_000, -2_000,
    ])
  })

  test('gives back once although two hands do it at the same moment', async () => {
    const { order, host } = await paid(1)
    const codes = await Promise.all(
      [1, 2, 3].map(() => codeOf(orders.refund(host, order.id, {}, newId()))),
    )
    expect(tally(codes)).toEqual({ ok: 1, CONFLICT: 2 })
    await orders.settleRefunds()
  })

  test('gets a refund done although the provider did it and did not say so', async () => {
    const { order, host, buyer } = await paid(1)
    await orders.refund(host, order.id, {}, newId())
    company.fail('after')
    await orders.settleRefunds()
    company.fail(undefined)
    expect((await orders.payment(buyer, order.id)).status).toBe('succeeded')
    const { refund } = company.asked
    await shop.sql`update refunds set due_at = now() where order_id = ${order.id}`
    await orders.settleRefunds()
    expect((await orders.payment(buyer, order.id)).status).toBe('refunded')
    expect(company.asked.refund).toBe(refund)
  })

  test('sees the orders of its own shop by state, page after page', async () => {
    const stand = await shop.open(9)
    const placed: string[] = []
    for (let i = 0; i < 3; i++) {
      const buyer = await shop.person()
      placed.unshift((await place(buyer, [await hold(buyer, stand)])).order.id)
    }
    const first = await orders.merchantList(stand.host, { limit: 2 })
    const second = await orders.merchantList(stand.host, { limit: 2, cursor: first.nextCursor! })
    expect([...first.items, ...second.items].map((o) => o.id)).toEqual(placed)
    expect(second.nextCursor).toBeNull()
    expect((await orders.merchantList(stand.host, { status: 'paid' })).items).toEqual([])
  })
})
