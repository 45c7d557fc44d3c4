import type { Signal } from '@preact/signals'
import type { types } from 'mediasoup-client'
import { type MediaLine, type Met, openTransport, type ProducerInfo } from './line.ts'
import type { Lose } from './upkeep.ts'

/** The picture that arrives now, and how many sizes of it there are to choose from. */
export type Incoming = { consumerId: string; sizes: number }

type ReceptionNeeds = {
  line: MediaLine
  showId: string
  met: Met
  /** Where tracks are put in and taken out. */
  stream: MediaStream
  picture: Signal<Incoming | null>
  /** Told after every change whether anything is on. */
  playing: (is: boolean) => void
  lose: Lose
}

/**
 * One connection that receives a show. It is opened with the first producer, because the server
 * closes a transport on which nothing ever happens, and then follows what is on, one change after
 * the other.
 */
export class Reception {
  readonly #needs: ReceptionNeeds
  readonly #consumers = new Map<string, types.Consumer>()
  #transport: { transport: types.Transport; close: () => void } | undefined
  #wanted: readonly ProducerInfo[] = []
  #following: Promise<void> | undefined
  #closed = false

  constructor(needs: ReceptionNeeds) {
    this.#needs = needs
  }

  /** Makes what is received be these. The newest call counts; what goes wrong is a loss. */
  follow(producers: readonly ProducerInfo[]): Promise<void> {
    this.#wanted = producers
    this.#following ??= this.#catchUp().finally(() => {
      this.#following = undefined
    })
    return this.#following
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#dropAllBut(new Set())
    this.#transport?.close()
  }

  async #catchUp(): Promise<void> {
    let done: readonly ProducerInfo[] | undefined
    try {
      while (done !== this.#wanted && !this.#closed) {
        done = this.#wanted
        await this.#receive(new Set(done.map(({ producerId }) => producerId)))
      }
    } catch (cause) {
      if (!this.#closed) this.#needs.lose(cause)
    }
  }

  async #receive(wanted: ReadonlySet<string>): Promise<void> {
    this.#dropAllBut(wanted)
    const producerIds = [...wanted].filter((id) => !this.#consumers.has(id))
    if (producerIds.length) await this.#consume(producerIds)
    if (!this.#closed) this.#needs.playing(this.#consumers.size > 0)
  }

  async #consume(producerIds: string[]): Promise<void> {
    const { line, met, showId, lose } = this.#needs
    this.#transport ??= await openTransport(line, met, { showId, direction: 'recv', lost: lose })
    const { transport, close } = this.#transport
    if (this.#closed) return close()
    const { consumers } = await line.command('media:consume', {
      transportId: transport.id,
      rtpCapabilities: met.device.recvRtpCapabilities,
      producerIds,
    })
    const taken = await Promise.all(
      consumers.map(({ consumerId, producerId, kind, rtpParameters }) =>
        transport.consume({
          id: consumerId,
          producerId,
          kind,
          rtpParameters: rtpParameters as types.RtpParameters,
        }),
      ),
    )
    if (this.#closed) return
    for (const consumer of taken) this.#take(consumer)
    const consumerIds = taken.map(({ id }) => id)
    if (consumerIds.length) await line.command('media:resume', { consumerIds })
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

/** A live shop is a conversation: as little waiting in the receiver as the network allows. */
function playAtOnce(receiver: RTCRtpReceiver | undefined): void {
  if (receiver && 'jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0
}

function sizes({ rtpParameters }: types.Consumer): number {
  const mode = rtpParameters.encodings?.[0]?.scalabilityMode ?? ''
  return Number(/^[LS](\d)/.exec(mode)?.[1] ?? 1)
}
