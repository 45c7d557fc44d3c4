import { describe, expect, test } from 'vitest'
import type { Order } from '../../../shared/wire/orders.ts'
import type { Return } from '../../../shared/wire/returns.ts'
import { letter } from './letters.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' })

const order: Order = {
  id: '0190a000-0000-7000-8000-000000000001',
  number: 12,
  showId: '0190a000-0000-7000-8000-000000000002',
  status: 'paid',
  items: [
    {
      variantId: '0190a000-0000-7000-8000-000000000003',
      productId: '0190a000-0000-7000-8000-000000000004',
      holdId: '0190a000-0000-7000-8000-000000000005',
      title: 'Bowl <img src=//evil.example/x>',
      sku: 'B-1',
      quantity: 2,
      price: usd(2_950),
      discount: usd(0),
    },
  ],
  subtotal: usd(5_900),
  shipping: usd(0),
  discount: usd(0),
  code: null,
  total: usd(5_900),
  refunded: usd(0),
  shippingAddress: {
    name: 'Aylin Demir',
    line1: '1 Quay Street',
    city: 'Bristol',
    postalCode: 'BS1 4DJ',
    country: 'GB',
  },
  expiresAt: '2026-11-22T20:10:00.000Z',
  createdAt: '2026-11-22T20:00:00.000Z',
  paidAt: '2026-11-22T20:01:00.000Z',
  shippedAt: null,
  arrivedAt: null,
  carrier: null,
  trackingNumber: null,
}

describe('a letter', () => {
  test('tells all three why a parcel that nobody confirmed comes before the house', () => {
    const it = {
      number: 12,
      items: [{ quantity: 1, title: 'Bowl' }],
      buyer: { displayName: 'Aylin' },
      merchant: { name: 'Kiln' },
      dueAt: '2026-11-28T20:00:00.000Z',
      steps: [{ step: 'disputed', by: 'time', words: null, amount: null }],
    } as unknown as Return
    const told = (['buyer', 'merchant', 'house'] as const).map(
      (to) => letter('return', { return: it, to, step: 'disputed' }, 'https://s.example').text,
    )
    expect(told).toEqual([
      expect.stringContaining('Kiln did not say that your parcel came, so the house decides.'),
      expect.stringContaining('Say your side by November 28.'),
      expect.stringContaining('Kiln did not say that a parcel of Aylin came back.'),
    ])
  })

  test('says what was bought, what it cost and where it goes', () => {
    const { subject, text } = letter(
      'order-confirmed',
      { order, merchant: 'Mara Clay' },
      'https://shop.example',
    )
    expect(subject).toBe('Order 12 is paid')
    expect(text).toContain('$59.00')
    expect(text).toContain('Delivery: Free')
    expect(text).toContain('Aylin Demir, 1 Quay Street, BS1 4DJ Bristol, GB')
    expect(text).toContain(`https://shop.example/orders/${order.id}`)
  })

  test('shows a title as words, whatever it holds, and loads nothing from anywhere', () => {
    const { html } = letter('order-confirmed', { order, merchant: '<b>M</b>' }, 'https://s.example')
    expect(html).not.toContain('<img')
    expect(html).not.toContain('<b>')
    expect(html).toContain('&lt;img src=//evil.example/x&gt;')
    expect(html).not.toMatch(/\ssrc="|url\(/)
  })

  test('writes money by the digits of its currency', () => {
    const facts = { order, merchant: 'Mara', amount: { amount: 1_200, currency: 'JPY' } }
    expect(letter('order-refunded', facts, 'https://s.example').text).toContain('¥1,200')
    const dinar = { ...facts, amount: { amount: 1_200, currency: 'KWD' } }
    expect(letter('paid-too-late', dinar, 'https://s.example').text).toMatch(/KWD\s1\.200/)
  })

  test('with a new password carries its link once as text', () => {
    const { text } = letter(
      'password',
      { link: 'https://s.example/reset#abc' },
      'https://s.example',
    )
    expect(text.split('https://s.example/reset#abc')).toHaveLength(2)
  })
})
