import { type Signal, signal } from '@preact/signals'
import { applyEvent, roomFrom } from '../../shared/domain/room.ts'
import type { Event } from '../../shared/wire/events.ts'
import { call } from '../api/http.ts'
import type { Room } from '../api/room.ts'

/** Events of one page. */
const pageMax = 500
/** A step forward up to this far is walked through the log; a longer one is asked for as a window. */
const walkMs = 60_000
/** The picture steps four times a second; a server that does not answer is asked less often. */
const againMs = 2_000

/**
 * The show's window at the moment that is played: asked for once where one jumps to, then moved on by
 * the log, event by event, in step with the picture.
 */
export class PastRoom {
  readonly room: Signal<Room | null> = signal(null)
  readonly #showId: string
  /** The wall clock that is played, and the one that the room is at. */
  #wanted = 0
  #wall = 0
  #ahead: Event[] = []
  #last = 0
  /** The log's end was read. */
  #end = false
  #asking = false
  #closed = false

  constructor(showId: string) {
    this.#showId = showId
  }

  /** The picture is at this wall clock now. */
  follow(wall: number): void {
    this.#wanted = wall
    this.#step()
  }

  close(): void {
    this.#closed = true
  }

  #step(): void {
    const room = this.room.peek()
    const wall = this.#wanted
    const far = wall < this.#wall || wall - this.#wall > walkMs
    if (room === null || far) return this.#ask(() => this.#jump())
    const due = this.#ahead.findIndex(({ at }) => Date.parse(at) > wall)
    const events = this.#ahead.splice(0, due < 0 ? this.#ahead.length : due)
    this.#wall = wall
    if (events.length > 0) this.room.value = events.reduce(stepped, room)
    if (!this.#end && this.#ahead.length <= pageMax / 2) this.#ask(() => this.#read())
  }

  /** One question at a time; what was wanted meanwhile is done when it is answered. */
  #ask(question: () => Promise<void>): void {
    if (this.#asking || this.#closed) return
    this.#asking = true
    question().then(
      () => {
        this.#asking = false
        this.#step()
      },
      // Without the talk the picture plays on; one of its next steps asks again.
      () => setTimeout(() => (this.#asking = false), againMs),
    )
  }

  async #jump(): Promise<void> {
    const wall = this.#wanted
    const query = { time: new Date(wall).toISOString() }
    const params = { id: this.#showId }
    const { seq, snapshot } = await call('GET', '/shows/:id/replay/room', { params, query })
    this.#wall = wall
    this.#ahead = []
    this.#end = false
    this.#last = seq
    this.room.value = roomFrom(snapshot, seq)
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
