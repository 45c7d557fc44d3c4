import type { types } from 'mediasoup'
import type { MediaWorker } from './worker.ts'

/**
 * What we speak: H.264 constrained baseline, because encoders and phones have it in hardware, VP8
 * for the rest, and Opus. The order is what a browser publishes with when it may choose.
 */
export const codecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
]

/** One router of a stream on one worker, with what is piped into it from the stream's others. */
export class StreamRouter {
  readonly worker: MediaWorker
  readonly rtc: types.Router
  readonly #piped = new Map<string, Promise<void>>()

  constructor(worker: MediaWorker, rtc: types.Router) {
    this.worker = worker
    this.rtc = rtc
  }

  /**
   * Makes a producer of another router of this process available here, once, however many ask at
   * the same moment: mediasoup refuses a second pipe for the same pair and keeps the half of it.
   * A failed pipe is forgotten, so the next viewer tries again.
   */
  bring(producer: types.Producer, from: StreamRouter): Promise<void> {
    if (from === this) return Promise.resolve()
    const running = this.#piped.get(producer.id)
    if (running) return running
    const piping = from.rtc
      .pipeToRouter({ producerId: producer.id, router: this.rtc, enableSctp: false })
      .then(
        ({ pipeProducer }) => {
          const forget = () => this.#piped.delete(producer.id)
          if (pipeProducer?.closed) forget()
          else pipeProducer?.observer.once('close', forget)
        },
        (error: unknown) => {
          this.#piped.delete(producer.id)
          throw error
        },
      )
    this.#piped.set(producer.id, piping)
    return piping
  }

  close(): void {
    this.rtc.close()
  }
}

export type Held = { router: StreamRouter; letGo: () => void }

/** The routers of one stream: one per worker at most, opened once, closed when nobody holds them. */
export class StreamRouters {
  readonly #open = new Map<MediaWorker, { router: Promise<StreamRouter>; holders: number }>()

  get workers(): MediaWorker[] {
    return [...this.#open.keys()]
  }

  get size(): number {
    return this.#open.size
  }

  /** The router on this worker and how to let go of it; letting go twice is calm. */
  async hold(seat: { worker: MediaWorker; leave: () => void }): Promise<Held> {
    const { worker } = seat
    const known = this.#open.get(worker)
    const entry = known ?? { router: opened(worker), holders: 0 }
    if (!known) this.#open.set(worker, entry)
    entry.holders += 1
    let held = true
    const letGo = () => {
      if (!held) return
      held = false
      seat.leave()
      entry.holders -= 1
      if (entry.holders === 0) this.#forget(worker, entry.router)
    }
    try {
      return { router: await entry.router, letGo }
    } catch (error) {
      letGo()
      throw error
    }
  }

  #forget(worker: MediaWorker, router: Promise<StreamRouter>): void {
    this.#open.delete(worker)
    router.then(
      (open) => open.close(),
      () => undefined, // never opened: whoever asked for it was told
    )
  }
}

async function opened(worker: MediaWorker): Promise<StreamRouter> {
  return new StreamRouter(worker, await worker.createRouter(codecs))
}
