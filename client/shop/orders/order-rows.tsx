import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { serverNow } from '../../api/clock.ts'
import { isPartly } from '../../pay/order-sum.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Countdown } from '../../ui/clocks.tsx'
import { Icon } from '../../ui/icon.tsx'
import { money } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import type { Column } from '../../ui/table.tsx'
import { at, dayName } from '../../ui/time.ts'
import { minuteOf } from '../desk.ts'
import { here } from '../use.ts'
import { t } from '../words.ts'

/** Pictures that fit beside each other in a row. */
const picturesMax = 3

export const orderColumns: Column<MerchantOrder>[] = [
  { key: 'order', title: t('col.order'), cell: (order) => <Number order={order} /> },
  { key: 'placed', title: t('col.placed'), cell: (order) => <Placed order={order} /> },
  { key: 'buyer', title: t('col.buyer'), cell: ({ buyer }) => <bdi>{buyer.displayName}</bdi> },
  { key: 'items', title: t('col.items'), cell: (order) => <Items order={order} /> },
  { key: 'payment', title: t('col.payment'), cell: (order) => <PaymentBadge order={order} /> },
  { key: 'parcel', title: t('col.parcel'), cell: (order) => <Parcel order={order} /> },
  { key: 'total', title: t('col.total'), end: true, cell: (order) => <Total order={order} /> },
]

/** The link covers its whole row. */
function Number({ order }: { order: MerchantOrder }) {
  return (
    <a class="row-link" href={here({ order: order.id })} data-row={order.id}>
      <span class="sr">{t('col.order')} </span>
      <b class="num">#{order.number}</b>
    </a>
  )
}

function Placed({ order: { createdAt, showId } }: { order: MerchantOrder }) {
  const now = serverNow()
  const today = new Date(now).toDateString() === new Date(createdAt).toDateString()
  const minute = minuteOf(showId, createdAt)
  return (
    <time class="when" dateTime={createdAt}>
      <span class="num">{today ? at(createdAt) : dayName(createdAt, now)}</span>
      {today && minute !== null && <small>{t('minute', { n: minute })}</small>}
    </time>
  )
}

function Items({ order: { items } }: { order: MerchantOrder }) {
  const said = items.map(({ title, quantity }) => (quantity > 1 ? `${quantity} × ${title}` : title))
  const products = [...new Map(items.map((item) => [item.productId, item])).values()]
  return (
    <span title={said.join('\n')}>
      <span class="pics" aria-hidden="true">
        {products.slice(0, picturesMax).map(({ productId, image }) => (
          <Pic key={productId} src={image} />
        ))}
        {products.length > picturesMax && (
          <bdi dir="ltr" class="quiet num more-pics">
            +{products.length - picturesMax}
          </bdi>
        )}
      </span>
      <span class="sr">{said.join(', ')}</span>
    </span>
  )
}

export function PaymentBadge({ order }: { order: MerchantOrder }) {
  switch (order.status) {
    case 'pending':
      return (
        <Badge tone="time" icon="clock">
          {t('pay.pending')}, <Countdown until={order.expiresAt} />
        </Badge>
      )
    case 'paid':
    case 'shipped':
    case 'delivered':
      return <Badge tone="good">{t('pay.paid')}</Badge>
    case 'refunded':
      return <Badge tone="bad">{t(isPartly(order) ? 'pay.partly' : 'pay.refunded')}</Badge>
    case 'expired':
    case 'canceled':
      return <Badge>{t(`pay.${order.status}`)}</Badge>
  }
}

function Parcel({ order }: { order: MerchantOrder }) {
  if (order.status === 'paid') return t('parcel.paid')
  if (order.status === 'shipped' || order.status === 'delivered') {
    return (
      <span class="row">
        <Icon name="truck" size="sm" />
        {t(`parcel.${order.status}`)}
      </span>
    )
  }
  const word = isPartly(order)
    ? t('parcel.partly', { sum: money(order.refunded) })
    : t(`parcel.${order.status}`)
  return <span class="quieter">{word}</span>
}

function Total({ order }: { order: MerchantOrder }) {
  const { status, total } = order
  if (status === 'refunded' && !isPartly(order)) return <s class="quieter">{money(total)}</s>
  const unpaid = status === 'expired' || status === 'canceled'
  return <span class={unpaid ? 'quieter' : ''}>{money(total)}</span>
}
