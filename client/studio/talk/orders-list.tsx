import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { money } from '../../ui/money.ts'
import { Empty, Failed, Loading } from '../../ui/states.tsx'
import { at } from '../../ui/time.ts'
import { paidOf, type Takings } from '../air/takings.ts'
import { t } from '../words.ts'

/** Above the chat: what was paid last. */
const latest = 3
/** On the pane; the shop's own page has all of them. */
const listed = 100

export function LatestOrders({ takings }: { takings: Takings }) {
  const paid = paidOf(takings.items.value).slice(0, latest)
  if (paid.length === 0) return null
  return (
    <ol class="sold-feed rule" aria-label={t('orders.latest')}>
      {paid.map((order) => (
        <OrderLine key={order.id} order={order} />
      ))}
    </ol>
  )
}

function OrderLine({ order }: { order: MerchantOrder }) {
  return (
    <li>
      <Icon name="receipt" size="sm" />
      <b class="num">{t('order.no', { no: String(order.number) })}</b>
      <span class="one-line">{itemsOf(order)}</span>
      <span class="num push">{money(order.total)}</span>
    </li>
  )
}

function itemsOf({ items }: MerchantOrder): string {
  return items
    .map(({ title, quantity }) =>
      quantity === 1 ? title : t('item.times', { title, n: quantity }),
    )
    .join(', ')
}

/** `over`: nothing more is sold in this show. */
export function OrdersList({ takings, over = false }: { takings: Takings; over?: boolean }) {
  const orders = takings.items.value
  const refused = takings.refused.value
  if (orders === null && refused !== null) {
    return (
      <div class="fill rule">
        <Failed title={t('orders.failed')} reference={refused.reference} retry={takings.refresh} />
      </div>
    )
  }
  if (orders === null) {
    return (
      <div class="fill rule">
        <Loading />
      </div>
    )
  }
  const paid = paidOf(orders)
  if (paid.length === 0) {
    return (
      <div class="fill rule">
        {over ? (
          <Empty icon="receipt" title={t('orders.none.over')} />
        ) : (
          <Empty icon="receipt" title={t('orders.none')} help={t('orders.none.help')} />
        )}
      </div>
    )
  }
  return (
    <div class="fill rule">
      <ol class="order-list" aria-label={t('orders')}>
        {paid.slice(0, listed).map((order) => (
          <li key={order.id}>
            <a href={`/shop/orders/${order.id}`}>
              <b class="num">{t('order.no', { no: String(order.number) })}</b>
              <span class="one-line">{order.buyer.displayName}</span>
              <span class="num push">{money(order.total)}</span>
              <small class="one-line">{itemsOf(order)}</small>
              <time class="num push quieter">{at(order.paidAt ?? order.createdAt)}</time>
            </a>
          </li>
        ))}
      </ol>
      <p class="order-all">
        <LinkButton href="/shop/orders" kind="quiet-btn" size="desk">
          {t('orders.all')}
        </LinkButton>
      </p>
    </div>
  )
}
