import type Stripe from 'stripe'
import { type Provider, ProviderError } from '../provider.ts'
import { notVerified } from '../signature.ts'
import { once, openApi } from './api.ts'
import { toStripe } from './money.ts'
import { aboutOf, chargeOf, refundStatus } from './told.ts'

/** How old a signed event may be, in seconds: Stripe's own default, said aloud. */
const toleranceSeconds = 300
const signatureLengthMax = 4_096

type Needs = {
  secretKey: string
  webhookSecret: string
  /** Another address than Stripe's, for a stand-in in tests. */
  url?: string | undefined
  now(): Date
}

/**
 * Stripe by its own page: card numbers never come near this house. A payment is a Checkout Session.
 * https://docs.stripe.com/api/checkout/sessions
 */
export function createStripeProvider({ secretKey, webhookSecret, url, now }: Needs): Provider {
  const { stripe, ask } = openApi(secretKey, url)
  const { sessions } = stripe.checkout

  const session = (ref: string) => ask('reading a session', () => sessions.retrieve(ref))
  const read = async (ref: string) => chargeOf(await session(ref))

  async function paidBy(ref: string): Promise<{ intent: string; currency: string }> {
    const { payment_intent: paid, currency } = await session(ref)
    const intent = typeof paid === 'string' ? paid : paid?.id
    if (!intent || !currency) throw new ProviderError('refused', 'Stripe has no payment for it')
    return { intent, currency: currency.toUpperCase() }
  }

  return {
    name: 'stripe',
    read,

    async create(payment) {
      const wanted = sessionOf(payment)
      const { id: ref, url: payUrl } = await ask('opening a session', () =>
        once(payment.paymentId, (key) => sessions.create(wanted, key)),
      )
      if (!payUrl) throw new ProviderError('unknown', 'Stripe told no page to pay on')
      return { ref, payUrl }
    },

    async close(ref) {
      try {
        return chargeOf(await ask('closing a session', () => sessions.expire(ref)))
      } catch (error) {
        // Only an open one can be closed: what it is instead is to be read.
        if (error instanceof ProviderError && error.outcome === 'refused') return read(ref)
        throw error
      }
    },

    async refund({ refundId, ref, amount }) {
      const { currency, intent: payment_intent } = await paidBy(ref)
      const sum = toStripe({ amount, currency }).amount
      const wanted = { payment_intent, amount: sum, metadata: { refundId } }
      const { status } = await ask('giving back', () =>
        once(refundId, (key) => stripe.refunds.create(wanted, key)),
      )
      return refundStatus(status)
    },

    // By what it was told of a refund: Stripe forgets an idempotency key after a day.
    async readRefund({ refundId, ref }) {
      const { intent } = await paidBy(ref)
      return ask('reading refunds', async () => {
        for await (const refund of stripe.refunds.list({ payment_intent: intent, limit: 100 })) {
          if (refund.metadata?.['refundId'] === refundId) return refundStatus(refund.status)
        }
        return null
      })
    },

    verify(headers, rawBody) {
      const signature = headers['stripe-signature']
      if (typeof signature !== 'string' || signature.length > signatureLengthMax) {
        throw notVerified()
      }
      try {
        const { id, type, data } = stripe.webhooks.constructEvent(
          rawBody,
          signature,
          webhookSecret,
          toleranceSeconds,
          undefined,
          now().getTime(),
        )
        return { id, type, about: aboutOf(data.object) }
      } catch {
        throw notVerified()
      }
    },
  }
}

/**
 * Cards and the wallets that hold them, because a transfer of days fits no hold of minutes; told in its own currency,
 * because the price in the hold is the price paid. The same for each try, or Stripe refuses its key.
 */
function sessionOf({
  paymentId,
  title,
  returnUrl,
  ...price
}: Parameters<Provider['create']>[0]): Stripe.Checkout.SessionCreateParams {
  const { amount, currency } = toStripe(price)
  const product = { currency, unit_amount: amount, product_data: { name: title } }
  return {
    mode: 'payment',
    metadata: { paymentId },
    allowed_payment_method_types: ['card'],
    adaptive_pricing: { enabled: false },
    line_items: [{ quantity: 1, price_data: product }],
    payment_intent_data: { description: title, metadata: { paymentId } },
    success_url: returnUrl,
    cancel_url: returnUrl,
  }
}
