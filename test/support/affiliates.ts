import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { createAffiliates } from '../../server/features/affiliates/affiliates.ts'
import { openCounter, parcel } from './counter.ts'
import { home } from './home.ts'

export type Stall = Awaited<ReturnType<typeof openStall>>

/** A counter whose shops have affiliates. */
export async function openStall(settings: { feeBps?: number } = {}) {
  const counter = await openCounter(settings)
  const { till, sql } = counter
  const { shop } = till
  const affiliates = createAffiliates({ ...shop, pg: shop.pg })

  /** A shop that is open to affiliates, with one of them. */
  async function open(onHand: number, rateBps = 1_000, products: [] = []) {
    const stand = await shop.open(onHand)
    await affiliates.setTerms(stand.host, { entry: 'open', rateBps, products })
    const partner = await shop.person()
    const { id, code } = await affiliates.join(partner, { merchantId: stand.host.accountId })
    return { ...stand, partner, id, code }
  }

  return {
    counter,
    till,
    shop,
    sql,
    affiliates,
    open,
    /** An order of one unit that came by a link; paid. */
    async bought(stand: { showId: string; variantId: string }, via: string, buyer?: Who) {
      const who = buyer ?? (await shop.person())
      const holdId = await till.hold(who, stand)
      const body = { holdIds: [holdId], shippingAddress: home, via }
      const { order, payment } = await till.orders.place(who, body, newId())
      await till.hear(till.company.move(payment.id, 'succeeded'))
      return { buyer: who, order, holdId }
    },
    /** Sent, arrived, and the time for returns is over. */
    async over(host: Who, orderId: string): Promise<void> {
      await till.orders.ship(host, orderId, parcel)
      await sql`update orders set return_days = 0 where id = ${orderId}`
    },
    /** What was written as a rate holds by now, and held when what is paid by now was paid. */
    rateHolds: (merchant: Who) =>
      sql`update affiliate_rates set since = now() where merchant_id = ${merchant.accountId} and since > now()`,
    /** The one currency that an affiliate earned in. */
    async sums(who: Who) {
      const { items } = await affiliates.mine(who, {})
      return items[0]?.sums[0]
    },
    viaOf: async (orderId: string) => {
      const [row] = await sql<
        { via: string | null }[]
      >`select via from orders where id = ${orderId}`
      return row?.via ?? null
    },
    close: (): Promise<void> => counter.close(),
  }
}
