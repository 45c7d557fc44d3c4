import { effect, signal } from '@preact/signals'
import { Pay } from '../pay/pay.ts'
import { Player } from './player.ts'
import { openTalk, type Talk } from './talk.ts'
import { Visit } from './visit.ts'

/** A visit, and all that goes with it for as long as it lasts. */
export type Opened = { visit: Visit; talk: Talk; pay: Pay; ahead: Ahead }

/** Who began to come and is not there by then has changed their mind. */
const comesWithinMs = 3_000

/** Agreeing on a picture that takes longer than this holds the page back no more. */
const agreesWithinMs = 150

let begun: { opened: Opened; timer: ReturnType<typeof setTimeout> } | null = null

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
  return { visit, talk: openTalk(visit.store), pay: new Pay(), ahead: new Ahead(visit) }
}

/**
 * The picture, asked for beside the show and not after it. Whoever finds that the show is on takes it;
 * where it is not, nothing was sent.
 */
class Ahead {
  /**
   * Drawing a show keeps the browser busy for longer than agreeing on its picture: that goes first,
   * and while the page is drawn the connection comes up.
   */
  readonly agreed = signal(false)
  #player: Player | null
  readonly #stop: () => void

  constructor({ showId, store }: Visit) {
    const producers = () => store.room.value?.producers ?? []
    const { admitted, entered } = store
    const player = new Player(showId, { admitted, entered, producers })
    this.#player = player
    this.#stop = effect(() => {
      const { value } = player.picture
      if (value !== 'none' && value !== 'connecting') this.agreed.value = true
    })
    void entered.then(() => setTimeout(() => (this.agreed.value = true), agreesWithinMs))
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
