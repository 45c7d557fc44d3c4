import { computed, effect, type ReadonlySignal } from '@preact/signals'
import type { ReplyOf } from '../api/contract.ts'
import { type Offer, offerOf } from '../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../api/room.ts'
import { PastRoom } from './past-room.ts'
import { ReplayPlayer } from './replay-player.ts'
import {
  firstOf,
  type Gap,
  gapsOf,
  type Placed,
  placed,
  type Recording,
  videoAt,
  wallAt,
} from './timeline.ts'

type Replay = ReplyOf<'GET', '/shows/:id/replay'>
/** Where somebody wants to begin: a second of the show, or a product. */
export type Begin = { atSeconds: number | null; productId: string | null }

type Needs = {
  recording: Recording & { playlist: string }
  replay: Replay
  /** When the show began. */
  startedAt: string | null
  begin: Begin
}

/** A replay that is being watched: its picture, what stands on its scrub line, and the window as it was. */
export class ReplayDeck {
  readonly durationMs: number
  readonly markers: Placed[]
  readonly gaps: Gap[]
  readonly player: ReplayPlayer
  /** The wall clock of the moment that is played. */
  readonly wall: ReadonlySignal<number>
  readonly #recording: Recording
  readonly #past: PastRoom
  readonly #stop: () => void

  constructor({ recording, replay, startedAt, begin }: Needs) {
    const { runs, durationMs, playlist, showId } = recording
    this.#recording = recording
    this.durationMs = durationMs
    this.markers = placed(runs, replay.markers)
    this.gaps = gapsOf(runs)
    this.player = new ReplayPlayer(playlist, this.#beginning(begin, startedAt))
    this.wall = computed(() => wallAt(runs, this.player.videoMs.value))
    this.#past = new PastRoom(showId)
    this.#stop = effect(() => this.#past.follow(this.wall.value))
  }

  /** The window as it was, with what is for sale in it as it is today. */
  shown(now: Room): Room {
    const then = this.#past.room.value
    if (then === null) return { ...now, pinned: null, talk: [] }
    const { pinned, pinnedMessage, talk } = then
    return { ...now, pinned, pinnedMessage, talk }
  }

  /** What a variant was offered for at the moment that is played; null: it was not there. */
  offerThen(productId: string, variantId: string): Offer | null {
    const room = this.#past.room.value
    const found = room === null ? null : variantOf(room, productId, variantId)
    if (room === null || found === null) return null
    return offerOf(room, found.product, found.variant, this.wall.value)
  }

  /** Where a product begins; null: it was never shown. */
  firstOf(productId: string): number | null {
    return firstOf(this.markers, productId)
  }

  close(): void {
    this.#stop()
    this.#past.close()
  }

  #beginning({ atSeconds, productId }: Begin, startedAt: string | null): number {
    const { runs } = this.#recording
    if (atSeconds !== null && startedAt !== null) {
      return videoAt(runs, Date.parse(startedAt) + atSeconds * 1_000)
    }
    return (productId === null ? null : firstOf(this.markers, productId)) ?? 0
  }
}

function variantOf(
  room: Room,
  productId: string,
  variantId: string,
): { product: ShownProduct; variant: ShownVariant } | null {
  const product = room.products.find(({ id }) => id === productId)
  const variant = product?.variants.find(({ id }) => id === variantId)
  return product === undefined || variant === undefined ? null : { product, variant }
}
