import type { types } from 'mediasoup'

/** How often pictures come in one layer, and how often whole ones. */
export type Beat = { fps: number | null; keyFrameMs: number | null }

/** Packets are looked at one by one for this long, when somebody asks; else only key frames are told. */
const sampleMs = 1_000
/** Key frames that an interval is taken from. */
const keyFramesMax = 5

const videoClockRate = 90_000

type Packet = { ssrc: number; timestamp: number }
type Layer = { keyFrames: number[]; pictures: Set<number>; fps: number | null }

/** Listens to one producer's packets: mediasoup counts bytes, not pictures. */
class Pulse {
  readonly #producer: types.Producer
  readonly #layers = new Map<number, Layer>()
  #sampling = false

  constructor(producer: types.Producer) {
    this.#producer = producer
    producer.on('trace', (trace) => this.#hear(trace))
  }

  /** What the last sample found; begins the next. */
  async read(ssrc: number): Promise<Beat> {
    await this.#sample()
    const { fps = null, keyFrames = [] } = this.#layers.get(ssrc) ?? {}
    const [first] = keyFrames
    const last = keyFrames.at(-1)
    const gaps = keyFrames.length - 1
    const known = gaps > 0 && first !== undefined && last !== undefined
    return { fps, keyFrameMs: known ? Math.round((last - first) / gaps) : null }
  }

  async #sample(): Promise<void> {
    if (this.#sampling || this.#producer.closed) return
    this.#sampling = true
    for (const layer of this.#layers.values()) layer.pictures.clear()
    await this.#producer.enableTraceEvent(['keyframe', 'rtp'])
    setTimeout(() => void this.#end(), sampleMs).unref()
  }

  async #end(): Promise<void> {
    for (const layer of this.#layers.values()) layer.fps = fpsOf([...layer.pictures])
    this.#sampling = false
    // Closed meanwhile: nobody asks about it any more.
    await this.#producer.enableTraceEvent(['keyframe']).catch(() => undefined)
  }

  #hear({ type, info }: types.ProducerTraceEventData): void {
    if (info.isRtx) return
    const { ssrc, timestamp } = (info.rtpPacket ?? info) as Packet
    const layer = this.#layers.get(ssrc) ?? { keyFrames: [], pictures: new Set(), fps: null }
    this.#layers.set(ssrc, layer)
    if (type === 'rtp' && this.#sampling) layer.pictures.add(timestamp)
    if (type === 'keyframe') {
      layer.keyFrames.push(performance.now())
      if (layer.keyFrames.length > keyFramesMax) layer.keyFrames.shift()
    }
  }
}

/** By the sender's own clock: packets that came late do not make the pictures slower. */
function fpsOf(timestamps: number[]): number | null {
  const [first] = timestamps
  const last = timestamps.at(-1)
  if (first === undefined || last === undefined || timestamps.length < 2) return null
  // RTP timestamps begin anywhere, and begin anew after 2^32.
  const ticks = (last - first) >>> 0
  return Math.round(((timestamps.length - 1) * videoClockRate) / ticks)
}

const pulses = new WeakMap<types.Producer, Pulse>()

/** Of a picture's layer, since somebody first asked; sound has no beat. */
export async function beatOf(producer: types.Producer, ssrc: number): Promise<Beat> {
  if (producer.kind !== 'video') return { fps: null, keyFrameMs: null }
  const pulse = pulses.get(producer) ?? new Pulse(producer)
  pulses.set(producer, pulse)
  return pulse.read(ssrc)
}
