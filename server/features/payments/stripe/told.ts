import Type from 'typebox'
import { checker } from '../../../base/check.ts'
import { isId } from '../../../store/page.ts'
import type { Charge, ProviderEvent, RefundStatus } from '../provider.ts'
import { fromStripe } from './money.ts'

const orNull = (type: Type.TSchema) => Type.Union([type, Type.Null()])

// Stripe may add fields whenever it likes: these schemas are open.
const SessionJson = Type.Object({
  id: Type.String({ pattern: '^cs_', maxLength: 200 }),
  metadata: orNull(Type.Record(Type.String(), Type.String())),
  status: orNull(Type.String()),
  payment_status: Type.String(),
  amount_total: orNull(Type.Integer({ minimum: 0 })),
  currency: orNull(Type.String()),
})
type SessionJson = {
  id: string
  metadata: Record<string, string> | null
  status: string | null
  payment_status: string
  amount_total: number | null
  currency: string | null
}
const RefundJson = Type.Object({
  status: orNull(Type.String()),
  metadata: orNull(Type.Record(Type.String(), Type.String())),
})
type RefundJson = { status: string | null; metadata: Record<string, string> | null }

const readSession = checker<SessionJson>(SessionJson)
const readRefund = checker<RefundJson>(RefundJson)

/**
 * What a Checkout Session says of a payment. Its metadata are ours alone: a `client_reference_id` may be written by
 * whoever opens a payment link of the account, to pay once for two shops.
 */
export function chargeOf(told: unknown): Charge {
  const session = readSession(told)
  const { id, amount_total: total } = session
  const paymentId = session.metadata?.['paymentId'] ?? ''
  const [status, version] = standOf(session)
  const { amount, currency } = fromStripe({ amount: total ?? 0, currency: session.currency ?? '' })
  const captured = status === 'succeeded' ? amount : 0
  return { ref: id, paymentId, status, captured, currency, version }
}

/** Open, done while the bank still thinks, closed, paid: a session only ever goes on, so that counts its news. */
function standOf({ status, payment_status: paid }: SessionJson): [Charge['status'], number] {
  if (paid === 'paid') return ['succeeded', 4]
  if (status === 'expired') return ['canceled', 3]
  return ['pending', status === 'complete' ? 2 : 1]
}

/** A session or a refund of ours: an account may also sell elsewhere, and Stripe tells us of all of it. */
export function aboutOf(thing: { object?: string }): ProviderEvent['about'] {
  if (thing.object === 'checkout.session') {
    const charge = chargeOf(thing)
    return isId(charge.paymentId) ? { charge } : null
  }
  if (thing.object !== 'refund') return null
  const { metadata, status } = readRefund(thing)
  const refundId = metadata?.['refundId'] ?? ''
  return isId(refundId) ? { refund: { refundId, status: refundStatus(status) } } : null
}

export function refundStatus(status: string | null): RefundStatus {
  if (status === 'succeeded') return 'succeeded'
  return status === 'failed' || status === 'canceled' ? 'failed' : 'pending'
}
