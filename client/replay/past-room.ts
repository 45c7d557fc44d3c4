import { type Signal, signal } from '@preact/signals'
import { applyEvent, roomFrom } from '../../shared/domain/room.ts'
import type { Event } from '../../shared/wire/events.ts'
import { call } from '../api/http.ts'
import type { Room } from '../api/room.ts'

/** Events of one page. */
const pageMax = 500
/** A step forward up to this far is walked through the log; a longer one is asked for as a window. */
const walkMs = 60_000

/**
 * The show's window at the moment that is played: asked for once where one jumps to, then moved on by
 * the log, event by event, in step with the picture.
 */
export class PastRoom {
  readonly room: Signal<Room | null> = signal(null)
  readonly #showId: string
  #wall = 0
  #ahead: Event[] = []
  /** The log's end was read. */
  #end = false
  #last = 0
  #asking = false
  #wanted: number | null = null
  #closed = false

  constructor(showId: string) {
    this.#showId = showId
  }

  /** The picture is at this wall clock now. */
  follow(wall: number): void {
    const far = wall < this.#wall || wall - this.#wall > walkMs
    if (this.room.peek() === null || far) this.#jump(wall)
    else this.#walk(wall)
  }

  close(): void {
    this.#closed = true
  }

  /** One question at a time; the newest moment wins. */
  #jump(wall: number): void {
    this.#wanted = wall
    if (this.#asking) return
    this.#asking = true
    void this.#load().finally(() => {
      this.#asking = false
    })
  }

  async #load(): Promise<void> {
    while (this.#wanted !== null && !this.#closed) {
      const wall = this.#wanted
      this.#wanted = null
      try {
        const query = { time: new Date(wall).toISOString() }
        const params = { id: this.#showId }
        const { seq, snapshot } = await call('GET', '/shows/:id/replay/room', { params, query })
        this.#wall = wall
        this.#ahead = []
        this.#end = false
        this.#last = seq
        this.room.value = roomFrom(snapshot, seq)
        await this.#read()
      } catch {
        return // without the talk the picture plays on; the next jump asks again
      }
    }
  }

  #walk(wall: number): void {
    this.#wall = wall
    const due = this.#ahead.findIndex(({ at }) => Date.parse(at) > wall)
    const events = this.#ahead.splice(0, due < 0 ? this.#ahead.length : due)
    const room = this.room.peek()
    if (events.length > 0 && room !== null) {
      this.room.value = events.reduce(stepped, room)
    }
    if (this.#ahead.length > pageMax / 2 || this.#end || this.#asking) return
    this.#asking = true
    this.#read()
      .catch(() => undefined) // no answer: the next step of the picture asks again
      .finally(() => {
        this.#asking = false
        if (this.#wanted !== null) this.#jump(this.#wanted)
      })
  }

  async #read(): Promise<void> {
    const query = { after: this.#last, limit: pageMax }
    const params = { id: this.#showId }
    const { items } = await call('GET', '/shows/:id/events', { params, query })
    this.#ahead.push(...items)
    this.#last = items.at(-1)?.seq ?? this.#last
    this.#end = items.length < pageMax
  }
}

function stepped(room: Room, event: Event): Room {
  return { ...applyEvent(room, event), seq: event.seq }
}
