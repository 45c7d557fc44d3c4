import type { Order } from '../../shared/wire/orders.ts'
import { money } from '../ui/money.ts'
import { t } from '../ui/words.ts'

/** Some of the money went back, not all of it. */
export function isPartly({ status, refunded, total }: Order): boolean {
  return status === 'refunded' && refunded.amount < total.amount
}

/** What an order comes to, line by line; `total` is the word for the sum. */
export function OrderSum({ order, total }: { order: Order; total: string }) {
  return (
    <dl class="sum">
      <dt>{t('delivery')}</dt>
      <dd class="num">
        {order.shipping.amount === 0 ? t('delivery.free') : money(order.shipping)}
      </dd>
      {order.discount.amount > 0 && (
        <>
          <dt>
            {t('discount')} <bdi>{order.code}</bdi>
          </dt>
          <dd class="num">
            <bdi dir="ltr">−{money(order.discount)}</bdi>
          </dd>
        </>
      )}
      <dt class="total">{total}</dt>
      <dd class="total num">{money(order.total)}</dd>
      {order.refunded.amount > 0 && (
        <>
          <dt>{t('refunded.sum')}</dt>
          <dd class="num">
            <bdi dir="ltr">−{money(order.refunded)}</bdi>
          </dd>
        </>
      )}
    </dl>
  )
}
