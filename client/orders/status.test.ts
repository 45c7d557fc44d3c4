import { expect, test } from 'vitest'
import type { Order } from '../../shared/wire/orders.ts'
import { standingOf } from './status.tsx'

const order = (status: Order['status'], refunded: number) =>
  ({
    status,
    total: { amount: 3_550, currency: 'USD' },
    refunded: { amount: refunded, currency: 'USD' },
  }) as Order

test('a buyer reads whether all of the money came back, or some of it', () => {
  expect(standingOf(order('paid', 0))).toBe('Paid')
  expect(standingOf(order('refunded', 500))).toBe('Partly refunded')
  expect(standingOf(order('refunded', 3_550))).toBe('Refunded')
})
