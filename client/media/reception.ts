import type { Signal } from '@preact/signals'
import type { Device, types } from 'mediasoup-client'
import { asRefused } from '../api/refused.ts'
import { type MediaLine, type Opened, openTransport, type ProducerInfo } from './line.ts'
import { keepInStep, tellsLateness } from './lips.ts'
import type { Lose } from './upkeep.ts'

/** The picture that arrives now, and how many sizes of it there are to choose from. */
export type Incoming = { consumerId: string; sizes: number }

type ReceptionNeeds = {
  line: MediaLine
  showId: string
  device: Device
  /** Where tracks are put in and taken out. */
  stream: MediaStream
  picture: Signal<Incoming | null>
  /** Told after every change whether anything is on. */
  playing: (is: boolean) => void
  lose: Lose
}

/** These, or whatever is on when the server is asked. */
export type Wanted = readonly ProducerInfo[] | 'all'

/**
 * One connection that receives a show. It is opened with all that is on, because the server closes a
 * transport on which nothing ever happens, and then follows what is on, one change after the other.
 */
export class Reception {
  readonly #needs: ReceptionNeeds
  readonly #consumers = new Map<string, types.Consumer>()
  #open: Opened | undefined
  #wanted: Wanted = []
  #following: Promise<void> | undefined
  #inStep: { sound?: RTCRtpReceiver | undefined; picture?: RTCRtpReceiver | undefined } = {}
  #letGo: (() => void) | undefined
  #closed = false

  constructor(needs: ReceptionNeeds) {
    this.#needs = needs
  }

  /** Makes what is received be these. The newest call counts; what goes wrong is a loss. */
  follow(producers: Wanted): Promise<void> {
    this.#wanted = producers
    this.#following ??= this.#catchUp().finally(() => {
      this.#following = undefined
    })
    return this.#following
  }

  get closed(): boolean {
    return this.#closed
  }

  /** These and no others. */
  receives(producers: readonly ProducerInfo[]): boolean {
    const all = producers.every(({ producerId }) => this.#consumers.has(producerId))
    return all && producers.length === this.#consumers.size
  }

  /** Pictures that came so far. The connection says so: Firefox counts none of them in an element. */
  async frames(): Promise<number> {
    const told = [...((await this.#receiver('video')?.getStats())?.values() ?? [])]
    const inbound = told.find(({ type }) => type === 'inbound-rtp')
    return (inbound as RTCInboundRtpStreamStats | undefined)?.framesDecoded ?? 0
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#letGo?.()
    this.#dropAllBut(new Set())
    this.#open?.close()
  }

  async #catchUp(): Promise<void> {
    let done: Wanted | undefined
    try {
      while (done !== this.#wanted && !this.#closed) {
        done = this.#wanted
        if (done === 'all') await this.#begin().catch(unlessNothingIsOn)
        else await this.#receive(new Set(done.map(({ producerId }) => producerId)))
        if (this.#closed) return
        this.#keepInStep()
        this.#needs.playing(this.#consumers.size > 0)
      }
    } catch (cause) {
      if (!this.#closed) this.#needs.lose(cause)
    }
  }

  async #receive(wanted: ReadonlySet<string>): Promise<void> {
    if (!this.#open) return wanted.size > 0 ? this.#begin() : undefined
    this.#dropAllBut(wanted)
    const producerIds = [...wanted].filter((id) => !this.#consumers.has(id))
    if (producerIds.length > 0) await this.#consume(this.#open.transport, producerIds)
  }

  /** With all that is on; it plays as soon as the way is open. */
  async #begin(): Promise<void> {
    const { line, device, showId, lose } = this.#needs
    const asked = { showId, direction: 'recv', lost: lose } as const
    this.#open = await openTransport(line, { device }, asked)
    const { transport, consumers, close } = this.#open
    if (this.#closed) return close()
    await this.#takeAll(transport, consumers)
  }

  async #consume(transport: types.Transport, producerIds: string[]): Promise<void> {
    const { line, device } = this.#needs
    const { consumers } = await line.command('media:consume', {
      transportId: transport.id,
      rtpCapabilities: device.recvRtpCapabilities,
      producerIds,
    })
    await this.#takeAll(transport, consumers)
    const consumerIds = consumers.map(({ consumerId }) => consumerId)
    if (consumerIds.length && !this.#closed) await line.command('media:resume', { consumerIds })
  }

  async #takeAll(transport: types.Transport, consumers: Opened['consumers']): Promise<void> {
    const apart = tellsLateness(this.#needs.device)
    const taken = await Promise.all(
      consumers.map(({ consumerId, producerId, kind, rtpParameters }) =>
        transport.consume({
          id: consumerId,
          producerId,
          kind,
          rtpParameters: rtpParameters as types.RtpParameters,
          // What has one name the browser keeps in step itself.
          ...(apart && { streamId: kind }),
        }),
      ),
    )
    if (this.#closed) return
    for (const consumer of taken) this.#take(consumer)
  }

  /** What stays on is not let go, whatever else comes or goes. */
  #keepInStep(): void {
    if (!tellsLateness(this.#needs.device)) return
    const [sound, picture] = [this.#receiver('audio'), this.#receiver('video')]
    if (sound === this.#inStep.sound && picture === this.#inStep.picture) return
    this.#letGo?.()
    this.#inStep = { sound, picture }
    this.#letGo = sound && picture && keepInStep(sound, picture)
  }

  #receiver(of: types.MediaKind): RTCRtpReceiver | undefined {
    return [...this.#consumers.values()].find(({ kind }) => kind === of)?.rtpReceiver
  }

  #take(consumer: types.Consumer): void {
    const { stream, picture } = this.#needs
    this.#consumers.set(consumer.producerId, consumer)
    playAtOnce(consumer.rtpReceiver)
    stream.addTrack(consumer.track)
    if (consumer.kind === 'video')
      picture.value = { consumerId: consumer.id, sizes: sizes(consumer) }
  }

  #dropAllBut(wanted: ReadonlySet<string>): void {
    const { stream, picture } = this.#needs
    for (const [producerId, consumer] of this.#consumers) {
      if (wanted.has(producerId)) continue
      this.#consumers.delete(producerId)
      stream.removeTrack(consumer.track)
      consumer.close()
      if (picture.value?.consumerId === consumer.id) picture.value = null
    }
  }
}

/** Asked before anything is known: what comes later is told. */
function unlessNothingIsOn(cause: unknown): void {
  if (asRefused(cause).code !== 'NOT_FOUND') throw cause
}

/** A live shop is a conversation: as little waiting in the receiver as the network allows. */
function playAtOnce(receiver: RTCRtpReceiver | undefined): void {
  if (receiver && 'jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0
}

function sizes({ rtpParameters }: types.Consumer): number {
  const mode = rtpParameters.encodings?.[0]?.scalabilityMode ?? ''
  return Number(/^[LS](\d)/.exec(mode)?.[1] ?? 1)
}
