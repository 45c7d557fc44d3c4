import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { home } from '../../../test/support/home.ts'
import { fc } from '../../../test/support/random.ts'
import { openTill, type Till } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import type { Charge } from '../payments/payments.ts'
import { auditMoney } from './audit.ts'

let till: Till

beforeAll(async () => {
  till = await openTill()
})
afterAll(() => till.close())

type Fate = 'waits' | 'canceled' | 'canceled and sold on'

/** An order of the given fate, and the events of its payment in the order in which they happened. */
async function scene(steps: Charge['status'][], fate: Fate) {
  const stand = await till.shop.open(1)
  const [buyer, rival] = await till.shop.people(2)
  if (!buyer || !rival) throw new Error('no people')
  const { holdId } = await till.shop.inventory.hold(buyer, stand.what, newId())
  const bag = { holdIds: [holdId], shippingAddress: home }
  const { order, payment } = await till.orders.place(buyer, bag, newId())
  if (fate !== 'waits') await till.orders.cancel(buyer, order.id, newId())
  if (fate === 'canceled and sold on') await till.shop.inventory.hold(rival, stand.what, newId())
  const events = steps.map((status) => till.company.move(payment.id, status))
  return { orderId: order.id, variantId: stand.variantId, events }
}

/** Everything that the events could have changed, without times and names. */
async function rows(orderId: string, variantId: string) {
  const { sql } = till.shop
  const [order] = await sql`
    select status, refunded, paid_at is not null as paid from orders where id = ${orderId}`
  const payments = await sql`
    select status, captured, version, due_at is null as settled from payments where order_id = ${orderId}`
  const postings = await sql`
    select account, debit, credit, currency from postings where order_id = ${orderId} order by account, debit`
  const refunds = await sql`select amount, status from refunds where order_id = ${orderId}`
  const holds = await sql`
    select state from holds where id in (select hold_id from order_items where order_id = ${orderId})`
  const ledger = await sql`
    select kind, quantity from stock_ledger where variant_id = ${variantId} order by n`
  const heard = await sql`
    select type from webhook_events w join payments p on p.id = w.payment_id
    where p.order_id = ${orderId} order by 1`
  const letters = await sql`
    select kind from mails where facts -> 'order' ->> 'id' = ${orderId} order by 1`
  const placed = await sql`
    select count(*) from show_events where type = 'order.placed'
      and show_id = (select show_id from orders where id = ${orderId})`
  return { order, payments, postings, refunds, holds, ledger, heard, letters, placed }
}

const tries = fc.array(fc.constantFrom<Charge['status']>('failed', 'requires_action', 'pending'), {
  maxLength: 3,
})
/** What may happen at a company: cards that fail, and at most one success, last. */
const histories = fc
  .tuple(tries, fc.boolean())
  .map(([steps, paid]): Charge['status'][] => (paid ? [...steps, 'succeeded'] : steps))
  .filter((steps) => steps.length > 0)

test('the rows depend on the set of events, not on their order, number or concurrency', async () => {
  const fates = fc.constantFrom<Fate>('waits', 'canceled', 'canceled and sold on')
  const plans = fc.infiniteStream(fc.nat())
  await fc.assert(
    fc.asyncProperty(histories, fates, plans, fc.boolean(), async (steps, fate, plan, atOnce) => {
      const calm = await scene(steps, fate)
      for (const event of calm.events) await till.hear(event)

      const wild = await scene(steps, fate)
      const extra = [...plan.take(6)].map((n) => wild.events[n % steps.length] as Buffer)
      const ranks = [...plan.take(steps.length + 6)]
      const mixed = [...wild.events, ...extra]
        .map((event, i) => ({ event, rank: ranks[i] ?? 0 }))
        .sort((a, b) => a.rank - b.rank)
      if (atOnce) await Promise.all(mixed.map(({ event }) => till.hear(event)))
      else for (const { event } of mixed) await till.hear(event)

      const expected = await rows(calm.orderId, calm.variantId)
      expect(await rows(wild.orderId, wild.variantId)).toEqual(expected)
      expect(expected.order?.['status']).toBe(outcome(steps, fate))
    }),
    { numRuns: 40 },
  )
  expect(await auditMoney(till.shop.sql)).toEqual([])
}, 60_000)

function outcome(steps: Charge['status'][], fate: Fate): string {
  if (!steps.includes('succeeded')) return fate === 'waits' ? 'pending' : 'canceled'
  return fate === 'canceled and sold on' ? 'refunded' : 'paid'
}

test('events that cannot be verified are told to whoever runs the shop, in one line however many they are', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const other = await openTill({ logger })
  try {
    for (const event of [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)]) {
      await expect(other.hear(event)).rejects.toMatchObject({ code: 'VALIDATION' })
    }
    expect(lines).toEqual([expect.stringContaining('could not be verified')])
  } finally {
    await other.close()
  }
})

test('a cancellation and a payment at the same moment end in money for units, or neither', async () => {
  for (let round = 0; round < 30; round++) {
    const stand = await till.shop.open(1)
    const buyer = await till.shop.person()
    const { holdId } = await till.shop.inventory.hold(buyer, stand.what, newId())
    const bag = { holdIds: [holdId], shippingAddress: home }
    const { order, payment } = await till.orders.place(buyer, bag, newId())
    const event = till.company.move(payment.id, 'succeeded')
    await Promise.allSettled([till.orders.cancel(buyer, order.id, newId()), till.hear(event)])
    expect((await till.orders.read(buyer, order.id)).status).toBe('paid')
    expect(await till.shop.stock(stand.variantId)).toMatchObject({ on_hand: 1, held: 0, sold: 1 })
  }
  expect(await auditMoney(till.shop.sql)).toEqual([])
})
