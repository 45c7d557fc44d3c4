import type { EarnedMonth, EarnedOrder } from '../../shared/wire/affiliates.ts'
import { csvOf } from '../ui/csv.ts'
import { figure } from '../ui/money.ts'

export function csvOfMonths(shop: string, months: EarnedMonth[]): string {
  return csvOf([
    ['Shop', 'Month', 'Show', 'Orders', 'Currency', 'Sold', 'Earned', 'Kept'],
    ...months.map(({ month, show, orders, sold, earned, kept }) => [
      shop,
      month,
      show?.title ?? '',
      String(orders),
      sold.currency,
      figure(sold),
      figure(earned),
      figure(kept),
    ]),
  ])
}

export function csvOfOrders(shop: string, orders: EarnedOrder[]): string {
  return csvOf([
    [
      'Shop',
      'Paid at',
      'Goods',
      'Currency',
      'Worth',
      'Earned',
      'Kept',
      'State',
      'Returns until',
      'Id',
    ],
    ...orders.map(({ id, at, goods, worth, earned, kept, state, endsAt }) => [
      shop,
      at,
      goods.map(({ title, quantity }) => `${quantity} × ${title}`).join(', '),
      worth.currency,
      figure(worth),
      figure(earned),
      figure(kept),
      state,
      endsAt ?? '',
      id,
    ]),
  ])
}
