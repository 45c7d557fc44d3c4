import { failpoint } from '../../base/failpoint.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Payments, WireHeaders } from '../payments/payments.ts'
import type { Books } from './books.ts'
import { type NewPayment, type Opened, saveOpened } from './store.ts'

type Needs = {
  pg: Pick<Postgres, 'rest'>
  payments: Pick<Payments, 'named'>
  books: Books
  publicUrl: string
}

export type Tills = ReturnType<typeof createTills>

/** Where the shop and a provider meet: a payment is opened there, and news come back, signed. */
export function createTills({ pg, payments, books, publicUrl }: Needs) {
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
    const opened = await payments.named(provider).create({ paymentId, amount, currency, ...page })
    failpoint('payment', 'after-provider')
    await noting.ask({ paymentId, ...opened })
    failpoint('payment', 'after-saved')
    return opened.payUrl
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
      const { id, type, about } = provider.verify(headers, rawBody)
      failpoint('webhook', 'verified')
      if (!about) return
      if ('charge' in about) await books.settle(provider.name, about.charge, { id, type })
      else await books.settleRefund(about.refund.refundId, about.refund.status)
    },

    /** Notes what is waiting, takes nothing new. */
    close: () => noting.close(),
  }
}
