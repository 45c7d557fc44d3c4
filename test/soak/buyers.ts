import { setTimeout as pause } from 'node:timers/promises'
import type { Hold } from '../../shared/wire/holds.ts'
import type { Order, Payment } from '../../shared/wire/orders.ts'
import type { Person } from '../support/house.ts'
import { Errand, type Try } from '../support/night/crowd.ts'
import type { Night } from '../support/night.ts'

export type Shelf = { showId: string; variantIds: string[]; host: Person }
/** How long holds and orders last in this night. */
export type Terms = { holdMs: number; payMs: number }

type Placed = { order: Order; payment: Payment }

/** What somebody does next, by chance; the shares add up to one. */
const afterHolding = { order: 0.7, release: 0.18, forget: 0.12 }
const afterOrdering = { pay: 0.66, cancel: 0.1, forget: 0.08, payLate: 0.06, declined: 0.1 }
const quantityMax = 3
/** Of those who paid; an order that is not settled yet is a CONFLICT, and stays. */
const refundShare = 0.12
const beforeNextMs = 600
/** Later than the order's end, before anybody gives the payment up. */
const lateMs = 1_500

/** People who never stop buying: they hold, give back, order, pay, cancel, forget, pay too late. */
export class Buyers {
  readonly history: Try[] = []
  readonly #night: Night
  readonly #shelf: Shelf
  readonly #terms: Terms
  readonly #running: Promise<void>[]
  #closed = false

  static async gather(night: Night, count: number, shelf: Shelf, terms: Terms): Promise<Buyers> {
    return new Buyers(night, await night.people(count), shelf, terms)
  }

  private constructor(night: Night, people: Person[], shelf: Shelf, terms: Terms) {
    this.#night = night
    this.#shelf = shelf
    this.#terms = terms
    this.#running = people.map((person, n) => this.#shop(person, n))
    // Whoever waits for them to go home hears of it.
    for (const one of this.#running) one.catch(() => undefined)
  }

  count(op: Try['op']): number {
    return this.history.filter((one) => one.op === op && one.outcome === 'ok').length
  }

  /** Everybody finishes what they are at, and goes. */
  async goHome(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#running)
  }

  async #shop(person: Person, n: number): Promise<void> {
    for (let round = 0; !this.#closed; round++) {
      await using errand = new Errand(this.#night, this.history, person, n + round)
      await this.#errand(errand, `${person.id}-${round}`)
      await pause(this.#night.random() * beforeNextMs)
    }
  }

  async #errand(errand: Errand, key: string): Promise<void> {
    const { showId, variantIds } = this.#shelf
    const variantId = variantIds[Math.floor(this.#night.random() * variantIds.length)] as string
    const quantity = 1 + Math.floor(this.#night.random() * quantityMax)
    if (this.#night.random() < 0.2) await errand.say(showId, `say-${key}`)
    const hold = await errand.hold({ showId, variantId, quantity }, `h-${key}`)
    if (hold) await this.#withHold(errand, hold, key)
  }

  async #withHold(errand: Errand, { holdId }: Hold, key: string): Promise<void> {
    const next = this.#choose(afterHolding)
    if (next === 'release') return void (await errand.release(holdId))
    if (next === 'forget') return
    const placed = await errand.order(holdId, `o-${key}`)
    if (placed) await this.#withOrder(errand, placed, key)
  }

  async #withOrder(errand: Errand, { order, payment }: Placed, key: string): Promise<void> {
    const next = this.#choose(afterOrdering)
    if (next === 'forget') return
    if (next === 'cancel') return void (await errand.cancel(order.id, `c-${key}`))
    if (next === 'declined') await errand.decline(order.id, payment)
    if (next === 'payLate') {
      await pause(this.#terms.payMs + lateMs)
      await errand.payLate(order.id, payment)
      return
    }
    await errand.pay(order.id, payment)
    if (this.#night.random() < refundShare) {
      await errand.refund(order.id, `r-${key}`, this.#shelf.host)
    }
  }

  #choose<T extends string>(shares: Record<T, number>): T {
    let left = this.#night.random()
    const choices = Object.entries<number>(shares)
    for (const [choice, share] of choices) {
      left -= share
      if (left < 0) return choice as T
    }
    return choices[0]?.[0] as T
  }
}
