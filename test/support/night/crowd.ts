import { setTimeout as pause } from 'node:timers/promises'
import type { Socket } from 'socket.io-client'
import type { Hold } from '../../../shared/wire/holds.ts'
import type { Order, Payment } from '../../../shared/wire/orders.ts'
import { home } from '../home.ts'
import type { Person } from '../house.ts'
import type { Night } from '../night.ts'
import {
  type Answer,
  askHttp,
  askSocket,
  checkoutLimitMs,
  limitMs,
  type Outcome,
  openSocket,
} from './client.ts'
import type { NightStage } from './stage.ts'

/** One request of somebody, and how it ended. */
export type Try = {
  who: string
  op:
    | 'hold'
    | 'release'
    | 'order'
    | 'cancel'
    | 'refund'
    | 'payment'
    | 'pay'
    | 'declined'
    | 'late'
    | 'chat'
  key: string
  web: number
  outcome: Outcome
  ms: number
  /** Of the hold, order or message that a good answer named. */
  id?: string
  words?: string
}

/** `spreadMs`: how long until the last of them has come. */
type Settings = { buyers: number; stage: NightStage; pay?: boolean; spreadMs: number }

/** Whoever is told to come back waits a moment, as the client does. */
const againMs = 100
/** After this long without a result something is wrong with the house. */
const patienceMs = 90_000

/**
 * Buyers who hold, order and pay, each by key and with as many tries as it takes, half of them by
 * socket, on whichever process answers; and what became of each try.
 */
export class Crowd {
  readonly history: Try[] = []
  readonly #night: Night
  readonly #settings: Settings
  readonly #round: number
  #people: Person[] = []
  #done: Promise<void> = Promise.resolve()
  #isDone = false

  static async gather(night: Night, settings: Settings): Promise<Crowd> {
    const crowd = new Crowd(night, settings)
    crowd.#people = await night.people(settings.buyers)
    return crowd
  }

  private constructor(night: Night, settings: Settings) {
    this.#night = night
    this.#settings = settings
    this.#round = night.random()
  }

  /** Everybody goes; answers at once. `done` is when the last one has what there was to have. */
  go(): void {
    this.#done = Promise.all(this.#people.map((person, n) => this.#shop(person, n))).then(() => {
      this.#isDone = true
    })
    // Who waits for `done` hears of it; until then it is not a promise that nobody awaits.
    this.#done.catch(() => undefined)
  }

  get isDone(): boolean {
    return this.#isDone
  }

  get done(): Promise<void> {
    return this.#done
  }

  count(op: Try['op'], outcome: Outcome = 'ok'): number {
    return this.history.filter((one) => one.op === op && one.outcome === outcome).length
  }

  /** Ids that good answers named, once each. */
  ids(op: Try['op']): string[] {
    const good = this.history.filter((one) => one.op === op && one.outcome === 'ok')
    return [...new Set(good.map((one) => one.id as string))]
  }

  async #shop(person: Person, n: number): Promise<void> {
    await using errand = new Errand(this.#night, this.history, person, n)
    // Not all at the same instant: the fault is to find people in every step.
    await pause(this.#night.random() * this.#settings.spreadMs)
    const { showId, variantId } = this.#settings.stage
    const what = { showId, variantId, quantity: 1 }
    const key = `${this.#round} ${person.id}`.replace(' ', '-')
    const hold = await errand.hold(what, `h-${key}`)
    if (!hold || this.#settings.pay === false) return
    const placed = await errand.order(hold.holdId, `o-${key}`)
    if (placed) await errand.pay(placed.order.id, placed.payment)
  }
}

type Placed = { order: Order; payment: Payment }

const nothing = () => ''

/** One person's way through the shop. */
export class Errand implements AsyncDisposable {
  readonly #night: Night
  readonly #history: Try[]
  readonly #person: Person
  readonly #bySocket: boolean
  #web: number
  #socket: Socket | undefined
  /** When the socket was opened: that is a question of its own, with a time of its own. */
  #inAt = 0

  constructor(night: Night, history: Try[], person: Person, n: number) {
    this.#night = night
    this.#history = history
    this.#person = person
    this.#bySocket = n % 4 < 2
    this.#web = n % night.webs.length
  }

  hold(what: { showId: string; variantId: string; quantity: number }, key: string) {
    return this.#try<Hold>(
      'hold',
      key,
      ({ holdId }) => holdId,
      async (url) => {
        if (!this.#bySocket) return this.#post(url, '/holds', what, key)
        return this.#command(url, 'hold:create', { ...what, key })
      },
    )
  }

  order(holdId: string, key: string): Promise<Placed | undefined> {
    const body = { holdIds: [holdId], shippingAddress: home }
    return this.#try<Placed>(
      'order',
      key,
      ({ order }) => order.id,
      (url) => this.#post(url, '/orders', body, key, checkoutLimitMs),
    )
  }

  release(holdId: string): Promise<object | undefined> {
    const { token } = this.#person
    return this.#try<object>('release', holdId, nothing, (url) =>
      askHttp(url, 'DELETE', `/holds/${holdId}`, { token }),
    )
  }

  cancel(orderId: string, key: string): Promise<Order | undefined> {
    const { token } = this.#person
    return this.#try<Order>('cancel', key, nothing, (url) =>
      askHttp(url, 'POST', `/orders/${orderId}/cancel`, { token, key }),
    )
  }

  /** On behalf of the shop: gives all the money of a paid order back. */
  refund(orderId: string, key: string, { token }: Person): Promise<Order | undefined> {
    return this.#try<Order>('refund', key, nothing, (url) =>
      askHttp(url, 'POST', `/merchant/orders/${orderId}/refund`, { token, key, body: {} }),
    )
  }

  say(showId: string, key: string): Promise<object | undefined> {
    const what = { showId, text: `is there one for me? ${key}`, key }
    return this.#try<{ messageId?: string }>(
      'chat',
      key,
      ({ messageId = '' }) => messageId,
      (url) => this.#command(url, 'chat:send', what),
    )
  }

  /** Pays until the bank has said that it has the money. */
  pay(orderId: string, payment: Payment): Promise<void> {
    return this.#card('pay', orderId, payment, '4242424242424242')
  }

  /** Pays what has ended: the units are there still, or the money comes back. */
  payLate(orderId: string, payment: Payment): Promise<void> {
    return this.#card('late', orderId, payment, '4242424242424242')
  }

  /** Tries a card that the bank refuses. */
  decline(orderId: string, payment: Payment): Promise<void> {
    return this.#card('declined', orderId, payment, '4000000000000002')
  }

  async #card(
    op: 'pay' | 'late' | 'declined',
    orderId: string,
    { payUrl: known }: Payment,
    card: string,
  ): Promise<void> {
    const payUrl = known ?? (await this.#whereToPay(orderId))
    if (payUrl === undefined) return
    const path = new URL(payUrl).pathname
    await this.#try<{ status: string }>(
      op,
      orderId,
      () => orderId,
      (url) => askHttp(url, 'POST', path, { token: this.#person.token, body: { card } }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.disconnect()
  }

  /** Where the provider was away, the address to pay at follows within seconds. */
  async #whereToPay(orderId: string): Promise<string | undefined> {
    const { token } = this.#person
    const begun = performance.now()
    for (;;) {
      const payment = await this.#try<Payment>(
        'payment',
        orderId,
        () => orderId,
        (url) => askHttp(url, 'GET', `/orders/${orderId}/payment`, { token }),
      )
      if (payment?.payUrl) return payment.payUrl
      // It ended before the provider heard of it: nobody can pay it.
      if (payment?.status === 'canceled') return undefined
      mustHavePatience(begun, 'an address to pay at')
      await pause(againMs)
    }
  }

  /** The same key again until the answer is one: a result, or a refusal that is not about the night. */
  async #try<T>(
    op: Try['op'],
    key: string,
    idOf: (value: T) => string,
    send: (url: string) => Promise<Answer<T>>,
  ): Promise<T | undefined> {
    const begun = performance.now()
    for (;;) {
      const web = this.#web
      const from = performance.now()
      const answer = await send(this.#night.web(web).url)
      const { outcome, value, words } = answer
      this.#history.push({
        who: this.#person.id,
        op,
        key,
        web,
        outcome,
        ms: performance.now() - Math.max(from, this.#inAt),
        ...(value && { id: idOf(value) }),
        ...(words && { words }),
      })
      if (outcome === 'ok') return value
      const passes = ['UNAVAILABLE', 'RATE_LIMITED', 'closed', 'late'].includes(outcome)
      if (!passes) return undefined
      mustHavePatience(begun, `${op} ${key}: ${outcome} ${words}`)
      await pause(Math.min(answer.retryAfterMs ?? againMs, 500))
      // A process that is gone or cannot serve: on to the next one, as the load balancer would.
      this.#web = (web + 1) % this.#night.webs.length
    }
  }

  #post<T>(url: string, path: string, body: object, key: string, limitMs?: number) {
    const { token } = this.#person
    const limit = limitMs === undefined ? {} : { limitMs }
    return askHttp<T>(url, 'POST', path, { token, body, key, ...limit })
  }

  async #command<T>(url: string, command: string, payload: object): Promise<Answer<T>> {
    if (!this.#socket?.connected || !this.#socket.io.opts.hostname || !this.#isAt(url)) {
      this.#socket?.disconnect()
      try {
        const from = performance.now()
        this.#socket = await openSocket(url, this.#person.token)
        this.#inAt = performance.now()
        if (this.#inAt - from > limitMs) return { outcome: 'late' }
      } catch {
        return { outcome: 'closed' }
      }
    }
    return askSocket<T>(this.#socket, command, payload)
  }

  #isAt(url: string): boolean {
    return this.#socket?.io.opts.port === new URL(url).port
  }
}

function mustHavePatience(begun: number, for_: string): void {
  if (performance.now() - begun < patienceMs) return
  throw new Error(`no result for a long time: ${for_}`)
}
