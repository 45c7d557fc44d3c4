import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Hold } from '../../../shared/wire/holds.ts'
import type { Person } from '../house.ts'
import { askHttp } from './client.ts'
import type { Try } from './crowd.ts'
import type { Place } from './place.ts'
import { type NightStage, setNightStage } from './stage.ts'
import { Talker } from './talker.ts'
import { Watcher } from './watcher.ts'

const everyMs = 400

/**
 * People in another show, who have nothing to do with the sale: a viewer, a host who talks, a buyer
 * who holds a unit and gives it back. Whether they notice anything is one of the questions.
 */
export class Canary {
  readonly history: Try[] = []
  readonly stage: NightStage
  readonly watcher: Watcher
  readonly talker: Talker
  readonly #place: Place
  readonly #person: Person
  readonly #running: Promise<void>
  readonly #home: number
  #closed = false

  /** At home on the process that nothing is done to: the last one. */
  static async open(place: Place, talkMs?: number): Promise<Canary> {
    const home = place.webs.length - 1
    const stage = await setNightStage(place, 100, home)
    const watcher = await Watcher.enter(place, stage.showId, home)
    const [person] = (await place.people(1)) as [Person]
    return new Canary({ place, stage, watcher, person, talkMs })
  }

  private constructor(parts: {
    place: Place
    stage: NightStage
    watcher: Watcher
    person: Person
    talkMs: number | undefined
  }) {
    this.#place = parts.place
    this.stage = parts.stage
    this.watcher = parts.watcher
    this.#person = parts.person
    this.#home = parts.place.webs.length - 1
    this.talker = new Talker(this.#place, this.stage, this.#home, parts.talkMs)
    this.#running = this.#shop()
  }

  /** Everything that they asked, the talk too. */
  get all(): Try[] {
    return [...this.history, ...this.talker.history]
  }

  /** What went otherwise than on any evening. */
  get disturbances(): string[] {
    const wrong = this.all.filter(({ outcome }) => outcome !== 'ok')
    return wrong.map((one) => `canary: ${JSON.stringify(one)}`)
  }

  /** `62 of 62 ok, p99 41 ms`. */
  get words(): string {
    const all = this.all
    const good = all.filter(({ outcome }) => outcome === 'ok').length
    const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b)
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0
    return `${good} of ${all.length} ok, p99 ${p99.toFixed(0)} ms`
  }

  async rest(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#running, this.talker.hush()])
  }

  async close(): Promise<void> {
    await this.rest()
    await this.watcher.leave()
  }

  async #shop(): Promise<void> {
    for (let web = this.#home; !this.#closed; ) {
      const held = await this.#try<Hold>('hold', web, 'POST', '/holds')
      const hold = held.value
      if (hold) await this.#try('release', web, 'DELETE', `/holds/${hold.holdId}`)
      else web = (web + 1) % this.#place.webs.length
      await pause(everyMs)
    }
  }

  async #try<T>(op: 'hold' | 'release', web: number, method: string, path: string) {
    const { showId, variantId } = this.stage
    const key = randomUUID()
    const from = performance.now()
    const answer = await askHttp<T>(this.#place.web(web).url, method, path, {
      token: this.#person.token,
      ...(op === 'hold' && { body: { showId, variantId, quantity: 1 }, key }),
    })
    const { outcome, words } = answer
    const ms = performance.now() - from
    const who = this.#person.id
    this.history.push({ who, op, key, web, outcome, ms, ...(words && { words }) })
    return answer
  }
}
