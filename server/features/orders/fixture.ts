import { newId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Charge, Provider } from '../payments/payments.ts'

type Refunded = { refundId: string; ref: string; amount: number }

/** What a company says while it cannot be reached. */
export class Silence extends Error {}

/**
 * A payment company for tests: keeps its books in memory, speaks when told to, and can be made to
 * fail before or after it has done what it was asked.
 */
export function createCompany() {
  const charges = new Map<string, Charge & { amount: number }>()
  const refunds = new Map<string, Refunded>()
  const asked = { create: 0, read: 0, refund: 0, readRefund: 0 }
  let failing: 'before' | 'after' | undefined

  function done<T>(work: () => T): T {
    if (failing === 'before') throw new Silence('no answer')
    const value = work()
    if (failing === 'after') throw new Silence('no answer, but it was done')
    return value
  }

  const byRef = (ref: string) => {
    const found = [...charges.values()].find((charge) => charge.ref === ref)
    if (!found) throw new Error(`no charge ${ref}`)
    return found
  }

  const provider: Provider = {
    name: 'sandbox',
    async create({ paymentId, amount, currency }) {
      asked.create++
      return done(() => {
        const known = charges.get(paymentId)
        const ref = known?.ref ?? `ref_${newId()}`
        if (!known) {
          const fresh = { status: 'pending', captured: 0, version: 0 } as const
          charges.set(paymentId, { ref, paymentId, amount, currency, ...fresh })
        }
        return { ref, payUrl: `http://company.test/${ref}` }
      })
    },
    async read(ref) {
      asked.read++
      return done(() => ({ ...byRef(ref) }))
    },
    async refund({ refundId, ref, amount }) {
      asked.refund++
      return done(() => {
        refunds.set(refundId, { refundId, ref, amount })
        return 'succeeded' as const
      })
    },
    async readRefund({ refundId }) {
      asked.readRefund++
      return done(() => (refunds.has(refundId) ? ('succeeded' as const) : null))
    },
    verify(_headers, rawBody) {
      if (rawBody.length === 0) throw new Refusal('VALIDATION', 'not verified')
      return JSON.parse(rawBody.toString())
    },
  }

  return {
    provider,
    asked,
    refunds,
    fail(how: 'before' | 'after' | undefined) {
      failing = how
    },
    /** A step of a payment at the company; answers the event that tells of it. */
    move(paymentId: string, status: Charge['status']): Buffer {
      const charge = charges.get(paymentId)
      if (!charge) throw new Error('the company has never heard of it')
      charge.status = status
      charge.version += 1
      if (status === 'succeeded') charge.captured = charge.amount
      const { amount: _, ...told } = charge
      return Buffer.from(
        JSON.stringify({ id: newId(), type: `payment.${status}`, about: { charge: told } }),
      )
    },
    port: {
      current: provider,
      named: () => provider,
      isUnknown: (error: unknown) => error instanceof Silence,
    },
  }
}

export type Company = ReturnType<typeof createCompany>
