import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { SavedAddress } from '../../shared/wire/accounts.ts'
import type { Order } from '../../shared/wire/orders.ts'
import { me } from '../api/session.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { money } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { sentence } from '../ui/refusal.ts'
import { rich } from '../ui/rich.tsx'
import { Strip } from '../ui/states.tsx'
import { t } from '../ui/words.ts'
import { w } from '../ui/words-giveaway.ts'
import { AddressForm, addressLine } from './address.tsx'
import { OrderSum } from './order-sum.tsx'
import { cardGroups, lastFour, type Pay, providerName, testCards } from './pay.ts'

/** First what happened to the money, then what to do. */
export function PayStrip({ pay }: { pay: Pay }) {
  const step = pay.step.value
  const refused = pay.refused.value
  if (step === 'waiting') {
    return (
      <Strip tone="time" icon="clock">
        {rich(t('bank.waiting'))}
      </Strip>
    )
  }
  if (step === 'unopened') {
    return (
      <Strip tone="bad" icon="alert" alert>
        {rich(t('pay.unopened'))}
      </Strip>
    )
  }
  const declined = pay.declined.value !== null
  const words = refused !== null ? sentence(refused) : declined ? t('no.PAYMENT_FAILED') : null
  if (words === null || (step !== 'declined' && step !== 'review')) return null
  return (
    <Strip tone="bad" icon="alert" alert>
      {rich(words)}
    </Strip>
  )
}

/** One line of the sheet that is a whole button: what is chosen, and the way to change it. */
export function Pick(props: {
  icon: 'home' | 'card'
  title: ComponentChildren
  help?: string | undefined
  act: string
  onClick: () => void
  disabled?: boolean
}) {
  return (
    <button type="button" class="pick" disabled={props.disabled} onClick={props.onClick}>
      <Icon name={props.icon} />
      <span>
        <b>{props.title}</b>
        {props.help !== undefined && <small class="quiet one-line">{props.help}</small>}
      </span>
      <span class="push act">{props.act}</span>
    </button>
  )
}

/** Nothing to choose here: the provider's own page asks what pays. */
export function ProviderLine({ provider }: { provider: string }) {
  return (
    <div class="pick">
      <Icon name="card" />
      <span>
        <b>{t('pay.by')}</b>
        <small class="quiet">{t('pay.by.help', { name: providerName(provider) })}</small>
      </span>
    </div>
  )
}

/** Which saved address, or a new one. */
export function AddressStep(props: {
  chosen: string | undefined
  served: readonly string[]
  onChoose: (address: SavedAddress) => void
  onBack?: () => void
}) {
  const saved = me.value?.addresses ?? []
  const [writing, setWriting] = useState(saved.length === 0)
  if (writing) {
    const back = saved.length > 0 ? () => setWriting(false) : props.onBack
    return (
      <section class="form-step">
        <h3>{t(saved.length === 0 ? 'address.none' : 'address.new')}</h3>
        <AddressForm
          name={me.value?.account.displayName ?? ''}
          served={props.served}
          label={t('address.save')}
          onSaved={props.onChoose}
          {...(back === undefined ? {} : { onCancel: back })}
        />
      </section>
    )
  }
  return (
    <section class="form-step">
      <h3>{t('address.title')}</h3>
      <div class="options" role="radiogroup" aria-label={t('address.title')}>
        {saved.map((address) => (
          <OptionRow
            key={address.id}
            on={address.id === props.chosen}
            title={address.name}
            help={addressLine(address)}
            onClick={() => props.onChoose(address)}
          />
        ))}
      </div>
      <div class="row form-acts">
        <Button kind="quiet-btn" onClick={props.onBack}>
          {t('back')}
        </Button>
        <Button kind="soft" icon="plus" wide onClick={() => setWriting(true)}>
          {t('address.new')}
        </Button>
      </div>
    </section>
  )
}

/** The test shop's cards; no money moves. */
export function CardStep({ pay, onDone }: { pay: Pay; onDone?: () => void }) {
  return (
    <section class="form-step">
      <div class="options" role="radiogroup" aria-label={t('card.title')}>
        {testCards.map(({ number, name }) => (
          <OptionRow
            key={number}
            on={pay.card.value === number}
            title={cardGroups(number)}
            help={t(name)}
            onClick={() => {
              pay.card.value = number
              onDone?.()
            }}
          />
        ))}
      </div>
      <p class="plate">
        <Icon name="info" />
        <span>{rich(t('card.note'))}</span>
      </p>
    </section>
  )
}

/** Another card: its number in a field, marked while it is the refused one, and what always works below. */
export function DeclinedStep({ pay }: { pay: Pay }) {
  const card = pay.card.value
  return (
    <section class="form-step">
      <Field
        label={t('card.number')}
        inputMode="numeric"
        autocomplete="cc-number"
        value={cardGroups(card)}
        error={card === pay.declined.value ? t('card.declined') : undefined}
        onInput={(event) => (pay.card.value = event.currentTarget.value.replace(/\D/g, ''))}
      />
      <div class="choice" role="group" aria-label={t('card.title')}>
        {testCards.map(({ number }) => (
          <button
            key={number}
            type="button"
            class="num"
            aria-pressed={number === card}
            onClick={() => (pay.card.value = number)}
          >
            {lastFour(number)}
          </button>
        ))}
      </div>
      <p class="plate">
        <Icon name="info" />
        <span>{rich(t('card.note'))}</span>
      </p>
    </section>
  )
}

function OptionRow(props: { on: boolean; title: string; help: string; onClick: () => void }) {
  return (
    <button
      type="button"
      class="option"
      role="radio"
      aria-checked={props.on}
      onClick={props.onClick}
    >
      <span>
        <b class="num">{props.title}</b>
        <small class="quiet">{props.help}</small>
      </span>
      {props.on && <Icon name="check" size="md" />}
    </button>
  )
}

/** It is paid on a page of the provider's own. */
export function AwayStep({ pay }: { pay: Pay }) {
  const title = t(pay.isBlocked.value ? 'away.ready' : 'away.title')
  return <WindowStep pay={pay} title={title} help={t('away.help')} open={t('away.open')} />
}

/** The bank wants a word. */
export function BankStep({ pay }: { pay: Pay }) {
  return (
    <WindowStep
      pay={pay}
      title={t('bank.asks')}
      help={t('bank.asks.help')}
      open={t('bank.open')}
      kind="quiet-btn"
    >
      <Button kind="bare" onClick={() => pay.otherCard()}>
        {t('bank.other')}
      </Button>
    </WindowStep>
  )
}

type WindowProps = {
  pay: Pay
  title: string
  help: string
  open: string
  kind?: 'quiet-btn'
  children?: ComponentChildren
}

/** It goes on in a window of its own, which stays reachable when a browser blocked it. */
function WindowStep({ pay, title, help, open, kind, children }: WindowProps) {
  return (
    <div class="done">
      <span class="mark">
        <Icon name="lock" />
      </span>
      <h3>{title}</h3>
      <p class="quiet">{help}</p>
      {pay.bankUrl.value !== null && (
        <Button {...(kind && { kind })} onClick={() => pay.openPage()}>
          {open}
        </Button>
      )}
      {children}
    </div>
  )
}

/** No confetti: the name, the number, the sum, and the way back. */
export function PaidStep({
  order,
  imageOf,
}: {
  order: Order
  imageOf: (productId: string) => string | undefined
}) {
  const name = me.value?.account.displayName.split(' ')[0] ?? ''
  const email = me.value?.email
  const number = `#${order.number}`
  return (
    <>
      <div class="done" role="status">
        <span class="mark">
          <Icon name="check" />
        </span>
        <h3>{name === '' ? t('yours.plain') : t('yours', { name })}</h3>
        <p class="quiet">
          {rich(
            order.total.amount === 0
              ? w('paid.free', { number })
              : email === undefined
                ? t('paid.line', { number })
                : t('paid.mail', { number, email }),
          )}
        </p>
      </div>
      <section class="bought">
        {order.items.map((item) => (
          <div class="row" key={item.holdId}>
            <Pic src={imageOf(item.productId)} />
            <span class="one-line">
              {item.title}
              {item.quantity > 1 && <span class="quiet num"> × {item.quantity}</span>}
            </span>
            <span class="push num">
              {money({ ...item.price, amount: item.price.amount * item.quantity })}
            </span>
          </div>
        ))}
      </section>
      <section>
        <OrderSum order={order} total={t('paid')} />
      </section>
    </>
  )
}

/** Paid too late, or not paid in time: said plainly, with the way to the order. */
export function EndedStep({ pay }: { pay: Pay }) {
  const order = pay.order.value
  if (order === null) return null
  const words =
    pay.step.value === 'refunded'
      ? t('late.refund', { price: money(order.total) })
      : t('order.ended')
  return (
    <div class="done">
      <p>{rich(words)}</p>
      <LinkButton kind="quiet-btn" href={`/orders/${order.id}`}>
        {t('see.order')}
      </LinkButton>
    </div>
  )
}
