import { pino } from 'pino'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import { returnChecks } from '../../server/features/returns/audit.ts'
import { createReturns } from '../../server/features/returns/returns.ts'
import { findAll } from '../../server/store/check.ts'
import type { Return } from '../../shared/wire/returns.ts'
import { openTill } from './till.ts'

const logger = pino({ level: 'silent' })

export const address = 'Kiln Lane 4, 10115 Berlin'
export const parcel = { carrier: 'Post', trackingNumber: 'R 1' }
export const words = 'because'

export type Counter = Awaited<ReturnType<typeof openCounter>>
/** An order that was sent, and who may do what with it. */
export type Sent = Awaited<ReturnType<Counter['sent']>>

/** A till to which things come back. */
export async function openCounter(settings: { feeBps?: number } = {}) {
  const till = await openTill(settings)
  const { sql } = till.shop
  const returns = createReturns({ ...till.shop, logger })
  const admin: Who = { ...(await till.shop.person()), kind: 'admin' }
  await sql`update accounts set kind = 'admin' where id = ${admin.accountId}`

  /** An order of two pieces that was sent, by a shop with these settings. */
  async function sent(settings: object = { address }) {
    const all = await till.paid(5, 2)
    const { host, buyer, order, holdId } = all
    await sql`insert into merchants(account_id, settings, changed_at)
      values (${host.accountId}, ${sql.json(settings as never)}, now())`
    await till.orders.ship(host, order.id, parcel)
    return {
      ...all,
      ask(quantity = 1, reason: Return['reason'] = 'damaged', key = newId()) {
        const items = [{ holdId, quantity }]
        return returns.ask(buyer, order.id, { items, reason }, key)
      },
      accept: ({ id }: Return) => returns.move('accept', host, id, {}),
      refuse: ({ id }: Return) => returns.move('refuse', host, id, { words }),
      withdraw: ({ id }: Return) => returns.move('withdraw', buyer, id, {}),
      dispute: ({ id }: Return) => returns.move('dispute', buyer, id, { words }),
      refund: ({ id }: Return, amount?: number) =>
        returns.giveBack(
          'refund',
          host,
          id,
          amount === undefined ? {} : { amount, words },
          newId(),
        ),
      receive: ({ id }: Return, quantity: number) =>
        returns.giveBack('received', host, id, { restock: [{ holdId, quantity }] }, newId()),
      async read(id: string) {
        const { items } = await returns.ofOrder(buyer, order.id)
        return items.find((one) => one.id === id)
      },
    }
  }

  return {
    till,
    sql,
    returns,
    admin,
    sent,
    decide: (who: Who, { id }: Return, amount: number) =>
      returns.giveBack('decide', who, id, { amount, words }, newId()),
    /** The time that a return waits for is over, since so many days. */
    isDue: (id: string, days = 0) =>
      sql`update order_returns set due_at = now() - ${days} * interval '1 day' - interval '1 second' where id = ${id}`,
    /** What is not as it should be. */
    findings: async () => [
      ...(await auditMoney(sql)),
      ...(await auditStock(sql)),
      ...(await findAll(sql, returnChecks)),
    ],
    close: () => till.close(),
  }
}
