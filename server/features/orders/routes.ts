import type {
  orderRoutes as orderTable,
  paymentRoutes as paymentTable,
} from '../../../shared/wire/orders.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Orders } from './orders.ts'

export function orderRoutes(orders: Orders): Handlers<typeof orderTable> {
  return {
    async quote(call) {
      await countCode(call)
      return orders.quote(call.who, call.body)
    },
    async place(call) {
      await countCode(call)
      return orders.place(call.who, call.body, call.key)
    },
    orders: ({ who, query }) => orders.list(who, query),
    order: ({ who, params }) => orders.read(who, params.id),
    payment: ({ who, params }) => orders.payment(who, params.id),
    cancel: ({ who, params, key }) => orders.cancel(who, params.id, key),
    arrived: ({ who, params }) => orders.arrived(who, params.id),
    merchantOrders: ({ who, query }) => orders.merchantList(who, query),
    merchantOrder: ({ who, params }) => orders.merchantRead(who, params.id),
    ship: ({ who, params, body, key }) => orders.ship(who, params.id, body, key),
    shipMany: ({ who, body }) => orders.shipMany(who, body.parcels),
    refund: ({ who, params, body, key }) => orders.refund(who, params.id, body ?? {}, key),
  }
}

type Coded = { body: { code?: string }; admit(name: string): Promise<void> }

/** Guessing codes is bounded, for an account and for everybody at one address. */
async function countCode(call: Coded): Promise<void> {
  if (call.body.code === undefined) return
  await call.admit('typeCode')
  await call.admit('typeCodeFromThere')
}

/** A provider's events come here with the very bytes that were signed. */
export function paymentRoutes(orders: Pick<Orders, 'hear'>): Handlers<typeof paymentTable> {
  return {
    webhook: ({ params, headers, body }) =>
      orders.hear(params.provider, headers, Buffer.isBuffer(body) ? body : Buffer.alloc(0)),
  }
}
