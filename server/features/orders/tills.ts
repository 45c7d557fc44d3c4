import type { Logger } from '../../base/log.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Charge, Payments, WireHeaders } from '../payments/payments.ts'
import {
  claimPayments,
  claimRefunds,
  type DueRefund,
  type OpenPayment,
  readOpenPayment,
  saveOpened,
} from './store.ts'

type Needs = {
  pg: Pick<Postgres, 'rest' | 'jobs'>
  log: Log
  payments: Pick<Payments, 'named' | 'isUnknown'>
  publicUrl: string
  logger: Logger
}

export type Tills = ReturnType<typeof createTills>

/**
 * Where the shop and a provider meet. The shop believes a verified event or what it reads itself, and
 * nothing else; what it does not know it asks, and asks again.
 */
export function createTills({ pg, log, payments, publicUrl, logger }: Needs) {
  const opening = new Map<string, Promise<string>>()

  async function create({
    paymentId,
    orderId,
    provider,
    amount,
    currency,
  }: OpenPayment): Promise<string> {
    const returnUrl = `${publicUrl}/orders/${orderId}`
    const opened = await payments.named(provider).create({ paymentId, amount, currency, returnUrl })
    await saveOpened(pg.rest, paymentId, opened)
    return opened.payUrl
  }

  async function settle(provider: string, charge: Charge, event?: { id: string; type: string }) {
    const args = { paymentId: charge.paymentId, provider, charge, ...(event && { event }) }
    const { known, mismatch } = await log.call<{ known: boolean; mismatch?: boolean }>(
      pg.rest,
      'settle_payment_v1',
      args,
    )
    if (!known) logger.warn({ provider }, 'news of a payment that is not ours')
    if (mismatch) {
      logger.error({ paymentId: charge.paymentId, provider }, 'another sum was taken than asked')
    }
  }

  async function settleRefund(refundId: string, status: string): Promise<void> {
    await log.call(pg.rest, 'settle_refund_v1', { refundId, status })
    if (status === 'failed') logger.error({ refundId }, 'a refund failed: money is owed')
  }

  async function reconcile(payment: OpenPayment): Promise<void> {
    const provider = payments.named(payment.provider)
    if (payment.ref === null) await create(payment)
    else await settle(provider.name, await provider.read(payment.ref))
  }

  async function giveBack({ refundId, provider, ref, amount, before }: DueRefund): Promise<void> {
    const company = payments.named(provider)
    const known = before > 0 ? await company.readRefund({ refundId, ref }) : null
    const status = known ?? (await company.refund({ refundId, ref, amount }))
    await settleRefund(refundId, status)
  }

  return {
    /** Tells the provider of a payment and answers where to pay; several callers ask it once. */
    open(paymentId: string): Promise<string> {
      const running = opening.get(paymentId)
      if (running) return running
      const opened = findAndCreate(paymentId).finally(() => opening.delete(paymentId))
      opening.set(paymentId, opened)
      return opened
    },

    /** A provider's event. It changes nothing unless it is verified; repeats change nothing more. */
    async hear(providerName: string, headers: WireHeaders, rawBody: Buffer): Promise<void> {
      const provider = payments.named(providerName)
      const { id, type, about } = provider.verify(headers, rawBody)
      if (!about) return
      if ('charge' in about) await settle(provider.name, about.charge, { id, type })
      else await settleRefund(about.refund.refundId, about.refund.status)
    },

    /** Reads payments that nobody has spoken of for a while, and opens those that were not. */
    async reconcilePayments(): Promise<void> {
      const due = await claimPayments(pg.jobs)
      await Promise.all(
        due.map((payment) => tried(reconcile(payment), { paymentId: payment.paymentId })),
      )
    },

    /** Gives money back that is owed. */
    async settleRefunds(): Promise<void> {
      const due = await claimRefunds(pg.jobs)
      await Promise.all(due.map((refund) => tried(giveBack(refund), { refundId: refund.refundId })))
    },
  }

  async function findAndCreate(paymentId: string): Promise<string> {
    const payment = await readOpenPayment(pg.rest, paymentId)
    if (!payment) throw new Error(`payment ${paymentId} is gone`)
    return create(payment)
  }

  /** One that fails is due again by its row; its neighbours go on. */
  async function tried(work: Promise<void>, what: object): Promise<void> {
    try {
      await work
    } catch (err) {
      if (payments.isUnknown(err)) {
        logger.warn({ err, ...what }, 'the provider did not say; will ask again')
      } else logger.error({ err, ...what }, 'not settled; will be tried again')
    }
  }
}
