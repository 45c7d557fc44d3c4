import { pino } from 'pino'
import { createLogbook } from '../../../server/events/log.ts'
import { createOrders } from '../../../server/features/orders/orders.ts'
import type { Provider } from '../../../server/features/payments/payments.ts'
import type { Postgres } from '../../../server/store/postgres.ts'
import { type Side, shippingAddress } from './side.ts'

const payMs = 600_000

/** The orders room as the server opens it; its bank answers at once, because the bank's time is not ours. */
export function openOurs(pg: Postgres): Side {
  const log = createLogbook({ db: pg.db, tell: () => {} })
  const bank = {
    name: 'sandbox',
    create: async ({ paymentId }: { paymentId: string }) => ({
      ref: paymentId,
      payUrl: `http://bank/${paymentId}`,
    }),
  } as unknown as Provider
  const no = () => false
  const payments = { current: bank, named: () => bank, isUnknown: no, isRefused: no }
  const logger = pino({ level: 'error' })
  const orders = createOrders({ pg, log, payments, publicUrl: 'http://shop', payMs, logger })
  return {
    async place({ buyer, holdId, key }) {
      const who = { accountId: buyer, sessionId: buyer, kind: 'account', displayName: 'Buyer' }
      const body = { holdIds: [holdId], shippingAddress }
      const { order } = await orders.place({ ...who, address: '' } as never, body, key)
      return { orderId: order.id }
    },
    close: () => orders.close(),
  }
}
