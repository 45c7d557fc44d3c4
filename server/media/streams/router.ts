import type { types } from 'mediasoup'
import { notFound } from '../../base/refusal.ts'
import type { MediaWorker } from '../workers/worker.ts'
import { copiedOnce } from './producer.ts'

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

/**
 * Payload types by codec name, as a player numbers them that made the offer itself. mediasoup
 * numbers packets by router, so those players have a router of their own numbers.
 */
export type PayloadTypes = Readonly<Record<string, number>>

/** The same codecs with other numbers. */
function numbered(payloadTypes: PayloadTypes): types.RouterRtpCodecCapability[] {
  return codecs.map((codec) => {
    const number = payloadTypes[codec.mimeType.replace(/^.*\//, '').toLowerCase()]
    return number === undefined ? codec : { ...codec, preferredPayloadType: number }
  })
}

/** One router of a stream on one worker, with what is piped into it from the stream's others. */
export class StreamRouter {
  readonly worker: MediaWorker
  readonly rtc: types.Router
  readonly #renumbers: boolean
  readonly #piped = new Map<string, Promise<string>>()

  constructor(made: { worker: MediaWorker; rtc: types.Router; renumbers: boolean }) {
    this.worker = made.worker
    this.rtc = made.rtc
    this.#renumbers = made.renumbers
  }

  /**
   * Makes a producer of another router of this process available here, once, however many ask at
   * the same moment, and answers its id here: mediasoup refuses a second pipe for the same pair and
   * keeps the half of it. A failed pipe is forgotten, so the next viewer tries again. With other
   * numbers the id is another one too, because routers of one worker cannot have the same.
   */
  bring(producer: types.Producer, from: StreamRouter): Promise<string> {
    if (from === this) return Promise.resolve(producer.id)
    const running = this.#piped.get(producer.id)
    if (running) return running
    const piping = from.rtc
      .pipeToRouter({
        producerId: producer.id,
        router: this.rtc,
        enableSctp: false,
        keepId: !this.#renumbers,
      })
      .then(
        ({ pipeProducer }) => {
          const forget = () => this.#piped.delete(producer.id)
          if (!pipeProducer || pipeProducer.closed) {
            forget()
            throw notFound('producer')
          }
          pipeProducer.observer.once('close', forget)
          return copiedOnce(pipeProducer).id
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

type Entry = { worker: MediaWorker; router: Promise<StreamRouter>; holders: number }

/**
 * The routers of one stream: one per worker, and one more for each way in which players there
 * number their payload types. Opened once, closed when nobody holds them.
 */
export class StreamRouters {
  readonly #open = new Map<MediaWorker, Map<string, Entry>>()

  get workers(): MediaWorker[] {
    return [...this.#open.keys()]
  }

  get size(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** The router on this worker and how to let go of it; letting go twice is calm. */
  async hold(
    seat: { worker: MediaWorker; leave: () => void },
    payloadTypes: PayloadTypes = {},
  ): Promise<Held> {
    const entry = this.#entry(seat.worker, payloadTypes)
    entry.holders += 1
    let held = true
    const letGo = () => {
      if (!held) return
      held = false
      seat.leave()
      entry.holders -= 1
      if (entry.holders === 0) this.#forget(entry)
    }
    try {
      return { router: await entry.router, letGo }
    } catch (error) {
      letGo()
      throw error
    }
  }

  #entry(worker: MediaWorker, payloadTypes: PayloadTypes): Entry {
    const here = this.#open.get(worker) ?? new Map<string, Entry>()
    this.#open.set(worker, here)
    const key = keyOf(payloadTypes)
    const known = here.get(key)
    if (known) return known
    const entry = { worker, router: opened(worker, payloadTypes), holders: 0 }
    here.set(key, entry)
    return entry
  }

  #forget(entry: Entry): void {
    const here = this.#open.get(entry.worker)
    for (const [key, one] of here ?? []) if (one === entry) here?.delete(key)
    if (here?.size === 0) this.#open.delete(entry.worker)
    entry.router.then(
      (open) => open.close(),
      () => undefined, // never opened: whoever asked for it was told
    )
  }
}

function keyOf(payloadTypes: PayloadTypes): string {
  return Object.entries(payloadTypes)
    .map(([name, number]) => `${name}=${number}`)
    .sort()
    .join()
}

async function opened(worker: MediaWorker, payloadTypes: PayloadTypes): Promise<StreamRouter> {
  const renumbers = Object.keys(payloadTypes).length > 0
  return new StreamRouter({
    worker,
    rtc: await worker.createRouter(renumbers ? numbered(payloadTypes) : codecs),
    renumbers,
  })
}
