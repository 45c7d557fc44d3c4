import { expect, test } from 'vitest'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { ordersCsv } from './orders-csv.ts'

const euros = (amount: number) => ({ amount, currency: 'EUR' })
const item = (title: string, quantity = 1) => ({
  variantId: 'v',
  productId: 'p',
  title,
  sku: 'MUG-1',
  quantity,
  price: euros(2_400),
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
  expect(first).toContain('#12,o1,paid,2026-11-22T20:00:00.000Z,,EUR,72.00,4.90,0.00,76.90,0.00,2,')
  expect(first).toContain(`"Mug ""Ridge"", blue",MUG-1,24.00,"'=HYPERLINK(1)",A 1,,İzmir,,0350,TR`)
  expect(second).toBe(`#12${','.repeat(11)}1,Bowl,MUG-1,24.00${','.repeat(10)}`)
  expect(end).toBe('')
})
