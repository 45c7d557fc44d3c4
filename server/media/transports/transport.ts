import type { types } from 'mediasoup'
import { notFound, Refusal } from '../../base/refusal.ts'
import { failed, rejected } from '../errors.ts'
import { type Limits, limits, rates } from '../limits.ts'
import { copiedOnce } from '../streams/producer.ts'
import type { Held, StreamRouter } from '../streams/router.ts'
import { type Budget, Pace } from './budget.ts'

export type Direction = 'send' | 'recv'

/** Who holds a transport: the socket (or session) it came by, and the account behind that. */
export type Holder = { peerId: string; accountId: string }

/** Why a transport is over, as its owner is told; `left` is the owner's own doing and not told. */
export type CloseReason = string

/** What somebody can play, and by which name (`mid`) it comes. */
export type ConsumerAsked = {
  rtpCapabilities: types.RtpCapabilities
  mid?: string | undefined
  paused?: boolean
}

export type TransportNeeds = {
  holder: Holder
  direction: Direction
  /** It comes by an offer. */
  plain: boolean
  limits: Limits
  budgets: { transports: Budget; producers: Budget; consumers: Budget }
  closed(transport: ClientTransport, reason: CloseReason): void
}

/**
 * One WebRTC transport of one peer. It exists from the moment it is asked for, so that a ban or a
 * lost socket that comes while the worker still opens it closes it too. Whatever ends it (the
 * owner, its worker, silence, a ban), everything on it goes with it and its places are given back.
 */
export class ClientTransport {
  readonly holder: Holder
  readonly direction: Direction
  /** Came by an offer: its owner cannot build anew, only begin again. */
  readonly plain: boolean
  readonly #needs: TransportNeeds
  readonly #giveBack: () => void
  readonly #consumers = new Map<string, types.Consumer>()
  /** By producer: one consumer each, also when asked twice at the same moment. */
  readonly #consuming = new Map<string, Promise<types.Consumer>>()
  readonly #layersPace = new Pace(rates.layers)
  readonly #restartPace = new Pace(rates.restartIce)
  #on: (Held & { rtc: types.WebRtcTransport }) | undefined
  #closed = false
  #asked = false
  #timer: NodeJS.Timeout | undefined
  #heard = { bytes: 0, atMs: performance.now() }

  constructor(needs: TransportNeeds) {
    this.#giveBack = needs.budgets.transports.take(needs.holder.accountId)
    this.#needs = needs
    this.holder = needs.holder
    this.direction = needs.direction
    this.plain = needs.plain
  }

  get closed(): boolean {
    return this.#closed
  }

  get id(): string {
    return this.rtc.id
  }

  get rtc(): types.WebRtcTransport {
    if (!this.#on || this.#closed) throw notFound('transport')
    return this.#on.rtc
  }

  get router(): StreamRouter {
    if (!this.#on || this.#closed) throw notFound('transport')
    return this.#on.router
  }

  get consumers(): number {
    return this.#consumers.size
  }

  /** Opens it on the router that `hold` gets. Refused when it was closed meanwhile. */
  async open(hold: () => Promise<Held>): Promise<void> {
    const { router, letGo } = await hold()
    try {
      const rtc = await this.#opened(router)
      if (this.#closed) {
        rtc.close()
        throw notFound('transport')
      }
      this.#on = { rtc, router, letGo }
      this.#follow(rtc)
    } catch (error) {
      letGo()
      throw failed(error)
    }
  }

  async connect(dtlsParameters: types.DtlsParameters): Promise<void> {
    const { rtc } = this
    if (this.#asked) throw new Refusal('CONFLICT', 'This transport was connected before.')
    this.#asked = true
    await rtc.connect({ dtlsParameters }).catch((error: unknown) => {
      this.#asked = false
      throw rejected(error, '/dtlsParameters')
    })
  }

  async restartIce(): Promise<types.IceParameters> {
    const { rtc } = this
    this.#restartPace.step()
    return rtc.restartIce().catch((error: unknown) => {
      throw failed(error)
    })
  }

  /** The place of a producer is taken before mediasoup is asked, and given back when it closes. */
  async produce(
    kind: types.MediaKind,
    rtpParameters: types.RtpParameters,
  ): Promise<types.Producer> {
    if (this.direction !== 'send') throw new Refusal('CONFLICT', 'This transport only receives.')
    const giveBack = this.#needs.budgets.producers.take(this.holder.accountId)
    try {
      const producer = await this.rtc.produce({
        kind,
        rtpParameters,
        keyFrameRequestDelay: limits.keyFrameRequestMs,
      })
      if (this.#closed || producer.closed) {
        producer.close()
        throw notFound('transport')
      }
      producer.observer.once('close', giveBack)
      return copiedOnce(producer)
    } catch (error) {
      giveBack()
      throw rejected(error, '/rtpParameters')
    }
  }

  /** The consumer of a producer, paused unless asked for otherwise; asking again gives the same one. */
  consume(
    producer: types.Producer,
    from: StreamRouter,
    as: ConsumerAsked,
  ): Promise<types.Consumer> {
    if (this.direction !== 'recv') throw new Refusal('CONFLICT', 'This transport only sends.')
    const known = this.#consuming.get(producer.id)
    if (known) return known
    const consuming = this.#consumed(producer, from, as)
    this.#consuming.set(producer.id, consuming)
    consuming.catch(() => this.#consuming.delete(producer.id))
    return consuming
  }

  consumer(consumerId: string): types.Consumer | undefined {
    return this.#consumers.get(consumerId)
  }

  /** Says at most so often which layers a viewer can use; sound has none, and that is fine. */
  async setLayers(consumer: types.Consumer, layers: types.ConsumerLayers): Promise<void> {
    this.#layersPace.step()
    await consumer.setPreferredLayers(layers).catch((error: unknown) => {
      throw failed(error)
    })
  }

  /**
   * Looked at now and then: so much has come by it. Encoders and players of other people need not ask
   * for ICE consent (GStreamer's do not); whoever says nothing at all for long is gone.
   */
  hears(bytes: number, nowMs: number): void {
    if (bytes !== this.#heard.bytes) this.#heard = { bytes, atMs: nowMs }
    const silentMs = nowMs - this.#heard.atMs
    if (this.plain && silentMs > this.#needs.limits.plainSilentMs) this.close('disconnected')
  }

  close(reason: CloseReason): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    this.#giveBack()
    if (this.#on) {
      const { rtc, letGo } = this.#on
      rtc.close()
      letGo()
    }
    this.#needs.closed(this, reason)
  }

  /** For the owner's answer and for what is told after it is over. */
  get openedId(): string | undefined {
    return this.#on?.rtc.id
  }

  async #opened(router: StreamRouter): Promise<types.WebRtcTransport> {
    const rtc = await router.rtc.createWebRtcTransport({
      webRtcServer: router.worker.server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout: this.plain ? 0 : limits.iceConsentS,
      initialAvailableOutgoingBitrate: limits.watchBitrateStart,
    })
    if (this.direction === 'recv') return rtc
    return rtc.setMaxIncomingBitrate(limits.publishBitrateMax).then(
      () => rtc,
      (error: unknown) => {
        rtc.close()
        throw error
      },
    )
  }

  #follow(rtc: types.WebRtcTransport): void {
    rtc.once('routerclose', () => this.close('worker-died'))
    rtc.once('listenserverclose', () => this.close('worker-died'))
    rtc.on('dtlsstatechange', (state) => {
      if (state === 'connected') this.#wait(undefined)
      if (state === 'failed') this.close('failed')
      if (state === 'closed') this.close('disconnected')
    })
    rtc.on('icestatechange', (state) => {
      if (state === 'disconnected') this.#wait('disconnected', this.#needs.limits.lostTransportMs)
      if (state === 'connected' || state === 'completed') this.#iceIsBack(rtc)
    })
    this.#wait('idle', this.#needs.limits.idleTransportMs)
  }

  /** ICE alone is not a connection: a transport that never finishes DTLS is still idle. */
  #iceIsBack(rtc: types.WebRtcTransport): void {
    if (rtc.dtlsState === 'connected') this.#wait(undefined)
  }

  #wait(reason: CloseReason | undefined, ms = 0): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!reason || this.#closed) return
    this.#timer = setTimeout(() => this.close(reason), ms)
    this.#timer.unref()
  }

  async #consumed(
    producer: types.Producer,
    from: StreamRouter,
    { mid, paused = true, rtpCapabilities }: ConsumerAsked,
  ): Promise<types.Consumer> {
    const { rtc, router } = this
    const giveBack = this.#needs.budgets.consumers.take(this.holder.accountId)
    try {
      const producerId = await router.bring(producer, from)
      const consumer = await rtc.consume({
        producerId,
        rtpCapabilities: ofKind(producer.kind, rtpCapabilities),
        paused,
        ...(mid !== undefined && { mid }),
      })
      if (this.#closed || consumer.closed) {
        consumer.close()
        throw notFound('producer')
      }
      this.#consumers.set(consumer.id, consumer)
      consumer.observer.once('close', () => {
        giveBack()
        this.#consumers.delete(consumer.id)
        this.#consuming.delete(producer.id)
      })
      return consumer
    } catch (error) {
      giveBack()
      throw rejected(error, '/rtpCapabilities')
    }
  }
}

/**
 * mediasoup copies and checks all of it for each consumer, and uses what is of the producer's kind: a join costs
 * this process a fifth less without the rest.
 */
function ofKind(kind: types.MediaKind, all: types.RtpCapabilities): types.RtpCapabilities {
  const isOfKind = (one: { kind: types.MediaKind }) => one.kind === kind
  return {
    codecs: all.codecs?.filter(isOfKind) ?? [],
    headerExtensions: all.headerExtensions?.filter(isOfKind) ?? [],
  }
}
