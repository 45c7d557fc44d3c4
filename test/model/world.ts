import { newId } from '../../server/base/ids.ts'
import { Refusal } from '../../server/base/refusal.ts'
import type { Who } from '../../server/base/who.ts'
import { sweepHolds } from '../../server/features/inventory/jobs.ts'
import { sweepSales } from '../../server/features/sales/jobs.ts'
import { asRefusal } from '../../server/store/postgres.ts'
import type { Hold as WireHold } from '../../shared/wire/holds.ts'
import { home } from '../support/home.ts'

import type { Ids, Lane, Process } from './lane.ts'
import { type Asked, pick, salePrice } from './model.ts'
import { muteMinutes, range } from './shelf.ts'
import { type Ask, host, productOf, type Step } from './steps.ts'
import { viewOf } from './view.ts'

const minute = 60_000
const reason = 'a reason'
const euros = (amount: number) => ({ amount, currency: 'EUR' })
/** Connections that were cut are found out when they are used: so often at most. */
const mendMax = 40

type Do<D extends Step['do']> = Extract<Step, { do: D }>

/** The same shop for real: every step is the verb that does it, and answers as the model does. */
export class World {
  readonly ids: Ids
  readonly holds: string[] = []
  readonly orders: { id: string; paymentId: string }[] = []
  readonly #lane: Lane
  readonly #sales: { showId: string; saleId: string }[] = []
  readonly #events: Buffer[] = []
  readonly #charges = new Set<number>()
  /** How often each order's payment has moved at its company. */
  readonly #versions = new Map<number, number>()
  readonly #run = newId()

  constructor(lane: Lane, ids: Ids) {
    this.#lane = lane
    this.ids = ids
  }

  ask({ key, what }: Asked, at: Process = this.#lane.here): Promise<string> {
    return told(() => this.#ask(at, `${this.#run} ${key}`, what))
  }

  get here(): Process {
    return this.#lane.here
  }

  get elsewhere(): Process {
    return this.#lane.there
  }

  /** The ask is being decided while every connection is cut; the same ask then has one result. */
  async crash(asked: Asked): Promise<string> {
    const { here, there } = this.#lane
    const first = this.ask(asked)
    await there.pg.health`select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and application_name = 'vitrine' and pid <> pg_backend_pid()`
    await first
    await Promise.all([mend(here), mend(there)])
    return this.ask(asked)
  }

  async #ask(at: Process, key: string, what: Ask): Promise<string> {
    switch (what.ask) {
      case 'hold':
        return this.#tellHold(await at.inventory.hold(this.#who(what.buyer), this.#hold(what), key))
      case 'order':
        return this.#order(at, key, what)
      case 'cancel': {
        const { id } = this.orders[what.order] as { id: string }
        const { status } = await at.orders.cancel(this.#who(what.buyer), id, key)
        return `order ${what.order} ${status}`
      }
      case 'refund': {
        const { id } = this.orders[what.order] as { id: string }
        const amount = what.amount === null ? {} : { amount: what.amount }
        const order = await at.orders.refund(this.#who(what.who), id, amount, key)
        return `order ${what.order} ${order.status} ${order.refunded.amount}`
      }
      case 'ship': {
        const { id } = this.orders[what.order] as { id: string }
        const parcel = { carrier: 'Post', trackingNumber: what.parcel }
        const { status } = await at.orders.ship(this.#who(what.who), id, parcel, key)
        return `order ${what.order} ${status}`
      }
      case 'correct': {
        const variantId = this.ids.variants[what.variant] as string
        const { delta } = what
        const units = await at.inventory.correctStock(
          this.#who(what.who),
          variantId,
          { delta, reason },
          key,
        )
        return `ok ${units.onHand} ${units.held} ${units.sold}`
      }
      case 'say': {
        const showId = this.ids.shows[what.show] as string
        const said = await at.chat.send(this.#who(what.who), { showId, text: what.text, key })
        return 'seq' in said ? `said at ${said.seq}` : 'held'
      }
    }
  }

  async #order(at: Process, key: string, { buyer, holds, city }: Extract<Ask, { ask: 'order' }>) {
    const holdIds = holds.map((n) => this.holds[n] as string)
    const shippingAddress = { ...home, city }
    const { order, payment } = await at.orders.place(
      this.#who(buyer),
      { holdIds, shippingAddress },
      key,
    )
    let n = this.orders.findIndex(({ id }) => id === order.id)
    if (n === -1) n = this.orders.push({ id: order.id, paymentId: payment.id }) - 1
    // Placed, but its payment could not be noted: whoever asks again opens it.
    if (payment.payUrl === null) return 'UNAVAILABLE'
    return `order ${n} ${order.status} ${order.total.amount}`
  }

  #tellHold({ holdId, state, quantity, price }: WireHold): string {
    if (!this.holds.includes(holdId)) this.holds.push(holdId)
    return `hold ${this.holds.indexOf(holdId)} ${state} ${quantity} for ${price.amount}`
  }

  #hold({ show, variant, quantity }: { show: number; variant: number; quantity: number }) {
    const showId = this.ids.shows[show] as string
    return { showId, variantId: this.ids.variants[variant] as string, quantity }
  }

  #who(n: number): Who {
    return this.ids.people[n] as Who
  }

  do(step: Exclude<Step, { do: 'ask' | 'again' | 'crash' }>, firstKey: number): Promise<string> {
    return told(() => this.#do(step, firstKey))
  }

  async #do(
    step: Exclude<Step, { do: 'ask' | 'again' | 'crash' }>,
    firstKey: number,
  ): Promise<string> {
    switch (step.do) {
      case 'rush':
        return this.#rush(step, firstKey)
      case 'release': {
        const hold = pick(this.holds, step.hold)
        if (hold === undefined) return 'nothing'
        await this.#lane.here.inventory.release(this.#who(step.buyer), hold)
        return 'ok'
      }
      case 'pass':
        return this.#pass(step.minutes)
      case 'sweep':
        return this.#sweep()
      case 'charge':
      case 'webhook':
      case 'reconcile':
      case 'giveBack':
        return this.#money(step)
      case 'saleStart':
      case 'saleEnd':
        return this.#sale(step)
      case 'price': {
        const variants = [
          { id: this.ids.variants[step.variant] as string, price: euros(step.amount) },
        ]
        const product = this.ids.products[productOf[step.variant] as number] as string
        await this.#lane.here.catalog.change(this.#who(host), product, { variants })
        return 'ok'
      }
      case 'reconnect':
        return JSON.stringify(await viewOf(this.#lane.there.pg.rest, this, step))
      case 'pin':
      case 'unpin':
      case 'pull':
      case 'restore':
      case 'mute':
      case 'unmute':
      case 'ban':
      case 'unban':
        return this.#staff(step)
    }
  }

  async #rush(what: Do<'rush'>, firstKey: number): Promise<string> {
    const { inventory } = this.#lane.here
    const asked = range(3).map((buyer) =>
      inventory.hold(this.#who(buyer), this.#hold(what), `${this.#run} ${firstKey + buyer}`),
    )
    const answers: string[] = []
    for (const one of await Promise.allSettled(asked))
      answers.push(one.status === 'fulfilled' ? this.#tellHold(one.value) : codeOf(one.reason))
    return answers.join(' · ')
  }

  /** The clock of the database cannot be moved: what this shop has to do with it is moved the other way. */
  async #pass(minutes: number): Promise<string> {
    const { shows } = this.ids
    const sql = this.#lane.here.pg.rest
    await sql`with by as (select ${minutes} * interval '1 minute' as x),
      h as (update holds set created_at = created_at - x, expires_at = expires_at - x, ended_at = ended_at - x
        from by where show_id = any(${shows}::uuid[])),
      f as (update offers set starts_at = starts_at - x, ends_at = ends_at - x, closed_at = closed_at - x
        from by where show_id = any(${shows}::uuid[])),
      s as (update sales set announced_at = announced_at - x, starts_at = starts_at - x, ends_at = ends_at - x,
          ended_at = ended_at - x from by where show_id = any(${shows}::uuid[])),
      o as (update orders set created_at = created_at - x, expires_at = expires_at - x, paid_at = paid_at - x,
          shipped_at = shipped_at - x from by where show_id = any(${shows}::uuid[]))
      update sanctions set until = until - x, at = at - x from by where show_id = any(${shows}::uuid[])`
    return 'ok'
  }

  async #sweep(): Promise<string> {
    const { pg, log, orders } = this.#lane.there
    await sweepHolds({ sql: pg.jobs, log })
    await orders.expire()
    await sweepSales({ sql: pg.jobs, log })
    return 'ok'
  }

  async #money(step: Do<'charge' | 'webhook' | 'reconcile' | 'giveBack'>): Promise<string> {
    const { here, there, company } = this.#lane
    if (step.do === 'giveBack') return this.#giveBack(step.away)
    if (step.do === 'webhook') {
      const event = pick(this.#events, step.n)
      if (!event) return 'nothing'
      await here.orders.hear('sandbox', {}, event)
      return 'ok'
    }
    const n = step.order % this.orders.length
    const order = this.orders[n]
    if (!order) return 'nothing'
    if (step.do === 'charge') {
      if (this.#charges.has(n)) return 'nothing'
      if (step.status === 'succeeded') this.#charges.add(n)
      this.#events.push(company.move(order.paymentId, step.status))
      this.#versions.set(n, (this.#versions.get(n) ?? 0) + 1)
      return 'ok'
    }
    await there.pg.rest`update payments
      set due_at = case when id = ${order.paymentId} then clock_timestamp() else 'infinity' end where due_at is not null`
    await there.orders.reconcilePayments()
    // The reconciler tries again by itself where its own books had no time: here that is an evening less.
    const [row] = await there.pg.rest`select version from payments where id = ${order.paymentId}`
    return (row?.['version'] as number) < (this.#versions.get(n) ?? 0) ? 'UNAVAILABLE' : 'ok'
  }

  async #giveBack(away: 'never' | 'before' | 'after'): Promise<string> {
    const { there, company } = this.#lane
    const mine = this.orders.map(({ id }) => id)
    await there.pg.rest`update refunds
      set due_at = case when order_id = any(${mine}::uuid[]) then clock_timestamp() else 'infinity' end where status = 'pending'`
    company.fails = away === 'never' ? undefined : away
    await there.orders.settleRefunds()
    company.fails = undefined
    const [owed] = await there.pg.rest`select from refunds
      where order_id = any(${mine}::uuid[]) and status = 'pending' limit 1`
    return owed && away === 'never' ? 'UNAVAILABLE' : 'ok'
  }

  async #sale(step: Do<'saleStart' | 'saleEnd'>): Promise<string> {
    const { sales } = this.#lane.here
    if (step.do === 'saleEnd') {
      const sale = pick(this.#sales, step.n)
      if (!sale) return 'nothing'
      await sales.end(this.#who(step.who), sale)
      return 'ok'
    }
    const { who, perBuyer, countdown, minutes } = step
    const times = { countdownMs: countdown * minute, durationMs: minutes * minute }
    const limit = perBuyer === null ? {} : { perBuyer }
    const what = { ...this.#hold(step), price: euros(salePrice), ...limit, ...times }
    const { saleId } = await sales.start(this.#who(who), what)
    this.#sales.push({ showId: what.showId, saleId })
    return `sale ${this.#sales.length - 1}`
  }

  async #staff(
    step: Do<'pin' | 'unpin' | 'pull' | 'restore' | 'mute' | 'unmute' | 'ban' | 'unban'>,
  ): Promise<string> {
    const { sales, moderation } = this.#lane.here
    const showId = this.ids.shows[step.show] as string
    const who = this.#who(step.who)
    if ('product' in step) {
      const productId = this.ids.products[step.product] as string
      await sales[step.do](who, { showId, productId, reason })
    } else {
      const { accountId } = this.#who(step.target)
      const durationMs = muteMinutes * minute
      await moderation[step.do](who, { showId, accountId, durationMs, reason })
    }
    return 'ok'
  }
}

/** Until every connection that was cut has been replaced. */
async function mend({ pg }: Process): Promise<void> {
  for (const client of [pg.hot, pg.talk, pg.rest, pg.jobs, pg.health]) {
    const isSound = () =>
      Promise.all(range(client.options.max).map(() => client`select 1`)).then(
        () => true,
        () => false,
      )
    let tries = 0
    while (!(await isSound())) if (++tries > mendMax) throw new Error('Postgres stays away')
  }
}

async function told(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  const refusal = asRefusal(error)
  if (refusal instanceof Refusal) return refusal.code
  throw error
}
