import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import { type Order, openFront, type Placed, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person, Unexpected } from '../support/house.ts'
import { StripeStandIn } from '../support/stripe.ts'

/**
 * A house that takes money by Stripe, from the order to what is given back. Stripe itself is not ours to run: a
 * stand-in speaks as its documentation has it.
 */

/** Long enough to be paid in, short enough to be waited out. */
const payMs = 1_500

let stripe: StripeStandIn
let house: House
let brief: House

beforeAll(async () => {
  stripe = await new StripeStandIn().open()
  house = await openHouse(stripe.settings)
  brief = await openHouse({ ...stripe.settings, PAY_MS: String(payMs) })
})
afterAll(async () => {
  for (const each of [house, brief]) {
    expect(await auditMoney(each.pg.rest)).toEqual([])
    expect(await auditStock(each.pg.rest)).toEqual([])
    await each.close()
  }
  stripe.close()
})

const hearing = (shop: House) => {
  stripe.webhookUrl = `${shop.url}/api/v1/payments/stripe/webhook`
}
const deaf = () => {
  stripe.webhookUrl = undefined
}

async function placed(shop: House, { onHand = 5, quantity = 1 } = {}) {
  const front = await openFront(shop, onHand)
  const buyer = await shop.signUp('Aylin')
  const body = { holdIds: [await front.hold(buyer, quantity)], shippingAddress: home }
  const { order, payment } = await shop.as(buyer).post<Placed>('/orders', body)
  return { front, buyer, order, payment, session: stripe.ofPayment(payment.id) }
}

const becomes = (shop: House, buyer: Person, { id }: Order, status: string, ms?: number) =>
  until(
    () => shop.as(buyer).get<Order>(`/orders/${id}`),
    (order) => order.status === status,
    ms,
  )

test('an order is paid on Stripe’s page, and its event makes it paid at once', async () => {
  hearing(house)
  const { front, buyer, order, payment, session } = await placed(house)
  expect(payment).toMatchObject({ provider: 'stripe', status: 'pending', payUrl: session.url })
  expect(session).toMatchObject({
    amount_total: order.total.amount,
    success_url: `http://shop.test/orders/${order.id}`,
  })
  await stripe.pay(session)
  await becomes(house, buyer, order, 'paid')
  expect(await front.units()).toMatchObject({ held: 0, sold: 1 })
})

test('an event that got lost is read instead', async () => {
  deaf()
  const { buyer, order, session } = await placed(house)
  await stripe.pay(session)
  await becomes(house, buyer, order, 'paid')
})

test('a page that could not be opened is opened as soon as Stripe is back', async () => {
  hearing(house)
  const front = await openFront(house, 5)
  const buyer = await house.signUp('Aylin')
  const body = { holdIds: [await front.hold(buyer)], shippingAddress: home }
  stripe.fails = { before: 503 }
  const { order, payment } = await house.as(buyer).post<Placed>('/orders', body)
  stripe.fails = {}
  expect(payment.payUrl).toBeNull()
  await until(
    () => house.as(buyer).get<Placed['payment']>(`/orders/${order.id}/payment`),
    ({ payUrl }) => payUrl !== null,
    20_000,
  )
  await stripe.pay(stripe.ofPayment(payment.id))
  await becomes(house, buyer, order, 'paid')
})

test('what Stripe will not open is said at once, and opened when it will', async () => {
  hearing(house)
  const front = await openFront(house, 5)
  const buyer = await house.signUp('Aylin')
  const body = { holdIds: [await front.hold(buyer)], shippingAddress: home }
  stripe.fails = { before: 400 }
  const { order } = await house.as(buyer).post<Placed>('/orders', body)
  const payment = () => house.as(buyer).get<Placed['payment']>(`/orders/${order.id}/payment`)
  expect(await payment()).toMatchObject({ status: 'failed', payUrl: null })
  stripe.fails = {}
  const opened = await until(payment, ({ payUrl }) => payUrl !== null, 20_000)
  expect(opened.status).toBe('pending')
  await stripe.pay(stripe.ofPayment(opened.id))
  await becomes(house, buyer, order, 'paid')
})

test('an order that ended closes its page: nobody pays for it late', async () => {
  deaf()
  const { buyer, order, session } = await placed(house)
  await house.as(buyer).post(`/orders/${order.id}/cancel`)
  await until(
    async () => session.status,
    (status) => status === 'expired',
    35_000,
  )
  const asked = stripe.asked.length
  const [row] = await until(
    () => house.pg.rest<{ dueAt: string | null }[]>`
      select due_at as "dueAt" from payments where order_id = ${order.id}`,
    ([payment]) => payment?.dueAt === null,
  )
  expect(row?.dueAt).toBeNull()
  expect(stripe.asked.slice(asked)).not.toContain(`GET /v1/checkout/sessions/${session.id}`)
})

test('paid a moment too late, with the units gone, it is given back in full', async () => {
  deaf()
  const { front, buyer, order, session } = await placed(brief, { onHand: 1 })
  // The card is taken in the very moment in which the order ends: the page is closed too late.
  Object.assign(session, { status: 'complete', payment_status: 'unpaid' })
  await becomes(brief, buyer, order, 'expired')
  await front.hold(await brief.signUp('Bo'))
  hearing(brief)
  Object.assign(session, { payment_status: 'paid', payment_intent: 'pi_late' })
  await stripe.tell('checkout.session.completed', session)
  const { refunded } = await becomes(brief, buyer, order, 'refunded')
  expect(refunded).toEqual(order.total)
  const given = await until(
    async () => [...stripe.refunds.values()].filter((r) => r.payment_intent === 'pi_late'),
    (refunds) => refunds.length > 0,
    20_000,
  )
  expect(given).toMatchObject([{ amount: order.total.amount }])
})

test('what a merchant gives back reaches the card once, through lost answers', async () => {
  hearing(house)
  const { front, buyer, order, session } = await placed(house)
  await stripe.pay(session)
  await becomes(house, buyer, order, 'paid')
  stripe.fails = { after: 500, only: 'POST /v1/refunds' }
  await front.desk.post(`/merchant/orders/${order.id}/refund`, { amount: 700 })
  const given = () =>
    [...stripe.refunds.values()].filter((r) => r.payment_intent === session.payment_intent)
  await until(
    async () => given().length,
    (n) => n > 0,
    20_000,
  )
  stripe.fails = {}
  stripe.forgetKeys()
  await until(
    () => house.pg.rest<{ status: string }[]>`
      select status from refunds where order_id = ${order.id}`,
    ([refund]) => refund?.status === 'succeeded',
    40_000,
  )
  expect(given()).toMatchObject([{ amount: 700 }])
})

test('an event that nobody signed changes nothing, and the test bank is not there', async () => {
  deaf()
  const { buyer, order, session } = await placed(house)
  const forged = { ...session, status: 'complete', payment_status: 'paid' }
  const { body, headers } = stripe.event(
    'checkout.session.completed',
    forged,
    new Date(),
    'whsec_x',
  )
  const url = `${house.url}/api/v1/payments/stripe/webhook`
  const answer = await fetch(url, { method: 'POST', headers, body })
  expect(answer.status).toBe(400)
  expect((await house.as(buyer).get<Order>(`/orders/${order.id}`)).status).toBe('pending')
  const bank = `/sandbox/payments/sbx_${'a'.repeat(43)}/pay`
  for (const path of [bank, '/payments/sandbox/webhook']) {
    const call = house.as(buyer).post(path, { card: '4242424242424242' })
    await expect(call).rejects.toSatisfy((e) => e instanceof Unexpected && e.status === 404)
  }
})
