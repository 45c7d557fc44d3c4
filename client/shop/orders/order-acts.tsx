import { useState } from 'preact/hooks'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { isPartly } from '../../pay/order-sum.tsx'
import { Button } from '../../ui/button.tsx'
import { Choice, Field } from '../../ui/field.tsx'
import { figure, money, parseMoney, sign } from '../../ui/money.ts'
import { toast } from '../../ui/toast.tsx'
import { useBusy } from '../../ui/use.ts'
import { fieldRefused, tell } from '../tell.ts'
import { useKeys } from '../use.ts'
import { t } from '../words.ts'

type Props = { order: MerchantOrder; onChange: (order: MerchantOrder) => void }

/** What may be done with an order: send it, give money back. One form at a time, in place. */
export function OrderActs({ order, onChange }: Props) {
  const [doing, setDoing] = useState<'ship' | 'refund' | null>(null)
  const mayShip = order.status === 'paid'
  const mayRefund = order.paidAt !== null && order.refunded.amount < order.total.amount
  const isStuck = isPartly(order) && order.shippedAt === null
  if (!mayShip && !mayRefund) return null
  const done = (now: MerchantOrder) => {
    setDoing(null)
    onChange(now)
  }
  return (
    <div class="block">
      <div class="row order-acts">
        {mayShip && (
          <Button
            size="desk"
            icon="truck"
            class="grow"
            kind={doing === null ? 'fill' : 'soft'}
            aria-expanded={doing === 'ship'}
            onClick={() => setDoing(doing === 'ship' ? null : 'ship')}
          >
            {t('ship.do')}
          </Button>
        )}
        {mayRefund && (
          <Button
            size="desk"
            kind="stop-quiet"
            aria-expanded={doing === 'refund'}
            onClick={() => setDoing(doing === 'refund' ? null : 'refund')}
          >
            {t('refund.do')}
          </Button>
        )}
      </div>
      {isStuck && doing === null && <p class="quiet small">{t('refund.stuck')}</p>}
      {doing === 'ship' && mayShip && <ShipForm order={order} onChange={done} />}
      {doing === 'refund' && mayRefund && <RefundForm order={order} onChange={done} />}
    </div>
  )
}

/** Most parcels of a day go the same way. */
let lastCarrier = ''

function ShipForm({ order, onChange }: Props) {
  const [carrier, setCarrier] = useState(lastCarrier)
  const [trackingNumber, setTracking] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    tell(thrown)
  })
  const keys = useKeys()
  const missing = (text: string) => (tried && text.trim() === '' ? t('need.this') : undefined)
  const number = `#${order.number}`

  const ship = () => {
    setTried(true)
    const body = { carrier: carrier.trim(), trackingNumber: trackingNumber.trim() }
    if (body.carrier === '' || body.trackingNumber === '') return
    run(async () => {
      const params = { id: order.id }
      const key = keys.for(body)
      const now = await call('POST', '/merchant/orders/:id/ship', { params, body, key })
      lastCarrier = body.carrier
      toast({ text: t('ship.done', { number }), tone: 'ok', icon: 'truck' })
      onChange(now)
    })
  }
  return (
    <form class="act-form" onSubmit={(event) => (event.preventDefault(), ship())}>
      <Field
        desk
        label={t('ship.carrier')}
        value={carrier}
        maxLength={60}
        autocomplete="off"
        error={fieldRefused(refused, 'carrier') ?? missing(carrier)}
        onInput={(event) => setCarrier(event.currentTarget.value)}
      />
      <Field
        desk
        label={t('ship.tracking')}
        value={trackingNumber}
        maxLength={100}
        autocomplete="off"
        spellcheck={false}
        dir="ltr"
        help={t('ship.help')}
        error={fieldRefused(refused, 'trackingNumber') ?? missing(trackingNumber)}
        onInput={(event) => setTracking(event.currentTarget.value)}
      />
      <Button type="submit" size="desk" busy={busy && t('ship.busy')}>
        {t('ship.mark', { number })}
      </Button>
    </form>
  )
}

function RefundForm({ order, onChange }: Props) {
  const most = { ...order.total, amount: order.total.amount - order.refunded.amount }
  const [part, setPart] = useState(false)
  const [typed, setTyped] = useState('')
  const [refused, setRefused] = useState<Refused | null>(null)
  const [busy, run] = useBusy((thrown) => {
    setRefused(asRefused(thrown))
    tell(thrown)
  })
  const keys = useKeys()
  const wanted = part ? parseMoney(typed, most.currency) : most
  const error = part ? amountError(typed, wanted?.amount, most) : undefined
  const ready = wanted !== null && wanted.amount > 0 && error === undefined

  const refund = () => {
    if (!ready) return
    run(async () => {
      const body = part ? { amount: wanted.amount } : {}
      const options = { params: { id: order.id }, body, key: keys.for(body) }
      const now = await call('POST', '/merchant/orders/:id/refund', options)
      keys.done()
      const name = order.buyer.displayName
      toast({ text: t('refund.done', { sum: money(wanted), name }), tone: 'ok', icon: 'undo' })
      onChange(now)
    })
  }
  return (
    <form class="act-form" onSubmit={(event) => (event.preventDefault(), refund())}>
      <Choice
        desk
        label={t('refund.what')}
        value={part ? 'part' : 'full'}
        onChoose={(value) => setPart(value === 'part')}
        options={[
          { value: 'full', label: `${t('refund.full')}, ${money(most)}` },
          { value: 'part', label: t('refund.part') },
        ]}
      />
      {part && (
        <Field
          desk
          label={t('refund.amount')}
          unit={sign(most.currency)}
          inputMode="decimal"
          autocomplete="off"
          dir="ltr"
          value={typed}
          placeholder={figure(most)}
          help={t('refund.most', { sum: money(most) })}
          error={error ?? fieldRefused(refused, 'amount')}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <p class="quiet small">{t(helpOf(order, part))}</p>
      <Button
        type="submit"
        size="desk"
        kind="stop"
        disabled={!ready}
        busy={busy && t('refund.busy')}
      >
        {ready
          ? t('refund.mark', { sum: money(wanted) })
          : t(error === undefined ? 'refund.wait' : 'refund.other')}
      </Button>
    </form>
  )
}

/** Units of an order that was not sent come back with the last of its money. */
function helpOf({ status, shippedAt }: MerchantOrder, part: boolean) {
  if (shippedAt === null && !part) return 'refund.help.full'
  return status === 'paid' ? 'refund.help.part' : 'refund.help.sent'
}

type Sum = MerchantOrder['total']

function amountError(typed: string, amount: number | undefined, most: Sum): string | undefined {
  if (typed.trim() === '') return undefined
  if (amount === undefined || amount === 0) return t('refund.bad', { sum: money(most) })
  return amount > most.amount ? t('refund.over', { sum: money(most) }) : undefined
}
