import type { types } from 'mediasoup'
import type { Logger } from '../base/log.ts'
import { notFound } from '../base/refusal.ts'
import { ByteCounter, type MediaStats, PacketCounter } from './gauges/gauges.ts'
import { type Limits, rates } from './limits.ts'
import type { Neighbours, Origin } from './pipes/neighbours.ts'
import { Outlets } from './pipes/outlets.ts'
import type { PayloadTypes } from './streams/router.ts'
import { type ProducerInfo, Stream } from './streams/stream.ts'
import { Budget, Pace } from './transports/budget.ts'
import {
  ClientTransport,
  type CloseReason,
  type Direction,
  type Holder,
} from './transports/transport.ts'
import { WorkerPool } from './workers/pool.ts'
import type { WorkerPlace } from './workers/worker.ts'

/**
 * What the media room tells. For one cause, `transportClosed` comes before the `producersChanged`
 * that follows from it; `producersChanged` always carries the whole newest set, at most once per
 * turn of the loop; `flowing` and `silent` of a stream alternate and begin with `flowing`.
 */
export type MediaEars = {
  producersChanged(streamId: string, producers: ProducerInfo[]): void
  /** The owner did not ask for it: worker-died, replaced, idle, disconnected, failed, or as given. */
  transportClosed(peerId: string, transportId: string, reason: CloseReason): void
  flowing(streamId: string): void
  silent(streamId: string): void
}

/** What the media room tells its own parts. */
type InnerEars = MediaEars & {
  /** A stream of another node came in here; who made his offer himself is to be supplied. */
  arrived(streamId: string): void
}

export type RoomNeeds = {
  places: WorkerPlace[]
  limits: Limits
  log: Logger
  /** None: a house of one node. */
  neighbours?: Neighbours | undefined
}

/** One peer's open transports; it is remembered from its first transport until the last is gone. */
type Peer = { holder: Holder; transports: Set<ClientTransport>; pace: Pace }

/** The streams of this process, who takes part in them, and the workers that carry them. */
export class MediaRoom {
  readonly pool: WorkerPool
  /** Pipes to other nodes; none where there are no others. */
  readonly outlets: Outlets | undefined
  readonly #needs: RoomNeeds
  readonly #streams = new Map<string, Stream>()
  readonly #streamOf = new WeakMap<ClientTransport, Stream>()
  readonly #peers = new Map<string, Peer>()
  readonly #byId = new Map<string, ClientTransport>()
  readonly #ears = new Set<Partial<InnerEars>>()
  readonly #budgets: { transports: Budget; producers: Budget; consumers: Budget }
  readonly #bytes = new ByteCounter()
  readonly #packets = new PacketCounter()
  readonly #watching: NodeJS.Timeout
  #looking = false
  #closed = false

  constructor(needs: RoomNeeds) {
    const { limits } = needs
    this.#needs = needs
    this.#budgets = {
      transports: new Budget('transports', limits.transportsPerAccount),
      producers: new Budget('producers', limits.producersPerAccount),
      consumers: new Budget('consumers', limits.consumersPerAccount),
    }
    this.pool = new WorkerPool({ places: needs.places, limits, log: needs.log })
    const { neighbours, log } = needs
    const known = (streamId: string) => this.known(streamId)
    this.outlets = neighbours && new Outlets({ known, neighbours, log })
    this.#watching = setInterval(() => void this.#watch(), limits.watchMs)
    this.#watching.unref()
  }

  listen(ears: Partial<InnerEars>): () => void {
    this.#ears.add(ears)
    return () => this.#ears.delete(ears)
  }

  known(streamId: string): Stream | undefined {
    return this.#streams.get(streamId)
  }

  /** Where it comes in when that is not here. */
  async elsewhere(streamId: string): Promise<Origin | undefined> {
    const origin = await this.#needs.neighbours?.originOf(streamId)
    return origin?.node === this.#needs.neighbours?.node ? undefined : origin
  }

  /** What is on now, here or on another node. */
  async onAir(streamId: string): Promise<ProducerInfo[]> {
    const here = this.known(streamId)?.producers ?? []
    return here.length ? here : ((await this.elsewhere(streamId))?.producers ?? [])
  }

  /** Asks the node where a stream comes in. */
  askOrigin<T>({ address }: Origin, word: string, what: unknown): Promise<T> {
    const { neighbours } = this.#needs
    if (!neighbours) throw notFound('stream')
    return neighbours.ask<T>(address, word, what)
  }

  /** The stream that a transport belongs to; it stays the same object while a transport is open. */
  streamOf(transport: ClientTransport): Stream {
    const stream = this.#streamOf.get(transport)
    if (!stream) throw notFound('transport')
    return stream
  }

  async open(
    holder: Holder,
    streamId: string,
    direction: Direction,
    offered?: { payloadTypes?: PayloadTypes },
  ): Promise<ClientTransport> {
    const peer = this.#peer(holder)
    const stream = this.#stream(streamId)
    try {
      peer.pace.step()
      const transport = new ClientTransport({
        holder,
        direction,
        plain: offered !== undefined,
        limits: this.#needs.limits,
        budgets: this.#budgets,
        closed: (gone, reason) => this.#forget(gone, reason),
      })
      peer.transports.add(transport)
      this.#streamOf.set(transport, stream)
      await stream.open(transport, offered?.payloadTypes)
      this.#byId.set(transport.id, transport)
      return transport
    } finally {
      this.#tidy(peer, stream)
    }
  }

  /** A transport of this very peer; anybody else's does not exist for them. */
  transport({ peerId, accountId }: Holder, transportId: string): ClientTransport {
    const transport = this.#byId.get(transportId)
    const { holder } = transport ?? {}
    if (!transport || holder?.peerId !== peerId || holder.accountId !== accountId) {
      throw notFound('transport')
    }
    return transport
  }

  consumer(
    holder: Holder,
    consumerId: string,
  ): { transport: ClientTransport; consumer: types.Consumer } {
    const peer = this.#peers.get(holder.peerId)
    if (peer?.holder.accountId !== holder.accountId) throw notFound('consumer')
    for (const transport of peer.transports) {
      const consumer = transport.consumer(consumerId)
      if (consumer) return { transport, consumer }
    }
    throw notFound('consumer')
  }

  closePeer(peerId: string, reason: CloseReason): void {
    const transports = this.#peers.get(peerId)?.transports ?? []
    for (const transport of transports) transport.close(reason)
  }

  closeAccount(streamId: string, accountId: string, reason: CloseReason): void {
    const transports = this.#streams.get(streamId)?.transports ?? []
    for (const transport of transports) {
      if (transport.holder.accountId === accountId) transport.close(reason)
    }
  }

  closeStream(streamId: string, reason: CloseReason): void {
    const stream = this.#streams.get(streamId)
    this.#streams.delete(streamId)
    stream?.close(reason)
  }

  /** Something failed that nobody waits for. */
  noticed(err: unknown): void {
    if (!this.#closed) this.#needs.log.debug({ err }, 'a player could not be supplied')
  }

  stats(): MediaStats {
    const streams = [...this.#streams.values()]
    const sum = (of: (stream: Stream) => number) => streams.reduce((n, one) => n + of(one), 0)
    return {
      workers: this.pool.alive.length,
      workersWanted: this.pool.size,
      workerDeaths: this.pool.deaths,
      workerCpuMs: this.pool.alive.map(({ index, cpuMs }) => ({ worker: index, cpuMs })),
      streams: streams.length,
      routers: sum(({ routers }) => routers),
      transports: this.#byId.size,
      producers: this.#budgets.producers.size,
      consumers: this.#budgets.consumers.size,
      viewers: this.pool.viewers,
      viewersMax: this.#needs.limits.viewersMax,
      viewersRefused: this.pool.refused,
      pipesIn: streams.filter(({ piped }) => piped).length,
      pipesOut: this.outlets?.size ?? 0,
      bytesReceived: this.#bytes.bytesReceived,
      bytesSent: this.#bytes.bytesSent,
      packetsReceived: this.#packets.packetsReceived,
      packetsLost: this.#packets.packetsLost,
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#watching)
    this.outlets?.close()
    for (const streamId of this.#streams.keys()) this.closeStream(streamId, 'closing')
    this.pool.close()
  }

  #peer(holder: Holder): Peer {
    const known = this.#peers.get(holder.peerId)
    if (known) {
      if (known.holder.accountId !== holder.accountId) throw notFound('transport')
      return known
    }
    const peer = {
      holder,
      transports: new Set<ClientTransport>(),
      pace: new Pace(rates.openTransport),
    }
    this.#peers.set(holder.peerId, peer)
    return peer
  }

  #stream(streamId: string): Stream {
    const known = this.#streams.get(streamId)
    if (known) return known
    const { limits, log, neighbours } = this.#needs
    const stream = new Stream({
      streamId,
      pool: this.pool,
      limits,
      log,
      neighbours,
      changed: ({ id, producers }) => {
        this.#tell('producersChanged', id, producers)
        this.outlets?.changed(id)
      },
      arrived: (arrived, again) => this.#arrived(arrived, again),
      idle: (idle) => this.#tidy(undefined, idle),
    })
    this.#streams.set(streamId, stream)
    return stream
  }

  /**
   * Viewers who lost a stream on the way from another node build anew, as after a worker's death;
   * who made his offer himself cannot, and is supplied where he is.
   */
  #arrived(stream: Stream, again: boolean): void {
    for (const transport of again ? stream.transports : []) {
      if (transport.direction === 'recv' && !transport.plain) transport.close('pipe-lost')
    }
    this.#tell('arrived', stream.id)
  }

  #forget(transport: ClientTransport, reason: CloseReason): void {
    const stream = this.streamOf(transport)
    const { peerId } = transport.holder
    const { openedId } = transport
    stream.forget(transport)
    const peer = this.#peers.get(peerId)
    peer?.transports.delete(transport)
    if (openedId) {
      this.#byId.delete(openedId)
      if (reason !== 'left') this.#tell('transportClosed', peerId, openedId, reason)
    }
    this.#tidy(peer, stream)
  }

  #tidy(peer: Peer | undefined, stream: Stream): void {
    if (peer && peer.transports.size === 0) this.#peers.delete(peer.holder.peerId)
    if (stream.forgettable && this.#streams.get(stream.id) === stream) {
      this.#streams.delete(stream.id)
    }
  }

  /** Looks at every picture, and at a few transports' bytes; a look that takes long is not doubled. */
  async #watch(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      await Promise.all([...this.#streams.values()].map((stream) => this.#look(stream)))
      await this.#bytes.readSome([...this.#byId.values()], this.#gaugedPerLook)
    } catch (err) {
      this.#needs.log.error({ err }, 'looking at the streams failed')
    } finally {
      this.#looking = false
    }
  }

  /** Transports whose bytes are read at one look. */
  get #gaugedPerLook(): number {
    const { gaugeMs, gaugedPerSecond, watchMs } = this.#needs.limits
    return Math.ceil(Math.min(this.#byId.size / gaugeMs, gaugedPerSecond / 1_000) * watchMs)
  }

  async #look(stream: Stream): Promise<void> {
    const video = stream.published('video')
    const looked = await Promise.all([this.#count(video), this.#count(stream.published('audio'))])
    if (this.#streams.get(stream.id) !== stream) return
    const producer = video && looked[0] && { id: video.id, bytes: looked[0].bytes }
    const { silentMs } = this.#needs.limits
    const change = stream.picture.look({ nowMs: performance.now(), silentMs, producer })
    if (change) this.#tell(change, stream.id)
    this.#tidy(undefined, stream)
  }

  /** Bytes of a producer so far; nothing when it is gone. */
  async #count(producer: types.Producer | undefined): Promise<{ bytes: number } | undefined> {
    const stats = await producer?.getStats().catch(() => undefined)
    if (!producer || !stats) return undefined
    this.#packets.count(producer, stats)
    return { bytes: stats.reduce((sum, { byteCount }) => sum + byteCount, 0) }
  }

  /** A listener that throws harms neither the media nor the other listeners. */
  #tell<K extends keyof InnerEars>(what: K, ...said: Parameters<InnerEars[K]>): void {
    for (const ears of this.#ears) {
      try {
        const ear = ears[what] as ((...said: Parameters<InnerEars[K]>) => void) | undefined
        ear?.(...said)
      } catch (err) {
        this.#needs.log.error({ err, what }, 'a listener of the media room failed')
      }
    }
  }
}
