import type { types } from 'mediasoup'
import type { Logger } from '../../base/log.ts'
import { notFound, unavailable } from '../../base/refusal.ts'
import { failed } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Stream } from '../streams/stream.ts'
import type { ClientTransport } from '../transports/transport.ts'
import { type Neighbours, pipeOptions } from './neighbours.ts'
import type { LookAsked, OpenAsked, Piped, PipeEnd, PipeOpened, PipeState } from './words.ts'

type Needs = {
  known(streamId: string): Stream | undefined
  neighbours: Neighbours
  log: Logger
}

/**
 * The pipes that leave this node: one for each stream and node that has viewers of it. They carry
 * every layer of what is published, for as long as the same publisher sends and the other node says
 * that it is still there.
 */
export class Outlets {
  readonly #needs: Needs
  readonly #open = new Map<string, Outlet>()
  readonly #sweeping: NodeJS.Timeout

  constructor(needs: Needs) {
    this.#needs = needs
    this.#sweeping = setInterval(() => this.#sweep(), limits.pipeBeatMs)
    this.#sweeping.unref()
  }

  get size(): number {
    return this.#open.size
  }

  /** A node that asks again has lost its end: what was there for it is over. */
  async open(asked: OpenAsked): Promise<PipeOpened> {
    const { known, neighbours } = this.#needs
    const stream = known(asked.streamId)
    const from = stream?.incoming
    if (!stream || !from) throw notFound('stream')
    for (const other of this.#open.values()) {
      if (other.is(stream, asked.node)) other.close()
    }
    if (this.#open.size >= limits.outletsMax) throw unavailable()
    const outlet = await Outlet.open({ asked, stream, from, neighbours })
    outlet.whenClosed(() => this.#open.delete(outlet.id))
    this.#open.set(outlet.id, outlet)
    return { pipeId: outlet.id, end: outlet.end, ...(await outlet.state()) }
  }

  async look({ pipeId, wanted }: LookAsked): Promise<PipeState> {
    const outlet = this.#open.get(pipeId)
    if (!outlet) throw notFound('pipe')
    outlet.heard()
    await outlet.setWanted(wanted)
    return outlet.state()
  }

  /** The edge needs it no more. */
  leave(pipeId: string): void {
    this.#open.get(pipeId)?.close()
  }

  /** Another set of producers, or one paused: who has a pipe of it hears so at once. */
  changed(streamId: string): void {
    const { neighbours, log } = this.#needs
    for (const outlet of this.#open.values()) {
      if (outlet.streamId !== streamId) continue
      if (outlet.isOver) outlet.close()
      neighbours.ask(outlet.address, 'changed', { streamId }).catch((err: unknown) => {
        log.debug({ err, streamId }, 'an edge was not told; it looks by itself')
      })
    }
  }

  close(): void {
    clearInterval(this.#sweeping)
    for (const outlet of this.#open.values()) outlet.close()
  }

  /** An edge that died says nothing any more. */
  #sweep(): void {
    for (const outlet of this.#open.values()) {
      if (outlet.isOver || outlet.silentForMs > limits.outletSilentMs) outlet.close()
    }
  }
}

type Made = {
  asked: OpenAsked
  stream: Stream
  from: ClientTransport
  pipe: types.PipeTransport
}

/** One pipe to one node. It is over with the transport through which the stream comes in. */
class Outlet {
  readonly id: string
  readonly streamId: string
  readonly address: string
  readonly #made: Made
  readonly #consuming = new Map<string, Promise<types.Consumer>>()
  #heardAt = performance.now()
  #wanted = true

  static async open(needs: {
    asked: OpenAsked
    stream: Stream
    from: ClientTransport
    neighbours: Neighbours
  }): Promise<Outlet> {
    const { asked, stream, from, neighbours } = needs
    const pipe = await from.router.rtc
      .createPipeTransport(pipeOptions(neighbours.pipes))
      .catch((error: unknown) => {
        throw failed(error)
      })
    try {
      await pipe.connect(asked.end)
    } catch (error) {
      pipe.close()
      throw failed(error)
    }
    return new Outlet({ asked, stream, from, pipe })
  }

  private constructor(made: Made) {
    this.#made = made
    this.id = made.pipe.id
    this.streamId = made.asked.streamId
    this.address = made.asked.address
  }

  get end(): PipeEnd {
    const { tuple, srtpParameters } = this.#made.pipe
    if (!srtpParameters) throw new Error('a pipe without SRTP')
    const { keyBase64 } = srtpParameters
    return {
      ip: tuple.localAddress,
      port: tuple.localPort,
      srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64 },
    }
  }

  get isOver(): boolean {
    const { pipe, stream, from } = this.#made
    return pipe.closed || from.closed || stream.incoming !== from
  }

  get silentForMs(): number {
    return performance.now() - this.#heardAt
  }

  is(stream: Stream, node: string): boolean {
    return this.#made.stream === stream && this.#made.asked.node === node
  }

  heard(): void {
    this.#heardAt = performance.now()
  }

  whenClosed(tell: () => void): void {
    this.#made.pipe.observer.once('close', tell)
  }

  close(): void {
    this.#made.pipe.close()
  }

  /** What nobody there watches is not sent. */
  async setWanted(wanted: boolean): Promise<void> {
    if (this.#wanted === wanted) return
    this.#wanted = wanted
    const consumers = await Promise.all(this.#consuming.values())
    await Promise.all(
      consumers.map((consumer) => (wanted ? consumer.resume() : consumer.pause())),
    ).catch((error: unknown) => {
      throw failed(error)
    })
  }

  async state(): Promise<PipeState> {
    const { stream } = this.#made
    if (this.isOver) {
      this.close()
      throw notFound('pipe')
    }
    const producers = stream.publishedHere.map((producer) => this.#piped(producer))
    return { producers: await Promise.all(producers), flowing: stream.picture.flowing }
  }

  async #piped(producer: types.Producer): Promise<Piped> {
    const { kind, rtpParameters, producerPaused } = await this.#consumer(producer)
    return { producerId: producer.id, kind, rtpParameters, paused: producerPaused }
  }

  /** One consumer for each producer, however many look at the same moment. */
  #consumer(producer: types.Producer): Promise<types.Consumer> {
    const known = this.#consuming.get(producer.id)
    if (known) return known
    const consuming = this.#consumed(producer)
    this.#consuming.set(producer.id, consuming)
    const forget = () => this.#consuming.delete(producer.id)
    consuming.then((consumer) => consumer.observer.once('close', forget), forget)
    return consuming
  }

  async #consumed(producer: types.Producer): Promise<types.Consumer> {
    const { pipe } = this.#made
    try {
      const consumer = await pipe.consume({ producerId: producer.id })
      if (!this.#wanted) await consumer.pause()
      return consumer
    } catch (error) {
      throw pipe.closed || producer.closed ? notFound('pipe') : failed(error)
    }
  }
}
