import { type Hold, type Offer, range, Shelf, variantsIn } from './shelf.ts'
import { shownTo } from './shown.ts'
import { Staff } from './staff.ts'
import {
  type Ask,
  host,
  lineups,
  priceAtFirst,
  productOf,
  type Step,
  stock,
  variantsOf,
} from './steps.ts'
import { type ChargeEvent, type Order, Till } from './till.ts'

export type Sale = {
  show: number
  variant: number
  offer: Offer
  wasPrice: number
  over: boolean
}

type Of<D extends Step['do']> = Extract<Step, { do: D }>
type OfAsk<A extends Ask['ask']> = Extract<Ask, { ask: A }>

/** An ask with its key and what it named, made out when it was first asked. */
export type Asked = { key: number; what: Ask }

/**
 * The whole shop in memory, as it is promised to be: what every step answers, and what it writes. No
 * database, no clock, no two hands at once. An answer is a code, or a line that says what came of it.
 */
export class Model {
  readonly shelf = new Shelf(stock, lineups.length)
  readonly staff = new Staff(this.shelf)
  readonly till = new Till(this.shelf, this)
  readonly sales: Sale[] = []
  readonly prices = stock.map(() => priceAtFirst)
  readonly pulled = new Set<string>()
  readonly pinned: (number | null)[] = lineups.map(() => null)
  readonly asked: Asked[] = []
  /** By key: what the same ask answers when it comes again. Refusals are not in it. */
  readonly #first = new Map<number, { what: string; answer: () => string }>()

  constructor() {
    for (const [show, products] of lineups.entries()) {
      for (const variant of variantsOf(products))
        this.shelf.put({ show, variant, price: priceAtFirst })
    }
  }

  /** An ask is made out against what is there: numbers become holds and orders. Undefined: there is none. */
  makeOut(what: Ask): Asked | undefined {
    const own = <T extends { buyer: number }>(list: T[], buyer: number) => {
      const mine = list.filter((one) => one.buyer === buyer)
      return mine.length > 0 ? mine : list
    }
    const made = { ...what }
    if (made.ask === 'order') {
      const { holds } = this.shelf
      const free = holds.filter((hold) => hold.buyer === made.buyer && hold.state === 'active')
      const mine = free.length > 0 ? free : own(holds, made.buyer)
      if (mine.length === 0) return undefined
      made.holds = [...new Set(made.holds.map((n) => pick(mine, n)?.n as number))]
    } else if ('order' in made) {
      const mine = made.ask === 'cancel' ? own(this.till.orders, made.buyer) : this.till.orders
      if (mine.length === 0) return undefined
      made.order = pick(mine, made.order)?.n as number
    }
    const asked = { key: this.asked.length, what: made }
    this.asked.push(asked)
    return asked
  }

  ask({ key, what }: Asked): string {
    if (what.ask === 'hold') return this.reserve([{ ...what, key }])[0] as string
    const { till, staff } = this
    switch (what.ask) {
      case 'order':
        return this.once(key, what, () => till.place(what))
      case 'cancel':
        return till.orders[what.order]?.buyer === what.buyer
          ? this.once(key, what, () => till.cancel(what.order))
          : 'NOT_FOUND'
      case 'refund':
      case 'ship':
        return what.who === host ? this.once(key, what, () => till.merchant(what)) : 'NOT_FOUND'
      case 'correct':
        return what.who === host ? this.once(key, what, () => this.#correct(what)) : 'NOT_FOUND'
      case 'say':
        return this.once(key, what, () => staff.say(what.who, what.show))
    }
  }

  /** One result a key; the same key with other contents is refused; a refusal leaves no trace. */
  once(key: number, what: object, act: () => string | (() => string)): string {
    const contents = JSON.stringify(what)
    const first = this.#first.get(key)
    if (first) return first.what === contents ? first.answer() : 'IDEMPOTENCY_MISMATCH'
    const answer = act()
    if (typeof answer === 'string' && isRefusal(answer)) return answer
    const again = typeof answer === 'string' ? () => answer : answer
    this.#first.set(key, { what: contents, answer: again })
    return again()
  }

  /** Hold requests of one moment, in order of arrival; a large one that does not fit blocks nobody. */
  reserve(asks: (Omit<OfAsk<'hold'>, 'ask'> & { key: number })[]): string[] {
    const { shelf } = this
    const judged = asks.map((ask) => ({ ask, verdict: this.#judge(ask) }))
    const wanted = judged.filter(({ verdict }) => verdict === 'yes').map(({ ask }) => ask)
    const variants = [...new Set(asks.map((ask) => ask.variant))]
    const answers = new Map<object, string>()
    shelf.crossing(variants, () => {
      this.#reclaim(wanted)
      for (const ask of wanted) {
        const offer = shelf.offer(ask.show, ask.variant) as Offer
        if (ask.quantity > shelf.left(offer)) continue
        const { buyer, show, variant, quantity } = ask
        const hold = shelf.take({ buyer, show, variant, quantity }, offer)
        answers.set(
          ask,
          this.once(ask.key, keyed(ask), () => () => this.tellHold(hold)),
        )
      }
    })
    return judged.map(({ ask, verdict }) => {
      if (verdict !== 'yes') return verdict
      return answers.get(ask) ?? 'SOLD_OUT'
    })
  }

  #judge(ask: Omit<OfAsk<'hold'>, 'ask'> & { key: number }): string {
    const { shelf } = this
    if (this.#first.has(ask.key)) return this.once(ask.key, keyed(ask), () => 'known')
    if (this.staff.isBanned(ask.show, ask.buyer)) return 'BANNED'
    const offer = shelf.offer(ask.show, ask.variant)
    if (!offer) {
      if (!isInLineup(ask.show, ask.variant)) return 'NOT_FOUND'
      return this.isPulled(ask.show, ask.variant) ? 'PRODUCT_PULLED' : 'SALE_NOT_OPEN'
    }
    if (!shelf.isOpen(offer)) return 'SALE_NOT_OPEN'
    const had = shelf.holds.filter(
      (h) => h.offer === offer && h.buyer === ask.buyer && !isEnded(h) && !shelf.isDue(h),
    )
    if (had.reduce((sum, h) => sum + h.quantity, ask.quantity) > offer.perBuyer)
      return 'LIMIT_PER_BUYER'
    return 'yes'
  }

  /** Units past their time come back where more is wanted than is left. */
  #reclaim(wanted: { show: number; variant: number; quantity: number }[]): void {
    const { shelf } = this
    for (const [variant, asks] of Map.groupBy(wanted, (ask) => ask.variant)) {
      const ofOffer = Map.groupBy(asks, (ask) => shelf.offer(ask.show, variant) as Offer)
      const sum = (some: typeof asks) => some.reduce((all, ask) => all + ask.quantity, 0)
      const isShort =
        sum(asks) > shelf.free(variant) ||
        [...ofOffer].some(([offer, some]) => sum(some) > offer.cap - offer.taken)
      if (isShort) {
        const due = shelf.holds.filter((hold) => hold.variant === variant && shelf.isDue(hold))
        shelf.end(due, 'expired')
      }
    }
  }

  do(step: Exclude<Step, { do: 'ask' | 'again' | 'crash' }>): string {
    switch (step.do) {
      case 'rush':
        return this.#rush(step)
      case 'release':
        return this.#release(step)
      case 'pass':
        this.shelf.now += step.minutes
        return 'ok'
      case 'sweep':
        return this.#sweep()
      case 'charge':
        return this.till.charge(step)
      case 'webhook':
        return this.till.hear(pick(this.till.events, step.n) as ChargeEvent | undefined)
      case 'reconcile':
        return this.till.reconcile(pick(this.till.orders, step.order) as Order | undefined)
      case 'giveBack':
        return this.till.giveBack(step.away)
      case 'pin':
      case 'unpin':
      case 'pull':
      case 'restore':
        return this.#product(step)
      case 'saleStart':
        return this.#saleStart(step)
      case 'saleEnd':
        return this.#saleEnd(step)
      case 'price':
        return this.#price(step)
      case 'mute':
      case 'unmute':
      case 'ban':
      case 'unban':
        return this.staff.act(step)
      case 'reconnect':
        return JSON.stringify(shownTo(this, step.who, step.show))
    }
  }

  #rush({ show, variant, quantity }: Of<'rush'>): string {
    const asks = range(3).map((buyer) => ({
      buyer,
      show,
      variant,
      quantity,
      key: this.asked.length + buyer,
    }))
    for (const { key, ...what } of asks) this.asked.push({ key, what: { ask: 'hold', ...what } })
    return this.reserve(asks).join(' · ')
  }

  #release({ buyer, hold: n }: Of<'release'>): string {
    const hold = pick(this.shelf.holds, n)
    if (!hold) return 'nothing'
    if (hold.buyer !== buyer) return 'NOT_FOUND'
    if (hold.state === 'ordered') return 'CONFLICT'
    if (hold.state === 'active')
      this.shelf.crossing([hold.variant], () => this.shelf.end([hold], 'released'))
    return 'ok'
  }

  #sweep(): string {
    const { shelf } = this
    const due = shelf.holds.filter((hold) => shelf.isDue(hold))
    shelf.crossing(variantsIn(due), () => shelf.end(due, 'expired'))
    this.till.expire()
    for (const sale of this.sales) {
      if (sale.over || sale.offer.to > shelf.now) continue
      const { show, variant, offer } = sale
      // Compared with what the sale had left at its end, not with the offer that is open since.
      const before = new Map([[`${show} ${variant}`, shelf.left(offer)]])
      this.closeSale(sale, 'time')
      shelf.crossed(before, [variant])
    }
    return 'ok'
  }

  #correct({ variant, delta }: OfAsk<'correct'>): string {
    const { shelf } = this
    const units = shelf.units[variant]
    if (!units || units.onHand + delta < units.held + units.sold) return 'CONFLICT'
    shelf.crossing([variant], () => {
      units.onHand += delta
      shelf.line(variant, 'correct', delta)
    })
    return `ok ${units.onHand} ${units.held} ${units.sold}`
  }

  #product({ do: verb, who, show, product }: Of<'pin' | 'unpin' | 'pull' | 'restore'>): string {
    const { shelf } = this
    if (!this.staff.isStaff(show, who)) return 'FORBIDDEN'
    if (!lineups[show]?.some((p) => p === product)) return 'NOT_FOUND'
    const place = `${show} ${product}`
    const isPinned = this.pinned[show] === product
    if (verb === 'pin') {
      if (this.pulled.has(place)) return 'PRODUCT_PULLED'
      if (!isPinned) shelf.tell(show, `product.pinned ${product}`)
      this.pinned[show] = product
    } else if (verb === 'unpin') {
      if (isPinned) this.#unpin(show, product)
    } else if (verb === 'restore') {
      if (!this.pulled.delete(place)) return 'ok'
      for (const variant of variantsOf([product]))
        shelf.put({ show, variant, price: this.prices[variant] as number })
      shelf.tell(show, `product.restored ${product}`)
    } else if (!this.pulled.has(place)) this.#pull(show, product)
    return 'ok'
  }

  /** Nothing of it can be held in this show; what is in no order is on the shelf again. */
  #pull(show: number, product: number): void {
    const { shelf } = this
    const variants = variantsOf([product])
    shelf.crossing(variants, () => {
      this.pulled.add(`${show} ${product}`)
      if (this.pinned[show] === product) this.#unpin(show, product)
      for (const sale of this.sales.filter((s) => s.show === show && variants.includes(s.variant)))
        this.closeSale(sale, 'pulled')
      for (const variant of variants)
        for (const offer of shelf.offersOf(show, variant)) offer.closed = true
      const loose = shelf.holds.filter(
        (h) => h.show === show && variants.includes(h.variant) && h.state === 'active',
      )
      shelf.end(loose, 'pulled')
      shelf.tell(show, `product.pulled ${product}`)
    })
  }

  #unpin(show: number, product: number): void {
    this.pinned[show] = null
    this.shelf.tell(show, `product.unpinned ${product}`)
  }

  #saleStart({
    who,
    show,
    variant,
    quantity,
    perBuyer,
    countdown,
    minutes,
  }: Of<'saleStart'>): string {
    const { shelf } = this
    if (who !== host) return 'FORBIDDEN'
    if (!isInLineup(show, variant)) return 'NOT_FOUND'
    if (this.isPulled(show, variant)) return 'PRODUCT_PULLED'
    const running = this.sales.find((s) => !s.over && s.show === show && s.variant === variant)
    if (running && running.offer.to > shelf.now) return 'CONFLICT'
    if (quantity > shelf.free(variant)) return 'VALIDATION'
    if (running) this.closeSale(running, 'time')
    const [standing] = shelf.offersOf(show, variant).filter((offer) => shelf.isOpen(offer))
    const { price: wasPrice } = standing as Offer
    shelf.crossing([variant], () => {
      ;(standing as Offer).closed = true
      const from = shelf.now + countdown
      const to = from + minutes
      const bounds = { from, to, cap: quantity, perBuyer: perBuyer ?? Infinity }
      const offer = shelf.put({ show, variant, price: salePrice, flash: true, ...bounds })
      shelf.put({ show, variant, price: wasPrice, from: to })
      this.sales.push({ show, variant, offer, wasPrice, over: false })
      shelf.tell(show, `sale.started ${variant}`)
    })
    return `sale ${this.sales.length - 1}`
  }

  #saleEnd({ who, n }: Of<'saleEnd'>): string {
    const sale = pick(this.sales, n)
    if (!sale) return 'nothing'
    if (who !== host) return 'FORBIDDEN'
    this.shelf.crossing([sale.variant], () => this.closeSale(sale, 'host'))
    return 'ok'
  }

  /** Both edges, the sale's end and the standing offer's beginning, move to now where they are ahead. */
  closeSale(sale: Sale, reason: 'time' | 'sold' | 'host' | 'pulled'): void {
    if (sale.over) return
    const { shelf } = this
    sale.over = true
    sale.offer.closed = true
    for (const offer of shelf.offersOf(sale.show, sale.variant))
      offer.from = Math.min(offer.from, shelf.now)
    shelf.tell(sale.show, `sale.ended ${sale.variant} ${reason}`)
  }

  /** A standing offer gives way to one at the new price; holds and running sales keep theirs. */
  #price({ variant, amount }: Of<'price'>): string {
    const { shelf } = this
    if (this.prices[variant] === amount) return 'ok'
    this.prices[variant] = amount
    const product = productOf[variant] as number
    for (const [show, products] of lineups.entries()) {
      if (!products.some((p) => p === product)) continue
      const standing = shelf.offersOf(show, variant).find((offer) => !offer.flash)
      if (!standing) shelf.tell(show, `product.updated ${product}`)
      else {
        standing.closed = true
        shelf.put({ show, variant, price: amount, from: Math.max(standing.from, shelf.now) })
        shelf.tell(show, `offer.changed ${variant} ${amount}`)
      }
    }
    return 'ok'
  }

  isPulled(show: number, variant: number): boolean {
    return this.pulled.has(`${show} ${productOf[variant]}`)
  }

  tellHold(hold: Hold): string {
    const state = this.shelf.isDue(hold) ? 'expired' : hold.state
    return `hold ${hold.n} ${state} ${hold.quantity} for ${hold.price}`
  }

  /** A show's log begins with its start. */
  seq(show: number): number {
    return this.shelf.written.reduce((sum, { facts }) => sum + (facts[show]?.length ?? 0), 1)
  }
}

export const salePrice = 1_200
const isRefusal = (answer: string): boolean => /^[A-Z_]+$/.test(answer)
const isEnded = ({ state }: Hold) => !['active', 'ordered', 'confirmed'].includes(state)
const keyed = ({ buyer, show, variant, quantity }: Omit<OfAsk<'hold'>, 'ask'>) => ({
  buyer,
  show,
  variant,
  quantity,
})
export const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length]
const isInLineup = (show: number, variant: number) =>
  (lineups[show] as readonly number[]).includes(productOf[variant] as number)
