import type { ComponentChildren } from 'preact'
import type { Offer } from '../api/offers.ts'
import { Button } from './button.tsx'
import { Band, Countdown } from './clocks.tsx'
import { Pic } from './pic.tsx'
import { Price } from './price.tsx'
import { rich } from './rich.tsx'
import { Tabs } from './tabs.tsx'
import { atSecond, span } from './time.ts'
import { t } from './words.ts'

/** A standing offer tells how many are left from here down; more than that is plenty. */
const tellLeftFrom = 24
const fewFrom = 3

export type TicketProps = {
  offer: Offer
  no: number
  title: string
  image?: string | undefined
  /** Until when I hold it; the button opens the bag then. */
  heldUntil?: string | null
  /** Buying waits for the line: when the count was last true. */
  offlineSince?: number | null
  /** False before and after the show: nothing can be held. */
  open?: boolean
  /** What the button says then. */
  closed?: string | undefined
  /** Instead of the offer's own clock: of a moment that is over. */
  band?: ComponentChildren
  /** A ticket from the past: what it was then, and is now. */
  then?: string | null
  busy?: boolean
  big?: boolean
  choice?: ComponentChildren
  onOpen?: () => void
  onBuy?: () => void
  onAdd?: () => void
  onBag?: () => void
  onTell?: () => void
  waitsForBack?: boolean
  /** What one can do instead, when nothing is left. */
  gone?: ComponentChildren
  /** Instead of how many are still held. */
  goneSays?: string | undefined
}

/** The pinned product on its paper ticket, in every phase of its offer. */
export function Ticket(props: TicketProps) {
  const { offer, no, title, image, band, big = false } = props
  const gone = offer.phase === 'sold-out'
  const pic = <Pic src={image} no={no} gone={gone} />
  return (
    <article
      class={big ? 'ticket big' : 'ticket'}
      data-zone="paper"
      data-phase={offer.phase}
      aria-label={t('shown.now', { no, title })}
    >
      <div class="sheet-of-paper">
        {band === undefined ? <TicketBand offer={offer} /> : band}
        {big ? (
          <>
            {pic}
            <div class="say">
              <Name {...props} />
              <Price now={offer.price} was={offer.was} size="lg" />
              <Then {...props} />
              {props.choice}
              <div class="row">
                <BuyButton {...props} wide />
                <AddButton {...props} />
              </div>
              <Facts {...props} />
            </div>
          </>
        ) : (
          <div class="body">
            {pic}
            <div class="say">
              <Name {...props} />
              <div class="deal">
                <Price now={offer.price} was={offer.was} />
                <BuyButton {...props} />
              </div>
              <Then {...props} />
            </div>
            <Facts {...props} />
          </div>
        )}
      </div>
      {offer.of === null ? <div class="plain-edge" /> : <Tabs left={offer.left} of={offer.of} />}
    </article>
  )
}

function Name({ title, onOpen }: TicketProps) {
  if (onOpen === undefined) return <span class="name two-lines">{title}</span>
  return (
    <button type="button" class="name two-lines" onClick={onOpen}>
      {title}
    </button>
  )
}

function Then({ then = null }: TicketProps) {
  return then === null ? null : <p class="then num">{rich(then)}</p>
}

function TicketBand({ offer }: { offer: Offer }) {
  const { phase, sale } = offer
  if (sale === null) return null
  if (phase === 'opens') return <Band phase="opens" startsAt={sale.startsAt} endsAt={sale.endsAt} />
  if (phase === 'open' || (phase === 'sold-out' && sale.state !== 'ended')) {
    return <Band phase="open" startsAt={sale.startsAt} endsAt={sale.endsAt} />
  }
  if (sale.reason === 'sold' && sale.endedAt !== undefined) {
    const took = Date.parse(sale.endedAt) - Date.parse(sale.startsAt)
    return <Band phase="over" label={t('sold.out.in', { span: span(took) })} />
  }
  return <Band phase="over" label={t('sale.over')} />
}

function BuyButton(props: TicketProps & { wide?: boolean }) {
  const { offer, heldUntil, offlineSince, open = true, closed, busy, wide = false } = props
  const off = (why: string) => (
    <Button wide={wide} disabled>
      {why}
    </Button>
  )
  if (offlineSince != null) return off(t('line.offline'))
  if (heldUntil != null) {
    return (
      <Button kind="soft" icon="check" wide={wide} onClick={props.onBag}>
        <span>
          {t('held.short')} <Countdown until={heldUntil} />
        </span>
      </Button>
    )
  }
  if (!open && closed !== undefined) return off(closed)
  if (offer.phase === 'opens' || !open) return off(t('opens.soon'))
  if (offer.phase === 'sold-out' && props.gone !== undefined) return props.gone
  if (offer.phase === 'sold-out' || offer.phase === 'pulled') {
    if (props.onTell === undefined) return off(t('sold.out'))
    if (props.waitsForBack) return off(t('remind.set'))
    return (
      <Button kind="quiet-btn" icon="bell" wide={wide} onClick={props.onTell}>
        {t('tell.me')}
      </Button>
    )
  }
  return (
    <Button wide={wide} busy={busy && t('holding')} onClick={props.onBuy}>
      {t('buy.now')}
    </Button>
  )
}

function AddButton({ offer, heldUntil, offlineSince, open = true, busy, onAdd }: TicketProps) {
  const buyable = offer.phase === 'standing' || offer.phase === 'open' || offer.phase === 'over'
  if (onAdd === undefined || !buyable || !open || heldUntil != null || offlineSince != null)
    return null
  return (
    <Button kind="quiet-btn" busy={busy && t('bag.add')} onClick={onAdd}>
      {t('bag.add')}
    </Button>
  )
}

function Facts({ offer, heldUntil, offlineSince, goneSays }: TicketProps) {
  const few = offer.of !== null && offer.left <= fewFrom && offer.phase === 'open'
  const most = offer.phase === 'sold-out' ? null : offer.limit
  const limit = most === null ? null : t('per.person', { n: most })
  const end = heldUntil == null ? limit : t('bag.in')
  const gone = offer.phase === 'sold-out' ? goneSays : undefined
  const left = gone ?? leftWords(offer, offlineSince ?? null)
  if (left === '' && end === null) return <p class="left none" />
  return (
    <p class={few ? 'left few' : 'left'}>
      <span>{left === '' ? '\u00a0' : rich(left)}</span>
      {end !== null && <span>{end}</span>}
    </p>
  )
}

function leftWords(offer: Offer, offlineSince: number | null): string {
  const { phase, left, of } = offer
  if (phase === 'sold-out') return goneWords(offer)
  if (phase === 'opens') return t('units', { n: left })
  if (of === null && left > tellLeftFrom) return ''
  if (offlineSince !== null) return t('left.at', { n: left, time: atSecond(offlineSince) })
  if (of === null) return t('left', { n: left })
  return left === 1 && of > 1 ? t('left.last', { of }) : t('left.of', { n: left, of })
}

function goneWords({ held, sale }: Offer): string {
  if (held > 0) return t('still.held', { n: held })
  return sale?.reason === 'sold' ? '' : t('sold.out.line')
}
