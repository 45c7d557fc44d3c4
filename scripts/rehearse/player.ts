// The crowd and the host of a rehearsal, in a process of their own, so that what they cost is not taken
// for the server's.

import { setTimeout as wait } from 'node:timers/promises'
import { newId } from '../../server/base/ids.ts'
import type { Stage } from '../bench/house.ts'
import { percentile } from '../bench/report.ts'
import { answerQuestions } from '../bench/worker.ts'
import { type Act, countdownMs, type Evening, eveningOf, type Mischief } from './crowd.ts'
import { type Heard, Person } from './person.ts'

export type Question = {
  port: number
  stage: Stage
  seed: number
  viewers: number
  seconds: number
}
export type Spread = { p50: number; p99: number; count: number }
export type Played = {
  came: number
  left: number
  cameBack: number
  silent: number
  said: number
  reactions: number
  wanted: number
  held: number
  soldOut: number
  units: number
  paid: number
  declined: number
  refusals: Record<string, number>
  misbehaved: number
  pin: Spread
  hold: Spread
  message: Spread
  wrong: string[]
  wrongCount: number
  cpuMs: number
}

/** One viewer in so many reads every word and takes the time. */
const readEvery = 20
/** Orders on their way at once: people type their addresses at different speeds. */
const tillsMax = 50
/** How long a buyer waits for the bank's form, and how often the page asks. */
const [payUrlMs, payLookMs] = [20_000, 200]
const address = {
  name: 'Rehearsal',
  line1: '1 Quay Street',
  city: 'Bristol',
  postalCode: 'BS1 4DJ',
  country: 'GB',
}

answerQuestions<Question, Played>((question) => new Rehearsal(question).play())

class Rehearsal {
  readonly #asked: Question
  readonly #evening: Evening
  readonly #people: Person[]
  readonly #host: Person
  readonly #at = new Map<string, number>()
  readonly #took = { pin: [] as number[], hold: [] as number[], message: [] as number[] }
  readonly #till = new Set<Promise<void>>()
  readonly #running = new Set<Promise<void>>()
  readonly #wrong: string[] = []
  readonly #count = {
    came: 0,
    left: 0,
    cameBack: 0,
    silent: 0,
    said: 0,
    reactions: 0,
    wanted: 0,
    held: 0,
    soldOut: 0,
    paid: 0,
    declined: 0,
    misbehaved: 0,
  }
  readonly #refusals: Record<string, number> = {}
  readonly #known = new Set<Person>()

  constructor(asked: Question) {
    this.#asked = asked
    this.#evening = eveningOf(asked.seed, asked.viewers, asked.seconds)
    const { port, stage } = asked
    const wrong = (what: string) => this.#wrong.push(what)
    const person = (token: string, reads: boolean) =>
      new Person({ port, token, wrong, reads: reads ? (event) => this.#hear(event) : undefined })
    this.#people = stage.people.map((token, n) => person(token, n % readEvery === 0))
    this.#host = person(stage.host, false)
  }

  async play(): Promise<Played> {
    const { showId } = this.#asked.stage
    await this.#host.come(showId)
    const cpu = process.cpuUsage()
    const startedAt = performance.now()
    const { acts, pinsAtMs, saleAtMs } = this.#evening
    const hosting = [
      ...pinsAtMs.map((atMs, n) => ({ atMs, run: () => this.#pin(n) })),
      { atMs: saleAtMs, run: () => this.#announce() },
    ]
    const all = [...acts.map((act) => ({ atMs: act.atMs, run: () => this.#act(act) })), ...hosting]
    for (const { atMs, run } of all.sort((a, b) => a.atMs - b.atMs)) {
      const early = startedAt + atMs - performance.now()
      if (early > 1) await wait(early)
      this.#track(run())
    }
    await wait(Math.max(0, startedAt + this.#asked.seconds * 1_000 - performance.now()))
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
    const used = process.cpuUsage(cpu)
    for (const person of [...this.#people, this.#host]) person.leave()
    return {
      ...this.#count,
      units: this.#evening.units,
      refusals: this.#refusals,
      pin: spread(this.#took.pin),
      hold: spread(this.#took.hold),
      message: spread(this.#took.message),
      wrong: [...new Set(this.#wrong)].slice(0, 3),
      wrongCount: this.#wrong.length,
      cpuMs: (used.user + used.system) / 1_000,
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => void this.#wrong.push(String(error)))
      .finally(() => this.#running.delete(tracked))
    this.#running.add(tracked)
  }

  async #pin(n: number): Promise<void> {
    const { showId, products } = this.#asked.stage
    const productId = products[n % products.length] as string
    this.#at.set(productId, performance.now())
    this.#must('pin', await this.#host.ask('product:pin', { showId, productId }))
  }

  async #announce(): Promise<void> {
    const { showId, variants } = this.#asked.stage
    const sale = {
      showId,
      variantId: variants[0],
      price: { amount: 1_200, currency: 'EUR' },
      quantity: this.#evening.units,
      perBuyer: 1,
      countdownMs,
      durationMs: 600_000,
    }
    this.#must('start the sale', await this.#host.ask('sale:start', sale))
  }

  #must(what: string, { ok, code }: { ok: boolean; code?: string }): void {
    if (!ok) this.#wrong.push(`the host could not ${what}: ${code}`)
  }

  async #act(act: Act): Promise<void> {
    const person = this.#people[act.viewer] as Person
    const { showId } = this.#asked.stage
    if (act.do === 'come') return this.#come(person)
    if (!person.isHere) return
    if (act.do === 'leave') {
      this.#count.left += 1
      person.leave()
    } else if (act.do === 'stop reading') {
      this.#count.silent += 1
      person.stopReading()
    } else if (act.do === 'react') {
      this.#count.reactions += 1
      this.#note(await person.ask('reaction:send', { showId, kind: 'heart' }))
    } else if (act.do === 'say') await this.#say(person, act.text)
    else if (act.do === 'buy') await this.#buy(person, act)
    else await this.#misbehave(person, act.how)
  }

  async #come(person: Person): Promise<void> {
    if (this.#known.has(person)) this.#count.cameBack += 1
    else this.#count.came += 1
    this.#known.add(person)
    await person.come(this.#asked.stage.showId)
  }

  async #say(person: Person, words: string): Promise<void> {
    const said = `${words} ${this.#count.said++}`
    this.#at.set(said, performance.now())
    const { showId } = this.#asked.stage
    this.#note(await person.ask('chat:send', { showId, text: said, key: newId() }))
  }

  async #buy(person: Person, { pays, card }: Act & { do: 'buy' }): Promise<void> {
    const { showId, variants } = this.#asked.stage
    this.#count.wanted += 1
    const pressedAt = performance.now()
    const ask = { showId, variantId: variants[0], quantity: 1, key: newId() }
    const answer = await person.ask('hold:create', ask)
    if (answer.code !== 'LEFT') this.#took.hold.push(performance.now() - pressedAt)
    if (answer.ok) this.#count.held += 1
    else if (answer.code === 'SOLD_OUT') this.#count.soldOut += 1
    else this.#note(answer)
    if (!answer.ok || !pays) return
    while (this.#till.size >= tillsMax) await Promise.race(this.#till)
    const paying = this.#pay(person, answer.value?.['holdId'] as string, card).finally(() =>
      this.#till.delete(paying),
    )
    this.#till.add(paying)
    await paying
  }

  async #pay(person: Person, holdId: string, card: string): Promise<void> {
    const body = { holdIds: [holdId], shippingAddress: address }
    const { order } = await this.#call<{ order: { id: string } }>(person, '/orders', body)
    const [bankId] = /sbx_[\w-]{43}/.exec(await this.#payUrl(person, order.id)) ?? []
    const path = `/sandbox/payments/${bankId}/pay`
    const { status } = await this.#call<{ status: string }>(person, path, { card })
    if (status === 'succeeded') this.#count.paid += 1
    else this.#count.declined += 1
  }

  /** The bank's form; at a rush the order stands before the bank has answered. */
  async #payUrl(person: Person, orderId: string): Promise<string> {
    const until = performance.now() + payUrlMs
    while (performance.now() < until) {
      type Payment = { payUrl: string | null }
      const { payUrl } = await this.#call<Payment>(person, `/orders/${orderId}/payment`)
      if (payUrl !== null) return payUrl
      await wait(payLookMs)
    }
    throw new Error(`order ${orderId} had nothing to be paid at`)
  }

  /** GET, or POST where there is a body. */
  async #call<T>(person: Person, path: string, body?: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.#asked.port}/api/v1${path}`, {
      headers: {
        authorization: `Bearer ${person.token}`,
        ...(body && { 'content-type': 'application/json', 'idempotency-key': newId() }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    return (await answer.json()) as T
  }

  /** Each of these is to be refused by name; the house goes on for everybody else. */
  async #misbehave(person: Person, how: Mischief): Promise<void> {
    this.#count.misbehaved += 1
    const { showId } = this.#asked.stage
    const asks: Record<Mischief, () => ReturnType<Person['ask']>> = {
      'a command that is none': () => person.ask('show:burn', { showId }),
      'a payload that is none': () => person.ask('hold:create', ['x', null, 1e308]),
      'a book': () => person.ask('chat:send', { showId, text: 'x'.repeat(40_000), key: newId() }),
      'a shout': () => person.ask('product:pin', { showId, productId: newId() }),
    }
    const { ok, code } = await asks[how]()
    if (ok) this.#wrong.push(`${how} was taken`)
    else if (code === 'INTERNAL' || code === 'UNANSWERED') this.#wrong.push(`${how}: ${code}`)
  }

  /** A refusal by name is an answer; no answer and a fault of ours are not. */
  #note({ ok, code }: { ok: boolean; code?: string }): void {
    if (ok || code === undefined || code === 'LEFT') return
    this.#refusals[code] = (this.#refusals[code] ?? 0) + 1
    if (code === 'INTERNAL' || code === 'UNANSWERED') this.#wrong.push(`a viewer got ${code}`)
  }

  #hear(event: Heard): void {
    const [at, took] =
      event.type === 'product.pinned'
        ? [this.#at.get(String(event['productId'])), this.#took.pin]
        : event.type === 'chat.sent'
          ? [this.#at.get(String(event['text'])), this.#took.message]
          : []
    if (at !== undefined && took) took.push(performance.now() - at)
  }
}

function spread(all: number[]): Spread {
  return { p50: percentile(all, 0.5), p99: percentile(all, 0.99), count: all.length }
}
