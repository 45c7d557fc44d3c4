import { expect, test } from 'vitest'
import { csvOfMonths, csvOfOrders } from './csv.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' })

test('earnings are rows for a spreadsheet: plain figures, and words that calculate nothing', () => {
  const month = { month: '2026-11', show: { id: 'a', title: '=SUM(A1)' }, orders: 2 }
  const months = csvOfMonths('Kiln, Ltd', [
    { ...month, sold: usd(5_900), earned: usd(590), kept: usd(295) },
  ])
  expect(months.split('\r\n')[1]).toBe(`"Kiln, Ltd",2026-11,"'=SUM(A1)",2,USD,59.00,5.90,2.95`)
  const at = '2026-11-23T20:00:00.000Z'
  const goods = [{ title: 'Bowl', quantity: 2 }]
  const sums = { worth: usd(5_900), earned: usd(590), kept: usd(590) }
  const orders = csvOfOrders('Kiln', [
    { id: 'f00', at, goods, ...sums, state: 'waiting', endsAt: null },
  ])
  expect(orders.split('\r\n')[1]).toBe(`Kiln,${at},2 × Bowl,USD,59.00,5.90,5.90,waiting,,f00`)
})
