import { setTimeout as pause } from 'node:timers/promises'
import type { Socket } from 'socket.io-client'
import type { Person } from '../house.ts'
import { askSocket, openSocket } from './client.ts'
import type { Try } from './crowd.ts'
import type { Place } from './place.ts'

const usualMs = 150
const againMs = 100

/** Somebody who never stops talking in a show: so that its log moves all the time. */
export class Talker {
  readonly history: Try[] = []
  readonly #place: Place
  readonly #showId: string
  readonly #person: Person
  readonly #running: Promise<void>
  readonly #everyMs: number
  #web: number
  #socket: Socket | undefined
  #closed = false

  constructor(
    place: Place,
    { showId, host }: { showId: string; host: Person },
    web: number,
    everyMs = usualMs,
  ) {
    this.#place = place
    this.#showId = showId
    this.#person = host
    this.#web = web
    this.#everyMs = everyMs
    this.#running = this.#talk()
  }

  get said(): number {
    return this.history.filter(({ outcome }) => outcome === 'ok').length
  }

  async hush(): Promise<void> {
    this.#closed = true
    await this.#running
    this.#socket?.disconnect()
  }

  async #talk(): Promise<void> {
    for (let n = 1; !this.#closed; ) {
      if (await this.#say(n)) n += 1
      await pause(this.#everyMs)
    }
  }

  async #say(n: number): Promise<boolean> {
    const from = performance.now()
    const key = `talk-${this.#showId}-${n}`
    const what = { showId: this.#showId, text: `number ${n}`, key }
    const line = await this.#line()
    const { outcome, value, words } = line
      ? await askSocket<{ messageId: string }>(line, 'chat:send', what)
      : { outcome: 'closed' as const }
    const web = this.#web
    this.history.push({
      who: this.#person.id,
      op: 'chat',
      key,
      web,
      outcome,
      ms: performance.now() - from,
      ...(value && { id: value.messageId }),
      ...(words && { words }),
    })
    if (outcome === 'closed') await pause(againMs)
    return outcome === 'ok'
  }

  async #line(): Promise<Socket | undefined> {
    if (this.#socket?.connected) return this.#socket
    try {
      this.#socket = await openSocket(this.#place.web(this.#web).url, this.#person.token)
      return this.#socket
    } catch {
      this.#web = (this.#web + 1) % this.#place.webs.length
      return undefined
    }
  }
}
