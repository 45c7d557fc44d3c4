import type { Postgres } from '../../store/postgres.ts'
import type { Payments, WireHeaders } from '../payments/payments.ts'
import type { Books } from './books.ts'
import { readOpenPayment, saveOpened } from './store.ts'

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

  async function create(paymentId: string): Promise<string> {
    const payment = await readOpenPayment(pg.rest, paymentId)
    if (!payment) throw new Error(`payment ${paymentId} is gone`)
    const { provider, orderId, amount, currency } = payment
    const returnUrl = `${publicUrl}/orders/${orderId}`
    const opened = await payments.named(provider).create({ paymentId, amount, currency, returnUrl })
    await saveOpened(pg.rest, paymentId, opened)
    return opened.payUrl
  }

  return {
    /** Tells the provider of a payment and answers where to pay; several callers ask it once. */
    open(paymentId: string): Promise<string> {
      const running = opening.get(paymentId)
      if (running) return running
      const opened = create(paymentId).finally(() => opening.delete(paymentId))
      opening.set(paymentId, opened)
      return opened
    },

    /** A provider's event. It changes nothing unless it is verified; repeats change nothing more. */
    async hear(providerName: string, headers: WireHeaders, rawBody: Buffer): Promise<void> {
      const provider = payments.named(providerName)
      const { id, type, about } = provider.verify(headers, rawBody)
      if (!about) return
      if ('charge' in about) await books.settle(provider.name, about.charge, { id, type })
      else await books.settleRefund(about.refund.refundId, about.refund.status)
    },
  }
}
