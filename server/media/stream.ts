import type { types } from 'mediasoup'
import { notFound, Refusal } from '../base/refusal.ts'
import { rejected } from './errors.ts'
import { Picture } from './picture.ts'
import type { WorkerPool } from './pool.ts'
import { type PayloadTypes, StreamRouters } from './router.ts'
import type { ClientTransport } from './transport.ts'
import type { MediaWorker } from './worker.ts'

export type ProducerInfo = { producerId: string; kind: types.MediaKind }

type Published = { producer: types.Producer; transport: ClientTransport }

export type StreamNeeds = {
  streamId: string
  pool: WorkerPool
  /** The set of producers is another one; told once per turn of the loop, with the newest set. */
  changed(stream: Stream): void
}

/**
 * One stream: who publishes, who watches, and on which workers. At most one producer of a kind at a
 * time; the last publish of the publishing account wins, and what it replaces is over when it is
 * answered. The stream has no home of its own: it is wherever its publisher's transport is, and
 * other routers of the process get it by a pipe on first demand.
 */
export class Stream {
  readonly id: string
  readonly picture: Picture
  readonly #needs: StreamNeeds
  readonly #routers = new StreamRouters()
  readonly #transports = new Set<ClientTransport>()
  readonly #published = new Map<types.MediaKind, Published>()
  /** Publishing happens one after the other, so that two at once leave one winner. */
  #publishing: Promise<unknown> = Promise.resolve()
  #told = ''
  #telling = false
  #closed = false

  constructor(needs: StreamNeeds) {
    this.#needs = needs
    this.id = needs.streamId
    this.picture = new Picture()
  }

  get producers(): ProducerInfo[] {
    return [...this.#published].map(([kind, { producer }]) => ({ producerId: producer.id, kind }))
  }

  get transports(): ReadonlySet<ClientTransport> {
    return this.#transports
  }

  get routers(): number {
    return this.#routers.size
  }

  /** Nothing here that anybody would miss. */
  get forgettable(): boolean {
    return this.#transports.size === 0 && !this.picture.flowing
  }

  published(kind: types.MediaKind): types.Producer | undefined {
    return this.#published.get(kind)?.producer
  }

  /** The transport through which the stream comes in, for its numbers. */
  get incoming(): ClientTransport | undefined {
    return (this.#published.get('video') ?? this.#published.get('audio'))?.transport
  }

  async open(transport: ClientTransport, payloadTypes?: PayloadTypes): Promise<void> {
    this.#transports.add(transport)
    try {
      await transport.open(async () =>
        this.#routers.hold(
          await this.#needs.pool.seat(transport.direction, () => this.#preferredWorkers()),
          payloadTypes,
        ),
      )
    } catch (error) {
      transport.close('failed')
      throw error
    }
  }

  /** The door calls it for whatever ended a transport; the places and the word to its owner are its. */
  forget(transport: ClientTransport): void {
    this.#transports.delete(transport)
  }

  publish(
    transport: ClientTransport,
    kind: types.MediaKind,
    rtpParameters: types.RtpParameters,
  ): Promise<types.Producer> {
    const publishing = this.#publishing.then(async () => {
      this.#refuseOthers(transport.holder.accountId)
      const producer = await transport.produce(kind, rtpParameters)
      this.#take(kind, { producer, transport })
      return producer
    })
    this.#publishing = publishing.catch(() => undefined) // told to whoever published
    return publishing
  }

  /**
   * Paused consumers of the given producers, or of all. A producer that is not there is NOT_FOUND;
   * one that these capabilities cannot play is left out of "all" unless nothing would remain.
   */
  async consume(
    transport: ClientTransport,
    rtpCapabilities: types.RtpCapabilities,
    producerIds: readonly string[] | undefined,
  ): Promise<types.Consumer[]> {
    const wanted = [...this.#published.values()].filter(
      ({ producer }) => !producerIds || producerIds.includes(producer.id),
    )
    if (producerIds && wanted.length < new Set(producerIds).size) throw notFound('producer')
    const results = await Promise.allSettled(
      wanted.map(async ({ producer, transport: { router } }) =>
        transport.consume(producer, router, rtpCapabilities),
      ),
    )
    const consumers = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const refused = results.find((one) => one.status === 'rejected')
    if (refused && (producerIds || !consumers.length || !isUnplayable(refused.reason))) {
      throw rejected(refused.reason, '/rtpCapabilities')
    }
    return consumers
  }

  /** The paused consumer of what is on of that kind, numbered as the player asked; or nothing. */
  async consumeKind(
    transport: ClientTransport,
    kind: types.MediaKind,
    as: { mid: string | undefined; rtpCapabilities: types.RtpCapabilities },
  ): Promise<types.Consumer | undefined> {
    const published = this.#published.get(kind)
    if (!published) return undefined
    const { router } = published.transport
    return transport.consume(published.producer, router, as.rtpCapabilities, as.mid)
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    for (const transport of this.#transports) transport.close(reason)
  }

  /** Where the stream already is: first where it comes in, then its other workers. */
  #preferredWorkers(): MediaWorker[] {
    const incoming = this.incoming
    const workers = this.#routers.workers
    return incoming ? [incoming.router.worker, ...workers] : workers
  }

  #refuseOthers(accountId: string): void {
    for (const { transport } of this.#published.values()) {
      if (transport.holder.accountId !== accountId) {
        throw new Refusal('CONFLICT', 'Somebody else is on air in this stream.')
      }
    }
  }

  /** The new producer takes its place; an older transport of the same publisher goes as a whole. */
  #take(kind: types.MediaKind, next: Published): void {
    const before = [...this.#published.values()]
    this.#published.get(kind)?.producer.close()
    this.#published.set(kind, next)
    next.producer.observer.once('close', () => this.#dropped(kind, next))
    for (const { transport } of before) {
      if (transport !== next.transport) transport.close('replaced')
    }
    this.#announce()
  }

  #dropped(kind: types.MediaKind, gone: Published): void {
    if (this.#published.get(kind) === gone) this.#published.delete(kind)
    this.#announce()
  }

  #announce(): void {
    if (this.#telling) return
    this.#telling = true
    queueMicrotask(() => {
      this.#telling = false
      const now = this.producers.map(({ producerId }) => producerId).join()
      if (now === this.#told) return
      this.#told = now
      this.#needs.changed(this)
    })
  }
}

function isUnplayable(reason: unknown): boolean {
  return reason instanceof Refusal && reason.code === 'VALIDATION'
}
