import { useEffect, useState } from 'preact/hooks'
import type { Order } from '../../shared/wire/orders.ts'
import { call, newKey } from '../api/http.ts'
import { me, signedIn } from '../api/session.ts'
import type { PageProps } from '../app.tsx'
import { addressLine } from '../pay/address.tsx'
import { OrderSum } from '../pay/order-sum.tsx'
import { leaveBankWindow } from '../pay/pay.ts'
import { Brand } from '../ui/brand.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { money, times } from '../ui/money.ts'
import { usePage } from '../ui/page.ts'
import { Pic } from '../ui/pic.tsx'
import { tellRefused } from '../ui/refusal.ts'
import { Empty, Failed, Loading, Strip } from '../ui/states.tsx'
import { at, onDay } from '../ui/time.ts'
import { toast } from '../ui/toast.tsx'
import { useAsked, useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { useOrderNews } from './news.ts'
import { PaySheet } from './pay-sheet.tsx'
import { Returns } from './returns.tsx'
import { StatusBadge, standingOf } from './status.tsx'
import './orders.css'

/** One order of mine: where it stands, what is in it, what may still be done. */
export function OrderPage({ params }: PageProps) {
  const id = params['id'] ?? ''
  usePage(t('orders.mine'))
  useEffect(leaveBankWindow, [])
  return (
    <>
      <header class="desk-top">
        <Brand />
        <LinkButton kind="bare" size="desk" icon="left" href="/orders">
          {t('order.back')}
        </LinkButton>
      </header>
      <main class="my-orders">
        {me.value === undefined ? (
          <Loading />
        ) : signedIn.value ? (
          <Asked key={id} id={id} />
        ) : (
          <Empty alone icon="receipt" title={t('orders.sign.in')}>
            <LinkButton href={`/sign-in?back=/orders/${id}`}>{t('sign.in')}</LinkButton>
          </Empty>
        )}
      </main>
    </>
  )
}

function Asked({ id }: { id: string }) {
  const order = useAsked(() => call('GET', '/orders/:id', { params: { id } }), [id])
  useOrderNews(order.again, id)
  const { value, refused } = order
  if (value !== undefined) return <Known order={value} onChange={order.set} again={order.again} />
  if (refused === undefined) return <Loading rows={4} />
  if (refused.code === 'NOT_FOUND' || refused.code === 'VALIDATION') {
    return <Empty alone icon="receipt" title={t('order.none')} />
  }
  const { reference } = refused
  return <Failed alone title={t('order.failed')} reference={reference} retry={order.again} />
}

type KnownProps = { order: Order; onChange: (order: Order) => void; again: () => void }

function Known({ order, onChange, again }: KnownProps) {
  const [paying, setPaying] = useState(false)
  const pending = order.status === 'pending'
  return (
    <article class="order-page">
      <header class="row">
        <h1>{t('order', { number: `#${order.number}` })}</h1>
        <StatusBadge order={order} />
      </header>
      {pending && (
        <Strip tone="time" icon="clock">
          {t('order.until', { time: at(order.expiresAt) })}
        </Strip>
      )}
      {pending && (
        <div class="row order-acts">
          <Button size="tall" icon="lock" onClick={() => setPaying(true)}>
            {t('order.pay', { price: money(order.total) })}
          </Button>
          <CancelButton order={order} onChange={onChange} />
        </div>
      )}
      <Steps order={order} />
      {order.shippedAt !== null && <Returns order={order} onChange={onChange} />}
      <Things order={order} />
      <section>
        <h2>{t('order.to')}</h2>
        <p>
          <b>{order.shippingAddress.name}</b>
          <br />
          {addressLine(order.shippingAddress)}
        </p>
      </section>
      <BoughtIn showId={order.showId} />
      {paying && (
        <PaySheet
          order={order}
          onClose={() => {
            setPaying(false)
            again()
          }}
        />
      )}
    </article>
  )
}

/** Asks once, in place: what happens to the units and to the money. */
function CancelButton({ order, onChange }: Omit<KnownProps, 'again'>) {
  const [asking, setAsking] = useState(false)
  const [key] = useState(newKey)
  const place = useFocusKept(asking)
  const [busy, run] = useBusy((thrown) => {
    tellRefused(thrown)
    setAsking(false)
  })
  if (!asking) {
    return (
      <div ref={place}>
        <Button kind="stop-quiet" onClick={() => setAsking(true)}>
          {t('order.cancel')}
        </Button>
      </div>
    )
  }
  const cancel = () =>
    run(async () => {
      onChange(await call('POST', '/orders/:id/cancel', { params: { id: order.id }, key }))
      toast({ text: t('order.cancel.done'), tone: 'ok' })
    })
  return (
    <div ref={place} class="plate ask-cancel" role="alertdialog" aria-label={t('order.cancel')}>
      <span>{t('order.cancel.ask')}</span>
      <span class="row">
        <Button kind="quiet-btn" size="desk" onClick={() => setAsking(false)}>
          {t('order.cancel.no')}
        </Button>
        <Button kind="stop" size="desk" busy={busy && t('canceling')} onClick={cancel}>
          {t('order.cancel.yes')}
        </Button>
      </span>
    </div>
  )
}

function Steps({ order }: { order: Order }) {
  const { status, createdAt, paidAt, shippedAt, carrier, trackingNumber } = order
  const ended = status === 'expired' || status === 'canceled' || status === 'refunded'
  return (
    <ol class="steps">
      <li>
        <i />
        <span>{t('order.placed')}</span>
        <time dateTime={createdAt}>
          {onDay(createdAt)}, {at(createdAt)}
        </time>
      </li>
      {(paidAt !== null || !ended) && (
        <li class={paidAt === null ? 'next' : ''}>
          <i />
          <span>{t('order.paid')}</span>
          {paidAt !== null && <time dateTime={paidAt}>{at(paidAt)}</time>}
        </li>
      )}
      {(shippedAt !== null || !ended) && (
        <li class={shippedAt === null ? 'next' : ''}>
          <i />
          <span>
            {t('order.shipped')}
            {trackingNumber !== null && (
              <small class="quiet tracking">
                {carrier}, {t('order.track')} <bdi class="num">{trackingNumber}</bdi>
              </small>
            )}
          </span>
          {shippedAt !== null && <time dateTime={shippedAt}>{onDay(shippedAt)}</time>}
        </li>
      )}
      {order.arrivedAt !== null && (
        <li>
          <i />
          <span>{t('order.delivered')}</span>
          <time dateTime={order.arrivedAt}>{onDay(order.arrivedAt)}</time>
        </li>
      )}
      {ended && (
        <li>
          <i />
          <span>{standingOf(order)}</span>
        </li>
      )}
    </ol>
  )
}

/** Whom to ask, and what was said of it; a show that is not open any more is left out. */
function BoughtIn({ showId }: { showId: string }) {
  const { value: show } = useAsked(
    () => call('GET', '/shows/:id', { params: { id: showId } }),
    [showId],
  )
  if (show === undefined) return null
  return (
    <section>
      <h2>{t('order.show')}</h2>
      <a class="bought-in" href={`/s/${showId}`}>
        <b>{show.title}</b>
        <span>{show.host.displayName}</span>
      </a>
    </section>
  )
}

function Things({ order }: { order: Order }) {
  return (
    <section>
      <ul class="order-things">
        {order.items.map((item) => (
          <li key={item.holdId} class="row">
            <Pic src={item.image} />
            <span>
              {item.title}
              {item.quantity > 1 && <span class="quiet num"> × {item.quantity}</span>}
            </span>
            <span class="push num">{money(times(item.price, item.quantity))}</span>
          </li>
        ))}
      </ul>
      <OrderSum order={order} total={t('total')} />
    </section>
  )
}
