import { pageDefault } from '../../../shared/limits.ts'
import type { MerchantOrder, Order, OrderStatus, Payment } from '../../../shared/wire/orders.ts'
import { fingerprint } from '../../base/ids.ts'
import type { Logger } from '../../base/log.ts'
import { invalid, notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, type PageQuery, pageById } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { pageOfSearch } from '../../store/search.ts'
import type { Payments } from '../payments/payments.ts'
import { createBooks } from './books.ts'
import { createCheckout } from './checkout.ts'
import { type Parcel, shipMany } from './parcels.ts'
import { createReconciler } from './reconcile.ts'
import {
  readMerchantOrder,
  readMerchantOrders,
  readOrder,
  readOrders,
  readPayment,
} from './store.ts'
import { createTills } from './tills.ts'

type Needs = {
  pg: Pick<Postgres, 'hot' | 'rest' | 'jobs'>
  log: Log
  payments: Pick<Payments, 'current' | 'named' | 'isUnknown' | 'isRefused'>
  publicUrl: string
  /** How long an order may wait for its payment. */
  payMs: number
  /** The platform's fee on the price of items, in hundredths of a percent; none without it. */
  feeBps?: number
  logger: Logger
}

type MerchantAsk = PageQuery & { status?: OrderStatus; showId?: string; q?: string }

/** Orders ended by one call: each locks the stock rows of its items. */
const expireMax = 100

export type Orders = ReturnType<typeof createOrders>

/** What was bought: from held units to paid, sent, or given back. The README here has its law. */
export function createOrders(needs: Needs) {
  const { pg, log } = needs
  const books = createBooks(needs)
  const tills = createTills({ ...needs, books })
  const checkout = createCheckout({ ...needs, tills })

  /** For the merchant, and for an admin to read. */
  async function merchantRead(who: Who, id: string): Promise<MerchantOrder> {
    const merchant = who.kind === 'admin' ? null : who.accountId
    const order = await readMerchantOrder(pg.rest, merchant, id)
    if (!order) throw notFound('order')
    return order
  }

  /** A paid order is on its way: nothing unpaid or given back is ever sent. */
  function ship(who: Who, orderId: string, parcel: Parcel, key?: string): Promise<MerchantOrder> {
    const bodyHash = fingerprint({ orderId, ...parcel })
    const args = { ...parcel, orderId, merchant: who.accountId, bodyHash, key: key ?? null }
    return log.call<MerchantOrder>(pg.rest, 'ship_order_v1', args)
  }

  return {
    ...checkout,
    hear: tills.hear,
    ...createReconciler({ ...needs, books, tills }),

    async list(who: Who, { cursor, limit = pageDefault }: PageQuery) {
      const before = idBefore(cursor)
      const found = await readOrders(pg.rest, who.accountId, { before, limit: limit + 1 })
      return pageById(found, limit, ({ id }) => id)
    },

    async read(who: Who, id: string): Promise<Order> {
      const order = await readOrder(pg.rest, who.accountId, id)
      if (!order) throw notFound('order')
      return order
    },

    async payment(who: Who, orderId: string): Promise<Payment> {
      const payment = await readPayment(pg.rest, who.accountId, orderId)
      if (!payment) throw notFound('order')
      return payment
    },

    /** Gives a pending order up; its units are free when this answers. */
    cancel(who: Who, orderId: string, key: string): Promise<Order> {
      const bodyHash = fingerprint({ orderId })
      const args = { orderId, buyer: who.accountId, key, bodyHash }
      return log.call<Order>(pg.rest, 'cancel_order_v1', args)
    },

    /** Its buyer has it in hand. */
    arrived: (who: Who, orderId: string): Promise<Order> =>
      log.call<Order>(pg.rest, 'order_arrived_v1', { orderId, buyer: who.accountId }),

    async merchantList(who: Who, { cursor, limit = pageDefault, status, showId, q }: MerchantAsk) {
      const before = idBefore(cursor)
      const wanted = { status: status ?? null, showId: showId ?? null, q: q?.trim() || null }
      const slice = { before, limit: limit + 1, ...wanted }
      const found = await readMerchantOrders(pg.rest, who.accountId, slice)
      return pageOfSearch(found, limit, ({ id }) => id)
    },

    merchantRead,
    ship,

    shipMany: (who: Who, parcels: readonly (Parcel & { orderId: string })[]) =>
      shipMany({ ship, merchantRead }, who, parcels),

    /** Owes money back from this moment; the provider is told until it has said yes. */
    async refund(
      who: Who,
      orderId: string,
      { amount }: { amount?: number },
      key: string,
    ): Promise<MerchantOrder> {
      if (amount === 0) throw invalid('/amount', 'is nothing. Leave it out to give back all of it.')
      const bodyHash = fingerprint({ orderId, amount })
      const args = { orderId, merchant: who.accountId, amount: amount ?? null, key, bodyHash }
      return log.call<MerchantOrder>(pg.rest, 'refund_order_v1', args)
    },

    /** Decides what is waiting, takes nothing new. */
    close: () => closeAll(checkout, tills, books),

    /** Ends orders that nobody paid in time. Answers how many. */
    expire(): Promise<number> {
      return log.call<number>(pg.jobs, 'expire_orders_v1', { max: expireMax })
    },
  }
}

async function closeAll(...open: { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(open.map((batches) => batches.close()))
}
