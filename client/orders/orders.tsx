import { useState } from 'preact/hooks'
import type { Order } from '../../shared/wire/orders.ts'
import { serverNow } from '../api/clock.ts'
import { call } from '../api/http.ts'
import { me, signedIn } from '../api/session.ts'
import { Brand } from '../ui/brand.tsx'
import { LinkButton } from '../ui/button.tsx'
import { money } from '../ui/money.ts'
import { More } from '../ui/more.tsx'
import { usePage } from '../ui/page.ts'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { at, dayName } from '../ui/time.ts'
import { useAsked } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { useOrderNews } from './news.ts'
import { StatusBadge } from './status.tsx'
import './orders.css'

/** What one bought, newest first. */
export function OrdersPage() {
  usePage(t('orders.mine'))
  return (
    <>
      <header class="desk-top">
        <Brand />
        <h1>{t('orders.mine')}</h1>
      </header>
      <main class="my-orders">
        {me.value === undefined ? (
          <Loading />
        ) : signedIn.value ? (
          <Mine />
        ) : (
          <Empty icon="receipt" title={t('orders.sign.in')}>
            <LinkButton href="/sign-in?back=/orders">{t('sign.in')}</LinkButton>
          </Empty>
        )}
      </main>
    </>
  )
}

function Mine() {
  const first = useAsked(() => call('GET', '/orders'), [])
  useOrderNews(first.again)
  const [read, setRead] = useState<Order[]>([])
  const [cursor, setCursor] = useState<string | null>()
  if (first.refused !== undefined && first.value === undefined) {
    const { reference } = first.refused
    return <Failed title={t('orders.failed')} reference={reference} retry={first.again} />
  }
  if (first.value === undefined) return <Loading rows={5} />
  const orders = together(first.value.items, read)
  const next = cursor === undefined ? first.value.nextCursor : cursor
  if (orders.length === 0) {
    return (
      <Empty icon="receipt" title={t('orders.none')} help={t('orders.none.help')}>
        <LinkButton size="desk" href="/">
          {t('to.lobby')}
        </LinkButton>
      </Empty>
    )
  }
  const showMore = async () => {
    if (next === null) return
    const page = await call('GET', '/orders', { query: { cursor: next } })
    setRead([...orders, ...page.items])
    setCursor(page.nextCursor)
  }
  return (
    <>
      <ol class="order-list">
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ol>
      {next !== null && <More showMore={showMore} label={t('orders.more')} />}
    </>
  )
}

/** The newest as they are now, then what was read before; each once. */
function together(newest: Order[], read: Order[]): Order[] {
  const ids = new Set(newest.map(({ id }) => id))
  return [...newest, ...read.filter(({ id }) => !ids.has(id))]
}

function OrderRow({ order }: { order: Order }) {
  const things = order.items.map((item) =>
    item.quantity > 1 ? `${item.title} × ${item.quantity}` : item.title,
  )
  return (
    <li>
      <a href={`/orders/${order.id}`}>
        <b class="num">#{order.number}</b>
        <StatusBadge order={order} />
        <span class="num push">{money(order.total)}</span>
        <span class="things one-line">{things.join(', ')}</span>
        <small class="quiet">
          {dayName(order.createdAt, serverNow())}, {at(order.createdAt)}
        </small>
      </a>
    </li>
  )
}
