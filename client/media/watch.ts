import { type ReadonlySignal, signal } from '@preact/signals'
import { keepLayersFitting } from './layers.ts'
import { isFull, knownDevice, type MediaLine, meet, type ProducerInfo } from './line.ts'
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
  /** Pictures that came so far by the connection of now. */
  frames: () => Promise<number>
  close: () => void
}

/** A show that is being entered: when it is, and what is on by then. */
export type Entering = {
  entered: Promise<void>
  producers: () => readonly ProducerInfo[]
}

/** The newest change that was heard of. */
type Told = () => readonly ProducerInfo[] | undefined

type Asked = { line: MediaLine; showId: string; entering?: Entering | undefined }

/**
 * Watches a show: consumes what is on, follows when that changes, and builds anew when the
 * connection is lost, into the same `stream`. Playing with sound is the page's business.
 * While a show is still being entered, all that is on is asked for beside that, when the page has met
 * this server before; what changed meanwhile is known once the show is entered.
 */
export function watch({ line, showId, entering }: Asked): Watcher {
  const state = signal<WatchState>({ at: 'connecting' })
  const picture = signal<Incoming | null>(null)
  const stream = new MediaStream()
  const playing = (is: boolean) => {
    if (state.value.at !== 'over') state.value = { at: is ? 'playing' : 'waiting' }
  }

  /** Only the first time: later ones are about what became of the line, and the server is asked. */
  let first = entering
  let receiving: Reception | undefined

  async function build(lose: Lose): Promise<() => void> {
    const begins = first
    first = undefined
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
      const device = await (begins && knownDevice())
      const met = device ? { device, producers: 'all' as const } : await meet(line, showId)
      reception = new Reception({ ...met, line, showId, stream, picture, playing, lose })
      receiving = reception
      await reception.follow(changed ?? met.producers)
      if (begins) compare(reception, begins, () => changed).catch(lose)
      return takeDown
    } catch (cause) {
      takeDown()
      throw cause
    }
  }

  /** What changed between the server's two answers was told to nobody: it is asked once more. */
  async function compare(reception: Reception, begun: Entering, told: Told): Promise<void> {
    await begun.entered
    if (reception.closed || reception.receives(begun.producers())) return
    const { producers } = await meet(line, showId)
    await reception.follow(told() ?? producers)
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
    frames: async () => (await receiving?.frames()) ?? 0,
    close() {
      upkeep.close()
      state.value = { at: 'over', why: 'closed' }
    },
  }
}
