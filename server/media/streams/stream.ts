import type { types } from 'mediasoup'
import type { Logger } from '../../base/log.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import { rejected } from '../errors.ts'
import type { Limits } from '../limits.ts'
import { Elsewhere } from '../pipes/elsewhere.ts'
import type { Neighbours, Origin } from '../pipes/neighbours.ts'
import type { ClientTransport, ConsumerAsked } from '../transports/transport.ts'
import type { WorkerPool } from '../workers/pool.ts'
import type { MediaWorker } from '../workers/worker.ts'
import { Picture } from './picture.ts'
import { type PayloadTypes, type StreamRouter, StreamRouters } from './router.ts'

export type ProducerInfo = { producerId: string; kind: types.MediaKind }

type Published = { producer: types.Producer; transport: ClientTransport }

/** What can be consumed here, and the router that it is on. */
type Source = { producer: types.Producer; router: StreamRouter }

export type StreamNeeds = {
  streamId: string
  pool: WorkerPool
  limits: Limits
  log: Logger
  neighbours: Neighbours | undefined
  /** The set of producers is another one; told once per turn of the loop, with the newest set. */
  changed(stream: Stream): void
  /** It comes in from another node, anew; `again` when viewers here lost it on the way. */
  arrived(stream: Stream, again: boolean): void
  /** It may be forgotten now, if nobody else needs it. */
  idle(stream: Stream): void
}

/**
 * One stream: who publishes, who watches, and on which workers. At most one producer of a kind at a
 * time; the last publish of the publishing account wins, and what it replaces is over when it is
 * answered. The stream has no home of its own: it is wherever its publisher's transport is, and
 * other routers get it by a pipe on first demand: those of this process from each other, those of
 * another node through one pipe that carries all of it.
 */
export class Stream {
  readonly id: string
  readonly picture: Picture
  readonly #needs: StreamNeeds
  readonly #routers = new StreamRouters()
  readonly #transports = new Set<ClientTransport>()
  readonly #published = new Map<types.MediaKind, Published>()
  readonly #elsewhere: Elsewhere | undefined
  /** Publishing happens one after the other, so that two at once leave one winner. */
  #publishing: Promise<unknown> = Promise.resolve()
  #told = ''
  #telling = false
  #closed = false

  constructor(needs: StreamNeeds) {
    this.#needs = needs
    this.id = needs.streamId
    this.picture = new Picture()
    this.#elsewhere = needs.neighbours && this.#wayIn(needs.neighbours)
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
    const { picture } = this
    const isEmpty = this.#transports.size === 0 && !this.#elsewhere?.here
    return isEmpty && !picture.flowing && !picture.awaited
  }

  /** What is published on this very node. */
  get publishedHere(): types.Producer[] {
    return [...this.#published.values()].map(({ producer }) => producer)
  }

  /** A pipe from another node ends here. */
  get piped(): boolean {
    return this.#elsewhere?.router !== undefined
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
      const { accountId } = transport.holder
      this.#refuseOthers(accountId)
      await this.#takeAir(accountId)
      const producer = await transport.produce(kind, rtpParameters).catch((error: unknown) => {
        if (this.#published.size === 0) this.#needs.neighbours?.leaveAir(this.id)
        throw error
      })
      this.#elsewhere?.close('moved')
      this.#take(kind, { producer, transport })
      return producer
    })
    this.#publishing = publishing.catch(() => undefined) // told to whoever published
    return publishing
  }

  /**
   * Consumers of the given producers, or of all. A producer that is not there is NOT_FOUND;
   * one that these capabilities cannot play is left out of "all" unless nothing would remain.
   */
  async consume(
    transport: ClientTransport,
    as: ConsumerAsked,
    producerIds?: readonly string[],
  ): Promise<types.Consumer[]> {
    const sources = await this.#sources(producerIds)
    const wanted = sources.filter(
      ({ producer }) => !producerIds || producerIds.includes(producer.id),
    )
    if (producerIds && wanted.length < new Set(producerIds).size) throw notFound('producer')
    const results = await Promise.allSettled(
      wanted.map(async ({ producer, router }) => transport.consume(producer, router, as)),
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
    as: ConsumerAsked,
  ): Promise<types.Consumer | undefined> {
    const sources = await this.#sources()
    const source = sources.find(({ producer }) => producer.kind === kind)
    if (!source) return undefined
    return transport.consume(source.producer, source.router, as)
  }

  /** It comes in on that node now. */
  originIs(origin: Origin): void {
    this.#elsewhere?.originIs(origin)
  }

  /** The node where it comes in says that the set of producers is another one. */
  changedThere(): void {
    this.#elsewhere?.changed()
  }

  /** Another node has it: whoever publishes here is off the air. */
  replaced(): void {
    for (const transport of this.#transports) {
      if (transport.direction === 'send') transport.close('replaced')
    }
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#elsewhere?.close('closing')
    for (const transport of this.#transports) transport.close(reason)
  }

  /** Where the stream already is: first where it comes in, then its other workers. */
  #preferredWorkers(): MediaWorker[] {
    const { worker } = this.incoming?.router ?? this.#elsewhere?.router ?? {}
    const { workers } = this.#routers
    return worker ? [worker, ...workers] : workers
  }

  #wayIn(neighbours: Neighbours): Elsewhere {
    const { limits, log, pool, arrived, idle } = this.#needs
    const viewers = () => [...this.#transports].filter(({ direction }) => direction === 'recv')
    return new Elsewhere({
      streamId: this.id,
      neighbours,
      limits,
      log,
      hold: async () => this.#routers.hold(await pool.seat('send', () => this.#preferredWorkers())),
      used: () => viewers().reduce((sum, { consumers }) => sum + consumers, 0),
      watched: () => this.#published.size === 0 && viewers().length > 0,
      arrived: (again) => arrived(this, again),
      left: () => idle(this),
    })
  }

  /** What is on, here or brought here from where it is. */
  async #sources(producerIds?: readonly string[]): Promise<Source[]> {
    if (this.#published.size === 0) await this.#elsewhere?.bring(producerIds)
    if (this.#published.size > 0) {
      return [...this.#published.values()].map(({ producer, transport: { router } }) => {
        return { producer, router }
      })
    }
    const { producers, router } = this.#elsewhere ?? {}
    return router && producers ? producers.map((producer) => ({ producer, router })) : []
  }

  /** A picture that comes over from another node must begin to flow here as it did there. */
  async #takeAir(accountId: string): Promise<void> {
    const { neighbours } = this.#needs
    if (!neighbours) return
    const { moved } = await neighbours.takeAir(this.id, accountId)
    if (moved) this.picture.await(performance.now())
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
