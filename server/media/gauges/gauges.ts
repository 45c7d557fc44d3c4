import type { types } from 'mediasoup'
import type { Stream } from '../streams/stream.ts'
import type { ClientTransport } from '../transports/transport.ts'
import { type Beat, beatOf } from './beat.ts'

/** Numbers of this process for /metrics; counters only grow, gauges are as of now. */
export type MediaStats = {
  workers: number
  workersWanted: number
  workerDeaths: number
  workerCpuMs: { worker: number; cpuMs: number }[]
  streams: number
  routers: number
  transports: number
  producers: number
  consumers: number
  /** Transports that watch, how many there may be, and how many were turned away. */
  viewers: number
  viewersMax: number
  viewersRefused: number
  /** Streams that come in from other nodes, and pipes to them. */
  pipesIn: number
  pipesOut: number
  bytesReceived: number
  bytesSent: number
  packetsReceived: number
  packetsLost: number
}

/** How a stream arrives, layer by layer; what the studio shows its host. */
export type StreamHealth = {
  flowing: boolean
  roundTripMs: number | null
  layers: {
    kind: types.MediaKind
    codec: string
    rid: string | null
    bitrate: number
    /** Of all packets so far, and the share lost of late (0 to 1). */
    packetsLost: number
    lossShare: number
    jitterMs: number
    keyFrameRequests: number
    /** mediasoup's own verdict, 0 to 10. */
    score: number
    /** Pictures a second, and the time between whole ones; known from the second asking on. */
    fps: number | null
    keyFrameMs: number | null
  }[]
}

const clockRates: Record<types.MediaKind, number> = { audio: 48_000, video: 90_000 }

export async function healthOf(stream: Stream): Promise<StreamHealth> {
  const producers = [stream.published('video'), stream.published('audio')].filter(
    (one) => one !== undefined,
  )
  const read = async (producer: types.Producer) => {
    const stats = await producer.getStats()
    return Promise.all(
      stats.map(async (stat) => ({ stat, beat: await beatOf(producer, stat.ssrc) })),
    )
  }
  const layers = (await Promise.all(producers.map(read))).flat()
  const stats = layers.map(({ stat }) => stat)
  const roundTrips = stats.flatMap(({ roundTripTime }) => roundTripTime ?? [])
  return {
    flowing: stream.picture.flowing,
    roundTripMs: roundTrips.length ? Math.round(Math.max(...roundTrips)) : null,
    layers: layers.map(({ stat, beat }) => layer(stat, beat)),
  }
}

function layer(stat: types.ProducerStat, beat: Beat): StreamHealth['layers'][number] {
  const kind = stat.kind as types.MediaKind
  return {
    kind,
    codec: stat.mimeType,
    rid: stat.rid ?? null,
    bitrate: stat.bitrate,
    packetsLost: stat.packetsLost,
    lossShare: stat.fractionLost / 256, // RFC 3550: a fixed-point number
    jitterMs: Math.round((stat.jitter * 1_000) / clockRates[kind]),
    keyFrameRequests: stat.pliCount + stat.firCount,
    score: stat.score,
    ...beat,
  }
}

/** Packets of all producers since the start, from looks at stats that begin anew with each producer. */
export class PacketCounter {
  packetsReceived = 0
  packetsLost = 0
  readonly #seen = new WeakMap<types.Producer, { received: number; lost: number }>()

  count(producer: types.Producer, stats: readonly types.ProducerStat[]): void {
    const before = this.#seen.get(producer) ?? { received: 0, lost: 0 }
    const received = stats.reduce((sum, { packetCount }) => sum + packetCount, 0)
    // A late or doubled packet lowers the sender's count of losses; a counter only grows.
    const lost = Math.max(
      before.lost,
      stats.reduce((sum, { packetsLost }) => sum + packetsLost, 0),
    )
    this.packetsReceived += Math.max(0, received - before.received)
    this.packetsLost += lost - before.lost
    this.#seen.set(producer, { received, lost })
  }
}

/**
 * Adds up bytes of transports that come and go. Asking each costs a message to its worker, so only
 * a few are asked per turn, going round; what a transport moved after it was last asked is lost
 * when it closes. Good for a graph, not for a bill.
 */
export class ByteCounter {
  bytesReceived = 0
  bytesSent = 0
  readonly #seen = new WeakMap<ClientTransport, { received: number; sent: number }>()
  #next = 0

  async readSome(transports: readonly ClientTransport[], max: number): Promise<void> {
    if (this.#next >= transports.length) this.#next = 0
    const some = transports.slice(this.#next, this.#next + max)
    this.#next += some.length
    await Promise.all(some.map((transport) => this.#read(transport)))
  }

  async #read(transport: ClientTransport): Promise<void> {
    if (transport.closed || !transport.openedId) return
    const [stat] = await transport.rtc.getStats().catch(() => []) // closed meanwhile
    if (!stat) return
    const before = this.#seen.get(transport) ?? { received: 0, sent: 0 }
    this.bytesReceived += stat.bytesReceived - before.received
    this.bytesSent += stat.bytesSent - before.sent
    this.#seen.set(transport, { received: stat.bytesReceived, sent: stat.bytesSent })
    transport.hears(stat.bytesReceived, performance.now())
  }
}
