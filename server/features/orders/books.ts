import type { Logger } from '../../base/log.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Charge } from '../payments/payments.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log; logger: Logger }

export type Books = ReturnType<typeof createBooks>

/** Writes down what a provider says, by event or by answer. Saying it again changes nothing more. */
export function createBooks({ pg, log, logger }: Needs) {
  return {
    async settle(
      provider: string,
      charge: Charge,
      event?: { id: string; type: string },
    ): Promise<void> {
      const { paymentId } = charge
      const args = { paymentId, provider, charge, ...(event && { event }) }
      type Answer = { known: boolean; mismatch?: boolean }
      const answer = await log.call<Answer>(pg.rest, 'settle_payment_v1', args)
      if (!answer.known) logger.warn({ provider }, 'news of a payment that is not ours')
      if (answer.mismatch) {
        logger.error({ paymentId, provider }, 'another sum was taken than asked')
      }
    },

    async settleRefund(refundId: string, status: string): Promise<void> {
      await log.call(pg.rest, 'settle_refund_v1', { refundId, status })
      if (status === 'failed') logger.error({ refundId }, 'a refund failed: money is owed')
    },
  }
}
