import { setTimeout as pause } from 'node:timers/promises'
import type { Socket } from 'socket.io-client'
import type { Event, ShowEvents, ShowReset } from '../../../shared/wire/events.ts'
import type { Person } from '../house.ts'
import { askSocket, openSocket } from './client.ts'
import type { Place } from './place.ts'

type Joined = { seq: number; events: Event[]; snapshot?: object }

const againMs = 100

/**
 * A viewer that stays: it joins, loses its connection, joins elsewhere `after` what it has, and
 * writes down every event in the order it came. A gap or a repeat on a connection is a fault.
 */
export class Watcher {
  readonly seen: Event[] = []
  readonly faults: string[] = []
  /** Codes of session:ended, and other ends. */
  readonly ends: string[] = []
  resets = 0
  joins = 0
  first = 0
  readonly #place: Place
  readonly #showId: string
  readonly #person: Person
  #last: number | undefined
  #web: number
  #socket: Socket | undefined
  #closed = false
  #running: Promise<void>

  static async enter(place: Place, showId: string, web: number): Promise<Watcher> {
    const [person] = (await place.people(1)) as [Person]
    const watcher = new Watcher(place, showId, person, web)
    await watcher.#visit()
    watcher.#running = watcher.#stay()
    return watcher
  }

  private constructor(place: Place, showId: string, person: Person, web: number) {
    this.#place = place
    this.#showId = showId
    this.#person = person
    this.#web = web
    this.#running = Promise.resolve()
  }

  get last(): number {
    return this.#last ?? 0
  }

  get web(): number {
    return this.#web
  }

  get isConnected(): boolean {
    return this.#socket?.connected ?? false
  }

  /** The socket of this moment: for asking something on the way. */
  get socket(): Socket {
    if (!this.#socket) throw new Error('never connected')
    return this.#socket
  }

  async leave(): Promise<void> {
    this.#closed = true
    this.#socket?.disconnect()
    await this.#running
  }

  /** Comes back, wherever it can, until it is told to leave. */
  async #stay(): Promise<void> {
    while (!this.#closed) {
      const socket = this.#socket
      if (socket?.connected) {
        await new Promise<void>((resolve) => socket.once('disconnect', () => resolve()))
        continue
      }
      try {
        await this.#visit()
      } catch {
        this.#web = (this.#web + 1) % this.#place.webs.length
        await pause(againMs)
      }
    }
  }

  async #visit(): Promise<void> {
    const socket = await openSocket(this.#place.web(this.#web).url, this.#person.token)
    this.#socket = socket
    socket.on('session:ended', ({ code }: { code: string }) => this.ends.push(code))
    socket.on('disconnect', (why) => this.ends.push(why))
    let entered = false
    socket.on('show:events', (frame: ShowEvents) => {
      if (entered) this.#take(frame.from, frame.events)
      else this.faults.push(`events before the answer to show:join, from ${frame.from}`)
    })
    socket.on('show:reset', ({ seq }: ShowReset) => {
      this.resets += 1
      this.#last = seq
    })
    const after = this.#last
    const asked = { showId: this.#showId, ...(after !== undefined && { after }) }
    const { outcome } = await askSocket<Joined>(socket, 'show:join', asked, (value) => {
      entered = true
      this.joins += 1
      this.#enter(value, after)
    })
    if (outcome === 'ok') return
    socket.disconnect()
    throw new Error(`show:join → ${outcome}`)
  }

  #enter({ seq, events, snapshot }: Joined, after: number | undefined): void {
    if (after === undefined || snapshot) {
      const from = seq - events.length
      if (after === undefined) this.first = from
      else this.resets += 1
      this.#last = from
    }
    this.#take(this.last + 1, events)
    if (this.last !== seq) this.faults.push(`joined at ${seq} but was given up to ${this.last}`)
  }

  #take(from: number, events: Event[]): void {
    if (events.length === 0) return
    if (from !== this.last + 1) this.faults.push(`after ${this.last} came ${from}`)
    for (const event of events) {
      if (event.seq !== this.last + 1) this.faults.push(`after ${this.last} came ${event.seq}`)
      this.seen.push(event)
      this.#last = event.seq
    }
  }
}
