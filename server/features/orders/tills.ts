import { failpoint } from '../../base/failpoint.ts'
import type { Logger } from '../../base/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Payments, Provider, WireHeaders } from '../payments/payments.ts'
import type { Books } from './books.ts'
import { type NewPayment, noteUnopened, type Opened, saveOpened } from './store.ts'

type Needs = {
  pg: Pick<Postgres, 'rest'>
  payments: Pick<Payments, 'named' | 'isRefused'>
  books: Books
  publicUrl: string
  logger: Logger
}

/** Whoever finds the address may send what they like: that is told this often at most. */
const toldEveryMs = 60_000

export type Tills = ReturnType<typeof createTills>

/** Where the shop and a provider meet: a payment is opened there, and news come back, signed. */
export function createTills({ pg, payments, books, publicUrl, logger }: Needs) {
  const opening = new Map<string, Promise<string>>()
  // In a rush the bank's answers are noted together: an update each cost half of what an order cost.
  const noting = new GroupCommit<Opened, void>({
    slots: ({ paymentId }) => [paymentId],
    same: ({ paymentId, ref }) => `${paymentId} ${ref}`,
    async run(opened) {
      await saveOpened(pg.rest, opened)
      return opened.map(() => undefined)
    },
  })

  async function create(payment: NewPayment): Promise<string> {
    const { paymentId, orderId, number, provider, amount, currency } = payment
    const returnUrl = `${publicUrl}/orders/${orderId}`
    const page = { title: `Order #${number}`, returnUrl }
    failpoint('payment', 'before-provider')
    const company = payments.named(provider)
    const opened = await company.create({ paymentId, amount, currency, ...page }).catch(refused)
    failpoint('payment', 'after-provider')
    await noting.ask({ paymentId, ...opened })
    failpoint('payment', 'after-saved')
    return opened.payUrl

    /** Its buyer hears that it cannot be paid, and need not wait; it is tried again all the same. */
    async function refused(error: unknown): Promise<never> {
      if (payments.isRefused(error)) await noteUnopened(pg.rest, paymentId)
      throw error
    }
  }

  let toldAt = Number.NEGATIVE_INFINITY

  /** A wrong secret looks like forgeries, and would be seen nowhere else: payments are read all the same, only later. */
  function verified(provider: Provider, headers: WireHeaders, rawBody: Buffer) {
    try {
      return provider.verify(headers, rawBody)
    } catch (err) {
      if (performance.now() - toldAt > toldEveryMs) {
        toldAt = performance.now()
        const { name } = provider
        logger.warn({ provider: name }, 'an event could not be verified: forged, or a wrong secret')
      }
      throw err
    }
  }

  return {
    /** Tells the provider of a payment and answers where to pay; several callers ask it once. */
    open(payment: NewPayment): Promise<string> {
      const { paymentId } = payment
      const running = opening.get(paymentId)
      if (running) return running
      const opened = create(payment).finally(() => opening.delete(paymentId))
      opening.set(paymentId, opened)
      return opened
    },

    /** A provider's event. It changes nothing unless it is verified; repeats change nothing more. */
    async hear(providerName: string, headers: WireHeaders, rawBody: Buffer): Promise<void> {
      const provider = payments.named(providerName)
      const { id, type, about } = verified(provider, headers, rawBody)
      failpoint('webhook', 'verified')
      if (!about) return
      if ('charge' in about) await books.settle(provider.name, about.charge, { id, type })
      else await books.settleRefund(about.refund.refundId, about.refund.status)
    },

    /** Notes what is waiting, takes nothing new. */
    close: () => noting.close(),
  }
}
