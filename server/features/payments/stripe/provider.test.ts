import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StripeStandIn, stripeKeys } from '../../../../test/support/stripe.ts'
import { newId } from '../../../base/ids.ts'
import { Refusal } from '../../../base/refusal.ts'
import { type Provider, ProviderError } from '../provider.ts'
import { createStripeProvider } from './provider.ts'

let stripe: StripeStandIn
let provider: Provider

beforeEach(async () => {
  stripe = await new StripeStandIn().open()
  provider = createStripeProvider({ ...stripeKeys, url: stripe.url, now: () => new Date() })
})
afterEach(() => stripe.close())

const page = { title: 'Order #7', returnUrl: 'https://shop.test/orders/7' }
const order = (more: object = {}) => ({
  paymentId: newId(),
  amount: 7_250,
  currency: 'EUR',
  ...page,
  ...more,
})

async function paid() {
  const asked = order()
  const { ref } = await provider.create(asked)
  const session = stripe.ofPayment(asked.paymentId)
  await stripe.pay(session)
  return { ...asked, ref, session }
}

const outcome = (error: unknown) => (error instanceof ProviderError ? error.outcome : error)

describe('opening a payment', () => {
  test('answers a page of Stripe’s, for this sum and this order', async () => {
    const asked = order()
    const { ref, payUrl } = await provider.create(asked)
    expect(payUrl).toBe(`${stripe.url}/pay/${ref}`)
    expect(stripe.ofPayment(asked.paymentId)).toMatchObject({
      id: ref,
      amount_total: 7_250,
      currency: 'eur',
      title: 'Order #7',
      success_url: page.returnUrl,
    })
  })

  test('asked again it is the same payment, also when the first answer was lost', async () => {
    const asked = order()
    stripe.fails = { after: 500 }
    await expect(provider.create(asked)).rejects.toSatisfy((e) => outcome(e) === 'unknown')
    stripe.fails = {}
    const first = await provider.create(asked)
    expect(await provider.create(asked)).toEqual(first)
    expect(stripe.sessions.size).toBe(1)
  })

  test('fails no longer than Stripe does, though it repeats a failure to whoever repeats a key', async () => {
    const asked = order()
    stripe.fails = { midway: 500 }
    await expect(provider.create(asked)).rejects.toSatisfy((e) => outcome(e) === 'unknown')
    stripe.fails = {}
    const first = await provider.create(asked)
    expect(await provider.create(asked)).toEqual(first)
    expect(stripe.sessions.size).toBe(1)
  })

  test.each([
    { currency: 'JPY', amount: 3_200, told: 3_200 },
    { currency: 'ISK', amount: 990, told: 99_000 },
    { currency: 'UGX', amount: 5_000, told: 500_000 },
    { currency: 'MGA', amount: 450_000, told: 4_500 },
    { currency: 'KWD', amount: 12_340, told: 12_340 },
  ])('tells $amount $currency as $told, and reads it back', async ({ told, ...sum }) => {
    const asked = order(sum)
    const { ref } = await provider.create(asked)
    const session = stripe.ofPayment(asked.paymentId)
    expect(session.amount_total).toBe(told)
    await stripe.pay(session)
    const { captured, currency } = await provider.read(ref)
    expect({ amount: captured, currency }).toEqual(sum)
  })

  test('refuses what a currency cannot say', async () => {
    const asked = order({ currency: 'MGA', amount: 450_050 })
    await expect(provider.create(asked)).rejects.toSatisfy((e) => outcome(e) === 'refused')
    expect(stripe.asked).toEqual([])
  })
})

describe('reading a payment', () => {
  test('follows it from open to paid', async () => {
    const asked = order()
    const { ref } = await provider.create(asked)
    const open = await provider.read(ref)
    expect(open).toMatchObject({ ref, paymentId: asked.paymentId, status: 'pending', captured: 0 })
    await stripe.pay(stripe.ofPayment(asked.paymentId))
    const done = await provider.read(ref)
    expect(done).toMatchObject({ status: 'succeeded', captured: 7_250, currency: 'EUR' })
    expect(done.version).toBeGreaterThan(open.version)
  })

  test('closes an open one for good; one that is paid stays paid', async () => {
    const asked = order()
    const { ref } = await provider.create(asked)
    expect(await provider.close?.(ref)).toMatchObject({ status: 'canceled', captured: 0 })
    expect(await provider.close?.(ref)).toMatchObject({ status: 'canceled' })
    const other = await paid()
    expect(await provider.close?.(other.ref)).toMatchObject({ status: 'succeeded' })
  })
})

describe('giving money back', () => {
  test('is done once, also when the answer was lost and Stripe has forgotten the key', async () => {
    const { ref } = await paid()
    const refundId = newId()
    const refund = { refundId, ref, amount: 1_000 }
    expect(await provider.readRefund(refund)).toBeNull()
    stripe.fails = { after: 502 }
    await expect(provider.refund(refund)).rejects.toSatisfy((e) => outcome(e) === 'unknown')
    stripe.fails = {}
    expect(await provider.refund(refund)).toBe('succeeded')
    stripe.forgetKeys()
    expect(await provider.readRefund(refund)).toBe('succeeded')
    expect([...stripe.refunds.values()]).toMatchObject([{ amount: 1_000, metadata: { refundId } }])
  })

  test('is done in the end, whatever Stripe repeats of a failure', async () => {
    const { ref } = await paid()
    const refund = { refundId: newId(), ref, amount: 1_000 }
    stripe.fails = { midway: 500, only: 'POST /v1/refunds' }
    await expect(provider.refund(refund)).rejects.toSatisfy((e) => outcome(e) === 'unknown')
    stripe.fails = {}
    expect(await provider.refund(refund)).toBe('succeeded')
    expect(stripe.refunds.size).toBe(1)
  })

  test('is pending for as long as Stripe says so', async () => {
    const { ref } = await paid()
    stripe.refundsEnd = 'pending'
    const refund = { refundId: newId(), ref, amount: 7_250 }
    expect(await provider.refund(refund)).toBe('pending')
    for (const given of stripe.refunds.values()) given.status = 'failed'
    expect(await provider.readRefund(refund)).toBe('failed')
  })

  test('is refused for more than was taken', async () => {
    const { ref } = await paid()
    const refund = provider.refund({ refundId: newId(), ref, amount: 7_251 })
    await expect(refund).rejects.toSatisfy((e) => outcome(e) === 'refused')
  })
})

describe('a call that fails', () => {
  test.each([
    { status: 400, is: 'refused' },
    { status: 401, is: 'refused' },
    { status: 402, is: 'refused' },
    { status: 409, is: 'unknown' },
    { status: 429, is: 'unknown' },
    { status: 500, is: 'unknown' },
    { status: 503, is: 'unknown' },
  ])('with $status is $is', async ({ status, is }) => {
    stripe.fails = { before: status }
    await expect(provider.create(order())).rejects.toSatisfy((e) => outcome(e) === is)
  })

  test('tells neither key nor request, whatever is looked at', async () => {
    stripe.fails = { before: 401 }
    const error = (await provider.create(order()).catch((e: unknown) => e)) as Error
    const told = JSON.stringify([error.message, error.stack, error.cause])
    expect(told).not.toContain(stripeKeys.secretKey)
    expect(told).not.toContain('shop.test')
    expect(error.message).toBe(
      'Stripe: opening a session was refused (401, StripeAuthenticationError)',
    )
  })

  test('is unknown when Stripe cannot be reached', async () => {
    stripe.close()
    await expect(provider.read('cs_test_1')).rejects.toSatisfy((e) => outcome(e) === 'unknown')
  })

  test('is unknown when there is no answer in time', { timeout: 10_000 }, async () => {
    stripe.fails = { never: true }
    await expect(provider.read('cs_test_1')).rejects.toSatisfy((e) => outcome(e) === 'unknown')
  })

  test('is not made faster than Stripe takes them: a crowd is asked evenly, its end not at all', async () => {
    const begun = performance.now()
    const crowd = Array.from({ length: 130 }, () => provider.read('cs_test_1').catch(outcome))
    await provider.create(order())
    expect(stripe.asked.filter((call) => call.startsWith('GET')).length).toBeLessThan(25)
    const asked = (await Promise.all(crowd)).filter((end) => end === 'refused').length
    expect(asked).toBeGreaterThan(25)
    expect(asked / (performance.now() - begun)).toBeLessThan(25 / 1_000)
  })
})

describe('an event', () => {
  test('of a payment says what it is', async () => {
    const { paymentId, ref, session } = await paid()
    const { body, headers } = stripe.event('checkout.session.completed', session)
    expect(provider.verify(headers, Buffer.from(body))).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      type: 'checkout.session.completed',
      about: { charge: { ref, paymentId, status: 'succeeded', captured: 7_250, currency: 'EUR' } },
    })
  })

  test('of a refund says how it ended', async () => {
    const { ref } = await paid()
    const refundId = newId()
    await provider.refund({ refundId, ref, amount: 500 })
    const [refund] = stripe.refunds.values()
    const { body, headers } = stripe.event('refund.updated', refund as object)
    expect(provider.verify(headers, Buffer.from(body)).about).toEqual({
      refund: { refundId, status: 'succeeded' },
    })
  })

  test.each([
    { what: 'a session of another shop on the account', object: { metadata: { cart: '9' } } },
    { what: 'a session without a name', object: { metadata: null } },
    {
      // Whoever opens a payment link may write this into its address.
      what: 'a payment link that was opened in our name',
      object: { client_reference_id: newId(), metadata: {} },
    },
    {
      what: 'a refund from the dashboard',
      object: { object: 'refund', metadata: {}, status: 'succeeded' },
    },
    { what: 'a payout', object: { object: 'payout', amount: 1 } },
  ])('of $what is none of ours', async ({ object }) => {
    const { session } = await paid()
    const { body, headers } = stripe.event('whatever', { ...session, ...object })
    expect(provider.verify(headers, Buffer.from(body)).about).toBeNull()
  })

  const refused = (headers: Record<string, string>, body: string) =>
    expect(() => provider.verify(headers, Buffer.from(body))).toThrow(Refusal)

  test('is believed from nobody else, changed in no byte, and not when it is old', async () => {
    const { session } = await paid()
    const { body, headers } = stripe.event('checkout.session.completed', session)
    refused({}, body)
    refused(headers, body.replace('"paid"', '"Paid"'))
    refused({ 'stripe-signature': `${headers['stripe-signature']}0` }, body)
    const forged = stripe.event('checkout.session.completed', session, new Date(), 'whsec_other')
    refused(forged.headers, forged.body)
    const hours = new Date(Date.now() - 301_000)
    const old = stripe.event('checkout.session.completed', session, hours)
    refused(old.headers, old.body)
    expect(provider.verify(headers, Buffer.from(body)).about).not.toBeNull()
  })
})
