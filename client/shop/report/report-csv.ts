import { csvOf } from '../../ui/csv.ts'
import { figure } from '../../ui/money.ts'
import type { Report } from './report.tsx'

/** A line for each product and currency; a product that sold nothing has one without. */
export function productsCsv({ products }: Report): string {
  const head = [
    'No',
    'Product',
    'Id',
    'Pinned Seconds',
    'Held',
    'Ordered',
    'Paid',
    'Given Back',
    'Sold Out At',
    'Sales',
    'Currency',
  ]
  const rows = products.flatMap(({ sales, ...one }) => {
    const facts = [
      one.no === null ? '' : String(one.no),
      one.title,
      one.productId,
      String(Math.round(one.shownMs / 1_000)),
      String(one.held),
      String(one.ordered),
      String(one.paid),
      String(one.back),
      one.soldOutAt ?? '',
    ]
    if (sales.length === 0) return [[...facts, '', '']]
    return sales.map((sum) => [...facts, figure(sum), sum.currency])
  })
  return csvOf([head, ...rows])
}

/** A line for each point of the chart. Nothing stands where nobody counted. */
export function minutesCsv({ points }: Report): string {
  const head = ['Time', 'Viewers', 'New Viewers', 'Orders', 'Units']
  const rows = points.map(({ at, viewers, came, orders, units }) => [
    at,
    viewers === null ? '' : String(viewers),
    viewers === null ? '' : String(came),
    String(orders),
    String(units),
  ])
  return csvOf([head, ...rows])
}
