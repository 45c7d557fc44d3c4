import type { Summary } from '../../../shared/wire/admin.ts'
import type { Sql } from '../../store/postgres.ts'

const counted = [
  'variants',
  'stock_ledger',
  'stock_chain',
  'offers',
  'holds',
  'orders',
  'payments',
  'refunds',
  'postings',
  'webhook_events',
  'shows',
  'show_events',
] as const

type Sums = {
  currency: string
  taken: number
  back: number
  owed: number
  sales: number
  delivery: number
  fees: number
}

/** What there is: how many of each, units, money by the books, and what is still to end. Each table by itself. */
export async function summarize(sql: Sql, breathe: () => Promise<void>): Promise<Summary> {
  const counts: Record<string, number> = {}
  for (const table of counted) {
    const [row] = await sql<{ n: number }[]>`select count(*)::float8 as n from ${sql(table)}`
    counts[table] = row?.n ?? 0
    await breathe()
  }
  return { counts, units: await units(sql), money: await money(sql), waiting: await waiting(sql) }
}

async function units(sql: Sql): Promise<Summary['units']> {
  const [row] = await sql<Summary['units'][]>`
    select coalesce(sum(on_hand), 0)::float8 as "onHand", coalesce(sum(held), 0)::float8 as held, coalesce(sum(sold), 0)::float8 as sold,
      coalesce(sum(on_hand - held - sold), 0)::float8 as available from stock`
  return row as Summary['units']
}

async function money(sql: Sql): Promise<Summary['money']> {
  const rows = await sql<Sums[]>`
    select currency, coalesce(sum(debit) filter (where account like 'provider:%'), 0)::float8 as taken,
      coalesce(sum(credit) filter (where account like 'provider:%'), 0)::float8 as back,
      coalesce(sum(credit - debit) filter (where account = 'refunds:due'), 0)::float8 as owed,
      coalesce(sum(credit) filter (where account = 'sales'), 0)::float8 as sales,
      coalesce(sum(credit) filter (where account = 'shipping'), 0)::float8 as delivery,
      coalesce(sum(debit - credit) filter (where account = 'fees'), 0)::float8 as fees
    from postings group by currency order by currency`
  return rows.map(({ currency, taken, back, owed, sales, delivery, fees }) => {
    const sum = (amount: number) => ({ amount, currency })
    return {
      currency,
      taken: sum(taken),
      givenBack: sum(back),
      owedBack: sum(Math.max(0, owed)),
      sales: sum(sales),
      delivery: sum(delivery),
      fees: sum(Math.max(0, fees)),
    }
  })
}

async function waiting(sql: Sql): Promise<Summary['waiting']> {
  const [row] = await sql<Summary['waiting'][]>`
    select (select count(*)::float8 from holds where state = 'active' and expires_at < clock_timestamp()) as holds,
      (select count(*)::float8 from orders where status = 'pending' and expires_at < clock_timestamp()) as orders,
      (select count(*)::float8 from refunds where status = 'pending') as refunds,
      (select floor(extract(epoch from clock_timestamp() - min(created_at)) * 1000)::float8 from refunds where status = 'pending') as "oldestRefundMs"`
  return row as Summary['waiting']
}
