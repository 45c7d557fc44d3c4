import type { types } from 'mediasoup'
import type { Logger } from '../../base/log.ts'
import { unavailable } from '../../base/refusal.ts'
import { limits as fixed, type Limits } from '../limits.ts'
import type { Held, StreamRouter } from '../streams/router.ts'
import { Inlet, type InletEnd } from './inlet.ts'
import type { Neighbours, Origin } from './neighbours.ts'

type Needs = {
  streamId: string
  neighbours: Neighbours
  limits: Limits
  log: Logger
  /** A router of this stream here, for the pipe's end. */
  hold(): Promise<Held>
  /** How many consumers the stream has here. */
  used(): number
  /** Whether anybody here has a transport to watch with. */
  watched(): boolean
  /** It comes in, anew: `again` when viewers here had it before and lost it. */
  arrived(again: boolean): void
  /** There is no pipe any more. */
  left(): void
}

/** Ends after which nobody misses anything. */
const calm: readonly InletEnd[] = ['unused', 'moved', 'closing']

/**
 * A stream that is published on another node, as it is here: nowhere, until the first viewer asks;
 * then one pipe, however many ask at the same moment. A pipe that is lost while somebody watches is
 * looked for again, wherever the stream is by then.
 */
export class Elsewhere {
  readonly #needs: Needs
  #inlet: Inlet | undefined
  #opening: Promise<Inlet | undefined> | undefined
  /** The newest that was told; a lease may be older. */
  #told: Origin | undefined
  /** Producers that viewers here had when their pipe was lost. */
  readonly #lost = new Set<string>()
  #seeking = false
  #wake: (() => void) | undefined
  #closed = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  get producers(): types.Producer[] {
    return this.#inlet?.producers ?? []
  }

  get router(): StreamRouter | undefined {
    return this.#inlet?.router
  }

  /** There is a pipe, or one is being made. */
  get here(): boolean {
    return this.#inlet !== undefined || this.#opening !== undefined || this.#seeking
  }

  /** The newest turn that is known here. */
  get #epoch(): number {
    return Math.max(this.#told?.epoch ?? 0, this.#inlet?.origin.epoch ?? 0)
  }

  /** When it answers, what is on elsewhere is here; nothing where nothing is on. */
  async bring(producerIds?: readonly string[]): Promise<void> {
    const inlet = await this.#open()
    await inlet?.want()
    if (inlet && producerIds?.some((id) => !inlet.has(id))) await inlet.look()
  }

  /** Told by the log of the house: the stream comes in there now. */
  originIs(origin: Origin): void {
    if (origin.epoch < this.#epoch) return
    this.#told = origin
    const { node, epoch } = this.#inlet?.origin ?? {}
    if (this.#inlet && (node !== origin.node || epoch !== origin.epoch)) this.#inlet.close('moved')
    this.changed()
  }

  /** Told by the origin or the house: the set of producers is another one. */
  changed(): void {
    const { watched, arrived, log } = this.#needs
    if (!this.#inlet) {
      if (watched() && this.#told?.producers.length) this.#seek()
      return
    }
    this.#inlet.look().then(
      () => arrived(false),
      (err: unknown) => log.debug({ err }, 'the origin could not be asked; the next look will'),
    )
  }

  /** It comes in here now, or is over. */
  close(why: 'moved' | 'closing'): void {
    this.#lost.clear()
    if (why === 'closing') this.#closed = true
    this.#inlet?.close(why)
    this.#wake?.()
  }

  #open(): Promise<Inlet | undefined> {
    if (this.#inlet) return Promise.resolve(this.#inlet)
    this.#opening ??= this.#opened().finally(() => {
      this.#opening = undefined
      this.#needs.left()
    })
    return this.#opening
  }

  async #opened(): Promise<Inlet | undefined> {
    const { neighbours, streamId, limits, log, hold, used } = this.#needs
    const origin = await this.#origin()
    if (!origin || origin.node === neighbours.node || this.#closed) return undefined
    const inlet = await Inlet.open({
      streamId,
      origin,
      neighbours,
      limits,
      log,
      hold,
      used,
      closed: (gone, why, had) => this.#ended(gone, why, had),
    })
    if (this.#closed || origin.epoch < this.#epoch) {
      inlet.close('moved')
      throw unavailable()
    }
    if (inlet.over) throw unavailable()
    this.#inlet = inlet
    return inlet
  }

  async #origin(): Promise<Origin | undefined> {
    const { neighbours, streamId } = this.#needs
    const leased = await neighbours.originOf(streamId)
    if (!leased) return undefined
    return this.#told && this.#told.epoch > leased.epoch ? this.#told : leased
  }

  #ended(inlet: Inlet, why: InletEnd, had: readonly string[]): void {
    if (this.#inlet !== inlet) return
    this.#inlet = undefined
    const { watched, left, log, streamId } = this.#needs
    log.info({ streamId, node: inlet.origin.node, why }, 'a pipe from another node is over')
    if (!calm.includes(why) && watched()) {
      for (const id of had) this.#lost.add(id)
      this.#seek()
    }
    left()
  }

  #seek(): void {
    if (this.#seeking) return this.#wake?.()
    this.#seeking = true
    this.#sought()
      .catch((err: unknown) => this.#needs.log.error({ err }, 'seeking a stream failed'))
      .finally(() => {
        this.#seeking = false
        this.#lost.clear()
        this.#needs.left()
      })
  }

  /** Tries at once and then again and again, for as long as somebody waits for it and it may come. */
  async #sought(): Promise<void> {
    const { watched, arrived, log } = this.#needs
    for (let round = 0; round < fixed.seekRounds; round += 1) {
      const inlet = await this.#open().catch((err: unknown) => {
        log.debug({ err }, 'the origin is not there yet')
      })
      if (inlet) return arrived(inlet.producers.some(({ id }) => this.#lost.has(id)))
      await this.#pause()
      if (this.#closed || !watched()) return
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, fixed.seekMs)
    timer.unref()
    await promise
    clearTimeout(timer)
    this.#wake = undefined
  }
}
