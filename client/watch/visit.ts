import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { serverNow } from '../api/clock.ts'
import { newKey } from '../api/http.ts'
import { findVariant, offerOf, variantName } from '../api/offers.ts'
import { asRefused } from '../api/refused.ts'
import type { Room } from '../api/room.ts'
import { signedIn } from '../api/session.ts'
import { type Hold, type HoldEnd, openShow, type ShowStore } from '../api/show.ts'
import { command } from '../api/socket.ts'
import { go } from '../router.ts'
import { money } from '../ui/money.ts'
import { sentence } from '../ui/refusal.ts'
import { at, countdown } from '../ui/time.ts'
import { toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'

export type About = { messageId: string } | { accountId: string } | { productId: string }

/** What lies over the picture: one sheet at a time. */
export type OpenSheet =
  | { name: 'list' }
  | { name: 'product'; productId: string }
  | { name: 'bag' }
  | { name: 'chat' }
  | { name: 'more' }
  | { name: 'report'; about: About; what: string }

/** One person's visit to a show: what is open, chosen and on its way. */
export type Visit = {
  showId: string
  store: ShowStore
  sheet: Signal<OpenSheet | null>
  /** The variant chosen of each product. */
  chosen: Signal<Record<string, string>>
  /** Variants with a hold on its way. */
  holding: Signal<ReadonlySet<string>>
  /** Sold-out variants this person wants to hear of. */
  waitingFor: Signal<ReadonlySet<string>>
  ownHearts: Signal<number>
  /** New messages are not read out while this is on. */
  quiet: Signal<boolean>
  bag: ReadonlySignal<BagLine[]>
  hold: (variantId: string, quantity: number, then?: 'bag') => Promise<void>
  release: (hold: Hold) => Promise<void>
  tellWhenBack: (variantId: string) => void
  heart: () => void
  close: () => void
}

/** Holds of the same variant at the same price are one line of the bag. */
export type BagLine = {
  key: string
  variantId: string
  holds: Hold[]
  quantity: number
  price: Hold['price']
  until: string
}

/** Taps on the heart beyond this rate are drawn but not sent. */
const heartEveryMs = 250

export function openVisit(showId: string): Visit {
  const store = openShow(showId)
  const sheet = signal<OpenSheet | null>(null)
  const holding = signal<ReadonlySet<string>>(new Set())
  const waitingFor = signal<ReadonlySet<string>>(new Set())
  const ownHearts = signal(0)
  /** The key of an intention lives until there is an answer: a repeat has one result. */
  const keys = new Map<string, string>()
  let heartSentAt = 0

  async function hold(variantId: string, quantity: number, then?: 'bag'): Promise<void> {
    if (!signedIn.value) return askToSignIn(showId)
    if (holding.value.has(variantId)) return
    const intention = `${variantId}:${quantity}`
    const key = keys.get(intention) ?? newKey()
    keys.set(intention, key)
    holding.value = new Set([...holding.value, variantId])
    try {
      const made = await command('hold:create', { showId, variantId, quantity, key })
      keys.delete(intention)
      store.keepHold(made)
      if (then === 'bag') sheet.value = { name: 'bag' }
      else tellHeld(made, sheet)
    } catch (thrown) {
      const refused = asRefused(thrown)
      if (refused.code !== 'OFFLINE') keys.delete(intention)
      tellNotHeld(store.room.value, variantId, refused.code, sentence(refused), {
        bag: () => (sheet.value = { name: 'bag' }),
        tell: () => tellWhenBack(variantId),
        signIn: () => askToSignIn(showId),
      })
    } finally {
      holding.value = new Set([...holding.value].filter((id) => id !== variantId))
    }
  }

  async function release(held: Hold): Promise<void> {
    try {
      await command('hold:release', { holdId: held.holdId })
      store.dropHold(held.holdId)
    } catch (thrown) {
      toast({ text: sentence(asRefused(thrown)), tone: 'no', icon: 'alert' })
    }
  }

  function tellWhenBack(variantId: string): void {
    waitingFor.value = new Set([...waitingFor.value, variantId])
    toast({ text: t('tell.me.set'), icon: 'bell', tone: 'plain' })
  }

  function heart(): void {
    ownHearts.value += 1
    if (Date.now() - heartSentAt < heartEveryMs) return
    heartSentAt = Date.now()
    // A heart that gets lost is a heart that gets lost.
    command('reaction:send', { showId, kind: 'heart' }).catch(() => undefined)
  }

  const stopEnds = store.onHoldEnded((end) =>
    tellHoldEnded(store.room.value, end, (variantId, n) => void hold(variantId, n)),
  )
  const stopBack = effect(() => {
    const room = store.room.value
    if (room === null || waitingFor.value.size === 0) return
    for (const variantId of waitingFor.value) {
      const title = isBack(room, variantId)
      if (title === null) continue
      waitingFor.value = new Set([...waitingFor.value].filter((id) => id !== variantId))
      const buy = { label: t('buy.now'), run: () => void hold(variantId, 1, 'bag') }
      toast({ text: t('is.back', { title }), icon: 'bell', tone: 'ok', action: buy })
    }
  })

  return {
    showId,
    store,
    sheet,
    chosen: signal({}),
    holding,
    waitingFor,
    ownHearts,
    quiet: signal(false),
    bag: computed(() => bagOf(store.holds.value)),
    hold,
    release,
    tellWhenBack,
    heart,
    close() {
      stopEnds()
      stopBack()
      store.close()
    },
  }
}

export function bagOf(holds: Hold[]): BagLine[] {
  const lines = new Map<string, BagLine>()
  for (const hold of holds) {
    const key = `${hold.variantId}:${hold.price.amount}:${hold.price.currency}`
    const line = lines.get(key)
    if (line === undefined) {
      const { variantId, quantity, price, expiresAt: until } = hold
      lines.set(key, { key, variantId, holds: [hold], quantity, price, until })
    } else {
      line.holds.push(hold)
      line.quantity += hold.quantity
      if (hold.expiresAt < line.until) line.until = hold.expiresAt
    }
  }
  return [...lines.values()]
}

/** Several holds show the earliest end. */
export function earliestEnd(lines: BagLine[]): string | null {
  return lines.reduce<string | null>(
    (first, { until }) => (first === null || until < first ? until : first),
    null,
  )
}

export function countOf(lines: BagLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}

export function signInPath(showId: string): string {
  return `/sign-in?back=${encodeURIComponent(`/s/${showId}`)}`
}

function askToSignIn(showId: string): void {
  toast({
    text: t('no.UNAUTHENTICATED'),
    icon: 'lock',
    tone: 'plain',
    action: { label: t('sign.in'), run: () => go(signInPath(showId)) },
  })
}

function tellHeld(hold: Hold, sheet: Signal<OpenSheet | null>): void {
  toast({
    text: t('held', { time: at(hold.expiresAt) }),
    tone: 'ok',
    action: { label: t('pay.now'), run: () => (sheet.value = { name: 'bag' }) },
  })
}

type Ways = { bag: () => void; tell: () => void; signIn: () => void }

/** What happened, what it means, one thing to do. */
function tellNotHeld(
  room: Room | null,
  variantId: string,
  code: string,
  fallback: string,
  ways: Ways,
): void {
  const found = room === null ? null : findVariant(room, variantId)
  const title = found?.product.title ?? ''
  const offer =
    room === null || found === null
      ? null
      : offerOf(room, found.product, found.variant, serverNow())
  const no = (text: string, action?: { label: string; run: () => void }) =>
    toast({ text, tone: 'no', icon: 'bolt', ...(action === undefined ? {} : { action }) })
  switch (code) {
    case 'SOLD_OUT': {
      const held = offer?.held ?? 0
      const text = held > 0 ? t('no.SOLD_OUT.held', { n: held }) : t('no.SOLD_OUT')
      return no(text, { label: t('tell.me'), run: ways.tell })
    }
    case 'LIMIT_PER_BUYER': {
      const text =
        offer?.limit == null
          ? t('no.LIMIT_PER_BUYER.plain')
          : t('no.LIMIT_PER_BUYER', { n: offer.limit })
      return no(text, { label: t('see.bag'), run: ways.bag })
    }
    case 'SALE_NOT_OPEN': {
      const rest = offer?.sale == null ? 0 : Date.parse(offer.sale.startsAt) - serverNow()
      if (rest > 0) return no(t('no.SALE_NOT_OPEN.in', { rest: countdown(rest / 1000) }))
      return no(
        offer === null
          ? t('no.SALE_NOT_OPEN')
          : t('no.SALE_NOT_OPEN.over', { price: money(offer.price) }),
      )
    }
    case 'PRODUCT_PULLED':
      return no(t('no.PRODUCT_PULLED', { title }))
    case 'UNAUTHENTICATED':
      return ways.signIn()
    default:
      return no(fallback)
  }
}

function tellHoldEnded(
  room: Room | null,
  { hold, reason }: HoldEnd,
  again: (variantId: string, quantity: number) => void,
): void {
  const found = room === null ? null : findVariant(room, hold.variantId)
  const title = found?.product.title ?? ''
  if (reason === 'pulled') toast({ text: t('held.pulled', { title }), tone: 'no', icon: 'pull' })
  if (reason !== 'expired') return
  const run = () => again(hold.variantId, hold.quantity)
  toast({
    text: t('held.ended', { title }),
    tone: 'time',
    icon: 'clock',
    action: { label: t('hold.again'), run },
  })
}

/** The title of a waited-for variant when it can be had again; null while it cannot. */
function isBack(room: Room, variantId: string): string | null {
  const found = findVariant(room, variantId)
  if (found === null) return null
  const offer = offerOf(room, found.product, found.variant, serverNow())
  return offer.left > 0 && offer.phase !== 'pulled'
    ? variantName(found.product, found.variant)
    : null
}
