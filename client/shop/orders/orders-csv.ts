import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { csvOf } from '../../ui/csv.ts'
import { figure } from '../../ui/money.ts'

type Row = { order: MerchantOrder; item: MerchantOrder['items'][number]; first: boolean }

/** Of an order, once; of its other items the cells are empty, as in Shopify's file. */
const once = (of: (order: MerchantOrder) => string | null | undefined) => (row: Row) =>
  row.first ? (of(row.order) ?? '') : ''

/** Shopify's names where it has one: what reads its order files reads ours. */
const columns: [name: string, of: (row: Row) => string][] = [
  ['Name', ({ order }) => `#${order.number}`],
  ['Id', once((o) => o.id)],
  ['Status', once((o) => o.status)],
  ['Created at', once((o) => o.createdAt)],
  ['Paid at', once((o) => o.paidAt)],
  ['Currency', once((o) => o.total.currency)],
  ['Subtotal', once((o) => figure(o.subtotal))],
  ['Shipping', once((o) => figure(o.shipping))],
  ['Discount Code', once((o) => o.code)],
  ['Discount Amount', once((o) => figure(o.discount))],
  ['Total', once((o) => figure(o.total))],
  ['Refunded Amount', once((o) => figure(o.refunded))],
  ['Lineitem quantity', ({ item }) => String(item.quantity)],
  ['Lineitem name', ({ item }) => item.title],
  ['Lineitem sku', ({ item }) => item.sku],
  ['Lineitem price', ({ item }) => figure(item.price)],
  ['Lineitem discount', ({ item }) => figure(item.discount)],
  ['Shipping Name', once((o) => o.shippingAddress.name)],
  ['Shipping Address1', once((o) => o.shippingAddress.line1)],
  ['Shipping Address2', once((o) => o.shippingAddress.line2)],
  ['Shipping City', once((o) => o.shippingAddress.city)],
  ['Shipping Province', once((o) => o.shippingAddress.region)],
  ['Shipping Zip', once((o) => o.shippingAddress.postalCode)],
  ['Shipping Country', once((o) => o.shippingAddress.country)],
  ['Fulfilled at', once((o) => o.shippedAt)],
  ['Carrier', once((o) => o.carrier)],
  ['Tracking Number', once((o) => o.trackingNumber)],
]

/** Orders as a table for a spreadsheet or a carrier's program, a line for each item. */
export function ordersCsv(orders: readonly MerchantOrder[]): string {
  const rows = orders.flatMap((order) =>
    order.items.map((item, n) => ({ order, item, first: n === 0 })),
  )
  return csvOf([
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, of]) => of(row))),
  ])
}
