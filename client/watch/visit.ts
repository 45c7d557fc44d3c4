import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ShownGiveaway } from '../../shared/domain/giveaway.ts'
import { serverNow } from '../api/clock.ts'
import { framed, showPath, wanted } from '../api/framed.ts'
import { newKey } from '../api/http.ts'
import { findVariant, offerOf, variantName } from '../api/offers.ts'
import { asRefused, type Refused } from '../api/refused.ts'
import type { Room } from '../api/room.ts'
import { signedIn } from '../api/session.ts'
import { type Hold, type HoldEnd, openShow, type ShowStore } from '../api/show.ts'
import { command } from '../api/socket.ts'
import { c } from '../pay/words-code.ts'
import { go, path, query } from '../router.ts'
import { type Money, plus, times } from '../ui/money.ts'
import { tellRefused } from '../ui/refusal.ts'
import { dropToast, toast } from '../ui/toast.tsx'
import { t } from '../ui/words.ts'
import { w } from '../ui/words-giveaway.ts'
import { tellPlace } from './line.ts'
import { tellGiven, tellHeld, tellHoldEnded, tellMuted, tellNotHeld, tellWon } from './tell.ts'

export type About = { messageId: string } | { accountId: string } | { productId: string }

/** What lies over the picture: one sheet at a time. */
export type OpenSheet =
  | { name: 'list' }
  | { name: 'product'; productId: string }
  | { name: 'bag' }
  | { name: 'chat' }
  | { name: 'more' }
  | { name: 'phone' }
  | { name: 'moments' }
  | { name: 'seller' }
  | { name: 'bid' }
  | { name: 'draw'; giveaway: ShownGiveaway }
  | { name: 'report'; about: About; what: string }

/** Holds of the same variant at the same price are one line of the bag. */
export type BagLine = {
  key: string
  variantId: string
  holds: Hold[]
  quantity: number
  price: Hold['price']
  until: string
}

/** `checkout=page` in a frame's address: what is bought opens the show in a window of its own. */
const buysOutside = framed && wanted.get('checkout') === 'page'

type Bought = { productId: string; variantId: string; quantity: number; url: string }

/** Taps on the heart beyond this rate are drawn but not sent. */
const heartEveryMs = 250

/** One person's visit to a show: what is open, chosen, held and on its way. */
export class Visit {
  readonly showId: string
  readonly store: ShowStore
  readonly sheet = signal<OpenSheet | null>(null)
  /** The variant chosen of each product. */
  readonly chosen = signal<Record<string, string>>({})
  /** The discount code that is typed at checkout, or taken from the show. */
  readonly code = signal<string | null>(null)
  /** Variants with a hold on its way. */
  readonly holding = signal<ReadonlySet<string>>(new Set())
  /** Sold-out variants this person wants to hear of. */
  readonly waitingFor = signal<ReadonlySet<string>>(new Set())
  /** The poll that this person does not want to see any more. */
  readonly hiddenPoll = signal<string | null>(null)
  /** The same of a giveaway. */
  readonly hiddenGiveaway = signal<string | null>(null)
  readonly ownHearts = signal({ drawn: 0, sent: 0 })
  /** New messages are not read out while this is on. */
  readonly quiet = signal(false)
  readonly bag: ReadonlySignal<BagLine[]>
  /** The key of an intention lives until there is an answer: a repeat has one result. */
  #keys = new Map<string, string>()
  /** Told of what is bought in a window of ours rather than here. */
  onBuy: ((bought: Bought) => void) | null = null
  #heartSentAt = 0
  /** The product whose ticket hung here last. */
  #lastShown: string | null = null
  /** Products whose pull was told, or that were pulled before this visit. */
  #knownPulled = new Set<string>()
  #stops: (() => void)[]
  #closed = false

  constructor(showId: string) {
    this.showId = showId
    this.store = openShow(showId)
    this.bag = computed(() => bagOf(this.store.holds.value))
    const again = (variantId: string, quantity: number) => void this.hold(variantId, quantity)
    this.#stops = [
      this.store.onHoldEnded((end) => {
        this.#knowPulled(end)
        tellHoldEnded(this.store.room.value, end, again)
      }),
      this.store.onHoldMade((hold) => this.#tellWon(hold)),
      this.store.onPlace((place) => tellPlace(this.store.room.value, place, this.openBag)),
      this.store.onMuted(tellMuted),
      effect(() => this.#openWhatIsAsked()),
      effect(() => this.#tellWhatIsBack()),
      effect(() => this.#tellWhatWasPulled()),
    ]
  }

  /** Holds units. What came of it is told here; `bag` opens the bag instead of a toast. */
  async hold(variantId: string, quantity: number, then?: 'bag'): Promise<void> {
    if (!this.mayBuy(variantId, quantity)) return
    await this.#alone(variantId, () => this.#hold(variantId, quantity, then))
  }

  /** Whether this page buys for this person; where it does not, the way to do it is opened or told. */
  mayBuy(variantId: string, quantity = 1): boolean {
    if (buysOutside) this.#openOutside(variantId, quantity)
    else if (!signedIn.value) this.#askToSignIn(variantId)
    else return true
    return false
  }

  /** The same for what only this page can do, a bid or a place in line: no page around hears of it. */
  mayBuyHere({ variantId }: { variantId: string }): boolean {
    if (buysOutside) this.#openOutside(variantId)
    return !buysOutside && this.mayBuy(variantId)
  }

  /** The same for a giveaway, with nothing to buy. */
  mayEnter({ variantId }: { variantId: string }): boolean {
    if (buysOutside) this.#openOutside(variantId)
    else if (!signedIn.value) askToSignIn(w('sign.in'), signInPath(this.showId))
    else return true
    return false
  }

  /** One unit less of a line of the bag: a hold of one goes back, a larger one becomes smaller by one. */
  async giveBackOne({ variantId, holds }: BagLine, mayHoldAgain: boolean): Promise<void> {
    const given = holds.find(({ quantity }) => quantity === 1) ?? holds[0]
    if (given === undefined) return
    await this.#alone(variantId, async () => {
      const isBack = await this.#release(given)
      // Its price is gone when the sale is: then the whole hold goes back, not a part of it.
      const rest = isBack && mayHoldAgain ? given.quantity - 1 : 0
      if (rest > 0) await this.#hold(variantId, rest, 'stay')
    })
  }

  /** Holds of one variant come and go one after the other. */
  async #alone(variantId: string, act: () => Promise<void>): Promise<void> {
    if (this.holding.value.has(variantId)) return
    this.holding.value = new Set([...this.holding.value, variantId])
    try {
      await act()
    } finally {
      this.holding.value = without(this.holding.value, variantId)
    }
  }

  async #hold(variantId: string, quantity: number, then?: 'bag' | 'stay'): Promise<void> {
    const { showId } = this
    const intention = `${variantId}:${quantity}`
    const key = this.#keys.get(intention) ?? newKey()
    this.#keys.set(intention, key)
    try {
      const made = await command('hold:create', { showId, variantId, quantity, key })
      this.#keys.delete(intention)
      this.store.keepHold(made)
      // Who has left meanwhile is told, not fetched back.
      if (then === 'bag' && !this.#closed) this.openBag()
      else if (then !== 'stay') tellHeld(made, this.openBag)
    } catch (thrown) {
      const refused = asRefused(thrown)
      if (refused.code !== 'OFFLINE') this.#keys.delete(intention)
      this.#tellNotHeld(variantId, refused)
    }
  }

  /** The page around wants its buyers in a window of ours, where they are signed in already; it hears of what they buy. */
  #openOutside(variantId: string, buys?: number): void {
    const room = this.store.room.value
    const productId = room === null ? undefined : findVariant(room, variantId)?.product.id
    if (productId === undefined) return
    const url = new URL(`/s/${this.showId}?product=${productId}`, location.href).href
    if (buys !== undefined) this.onBuy?.({ productId, variantId, quantity: buys, url })
    window.open(url, '_blank', 'noopener')
  }

  async #release({ holdId }: Hold): Promise<boolean> {
    try {
      await command('hold:release', { holdId })
      this.store.dropHold(holdId)
      return true
    } catch (thrown) {
      tellRefused(thrown)
      return false
    }
  }

  /** Also from a toast that outlived the visit: it leads back to the show. */
  openBag = (): void => {
    if (this.#closed) go(`${showPath(this.showId)}?bag`)
    else this.sheet.value = { name: 'bag' }
    dropToast()
  }

  /** The show's code stands in the bag; with something in it one sees at once what it takes off. */
  keepCode(code: string): void {
    this.code.value = code
    if (this.bag.value.length > 0) this.openBag()
    else toast({ text: c('kept.told', { code }), icon: 'check', tone: 'ok' })
  }

  tellWhenBack(variantId: string): void {
    if (this.waitingFor.value.has(variantId)) return
    this.waitingFor.value = new Set([...this.waitingFor.value, variantId])
    toast({ text: t('tell.me.set'), icon: 'bell', tone: 'plain' })
  }

  heart = (): void => {
    const { drawn, sent } = this.ownHearts.value
    const sends = Date.now() - this.#heartSentAt >= heartEveryMs
    this.ownHearts.value = { drawn: drawn + 1, sent: sends ? sent + 1 : sent }
    if (!sends) return
    this.#heartSentAt = Date.now()
    command('reaction:send', { showId: this.showId, kind: 'heart' }).catch(() => {
      // A heart that gets lost is a heart that gets lost: no count brings it back.
      const hearts = this.ownHearts.value
      this.ownHearts.value = { ...hearts, sent: hearts.sent - 1 }
    })
  }

  close(): void {
    this.#closed = true
    for (const stop of this.#stops) stop()
    this.store.close()
  }

  #tellNotHeld(variantId: string, refused: Refused): void {
    tellNotHeld(this.store.room.value, variantId, refused, {
      bag: this.openBag,
      tell: () => this.tellWhenBack(variantId),
      signIn: () => this.#askToSignIn(variantId),
    })
  }

  /** A link into the show opens its sheet, also for who is in the show already. */
  #openWhatIsAsked(): void {
    const asked = askedFor(query.value)
    if (asked !== null && path.peek().startsWith(showPath(this.showId))) this.sheet.value = asked
  }

  #tellWon(hold: Hold): void {
    const room = this.store.room.value
    const title = (room && findVariant(room, hold.variantId)?.product.title) ?? ''
    if (hold.price.amount === 0) tellGiven(title, hold, this.openBag)
    else tellWon(hold, this.openBag)
  }

  #tellWhatIsBack(): void {
    const room = this.store.room.value
    if (room === null) return
    for (const variantId of this.waitingFor.value) {
      const title = isBack(room, variantId)
      if (title === null) continue
      this.waitingFor.value = without(this.waitingFor.value, variantId)
      const buy = { label: t('buy.now'), run: () => void this.hold(variantId, 1, 'bag') }
      toast({ text: t('is.back', { title }), icon: 'bell', tone: 'ok', action: buy })
    }
  }

  /** A ticket that leaves because its product was pulled says so; who held one hears more. */
  #tellWhatWasPulled(): void {
    const room = this.store.room.value
    if (room === null) return
    if (room.pinned !== null) this.#lastShown = room.pinned
    for (const { id, title, pulled } of room.products) {
      if (!pulled) this.#knownPulled.delete(id)
      else if (!this.#knownPulled.has(id)) {
        this.#knownPulled.add(id)
        if (id === this.#lastShown) toast({ text: t('pulled', { title }), icon: 'pull' })
      }
    }
  }

  #knowPulled({ hold, reason }: HoldEnd): void {
    const room = this.store.room.value
    const found = room === null ? null : findVariant(room, hold.variantId)
    if (reason === 'pulled' && found !== null) this.#knownPulled.add(found.product.id)
  }

  #askToSignIn(variantId: string): void {
    const room = this.store.room.value
    const found = room === null ? null : findVariant(room, variantId)
    askToSignIn(t('no.UNAUTHENTICATED'), signInPath(this.showId, found?.product.id))
  }
}

function askToSignIn(text: string, path: string): void {
  const action = { label: t('sign.in'), run: () => go(path) }
  toast({ text, icon: 'lock', tone: 'plain', action })
}

/** What a link into the show opens at once. */
function askedFor(asked: URLSearchParams): OpenSheet | null {
  const productId = asked.get('product')
  if (productId !== null) return { name: 'product', productId }
  return asked.has('bag') ? { name: 'bag' } : null
}

function without(set: ReadonlySet<string>, gone: string): ReadonlySet<string> {
  return new Set([...set].filter((one) => one !== gone))
}

function bagOf(holds: Hold[]): BagLine[] {
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

/** A line keeps its place while its holds come and go; a new one comes last. */
export function inPlace(before: BagLine[], lines: BagLine[]): BagLine[] {
  const places = new Map(before.map(({ key }, place) => [key, place]))
  const placeOf = ({ key }: BagLine) => places.get(key) ?? before.length
  return lines.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** One currency goes into one order; the rest stays held for the next. */
export function oneCurrency(lines: BagLine[]): BagLine[] {
  return lines.filter(({ price }) => price.currency === lines[0]?.price.currency)
}

/** What these lines come to; null of none. */
export function sumOf(lines: BagLine[]): Money | null {
  if (lines.length === 0) return null
  return lines.map(({ price, quantity }) => times(price, quantity)).reduce(plus)
}

export function countOf(lines: BagLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** After signing in one is back at the same second of the show, with the same product open. */
export function signInPath(showId: string, productId?: string): string {
  const open = productId === undefined ? '' : `?product=${productId}`
  return `/sign-in?back=${encodeURIComponent(`${showPath(showId)}${open}`)}`
}

/** The title of a waited-for variant when it can be had again; null while it cannot. */
function isBack(room: Room, variantId: string): string | null {
  const found = findVariant(room, variantId)
  if (found === null) return null
  const offer = offerOf(room, found.product, found.variant, serverNow())
  return offer.left > 0 && offer.phase !== 'pulled' && offer.phase !== 'opens'
    ? variantName(found.product, found.variant)
    : null
}
