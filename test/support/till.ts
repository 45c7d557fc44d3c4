import { pino } from 'pino'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { createOrders } from '../../server/features/orders/orders.ts'
import { Company } from './company.ts'
import { home } from './home.ts'
import { openShop } from './shop.ts'

export const euros = (amount: number) => ({ amount, currency: 'EUR' })

export type Till = Awaited<ReturnType<typeof openTill>>

/** A shop whose orders are paid at a company that does what a test tells it. */
export async function openTill({ feeBps = 0, logger = pino({ level: 'silent' }) } = {}) {
  const shop = await openShop()
  const company = new Company()
  const orders = createOrders({
    pg: shop.pg,
    log: shop.log,
    payments: company.port,
    publicUrl: 'http://shop.test',
    payMs: 600_000,
    feeBps,
    logger,
  })

  async function hold(
    buyer: Who,
    { showId, variantId }: { showId: string; variantId: string },
    quantity = 1,
  ): Promise<string> {
    const { holdId } = await shop.inventory.hold(buyer, { showId, variantId, quantity }, newId())
    return holdId
  }

  const place = (buyer: Who, holdIds: string[], key = newId(), shippingAddress = home) =>
    orders.place(buyer, { holdIds, shippingAddress }, key)

  /** An order that waits for its payment. */
  async function pending(onHand = 5, quantity = 1) {
    const stand = await shop.open(onHand)
    const buyer = await shop.person()
    const holdId = await hold(buyer, stand, quantity)
    const { order, payment } = await place(buyer, [holdId])
    return { ...stand, buyer, holdId, order, payment }
  }

  /** Somebody who has won a unit, and holds it. */
  async function won() {
    const stand = await shop.open(5)
    const { host, showId, variantId } = stand
    const what = { showId, variantId, durationMs: 60_000 }
    const { giveawayId } = await shop.giveaways.open(host, what)
    const winner = await shop.person()
    await shop.giveaways.enter(winner, { showId, giveawayId })
    await shop.giveaways.draw(host, { showId, giveawayId })
    const [prize] = (await shop.inventory.mine(winner, {})).items
    return { ...stand, winner, prize: prize?.holdId as string }
  }

  const hear = (event: Buffer) => orders.hear('sandbox', {}, event)

  return {
    shop,
    company,
    orders,
    hold,
    place,
    pending,
    won,
    hear,
    async paid(onHand = 5, quantity = 1) {
      const all = await pending(onHand, quantity)
      await hear(company.move(all.payment.id, 'succeeded'))
      return all
    },
    /** Lets the time of an order and its holds run out, without waiting for it. */
    async runOut(orderId: string): Promise<void> {
      await shop.sql`with o as (update orders set expires_at = clock_timestamp() where id = ${orderId})
        update holds set expires_at = clock_timestamp() where order_id = ${orderId}`
    },
    async close(): Promise<void> {
      await orders.close()
      await shop.close()
    },
  }
}
