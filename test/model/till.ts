import type { Model } from './model.ts'
import { type Hold, payMinutes, type Shelf, variantsIn } from './shelf.ts'
import type { Ask, Step } from './steps.ts'

export type ChargeStatus = 'pending' | 'succeeded' | 'failed' | 'requires_action'
export type Charge = { status: ChargeStatus; version: number }
export type ChargeEvent = { order: number; charge: Charge }
export type Order = {
  n: number
  buyer: number
  holds: Hold[]
  status: 'pending' | 'paid' | 'shipped' | 'expired' | 'canceled' | 'refunded'
  until: number
  total: number
  refunded: number
  shipped: boolean
  /** As the shop knows it. */
  payment: { status: ChargeStatus | 'canceled' | 'refunded'; version: number; captured: boolean }
  /** As it is at the company. */
  charge: Charge
}
export type Refund = { order: Order; amount: number; done: boolean }

const pendingMax = 3

/** Orders, and the money that is taken and given back for them. */
export class Till {
  readonly orders: Order[] = []
  readonly refunds: Refund[] = []
  readonly events: ChargeEvent[] = []
  readonly #shelf: Shelf
  readonly #shop: Pick<Model, 'sales' | 'closeSale' | 'isPulled'>

  constructor(shelf: Shelf, shop: Pick<Model, 'sales' | 'closeSale' | 'isPulled'>) {
    this.#shelf = shelf
    this.#shop = shop
  }

  /** All holds or none; they live as long as the order. */
  place({ buyer, holds: named }: Extract<Ask, { ask: 'order' }>): string {
    const shelf = this.#shelf
    const holds = named.map((n) => shelf.holds[n] as Hold)
    const states = holds.map((hold) => (shelf.isDue(hold) ? 'expired' : hold.state))
    if (holds.some((hold) => hold.buyer !== buyer)) return 'NOT_FOUND'
    if (states.some((state) => ['released', 'expired', 'pulled'].includes(state)))
      return 'HOLD_ENDED'
    if (states.some((state) => state !== 'active')) return 'CONFLICT'
    const waiting = this.orders.filter(
      (o) => o.buyer === buyer && o.status === 'pending' && o.until > shelf.now,
    )
    if (waiting.length >= pendingMax) return 'CONFLICT'
    const order: Order = {
      n: this.orders.length,
      buyer,
      holds,
      status: 'pending',
      until: shelf.now + payMinutes,
      total: holds.reduce((sum, hold) => sum + hold.quantity * hold.price, 0),
      refunded: 0,
      shipped: false,
      payment: { status: 'pending', version: 0, captured: false },
      charge: { status: 'pending', version: 0 },
    }
    for (const hold of holds) Object.assign(hold, { state: 'ordered', until: order.until })
    this.orders.push(order)
    // What placing answered it answers again, whatever became of the order.
    return `order ${order.n} pending ${order.total}`
  }

  cancel(n: number): string {
    const order = this.orders[n] as Order
    if (order.status === 'pending') this.#end([order], 'canceled')
    return order.status === 'canceled' ? `order ${n} canceled` : 'CONFLICT'
  }

  expire(): void {
    const due = this.orders.filter((o) => o.status === 'pending' && o.until <= this.#shelf.now)
    this.#end(due, 'expired')
  }

  #end(orders: Order[], as: 'canceled' | 'expired'): void {
    const holds = orders.flatMap((order) => order.holds)
    const ended = as === 'canceled' ? 'released' : 'expired'
    this.#shelf.crossing(variantsIn(holds), () => this.#shelf.end(holds, ended))
    for (const order of orders) {
      order.status = as
      order.payment.status = 'canceled'
    }
  }

  /** A company that has taken the money says nothing else of it. */
  charge({ order: n, status }: Extract<Step, { do: 'charge' }>): string {
    const order = this.orders[n % this.orders.length]
    if (!order || order.charge.status === 'succeeded') return 'nothing'
    order.charge = { status, version: order.charge.version + 1 }
    this.events.push({ order: order.n, charge: order.charge })
    return 'ok'
  }

  hear(event: ChargeEvent | undefined): string {
    if (!event) return 'nothing'
    this.#settle(this.orders[event.order] as Order, event.charge)
    return 'ok'
  }

  /** The company is asked how it stands, unless nobody waits for the payment any more. */
  reconcile(order: Order | undefined): string {
    if (!order) return 'nothing'
    this.#settle(order, order.charge)
    return 'ok'
  }

  /** Succeeded stands, whatever else is said; of the rest the highest version counts. */
  #settle(order: Order, { status, version }: Charge): void {
    const { payment } = order
    if (payment.captured) return
    if (status !== 'succeeded') {
      if (order.status === 'pending' && version > payment.version) payment.status = status
      payment.version = Math.max(payment.version, version)
      return
    }
    order.payment = { status: 'succeeded', version, captured: true }
    if (order.status === 'pending') this.#paid(order)
    else this.#paidLate(order)
  }

  #paid(order: Order): void {
    const shelf = this.#shelf
    shelf.crossing(variantsIn(order.holds), () => {
      shelf.confirm(order.holds)
      order.status = 'paid'
      this.#tellPlaced(order)
      for (const sale of this.#shop.sales.filter((s) => !s.over && s.offer.to > shelf.now)) {
        const isOurs = order.holds.some((hold) => hold.offer === sale.offer)
        const isHeld = shelf.holds.some(
          (h) => h.offer === sale.offer && ['active', 'ordered'].includes(h.state),
        )
        if (isOurs && !isHeld && sale.offer.taken === sale.offer.cap)
          this.#shop.closeSale(sale, 'sold')
      }
    })
  }

  /** Its units are taken again by variant alone, all of them, unless one is pulled: else the money goes back. */
  #paidLate(order: Order): void {
    const shelf = this.#shelf
    const variants = variantsIn(order.holds)
    const wants = (variant: number) =>
      order.holds.filter((h) => h.variant === variant).reduce((sum, h) => sum + h.quantity, 0)
    const isThere =
      variants.every((variant) => shelf.free(variant) >= wants(variant)) &&
      !order.holds.some((hold) => this.#shop.isPulled(hold.show, hold.variant))
    if (!isThere) {
      order.status = 'refunded'
      this.#owe(order, order.total)
      return
    }
    shelf.crossing(variants, () => {
      this.#move(order, 'take', ({ quantity }) => ({ sold: quantity }))
      order.status = 'paid'
      this.#tellPlaced(order)
    })
  }

  merchant(what: Extract<Ask, { ask: 'refund' | 'ship' }>): string {
    const order = this.orders[what.order] as Order
    if (what.ask === 'refund') return this.#refund(order, what.amount)
    if (order.status !== 'paid') return 'CONFLICT'
    this.#move(order, 'ship', ({ quantity }) => ({ onHand: -quantity, sold: -quantity }))
    order.status = 'shipped'
    order.shipped = true
    return `order ${order.n} shipped`
  }

  /** Never more than was taken. Units of an order that was not sent come back when nothing of its price is left. */
  #refund(order: Order, amount: number | null): string {
    const left = order.total - order.refunded
    const give = amount ?? left
    if (!order.payment.captured || give <= 0 || give > left) return 'CONFLICT'
    order.status = 'refunded'
    this.#owe(order, give)
    if (!order.shipped && order.refunded === order.total) {
      this.#shelf.crossing(variantsIn(order.holds), () =>
        this.#move(order, 'return', ({ quantity }) => ({ sold: -quantity })),
      )
    }
    return `order ${order.n} refunded ${order.refunded}`
  }

  #owe(order: Order, amount: number): void {
    order.refunded += amount
    this.refunds.push({ order, amount, done: false })
  }

  /** A company that is away leaves every refund owed, whether it has heard of it or not. */
  giveBack(away: 'never' | 'before' | 'after'): string {
    if (away !== 'never') return 'ok'
    for (const refund of this.refunds) refund.done = true
    for (const order of this.orders) {
      const given = this.refunds
        .filter((r) => r.order === order)
        .reduce((sum, r) => sum + r.amount, 0)
      if (given > 0 && given === order.total) order.payment.status = 'refunded'
    }
    return 'ok'
  }

  #move(order: Order, kind: string, by: (hold: Hold) => { onHand?: number; sold: number }): void {
    for (const hold of order.holds) {
      const units = this.#shelf.units[hold.variant]
      const { onHand = 0, sold } = by(hold)
      if (!units) continue
      units.onHand += onHand
      units.sold += sold
      this.#shelf.line(hold.variant, kind, hold.quantity)
    }
  }

  #tellPlaced(order: Order): void {
    for (const [show, holds] of Map.groupBy(order.holds, (hold) => hold.show)) {
      const sums = Map.groupBy(holds, (hold) => hold.variant)
      const items = [...sums].map(([v, some]) => `${v}:${some.reduce((n, h) => n + h.quantity, 0)}`)
      this.#shelf.tell(show, `order.placed ${items.sort().join(' ')}`)
    }
  }
}
