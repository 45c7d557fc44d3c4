/** Minutes of the model's own clock; it moves only when a step says so. */
export type Minutes = number

export const holdMinutes: Minutes = 5
export const payMinutes: Minutes = 10
export const muteMinutes: Minutes = 3

export type Offer = {
  show: number
  variant: number
  flash: boolean
  price: number
  from: Minutes
  to: Minutes
  cap: number
  perBuyer: number
  taken: number
  closed: boolean
}
export type HoldState = 'active' | 'ordered' | 'confirmed' | 'released' | 'expired' | 'pulled'
export type Hold = {
  n: number
  buyer: number
  show: number
  variant: number
  quantity: number
  price: number
  offer: Offer
  state: HoldState
  until: Minutes
}
export type Units = { onHand: number; held: number; sold: number }

/** What one step wrote: lines of each variant's ledger, facts of each show's log. In any order. */
export type Written = { lines: string[][]; facts: string[][] }

/** What is on hand, held and sold of each variant, and what may be held of it where, at which price. */
export class Shelf {
  now: Minutes = 0
  readonly units: Units[]
  readonly offers: Offer[] = []
  readonly holds: Hold[] = []
  readonly written: Written[] = []
  readonly #shows: number

  constructor(stock: readonly number[], shows: number) {
    this.units = stock.map((onHand) => ({ onHand, held: 0, sold: 0 }))
    this.#shows = shows
  }

  /** Begins a step: what is written from now on belongs to it. */
  turn(): void {
    this.written.push({ lines: this.units.map(() => []), facts: range(this.#shows).map(() => []) })
  }

  free(variant: number): number {
    const { onHand, held, sold } = this.units[variant] as Units
    return onHand - held - sold
  }

  /** Units that an offer still gives. */
  left({ variant, cap, taken }: Offer): number {
    return Math.min(this.free(variant), cap - taken)
  }

  isDue(hold: Hold): boolean {
    return hold.state === 'active' && hold.until <= this.now
  }

  /** The offer of a variant in a show that a buyer meets now: an open one, else the next. */
  offer(show: number, variant: number): Offer | undefined {
    const standing = this.offersOf(show, variant)
    return standing.find((o) => this.isOpen(o)) ?? standing.sort((a, b) => a.from - b.from)[0]
  }

  offersOf(show: number, variant: number): Offer[] {
    return this.offers.filter((o) => o.show === show && o.variant === variant && !o.closed)
  }

  isOpen({ closed, from, to }: Offer): boolean {
    return !closed && from <= this.now && this.now < to
  }

  put(offer: Pick<Offer, 'show' | 'variant' | 'price'> & Partial<Offer>): Offer {
    const bounds = { from: this.now, to: Infinity, cap: Infinity, perBuyer: Infinity }
    const made = { flash: false, taken: 0, closed: false, ...bounds, ...offer }
    this.offers.push(made)
    return made
  }

  line(variant: number, kind: string, quantity: number, hold?: Hold): void {
    this.written.at(-1)?.lines[variant]?.push(`${kind} ${quantity}${hold ? ` #${hold.n}` : ''}`)
  }

  tell(show: number, fact: string): void {
    this.written.at(-1)?.facts[show]?.push(fact)
  }

  take(ask: Pick<Hold, 'buyer' | 'show' | 'variant' | 'quantity'>, offer: Offer): Hold {
    const until = this.now + holdMinutes
    const state: HoldState = 'active'
    const hold = { ...ask, n: this.holds.length, price: offer.price, offer, state, until }
    this.holds.push(hold)
    this.#units(hold).held += hold.quantity
    offer.taken += hold.quantity
    this.line(hold.variant, 'hold', hold.quantity, hold)
    return hold
  }

  /** Ends running holds without a sale: their units are free again. */
  end(holds: Hold[], as: 'released' | 'expired' | 'pulled'): void {
    const kind = { released: 'release', expired: 'expire', pulled: 'pull' }[as]
    for (const hold of holds) {
      hold.state = as
      hold.offer.taken -= hold.quantity
      this.#units(hold).held -= hold.quantity
      this.line(hold.variant, kind, hold.quantity, hold)
    }
  }

  confirm(holds: Hold[]): void {
    for (const hold of holds) {
      hold.state = 'confirmed'
      const units = this.#units(hold)
      units.held -= hold.quantity
      units.sold += hold.quantity
      this.line(hold.variant, 'confirm', hold.quantity, hold)
    }
  }

  /** What the shows hear of it: where something was to be had and is not now, or the other way round. */
  crossing(variants: readonly number[], change: () => void): void {
    const before = this.#open(variants)
    change()
    this.crossed(before, variants)
  }

  crossed(before: Map<string, number>, variants: readonly number[]): void {
    for (const [place, left] of this.#open(variants)) {
      const was = before.get(place)
      if (was === undefined || was > 0 === left > 0) continue
      const [show, variant] = place.split(' ').map(Number) as [number, number]
      this.tell(show, `stock.${left > 0 ? 'available' : 'sold-out'} ${variant} ${left}`)
    }
  }

  /** What is to be had of these variants now, by show and variant. */
  #open(variants: readonly number[]): Map<string, number> {
    const open = this.offers.filter((o) => variants.includes(o.variant) && this.isOpen(o))
    return new Map(open.map((o) => [`${o.show} ${o.variant}`, this.left(o)]))
  }

  #units(hold: Hold): Units {
    return this.units[hold.variant] as Units
  }
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

export const variantsIn = (holds: readonly Hold[]): number[] => [
  ...new Set(holds.map((hold) => hold.variant)),
]
