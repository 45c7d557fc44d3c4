import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { home } from '../../../test/support/home.ts'
import { codeOf, tally } from '../../../test/support/shop.ts'
import { euros, openTill, type Till } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { auditMoney } from './audit.ts'

let till: Till

beforeAll(async () => {
  till = await openTill()
})
afterAll(async () => {
  expect(await auditMoney(till.shop.sql)).toEqual([])
  expect(await auditStock(till.shop.sql)).toEqual([])
  await till.close()
})

const settings = (host: Who, terms: object) =>
  till.shop.sql`insert into merchants(account_id, settings, changed_at)
    values (${host.accountId}, ${till.shop.sql.json(terms as never)}, now())`

describe('an order', () => {
  test('is what was held at its prices, with shipping by the shop, and can be paid', async () => {
    const stand = await till.shop.open(5)
    await settings(stand.host, { shipping: [{ price: euros(490), freeFrom: 6_000 }] })
    const buyer = await till.shop.person()
    const two = await till.hold(buyer, stand, 2)
    const quote = await till.orders.quote(buyer, { holdIds: [two] })
    expect(quote).toMatchObject({
      subtotal: euros(4_000),
      shipping: euros(490),
      total: euros(4_490),
    })
    expect(quote.merchant.name).toBe(stand.host.displayName)
    const one = await till.hold(buyer, stand)
    const { order, payment } = await till.place(buyer, [two, one])
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
    expect(await till.orders.read(buyer, order.id)).toEqual(order)
    const held = await till.shop.inventory.mine(buyer, {})
    expect(held.items.every((h) => h.state === 'ordered' && h.expiresAt === order.expiresAt)).toBe(
      true,
    )
  })

  test('is looked at with the picture that its product has now; placing answers the same again', async () => {
    const stand = await till.shop.open(2)
    const buyer = await till.shop.person()
    const holdId = await till.hold(buyer, stand)
    const key = newId()
    const placed = await till.place(buyer, [holdId], key)
    const bare = { items: [expect.not.objectContaining({ image: expect.anything() })] }
    expect(await till.orders.read(buyer, placed.order.id)).toMatchObject(bare)
    const images = ['/pictures/front.webp', '/pictures/back.webp']
    await till.shop
      .sql`update products set images = ${till.shop.sql.json(images)} where id = ${stand.product.id}`
    const seen = { items: [{ holdId, image: images[0] }] }
    expect(await till.orders.read(buyer, placed.order.id)).toMatchObject(seen)
    expect((await till.orders.merchantList(stand.host, {})).items[0]).toMatchObject(seen)
    expect(await till.place(buyer, [holdId], key)).toEqual(placed)
  })

  test('costs what its holds promised, whatever the product costs by then', async () => {
    const stand = await till.shop.open(2)
    const buyer = await till.shop.person()
    const holdId = await till.hold(buyer, stand, 2)
    await till.shop.sql`update variants set price = 9900 where id = ${stand.variantId}`
    const { order } = await till.place(buyer, [holdId])
    expect(order.items).toMatchObject([{ holdId, quantity: 2, price: euros(2_000) }])
    expect(order.total).toEqual(euros(4_000))
  })

  test('is refused with the code that fits, and then no hold is touched', async () => {
    const stand = await till.shop.open(9)
    await settings(stand.host, { countries: ['DE'] })
    const elsewhere = await till.shop.open(9)
    const [buyer, other] = (await till.shop.people(2)) as [Who, Who]
    const [mine, second, theirs, ended, ordered] = [
      await till.hold(buyer, stand),
      await till.hold(buyer, elsewhere),
      await till.hold(other, elsewhere),
      await till.hold(buyer, elsewhere),
      await till.hold(buyer, elsewhere),
    ]
    await till.shop.runOut(ended)
    await till.place(buyer, [ordered])
    expect(await codeOf(till.place(buyer, [second, theirs]))).toBe('NOT_FOUND')
    expect(await codeOf(till.place(buyer, [second, newId()]))).toBe('NOT_FOUND')
    expect(await codeOf(till.place(buyer, [second, ended]))).toBe('HOLD_ENDED')
    expect(await codeOf(till.place(buyer, [second, ordered]))).toBe('CONFLICT')
    expect(await codeOf(till.place(buyer, [second, mine]))).toBe('VALIDATION')
    const abroad = await till.place(buyer, [mine]).catch((e) => e)
    expect(abroad).toMatchObject({ code: 'VALIDATION' })
    expect(abroad.errors[0].pointer).toBe('/shippingAddress/country')
    const { items } = await till.shop.inventory.mine(buyer, {})
    expect(
      items
        .filter((h) => h.state === 'active')
        .map((h) => h.holdId)
        .sort(),
    ).toContain(second)
    expect(
      (await till.place(buyer, [mine], newId(), { ...home, country: 'DE' })).order.status,
    ).toBe('pending')
  })

  test('is one for its key, a hundred times at once and after it was paid', async () => {
    const stand = await till.shop.open(5)
    const buyer = await till.shop.person()
    const holdId = await till.hold(buyer, stand)
    const key = newId()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => till.place(buyer, [holdId], key)),
    )
    const first = answers[0]
    if (!first) throw new Error('no answer')
    for (const answer of answers) expect(answer).toEqual(first)
    await till.hear(till.company.move(first.payment.id, 'succeeded'))
    expect(await till.place(buyer, [holdId], key)).toEqual(first)
    expect(await codeOf(till.place(buyer, [holdId], key, { ...home, city: 'Bath' }))).toBe(
      'IDEMPOTENCY_MISMATCH',
    )
    expect((await till.orders.list(buyer, {})).items).toHaveLength(1)
  })

  test('takes each hold once, whoever asks at the same moment', async () => {
    const stand = await till.shop.open(5)
    const buyer = await till.shop.person()
    const holdId = await till.hold(buyer, stand)
    const codes = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(till.place(buyer, [holdId]))),
    )
    expect(tally(codes)).toEqual({ ok: 1, CONFLICT: 9 })
  })

  test('waits for its payment beside two others at most', async () => {
    const stand = await till.shop.open(9)
    const buyer = await till.shop.person()
    const holdIds = [
      await till.hold(buyer, stand),
      await till.hold(buyer, stand),
      await till.hold(buyer, stand),
      await till.hold(buyer, stand),
    ]
    const codes = await Promise.all(holdIds.map((id) => codeOf(till.place(buyer, [id]))))
    expect(tally(codes)).toEqual({ ok: 3, CONFLICT: 1 })
  })

  test('of somebody else does not exist', async () => {
    const { order } = await till.pending()
    const stranger = await till.shop.person()
    for (const call of [
      () => till.orders.read(stranger, order.id),
      () => till.orders.payment(stranger, order.id),
      () => till.orders.cancel(stranger, order.id, newId()),
      () => till.orders.merchantRead(stranger, order.id),
      () => till.orders.ship(stranger, order.id, { carrier: 'Post', trackingNumber: '1' }),
      () => till.orders.refund(stranger, order.id, {}, newId()),
    ]) {
      expect(await codeOf(call())).toBe('NOT_FOUND')
    }
  })

  test('stands although the provider is away, and can be paid when it is back', async () => {
    const stand = await till.shop.open(5)
    const buyer = await till.shop.person()
    const key = newId()
    const holdId = await till.hold(buyer, stand)
    till.company.fails = 'after'
    const away = await till.place(buyer, [holdId], key)
    till.company.fails = undefined
    expect(away.payment.payUrl).toBeNull()
    await till.shop.sql`update payments set due_at = now() where id = ${away.payment.id}`
    await till.orders.reconcilePayments()
    const { payUrl } = await till.orders.payment(buyer, away.order.id)
    expect(payUrl).toMatch(/^http:/)
    expect((await till.place(buyer, [holdId], key)).payment).toEqual({ ...away.payment, payUrl })
  })
})

describe('an order that is not paid', () => {
  test('is canceled by its buyer: its units are free at once', async () => {
    const { buyer, order, variantId, holdId } = await till.pending(1)
    const key = newId()
    const canceled = await till.orders.cancel(buyer, order.id, key)
    expect(canceled.status).toBe('canceled')
    expect(await till.shop.stock(variantId)).toMatchObject({ on_hand: 1, held: 0, sold: 0 })
    expect(await till.orders.cancel(buyer, order.id, key)).toEqual(canceled)
    expect(await till.orders.cancel(buyer, order.id, newId())).toEqual(canceled)
    expect(till.shop.notices).toContainEqual({
      accountId: buyer.accountId,
      event: 'hold:ended',
      payload: { holdId, reason: 'released' },
    })
    expect((await till.orders.payment(buyer, order.id)).status).toBe('canceled')
  })

  test('expires at its time, once, however many look', async () => {
    const { order, buyer, variantId, host } = await till.pending(1)
    expect(await till.orders.expire()).toBe(0)
    await till.runOut(order.id)
    const ended = await Promise.all([
      till.orders.expire(),
      till.orders.expire(),
      till.orders.expire(),
    ])
    expect(ended.reduce((a, b) => a + b)).toBe(1)
    expect((await till.orders.read(buyer, order.id)).status).toBe('expired')
    expect(await till.shop.stock(variantId)).toMatchObject({ held: 0, sold: 0 })
    expect(await codeOf(till.orders.cancel(buyer, order.id, newId()))).toBe('CONFLICT')
    for (const who of [buyer, host]) {
      const told = { event: 'order:changed', payload: { orderId: order.id, status: 'expired' } }
      expect(till.shop.notices).toContainEqual({ accountId: who.accountId, ...told })
    }
  })
})

describe('a payment', () => {
  test('makes an order paid, confirms its holds, tells the show without a name, and balances', async () => {
    const { order, buyer, host, holdId, variantId, showId } = await till.paid(5, 2)
    const now = await till.orders.read(buyer, order.id)
    expect(now).toMatchObject({ status: 'paid', refunded: euros(0) })
    expect(now.paidAt).not.toBeNull()
    expect(await till.shop.stock(variantId)).toMatchObject({ on_hand: 5, held: 0, sold: 2 })
    const event = till.shop.events.find((e) => e.showId === showId && e.type === 'order.placed')
    expect(event).toMatchObject({ body: { items: [{ variantId, quantity: 2 }] }, staff: null })
    const payload = { holdId, reason: 'confirmed' }
    expect(till.shop.notices).toContainEqual({
      accountId: buyer.accountId,
      event: 'hold:ended',
      payload,
    })
    const desk = await till.orders.merchantRead(host, order.id)
    expect(desk.buyer).toEqual({ id: buyer.accountId, displayName: buyer.displayName })
    expect(desk.postings.map((p) => [p.account, p.debit.amount, p.credit.amount])).toEqual([
      ['provider:sandbox', 4_000, 0],
      ['sales', 0, 4_000],
    ])
    expect(await codeOf(till.orders.cancel(buyer, order.id, newId()))).toBe('CONFLICT')
  })

  test('that is declined leaves the order pending; another card may pay it', async () => {
    const { order, payment, buyer } = await till.pending()
    await till.hear(till.company.move(payment.id, 'failed'))
    expect((await till.orders.read(buyer, order.id)).status).toBe('pending')
    expect((await till.orders.payment(buyer, order.id)).status).toBe('failed')
    await till.hear(till.company.move(payment.id, 'requires_action'))
    expect((await till.orders.payment(buyer, order.id)).status).toBe('requires_action')
    await till.hear(till.company.move(payment.id, 'succeeded'))
    expect((await till.orders.read(buyer, order.id)).status).toBe('paid')
  })

  test('of which no webhook ever came is found by reading', async () => {
    const { order, payment, buyer } = await till.pending()
    till.company.move(payment.id, 'succeeded')
    await till.shop.sql`update payments set due_at = now() where id = ${payment.id}`
    await till.orders.reconcilePayments()
    expect((await till.orders.read(buyer, order.id)).status).toBe('paid')
    const [{ due_at: due } = { due_at: 'gone' }] = await till.shop
      .sql`select due_at from payments where id = ${payment.id}`
    expect(due).toBeNull()
  })

  test('of another sum is not believed', async () => {
    const { order, payment, buyer } = await till.pending()
    const event = JSON.parse(till.company.move(payment.id, 'failed').toString())
    event.about.charge = { ...event.about.charge, status: 'succeeded', captured: 1, version: 9 }
    await till.hear(Buffer.from(JSON.stringify(event)))
    expect((await till.orders.read(buyer, order.id)).status).toBe('pending')
  })

  test('that is late takes its units again where they are free', async () => {
    const { order, payment, buyer, variantId, holdId } = await till.pending(1)
    await till.orders.cancel(buyer, order.id, newId())
    await till.hear(till.company.move(payment.id, 'succeeded'))
    expect((await till.orders.read(buyer, order.id)).status).toBe('paid')
    expect(await till.shop.stock(variantId)).toMatchObject({ held: 0, sold: 1 })
    const held = (await till.shop.inventory.mine(buyer, {})).items.find((h) => h.holdId === holdId)
    expect(held?.state).toBe('released')
  })

  test.each(['gone', 'pulled', 'pulled and out of the line-up'])(
    'that is late goes back in full where the units are %s',
    async (why) => {
      const { order, payment, buyer, variantId, showId, host, product } = await till.pending(1)
      await till.runOut(order.id)
      await till.orders.expire()
      if (why === 'gone') await till.hold(await till.shop.person(), { showId, variantId })
      else await till.shop.sales.pull(host, { showId, productId: product.id, reason: 'broken' })
      if (why === 'pulled and out of the line-up') await till.shop.lineUp(host, showId, [])
      await till.hear(till.company.move(payment.id, 'succeeded'))
      expect(await till.orders.read(buyer, order.id)).toMatchObject({
        status: 'refunded',
        refunded: order.total,
      })
      expect((await till.shop.stock(variantId)).sold).toBe(0)
      await till.orders.settleRefunds()
      expect((await till.orders.payment(buyer, order.id)).status).toBe('refunded')
      expect([...till.company.refunds.values()].at(-1)?.amount).toBe(order.total.amount)
    },
  )

  test('takes a late order whole or not at all', async () => {
    const stand = await till.shop.open(1, 5)
    const buyer = await till.shop.person()
    const [first, second] = stand.product.variants as [string, string]
    const holdIds = [
      await till.hold(buyer, { ...stand, variantId: first }),
      await till.hold(buyer, { ...stand, variantId: second }),
    ]
    const { order, payment } = await till.place(buyer, holdIds)
    await till.orders.cancel(buyer, order.id, newId())
    await till.hold(await till.shop.person(), { ...stand, variantId: first })
    await till.hear(till.company.move(payment.id, 'succeeded'))
    expect((await till.orders.read(buyer, order.id)).status).toBe('refunded')
    expect((await till.shop.stock(second)).sold).toBe(0)
    await till.orders.settleRefunds()
  })
})
