import { failpoint } from '../../base/failpoint.ts'
import type { Logger } from '../../base/log.ts'
import type { Appended, Log, Notice } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Charge } from '../payments/payments.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log; feeBps?: number; logger: Logger }
type Heard = {
  provider: string
  paymentId: string
  charge: Charge
  event?: { id: string; type: string }
}
type Known = { known: boolean; mismatch?: boolean }
type Settled = { value: Known[]; events: Appended[]; notices: Notice[] }

/** Payments of one call: they keep the stock rows locked for about 30 ms, and holds wait behind them. */
const callMax = 100

export type Books = ReturnType<typeof createBooks>

/** Writes down what a provider says, by event or by answer. Saying it again changes nothing more. */
export function createBooks({ pg, log, feeBps = 0, logger }: Needs) {
  const batch = new GroupCommit<Heard, Known>({
    slots: ({ paymentId }) => [paymentId],
    same: ({ provider, charge, event }) =>
      `${provider} ${event?.id} ${charge.paymentId} ${charge.status} ${charge.version} ${charge.captured} ${charge.currency} ${charge.ref}`,
    run: settleAll,
  })

  async function settleAll(heard: Heard[]): Promise<Known[]> {
    const answers = new Map<Heard, Known>()
    for (const [provider, news] of Map.groupBy(heard, (h) => h.provider)) {
      for (let from = 0; from < news.length; from += callMax) {
        const some = news.slice(from, from + callMax)
        const found = await settleSome(provider, some)
        some.forEach((h, n) => answers.set(h, found[n] as Known))
      }
    }
    return heard.map((h) => answers.get(h) as Known)
  }

  async function settleSome(provider: string, heard: Heard[]): Promise<Known[]> {
    failpoint('settle', 'before-commit')
    const [row] = await pg.rest<{ told: Settled }[]>`
      select settle_payments_v2(${pg.rest.json(heard)}::jsonb, ${provider}::text, ${feeBps}::int) as told`
    failpoint('settle', 'after-commit')
    const { value, events, notices } = row?.told as Settled
    log.told(events, notices)
    return value
  }

  return {
    async settle(
      provider: string,
      charge: Charge,
      event?: { id: string; type: string },
    ): Promise<void> {
      const { paymentId } = charge
      const answer = await batch.ask({ provider, paymentId, charge, ...(event && { event }) })
      if (!answer.known) logger.warn({ provider }, 'news of a payment that is not ours')
      if (answer.mismatch) {
        logger.error({ paymentId, provider }, 'another sum was taken than asked')
      }
    },

    async settleRefund(refundId: string, status: string): Promise<void> {
      await log.call(pg.rest, 'settle_refund_v1', { refundId, status })
      if (status === 'failed') logger.error({ refundId }, 'a refund failed: money is owed')
    },

    /** Writes down what is waiting, takes nothing new. */
    close: () => batch.close(),
  }
}
