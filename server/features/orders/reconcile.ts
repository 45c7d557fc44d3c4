import { failpoint } from '../../base/failpoint.ts'
import type { Logger } from '../../base/log.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Payments } from '../payments/payments.ts'
import type { Books } from './books.ts'
import {
  askAgain,
  claimPayments,
  claimRefunds,
  type DuePayment,
  type DueRefund,
  paymentsMax,
  refundsMax,
} from './store.ts'
import type { Tills } from './tills.ts'

type Needs = {
  pg: Pick<Postgres, 'jobs'>
  payments: Pick<Payments, 'named' | 'isUnknown'>
  books: Books
  tills: Tills
  logger: Logger
}

type What = 'payments' | 'refunds'

/** What is not known is asked, and asked again: no money stays without an owner for long. */
export function createReconciler({ pg, payments, books, tills, logger }: Needs) {
  async function reconcile({ ref, isOver, ...payment }: DuePayment): Promise<void> {
    const { provider } = payment
    failpoint('reconcile', 'claimed')
    if (ref === null) {
      await tills.open(payment)
      return
    }
    const company = payments.named(provider)
    const charge = await company.read(ref)
    failpoint('reconcile', 'read')
    // What is closed before it is paid need not be given back.
    const closed = isOver && charge.status === 'pending' && (await company.close?.(ref))
    await books.settle(provider, closed || charge)
  }

  async function giveBack({ refundId, provider, ref, amount, before }: DueRefund): Promise<void> {
    const company = payments.named(provider)
    failpoint('refund', 'claimed')
    const known = before > 0 ? await company.readRefund({ refundId, ref }) : null
    const status = known ?? (await company.refund({ refundId, ref, amount }))
    failpoint('refund', 'after-provider')
    await books.settleRefund(refundId, status)
  }

  /** One that fails is due again by its row; its neighbours go on. Answers why it is not known how it ended. */
  async function tried(work: Promise<void>, what: What, id: string): Promise<unknown> {
    try {
      await work
      return undefined
    } catch (err) {
      if (err instanceof Refusal && err.code === 'UNAVAILABLE') return err
      // Of a provider that is not in this house any more: due again, for the day that it is.
      if (err instanceof Refusal && err.code === 'NOT_FOUND') {
        logger.debug({ err, what, id }, 'nobody here to ask')
        return undefined
      }
      if (!payments.isUnknown(err)) {
        logger.error({ err, what, id }, 'not settled; will be tried again')
        return undefined
      }
      await askAgain(pg.jobs, what, id)
      return err
    }
  }

  /** Whether each got its answer. An outage leaves thousands without: it is told once a go, by the first. */
  async function allTried(what: What, tries: Promise<unknown>[]): Promise<boolean> {
    const silences = (await Promise.all(tries)).filter((err) => err !== undefined)
    const [err] = silences
    if (err === undefined) return true
    const who = err instanceof Refusal ? 'our own books' : 'the provider'
    logger.warn({ err, what, count: silences.length }, `${who} did not answer; will ask again`)
    return false
  }

  /** Goes on while there is more and the provider answers: what an outage left is settled at once. */
  async function untilDone(some: () => Promise<{ all: boolean; more: boolean }>): Promise<void> {
    for (let { all, more } = await some(); all && more; ) ({ all, more } = await some())
  }

  async function somePayments() {
    const due = await claimPayments(pg.jobs)
    const tries = due.map((p) => tried(reconcile(p), 'payments', p.paymentId))
    return { all: await allTried('payments', tries), more: due.length === paymentsMax }
  }

  async function someRefunds() {
    const due = await claimRefunds(pg.jobs)
    const tries = due.map((r) => tried(giveBack(r), 'refunds', r.refundId))
    return { all: await allTried('refunds', tries), more: due.length === refundsMax }
  }

  return {
    /** Reads payments that nobody has spoken of for a while, and opens those that were not. */
    reconcilePayments: () => untilDone(somePayments),

    /** Gives money back that is owed. */
    settleRefunds: () => untilDone(someRefunds),
  }
}
