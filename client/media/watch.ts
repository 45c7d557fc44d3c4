import { type ReadonlySignal, signal } from '@preact/signals'
import { keepLayersFitting } from './layers.ts'
import { isFull, type MediaLine, meet, type ProducerInfo } from './line.ts'
import { type Incoming, Reception } from './reception.ts'
import { type Lose, Upkeep } from './upkeep.ts'

/** `waiting`: connected, and nobody sends. `full`: no more fit here now; it is tried again. `over` is for good: ended, banned, or a refusal's code. */
export type WatchState =
  | { at: 'connecting' }
  | { at: 'waiting' }
  | { at: 'playing' }
  | { at: 'reconnecting' }
  | { at: 'full' }
  | { at: 'over'; why: string }

export type Watcher = {
  state: ReadonlySignal<WatchState>
  /** Sound and picture as they come and go; the same object for as long as the watcher lives. */
  stream: MediaStream
  /** Shows the stream in an element and asks for the layer that fits its size. Answers the undo. */
  attach: (video: HTMLVideoElement) => () => void
  close: () => void
}

/**
 * Watches a show: consumes what is on, follows when that changes, and builds anew when the
 * connection is lost, into the same `stream`. Playing with sound is the page's business.
 */
export function watch({ line, showId }: { line: MediaLine; showId: string }): Watcher {
  const state = signal<WatchState>({ at: 'connecting' })
  const picture = signal<Incoming | null>(null)
  const stream = new MediaStream()
  const playing = (is: boolean) => {
    if (state.value.at !== 'over') state.value = { at: is ? 'playing' : 'waiting' }
  }

  async function build(lose: Lose): Promise<() => void> {
    let reception: Reception | undefined
    let changed: readonly ProducerInfo[] | undefined
    const stopHearing = line.on('media:changed', ({ showId: of, producers }) => {
      if (of !== showId) return
      changed = producers
      void reception?.follow(producers)
    })
    const takeDown = () => {
      stopHearing()
      reception?.close()
    }
    try {
      const met = await meet(line, showId)
      reception = new Reception({ line, showId, met, stream, picture, playing, lose })
      await reception.follow(changed ?? met.producers)
      return takeDown
    } catch (cause) {
      takeDown()
      throw cause
    }
  }

  const upkeep = new Upkeep({
    line,
    build,
    broken: (cause) => (state.value = { at: isFull(cause) ? 'full' : 'reconnecting' }),
    over: (why) => (state.value = { at: 'over', why }),
  })

  return {
    state,
    stream,
    attach(video) {
      video.srcObject = stream
      const stop = keepLayersFitting({ line, video, picture })
      return () => {
        stop()
        if (video.srcObject === stream) video.srcObject = null
      }
    },
    close() {
      upkeep.close()
      state.value = { at: 'over', why: 'closed' }
    },
  }
}
