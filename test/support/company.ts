import { newId } from '../../server/base/ids.ts'
import { notFound, Refusal } from '../../server/base/refusal.ts'
import type { Charge, Provider } from '../../server/features/payments/payments.ts'

/** What a company says while it cannot be reached. */
class Silence extends Error {}

/**
 * A payment company for tests: keeps its books in memory, speaks when told to, and can be made to
 * fail before or after it has done what it was asked.
 */
export class Company {
  readonly name = 'sandbox'
  readonly refunds = new Map<string, { refundId: string; ref: string; amount: number }>()
  readonly asked = { create: 0, read: 0, refund: 0, readRefund: 0 }
  fails: 'before' | 'after' | undefined
  readonly #charges = new Map<string, Charge & { amount: number }>()

  /** What orders need of the payments' room. */
  get port() {
    const provider: Provider = {
      name: this.name,
      create: (payment) => this.#do('create', () => this.#create(payment)),
      read: (ref) => this.#do('read', () => this.#read(ref)),
      refund: (refund) =>
        this.#do('refund', () => {
          this.refunds.set(refund.refundId, refund)
          return 'succeeded' as const
        }),
      readRefund: ({ refundId }) =>
        this.#do('readRefund', () => (this.refunds.has(refundId) ? 'succeeded' : null)),
      verify(_headers, rawBody) {
        if (rawBody.length === 0) throw new Refusal('VALIDATION', 'not verified')
        return JSON.parse(rawBody.toString())
      },
    }
    return {
      current: provider,
      named: (name: string) => {
        if (name !== provider.name) throw notFound('payment provider')
        return provider
      },
      isUnknown: (error: unknown) => error instanceof Silence,
      isRefused: () => false,
    }
  }

  /** A step of a payment at the company; answers the event that tells of it. */
  move(paymentId: string, status: Charge['status']): Buffer {
    const charge = this.#charges.get(paymentId)
    if (!charge) throw new Error('the company has never heard of it')
    charge.status = status
    charge.version += 1
    if (status === 'succeeded') charge.captured = charge.amount
    const { amount: _, ...told } = charge
    const event = { id: newId(), type: `payment.${status}`, about: { charge: told } }
    return Buffer.from(JSON.stringify(event))
  }

  async #do<T>(what: keyof Company['asked'], work: () => T): Promise<T> {
    this.asked[what] += 1
    if (this.fails === 'before') throw new Silence('no answer')
    const value = work()
    if (this.fails === 'after') throw new Silence('no answer, but it was done')
    return value
  }

  #create({ paymentId, amount, currency }: Parameters<Provider['create']>[0]) {
    const ref = this.#charges.get(paymentId)?.ref ?? `ref_${newId()}`
    if (!this.#charges.has(paymentId)) {
      const fresh = { status: 'pending', captured: 0, version: 0 } as const
      this.#charges.set(paymentId, { ref, paymentId, amount, currency, ...fresh })
    }
    return { ref, payUrl: `http://company.test/${ref}` }
  }

  #read(ref: string): Charge {
    const found = [...this.#charges.values()].find((charge) => charge.ref === ref)
    if (!found) throw new Error(`no charge ${ref}`)
    const { amount: _, ...charge } = found
    return charge
  }
}
