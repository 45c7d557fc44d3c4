import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { orderItemsMax, priceAmountMax, quantityMax } from '../../../shared/limits.ts'
import { home } from '../../../test/support/home.ts'
import { euros, openTill, type Till } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import { auditMoney } from './audit.ts'

/** More than are read in one go. */
const many = 120

let till: Till

beforeAll(async () => {
  till = await openTill()
})
afterEach(async () => {
  till.company.fails = undefined
  expect(await auditMoney(till.shop.sql)).toEqual([])
})
afterAll(() => till.close())

/** Orders of one variant, paid at the company, whose webhooks never came. */
async function unheard(count: number) {
  const stand = await till.shop.open(count)
  const buyers = await till.shop.people(count)
  const orders = await Promise.all(
    buyers.map(async (buyer) => {
      const { holdId } = await till.shop.inventory.hold(buyer, stand.what, newId())
      const bag = { holdIds: [holdId], shippingAddress: home }
      return { buyer, ...(await till.orders.place(buyer, bag, newId())) }
    }),
  )
  for (const { payment } of orders) till.company.move(payment.id, 'succeeded')
  return { ...stand, orders, ids: orders.map(({ payment }) => payment.id) }
}

const sql = () => till.shop.sql

/** As if the payments were so old, and it were their turn now. */
async function age(ids: string[], interval: string): Promise<void> {
  await sql()`update payments set created_at = clock_timestamp() - ${interval}::interval, due_at = clock_timestamp()
    where id = any(${ids}::uuid[])`
}

/** Seconds until the last of them is asked about again. */
async function waitOf(table: 'payments' | 'refunds', ids: string[]): Promise<number> {
  const [row] = await sql()<{ s: number }[]>`
    select extract(epoch from max(coalesce(due_at, 'infinity')) - clock_timestamp())::float8 as s
    from ${sql()(table)} where id = any(${ids}::uuid[])`
  return row?.s ?? Number.NaN
}

async function statuses(ids: string[]): Promise<Record<string, number>> {
  const rows = await sql()<{ status: string; n: number }[]>`
    select status, count(*)::int as n from payments where id = any(${ids}::uuid[]) group by 1`
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]))
}

test.each(['3 minutes', '2 hours', '3 days'])(
  'an outage that %s old payments have waited through ends within a minute for all of them',
  async (interval) => {
    const { ids, variantId } = await unheard(many)
    till.company.fails = 'before'
    await age(ids, interval)
    // What one sweep after the other does: each time some are asked about, and nobody answers.
    for (let i = 0; i * 50 < many; i += 1) await till.orders.reconcilePayments()
    expect(await statuses(ids)).toEqual({ pending: many })
    expect(await waitOf('payments', ids)).toBeLessThan(30)
    till.company.fails = undefined
    await sql()`update payments set due_at = clock_timestamp() where id = any(${ids}::uuid[])`
    await till.orders.reconcilePayments()
    expect(await statuses(ids)).toEqual({ succeeded: many })
    expect(await till.shop.stock(variantId)).toMatchObject({ held: 0, sold: many })
  },
)

test('a payment is never forgotten: after a month it is read once or twice a day', async () => {
  const { ids } = await unheard(1)
  await age(ids, '30 days')
  await till.orders.reconcilePayments()
  expect(await statuses(ids)).toEqual({ succeeded: 1 })
  const waiting = await till.pending()
  await age([waiting.payment.id], '30 days')
  await till.orders.reconcilePayments()
  expect(await waitOf('payments', [waiting.payment.id])).toBeCloseTo(43_200, -2)
})

test('what a provider took that is not in the house any more waits for it, and wakes nobody', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const other = await openTill({ logger })
  try {
    const { payment } = await other.pending()
    const { order, host } = await other.paid()
    await other.orders.refund(host, order.id, {}, newId())
    await other.shop.sql`update payments set provider = 'elsewhere', due_at = clock_timestamp()`
    await other.orders.reconcilePayments()
    await other.orders.settleRefunds()
    expect(lines).toEqual([])
    await other.shop
      .sql`update payments set provider = 'sandbox', due_at = clock_timestamp() where id = ${payment.id}`
    await other.orders.reconcilePayments()
    expect(other.company.asked.read).toBeGreaterThan(0)
  } finally {
    await other.close()
  }
})

test('an outage is one line in the log for all that were asked about in one go', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const other = await openTill({ logger })
  try {
    for (let n = 0; n < 3; n += 1) await other.pending()
    await other.shop.sql`update payments set due_at = clock_timestamp()`
    other.company.fails = 'before'
    await other.orders.reconcilePayments()
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ what: 'payments', count: 3 }])
  } finally {
    await other.close()
  }
})

test('a refund that waited through a long outage is asked about within seconds, and given once', async () => {
  const { order, host } = await till.paid()
  await till.orders.refund(host, order.id, {}, newId())
  const [refund] = await sql()<
    { id: string }[]
  >`select id from refunds where order_id = ${order.id}`
  const id = refund?.id as string
  till.company.fails = 'after'
  const before = till.company.refunds.size
  for (const attempts of [0, 3, 11]) {
    await sql()`update refunds set attempts = ${attempts}, due_at = clock_timestamp() where id = ${id}`
    await till.orders.settleRefunds()
    expect(await waitOf('refunds', [id])).toBeLessThan(20)
  }
  till.company.fails = undefined
  await sql()`update refunds set due_at = clock_timestamp() where id = ${id}`
  await till.orders.settleRefunds()
  expect(till.company.refunds.size).toBe(before + 1)
  const [row] = await sql()`select status from refunds where id = ${id}`
  expect(row?.['status']).toBe('succeeded')
})

test('the books of a sale: goods, delivery, and the fee, which goes back with the price', async () => {
  const other = await openTill({ feeBps: 333 })
  try {
    const { shop } = other
    const stand = await shop.open(5)
    const terms = { shipping: [{ price: euros(490) }] }
    await shop.sql`insert into merchants(account_id, settings, changed_at)
      values (${stand.host.accountId}, ${shop.sql.json(terms)}, now())`
    const buyer = await shop.person()
    const { order, payment } = await other.place(buyer, [await other.hold(buyer, stand, 2)])
    await other.hear(other.company.move(payment.id, 'succeeded'))
    const postings = async () => (await other.orders.merchantRead(stand.host, order.id)).postings
    const fees = async () =>
      (await postings())
        .filter(({ account }) => account === 'fees')
        .reduce((sum, { debit, credit }) => sum + debit.amount - credit.amount, 0)
    expect(await postings()).toMatchObject([
      { account: 'provider:sandbox', debit: euros(4_490) },
      { account: 'sales', credit: euros(4_000) },
      { account: 'shipping', credit: euros(490) },
      { account: 'fees', debit: euros(133) },
      { account: 'platform', credit: euros(133) },
    ])
    await other.orders.refund(stand.host, order.id, { amount: 1_001 }, newId())
    expect(await fees()).toBe(133 - 29)
    await other.orders.refund(stand.host, order.id, {}, newId())
    expect(await fees()).toBe(0)
    expect(await auditMoney(shop.sql)).toEqual([])
  } finally {
    await other.close()
  }
})

test('the largest order that there can be goes back to the last unit, and its fee with it', async () => {
  const other = await openTill({ feeBps: 10_000 })
  try {
    const { shop } = other
    const host = await shop.person()
    const product = await shop.product(host, quantityMax * orderItemsMax)
    await shop.sql`update variants set price = ${priceAmountMax} where product_id = ${product.id}`
    const stand = {
      showId: await shop.show(host, [product]),
      variantId: product.variants[0] as string,
    }
    const buyer = await shop.person()
    const holds = Array.from({ length: orderItemsMax }, () => other.hold(buyer, stand, quantityMax))
    const { order, payment } = await other.place(buyer, await Promise.all(holds))
    await other.hear(other.company.move(payment.id, 'succeeded'))
    await other.orders.refund(host, order.id, { amount: 1 }, newId())
    await other.orders.refund(host, order.id, {}, newId())
    expect(await auditMoney(shop.sql)).toEqual([])
  } finally {
    await other.close()
  }
})
