import { effect, signal } from '@preact/signals'
import type { ShowStore } from '../api/show.ts'
import { Pay } from '../pay/pay.ts'
import { Player } from './player.ts'
import { openTalk, type Talk } from './talk.ts'
import { Visit } from './visit.ts'

/** A visit, and all that goes with it for as long as it lasts. */
export type Opened = { visit: Visit; talk: Talk; pay: Pay; ahead: Ahead }

/** A press that has not led to the page by then was let go elsewhere. */
const comesWithinMs = 3_000

/** Agreeing on a picture that takes longer than this holds the page back no more. */
const agreesWithinMs = 150

/** A pointer that stays on a window for so long may be about to press. */
const dwellMs = 50
/** One that has not moved for so long is not: its picture is let go. */
const glanceMs = 5_000

let begun: { opened: Opened; timer: ReturnType<typeof setTimeout> } | null = null
let pointed: { showId: string; ahead?: Ahead; timer: ReturnType<typeof setTimeout> } | null = null

/**
 * Somebody with a session points at a lit window: its picture comes up unseen, and runs by the time they
 * press. They have not come in, and are counted nowhere.
 */
export function pointAt(showId: string): void {
  if (begun?.opened.visit.showId === showId) return
  if (pointed?.showId !== showId) {
    lookAway()
    pointed = { showId, timer: setTimeout(() => glance(showId), dwellMs) }
  } else if (pointed.ahead !== undefined) {
    clearTimeout(pointed.timer)
    pointed.timer = setTimeout(lookAway, glanceMs)
  }
}

export function lookAway(): void {
  pointed?.ahead?.drop()
  forgetPointed()
}

function glance(showId: string): void {
  const ahead = new Ahead(showId, Promise.resolve())
  pointed = { showId, ahead, timer: setTimeout(lookAway, glanceMs) }
}

function forgetPointed(): void {
  clearTimeout(pointed?.timer)
  pointed = null
}

/** What came up while somebody only pointed at the show. */
function takePointed(showId: string): Ahead | undefined {
  if (pointed?.showId !== showId) return undefined
  const { ahead } = pointed
  forgetPointed()
  return ahead
}

/** A button is pressed over the way in: by the time it is let go, half of the way is behind. */
export function beginVisit(showId: string): void {
  if (begun?.opened.visit.showId === showId) return
  letGo()
  begun = { opened: opened(showId), timer: setTimeout(letGo, comesWithinMs) }
}

/** The visit that was begun, or one that begins now. */
export function enter(showId: string): Opened {
  const mine = begun?.opened.visit.showId === showId ? begun : null
  if (mine === null) return opened(showId)
  clearTimeout(mine.timer)
  begun = null
  return mine.opened
}

export function leave({ visit, pay, ahead }: Opened): void {
  ahead.drop()
  pay.close()
  visit.close()
}

function letGo(): void {
  if (begun === null) return
  clearTimeout(begun.timer)
  leave(begun.opened)
  begun = null
}

function opened(showId: string): Opened {
  const visit = new Visit(showId)
  const ahead = takePointed(showId) ?? new Ahead(showId, visit.store.admitted)
  ahead.enter(visit.store)
  return { visit, talk: openTalk(visit.store), pay: new Pay(), ahead }
}

/**
 * The picture, asked for beside the show and not after it, or before. Whoever finds that the show is on takes it;
 * where it is not, nothing was sent.
 */
class Ahead {
  /**
   * Drawing a show keeps the browser busy for longer than agreeing on its picture: that goes first,
   * and while the page is drawn the connection comes up.
   */
  readonly agreed = signal(false)
  #player: Player | null
  #store: ShowStore | undefined
  readonly #entered = Promise.withResolvers<void>()
  readonly #stop: () => void

  /** The server hears what is asked of it once somebody is `admitted`. */
  constructor(showId: string, admitted: Promise<void>) {
    const producers = () => this.#store?.room.value?.producers ?? []
    const player = new Player(showId, { admitted, entered: this.#entered.promise, producers })
    this.#player = player
    this.#stop = effect(() => {
      const { value } = player.picture
      if (value !== 'none' && value !== 'connecting') this.agreed.value = true
    })
  }

  /** They go in: what changed since the picture was asked for is known then. */
  enter(store: ShowStore): void {
    this.#store = store
    void store.entered.then(() => {
      this.#entered.resolve()
      setTimeout(() => (this.agreed.value = true), agreesWithinMs)
    })
  }

  take(): Player | null {
    const player = this.#player
    this.#player = null
    this.#stop()
    return player
  }

  drop(): void {
    this.take()?.close()
  }
}
