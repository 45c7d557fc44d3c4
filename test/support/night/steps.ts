import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Hold } from '../../../shared/wire/holds.ts'
import type { Order, Payment } from '../../../shared/wire/orders.ts'
import { home } from '../home.ts'
import type { Person } from '../house.ts'
import type { Night } from '../night.ts'
import { type Answer, as, askHttp, askSocket, checkoutLimitMs, openSocket } from './client.ts'
import { type NightStage, setNightStage } from './stage.ts'

/** Good for one order: a use that is counted twice, or comes back too often, is one too many. */
const code = 'NIGHT'

type Placed = { order: Order; payment: Payment }

/** One buyer in a show of their own, and the single steps of a purchase on any process, by key. */
export class Steps {
  readonly night: Night
  readonly stage: NightStage
  readonly buyer: Person

  static async begin(night: Night, web: number): Promise<Steps> {
    const stage = await setNightStage(night, 10, web)
    const desk = as(night.web(web).url, stage.host)
    await desk.post('/merchant/codes', { code, off: { percent: 10 }, quota: 1 })
    const [buyer] = (await night.people(1)) as [Person]
    return new Steps(night, stage, buyer)
  }

  private constructor(night: Night, stage: NightStage, buyer: Person) {
    this.night = night
    this.stage = stage
    this.buyer = buyer
  }

  hold(web: number, key = 'the-hold'): Promise<Answer<Hold>> {
    const { showId, variantId } = this.stage
    const body = { showId, variantId, quantity: 1 }
    return this.#ask(web, 'POST', '/holds', body, key)
  }

  release(web: number, holdId: string): Promise<Answer> {
    return this.#ask(web, 'DELETE', `/holds/${holdId}`)
  }

  order(web: number, holdId: string): Promise<Answer<Placed>> {
    const body = { holdIds: [holdId], shippingAddress: home, code }
    return this.#ask(web, 'POST', '/orders', body, 'order')
  }

  /** At whichever process: the address on the payment is the shop's public one. */
  async pay(web: number, orderId: string): Promise<Answer<{ status: string }>> {
    const { get } = as(this.night.web(web).url, this.buyer)
    const { payUrl } = await get<Payment>(`/orders/${orderId}/payment`)
    if (payUrl === null) return { outcome: 'UNAVAILABLE' }
    const { pathname } = new URL(payUrl)
    return this.#ask(web, 'POST', pathname, { card: '4242424242424242' })
  }

  cancel(web: number, orderId: string): Promise<Answer<Order>> {
    return this.#ask(web, 'POST', `/orders/${orderId}/cancel`, undefined, 'cancel')
  }

  refund(web: number, orderId: string): Promise<Answer<Order>> {
    const path = `/merchant/orders/${orderId}/refund`
    return this.#ask(web, 'POST', path, {}, 'refund', this.stage.host)
  }

  /** The host's word, on a socket of its own. */
  says(web: number, command: string, more: object): Promise<Answer> {
    return this.#says(this.stage.host, web, command, more)
  }

  /** One unit before the room, for long. */
  async auctioned(web: number): Promise<string> {
    const euros = (amount: number) => ({ amount, currency: 'EUR' })
    const terms = { opening: euros(1_000), step: euros(100), durationMs: 600_000, extendMs: 0 }
    const { variantId } = this.stage
    return must(await this.says(web, 'auction:open', { variantId, ...terms }))[
      'auctionId'
    ] as string
  }

  bid(web: number, auctionId: string): Promise<Answer> {
    const price = { amount: 1_000, currency: 'EUR' }
    return this.#says(this.buyer, web, 'auction:bid', { auctionId, price, key: 'the-bid' })
  }

  /** Its time is over at this moment; all of it was so much earlier. */
  async runOut(auctionId: string): Promise<void> {
    await this.night.sql`with a as (
        update auctions set opened_at = now() - duration_ms * interval '1 ms', ends_at = now()
        where id = ${auctionId} returning id, opened_at, ends_at)
      update auction_bids b set at = a.opened_at, ends_at = a.ends_at from a where b.auction_id = a.id`
  }

  /** One unit to be given away, for long; the buyer is in. */
  async givenAway(web: number): Promise<string> {
    const { variantId } = this.stage
    const opened = await this.says(web, 'giveaway:open', { variantId, durationMs: 600_000 })
    const giveawayId = must(opened)['giveawayId'] as string
    must(await this.#says(this.buyer, web, 'giveaway:enter', { giveawayId }))
    return giveawayId
  }

  /** Its time is over at this moment; all of it was so much earlier. */
  async drawDue(giveawayId: string): Promise<void> {
    await this.night.sql`with g as (
        update giveaways set opened_at = now() - interval '10 min', ends_at = now()
        where id = ${giveawayId} returning id, opened_at)
      update giveaway_entries e set at = g.opened_at from g where e.giveaway_id = g.id`
  }

  async #says(who: Person, web: number, command: string, more: object): Promise<Answer> {
    try {
      const socket = await openSocket(this.night.web(web).url, who.token)
      const answer = await askSocket<Record<string, unknown>>(socket, command, {
        showId: this.stage.showId,
        ...more,
      })
      socket.disconnect()
      return answer
    } catch {
      return { outcome: 'closed' }
    }
  }

  pull(web: number): Promise<Answer> {
    return this.says(web, 'product:pull', { productId: this.stage.productId, reason: 'cracked' })
  }

  ban(web: number): Promise<Answer> {
    return this.says(web, 'viewer:ban', { accountId: this.buyer.id, reason: 'rude' })
  }

  /** What the buyer finds on coming in. */
  async look(web: number): Promise<{ you: { holds: Hold[] } }> {
    const socket = await openSocket(this.night.web(web).url, this.buyer.token)
    const { showId } = this.stage
    const answer = await askSocket<{ you: { holds: Hold[] } }>(socket, 'show:join', { showId })
    socket.disconnect()
    return must(answer)
  }

  /** A held unit, from a process that is well. */
  async held(web: number): Promise<string> {
    return must(await this.hold(web)).holdId
  }

  async ordered(web: number): Promise<string> {
    return must(await this.order(web, await this.held(web))).order.id
  }

  async statusOf(orderId: string): Promise<string | undefined> {
    const [order] = await this.night.sql<{ status: string }[]>`
      select status from orders where id = ${orderId}`
    return order?.status
  }

  /** How often the stage's code is used. */
  async uses(): Promise<number | undefined> {
    const [made] = await this.night.sql<{ uses: number }[]>`
      select uses from discount_codes where merchant_id = ${this.stage.host.id}`
    return made?.uses
  }

  /** How many of a kind stand in the ledger of the stage's variant. */
  async ledger(kind: string): Promise<number> {
    const [row] = await this.night.sql<{ n: number }[]>`
      select count(*)::int as n from stock_ledger
      where variant_id = ${this.stage.variantId} and kind = ${kind}`
    return row?.n ?? 0
  }

  async events(type: string): Promise<number> {
    const [row] = await this.night.sql<{ n: number }[]>`
      select count(*)::int as n from show_events
      where show_id = ${this.stage.showId} and type = ${type}`
    return row?.n ?? 0
  }

  #ask<T>(
    web: number,
    method: string,
    path: string,
    body?: object,
    key?: string,
    { token } = this.buyer,
  ): Promise<Answer<T>> {
    return askHttp<T>(this.night.web(web).url, method, path, {
      token,
      limitMs: checkoutLimitMs,
      key: key ?? randomUUID(),
      ...(body && { body }),
    })
  }
}

/** The value of an answer that must have been good. */
export function must<T>({ outcome, value, words }: Answer<T>): T {
  expect(`${outcome} ${words ?? ''}`.trim()).toBe('ok')
  return value as T
}
