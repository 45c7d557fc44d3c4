import { failpoint } from '../../base/failpoint.ts'
import type { Logger } from '../../base/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Payments } from '../payments/payments.ts'
import type { Books } from './books.ts'
import { claimPayments, claimRefunds, type DuePayment, type DueRefund } from './store.ts'
import type { Tills } from './tills.ts'

type Needs = {
  pg: Pick<Postgres, 'jobs'>
  payments: Pick<Payments, 'named' | 'isUnknown'>
  books: Books
  tills: Tills
  logger: Logger
}

/** What is not known is asked, and asked again: no money stays without an owner for long. */
export function createReconciler({ pg, payments, books, tills, logger }: Needs) {
  async function reconcile({ ref, ...payment }: DuePayment): Promise<void> {
    const { provider } = payment
    failpoint('reconcile', 'claimed')
    if (ref === null) {
      await tills.open(payment)
      return
    }
    const charge = await payments.named(provider).read(ref)
    failpoint('reconcile', 'read')
    await books.settle(provider, charge)
  }

  async function giveBack({ refundId, provider, ref, amount, before }: DueRefund): Promise<void> {
    const company = payments.named(provider)
    failpoint('refund', 'claimed')
    const known = before > 0 ? await company.readRefund({ refundId, ref }) : null
    const status = known ?? (await company.refund({ refundId, ref, amount }))
    failpoint('refund', 'after-provider')
    await books.settleRefund(refundId, status)
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

  return {
    /** Reads payments that nobody has spoken of for a while, and opens those that were not. */
    async reconcilePayments(): Promise<void> {
      const due = await claimPayments(pg.jobs)
      await Promise.all(due.map((p) => tried(reconcile(p), { paymentId: p.paymentId })))
    },

    /** Gives money back that is owed. */
    async settleRefunds(): Promise<void> {
      const due = await claimRefunds(pg.jobs)
      await Promise.all(due.map((r) => tried(giveBack(r), { refundId: r.refundId })))
    },
  }
}
