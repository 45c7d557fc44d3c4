import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { addressLine } from '../../pay/address.tsx'
import { OrderSum } from '../../pay/order-sum.tsx'
import { Button } from '../../ui/button.tsx'
import { money, times } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import { rich } from '../../ui/rich.tsx'
import { Loading } from '../../ui/states.tsx'
import { at, atSecond, dayName, onDay } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked } from '../../ui/use.ts'
import { minuteOf } from '../desk.ts'
import { Pane } from '../pane.tsx'
import { NotHere } from '../shell.tsx'
import { tell } from '../tell.ts'
import { t } from '../words.ts'
import { OrderActs } from './order-acts.tsx'
import { OrderMoney } from './order-money.tsx'
import { OrderReturns } from './order-returns.tsx'
import { PaymentBadge } from './order-rows.tsx'

type Props = {
  id: string
  /** The order as the list has it, shown at once while it is asked for again. */
  known: MerchantOrder | undefined
  onChange: (order: MerchantOrder) => void
  onClose: () => void
}

export function OrderDetail({ id, known, onChange, onClose }: Props) {
  const asked = useAsked(() => call('GET', '/merchant/orders/:id', { params: { id } }), [id])
  const order = newest(known, asked.value)
  if (order === undefined) {
    return (
      <Pane label={t('orders')} head={null} onClose={onClose}>
        {asked.refused === undefined ? (
          <Loading rows={4} />
        ) : (
          <NotHere
            refused={asked.refused}
            title={t('order.failed')}
            none={t('order.none')}
            again={asked.again}
          />
        )}
      </Pane>
    )
  }
  const changed = (now: MerchantOrder) => {
    asked.set(now)
    onChange(now)
  }
  return (
    <Pane
      label={t('order', { number: `#${order.number}` })}
      onClose={onClose}
      head={
        <>
          <h2>{t('order', { number: `#${order.number}` })}</h2>
          <PaymentBadge order={order} />
        </>
      }
    >
      {order.shippedAt !== null && <OrderReturns order={order} again={asked.again} />}
      <OrderActs order={order} onChange={changed} />
      <Times order={order} />
      <Address order={order} />
      <Items order={order} />
      <OrderMoney order={order} />
    </Pane>
  )
}

/** The list hears of changes first; an answer of our own may be newer than the list. */
function newest(
  known: MerchantOrder | undefined,
  asked: MerchantOrder | undefined,
): MerchantOrder | undefined {
  if (known === undefined || asked === undefined) return known ?? asked
  return rank(asked) >= rank(known) ? asked : known
}

const ranks = {
  pending: 0,
  expired: 1,
  canceled: 1,
  paid: 2,
  shipped: 3,
  delivered: 4,
  refunded: 5,
}
const rank = ({ status, refunded }: MerchantOrder) => ranks[status] * 1e15 + refunded.amount

function Times({ order }: { order: MerchantOrder }) {
  const { createdAt, paidAt, shippedAt, arrivedAt, status, showId, carrier, trackingNumber } = order
  const minute = minuteOf(showId, createdAt)
  const placed = minute === null ? t('step.ordered') : t('step.ordered.in', { n: minute })
  const over = status === 'expired' || status === 'canceled'
  return (
    <div class="block">
      <ol class="steps">
        <Step at={createdAt}>{rich(placed)}</Step>
        {paidAt !== null && (
          <Step at={paidAt}>{rich(t(order.total.amount === 0 ? 'step.free' : 'step.paid'))}</Step>
        )}
        {status === 'pending' && (
          <Step>
            {t('step.paid.next')}
            <small class="step-more">{t('step.until', { time: at(order.expiresAt) })}</small>
          </Step>
        )}
        {over && <Step done>{rich(t(`step.${status}`))}</Step>}
        {shippedAt !== null && (
          <Step at={shippedAt}>
            {carrier === null ? rich(t('step.sent.plain')) : rich(t('step.sent', { carrier }))}
            {trackingNumber !== null && <bdi class="step-more num">{trackingNumber}</bdi>}
          </Step>
        )}
        {arrivedAt !== null && <Step at={arrivedAt}>{rich(t('step.arrived'))}</Step>}
        {(status === 'paid' || status === 'pending') && <Step>{t('step.sent.next')}</Step>}
        {status === 'refunded' && (
          <Step done>{rich(t('step.refunded', { sum: money(order.refunded) }))}</Step>
        )}
      </ol>
    </div>
  )
}

/** Without a time it is still to come, unless it is said to be done. */
function Step(props: { at?: string; done?: boolean; children: preact.ComponentChildren }) {
  const { at: instant, done } = props
  return (
    <li class={instant === undefined && !done ? 'next' : ''}>
      <span class={instant === undefined && !done ? 'quiet' : ''}>{props.children}</span>
      {instant !== undefined && (
        <time class="num" dateTime={instant} title={onDay(instant)}>
          {momentOf(instant)}
        </time>
      )}
    </li>
  )
}

function momentOf(instant: string): string {
  const now = serverNow()
  const today = new Date(now).toDateString() === new Date(instant).toDateString()
  return today ? atSecond(instant) : `${dayName(instant, now)}, ${at(instant)}`
}

function Address({ order: { shippingAddress: to } }: { order: MerchantOrder }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(`${to.name}\n${addressLine(to)}`)
      toast({ text: t('copied'), tone: 'ok' })
    } catch (thrown) {
      tell(thrown)
    }
  }
  return (
    <div class="block">
      <h3>{t('deliver.to')}</h3>
      <div class="row deliver">
        <p>
          <bdi>{to.name}</bdi>
          <br />
          <bdi>{addressLine(to)}</bdi>
        </p>
        <Button kind="bare" size="desk" class="push" onClick={() => void copy()}>
          {t('copy.address')}
        </Button>
      </div>
    </div>
  )
}

function Items({ order }: { order: MerchantOrder }) {
  return (
    <div class="block">
      <h3>{t('col.items')}</h3>
      {order.items.map((item) => (
        <div key={item.holdId} class="row item">
          <Pic src={item.image} />
          <span>
            <b>{item.title}</b>
            <br />
            <small class="quiet">
              <bdi>{item.sku}</bdi>
              {item.quantity > 1 && (
                <> · {t('times', { n: item.quantity, sum: money(item.price) })}</>
              )}
            </small>
          </span>
          <span class="push num">{money(times(item.price, item.quantity))}</span>
        </div>
      ))}
      <OrderSum order={order} total={t('total')} />
    </div>
  )
}
