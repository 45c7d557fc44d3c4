import { expect, test } from 'vitest'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { ordersCsv } from './orders-csv.ts'
import { parcelsOf } from './parcels-csv.ts'

const euros = (amount: number) => ({ amount, currency: 'EUR' })
const item = (title: string, quantity = 1) => ({
  variantId: 'v',
  productId: 'p',
  title,
  sku: 'MUG-1',
  quantity,
  price: euros(2_400),
  discount: euros(0),
  holdId: title,
})
const order = {
  id: 'o1',
  number: 12,
  status: 'paid',
  items: [item('Mug "Ridge", blue', 2), item('Bowl')],
  subtotal: euros(7_200),
  shipping: euros(490),
  discount: euros(0),
  code: 'KILN10',
  total: euros(7_690),
  refunded: euros(0),
  shippingAddress: {
    name: '=HYPERLINK(1)',
    line1: 'A 1',
    city: 'İzmir',
    postalCode: '0350',
    country: 'TR',
  },
  createdAt: '2026-11-22T20:00:00.000Z',
  paidAt: null,
} as unknown as MerchantOrder

test('a file of orders has a line an item, quotes what must be, and nothing in it is a formula', () => {
  const [head, first, second, end] = ordersCsv([order]).split('\r\n')
  expect(head).toMatch(/^\uFEFFName,Id,Status,/)
  expect(first).toContain(
    '#12,o1,paid,2026-11-22T20:00:00.000Z,,EUR,72.00,4.90,KILN10,0.00,76.90,0.00,2,',
  )
  expect(first).toContain(
    `"Mug ""Ridge"", blue",MUG-1,24.00,0.00,"'=HYPERLINK(1)",A 1,,İzmir,,0350,TR`,
  )
  expect(second).toBe(`#12${','.repeat(12)}1,Bowl,MUG-1,24.00,0.00${','.repeat(10)}`)
  expect(end).toBe('')
})

test('the same file filled in tells which orders are on their way now, also from a spreadsheet with semicolons', () => {
  expect(parcelsOf(ordersCsv([order]))).toEqual([])
  const sent = {
    ...order,
    id: 'o2',
    shippedAt: '2026-11-22T21:00:00.000Z',
    carrier: 'Post',
    trackingNumber: 'A',
  }
  const filled = ordersCsv([order, sent]).replace(/,TR,,,/, ',TR,,"DHL, Express",\'=RR 1')
  const parcel = { orderId: 'o1', carrier: 'DHL, Express', trackingNumber: '=RR 1' }
  expect(parcelsOf(filled)).toEqual([parcel])
  const few = 'Tracking Number;Id;Carrier\n1,5;o1;"a ""b"""\n;o2;Post\n'
  expect(parcelsOf(few)).toEqual([{ orderId: 'o1', carrier: 'a "b"', trackingNumber: '1,5' }])
  for (const text of ['', 'Handle,Title\nmug,Mug', '"']) expect(parcelsOf(text)).toBeNull()
})
