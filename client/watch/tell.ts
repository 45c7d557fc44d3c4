import { serverNow } from '../api/clock.ts'
import { findVariant, type Offer, offerOf } from '../api/offers.ts'
import type { Refused } from '../api/refused.ts'
import type { Room } from '../api/room.ts'
import type { Hold, HoldEnd, Mute } from '../api/show.ts'
import { money } from '../ui/money.ts'
import { mutedWords } from '../ui/muted.ts'
import { sentence } from '../ui/refusal.ts'
import { at, countdown } from '../ui/time.ts'
import { toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'
import { a } from '../ui/words-auction.ts'
import { w } from '../ui/words-giveaway.ts'

/** Who won may have looked away. */
const wonToldMs = 20_000
/** A reason is read to its end. */
const muteToldMs = 10_000

/** A hold stands: until when, and the way to pay. */
export function tellHeld(hold: Hold, openBag: () => void): void {
  toast({
    text: t('held', { time: at(hold.expiresAt) }),
    tone: 'ok',
    action: { label: t('pay.now'), run: openBag },
  })
}

/** What was won at an auction lies in the bag: for how long, and the way to pay. */
export function tellWon(hold: Hold, openBag: () => void): void {
  toast({
    text: a('won', { price: money(hold.price), time: at(hold.expiresAt) }),
    tone: 'ok',
    icon: 'check',
    stayMs: wonToldMs,
    action: { label: t('pay.now'), run: openBag },
  })
}

/** The same of a giveaway, in short: its plate says so for as long as it can be claimed. */
export function tellGiven(title: string, hold: Hold, openBag: () => void): void {
  toast({
    text: w('won', { title, time: at(hold.expiresAt) }),
    tone: 'ok',
    icon: 'check',
    action: { label: w('claim'), run: openBag },
  })
}

type Ways = { bag: () => void; tell: () => void; signIn: () => void }
type Told = { text: string; action?: { label: string; run: () => void } }

/** A hold was refused: what happened, what it means, one thing to do. */
export function tellNotHeld(
  room: Room | null,
  variantId: string,
  refused: Refused,
  ways: Ways,
): void {
  if (refused.code === 'UNAUTHENTICATED') return ways.signIn()
  const found = room === null ? null : findVariant(room, variantId)
  const offer =
    room === null || found === null
      ? null
      : offerOf(room, found.product, found.variant, serverNow())
  const told = notHeld(refused, found?.product.title ?? '', offer, ways)
  toast({ ...told, tone: 'no', icon: 'bolt' })
}

function notHeld(refused: Refused, title: string, offer: Offer | null, ways: Ways): Told {
  const { code } = refused
  if (code === 'SOLD_OUT') {
    const n = offer?.held ?? 0
    const action = { label: t('tell.me'), run: ways.tell }
    return { text: n > 0 ? t('no.SOLD_OUT.held', { n }) : t('no.SOLD_OUT'), action }
  }
  if (code === 'LIMIT_PER_BUYER') {
    const n = offer?.limit
    const action = { label: t('see.bag'), run: ways.bag }
    return { text: n == null ? sentence(refused) : t('no.LIMIT_PER_BUYER', { n }), action }
  }
  if (code === 'SALE_NOT_OPEN' && offer !== null) {
    const rest = offer.sale === null ? 0 : Date.parse(offer.sale.startsAt) - serverNow()
    if (rest > 0) return { text: t('no.SALE_NOT_OPEN.in', { rest: countdown(rest / 1000) }) }
    return { text: t('no.SALE_NOT_OPEN.over', { price: money(offer.price) }) }
  }
  if (code === 'PRODUCT_PULLED') return { text: t('no.PRODUCT_PULLED', { title }) }
  return { text: sentence(refused) }
}

/** A hold ended by itself or by a pull; what was released or paid needs no words. */
export function tellHoldEnded(
  room: Room | null,
  { hold, reason }: HoldEnd,
  again: (variantId: string, quantity: number) => void,
): void {
  const found = room === null ? null : findVariant(room, hold.variantId)
  const title = found?.product.title ?? ''
  if (reason === 'pulled') toast({ text: t('held.pulled', { title }), tone: 'no', icon: 'pull' })
  if (reason !== 'expired') return
  if (hold.price.amount === 0)
    return toast({ text: w('lost', { title }), tone: 'time', icon: 'clock' })
  const run = () => again(hold.variantId, hold.quantity)
  toast({
    text: t('held.ended', { title }),
    tone: 'time',
    icon: 'clock',
    action: { label: t('hold.again'), run },
  })
}

/** Whoever may not write hears until when, and why; and that it was lifted. */
export function tellMuted({ mutedUntil, reason }: Mute): void {
  if (mutedUntil === null) return toast({ text: t('mute.over'), tone: 'ok', icon: 'chat' })
  const muted = mutedWords(mutedUntil)
  const text =
    reason === null ? t('no.MUTED.until', { muted }) : t('no.MUTED.for', { muted, reason })
  toast({ text, tone: 'no', icon: 'mute', stayMs: muteToldMs })
}
