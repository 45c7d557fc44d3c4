import type { types } from 'mediasoup'
import type { Logger } from '../../base/log.ts'
import { notFound, Refusal, unavailable } from '../../base/refusal.ts'
import { failed } from '../errors.ts'
import { limits as fixed, type Limits } from '../limits.ts'
import { copiedOnce } from '../streams/producer.ts'
import type { Held, StreamRouter } from '../streams/router.ts'
import { cleanRtpParameters } from '../verbs/clean.ts'
import { type Neighbours, type Origin, pipeOptions } from './neighbours.ts'
import { checkLooked, checkOpened, type Piped, type PipeState } from './words.ts'

/**
 * Why a pipe is over here: nobody watched, the origin says that it is gone (`gone`), or it moved;
 * or it was lost: the origin does not answer, nothing comes out of it, or our worker died.
 */
export type InletEnd =
  | 'unused'
  | 'gone'
  | 'moved'
  | 'closing'
  | 'unanswered'
  | 'dry'
  | 'worker-died'

type Needs = {
  streamId: string
  origin: Origin
  neighbours: Neighbours
  limits: Limits
  log: Logger
  /** A router of this stream here; the pipe's end is made on it. */
  hold(): Promise<Held>
  /** How many consumers the stream has here. */
  used(): number
  /** `had`: the producers that came out of it. */
  closed(inlet: Inlet, why: InletEnd, had: string[]): void
}

/**
 * The end of a pipe through which another node's stream comes in here, with every layer; each
 * viewer's consumer chooses among them. It asks the origin once a second what there is, and says
 * whether anybody here watches: what is unused is paused, then closed. UDP does not tell of a
 * death, so it is noticed by an origin that does not answer, or by a picture that arrives there
 * and not here.
 */
export class Inlet {
  readonly origin: Origin
  readonly #needs: Needs
  readonly #held: Held
  readonly #pipe: types.PipeTransport
  readonly #pipeId: string
  /** As the origin has them; here, one may be closed with its worker. */
  readonly #producers = new Map<string, types.Producer>()
  readonly #beating: NodeJS.Timeout
  #looking: Promise<void> = Promise.resolve()
  #wanted = true
  #unusedSince: number | undefined
  #unanswered = 0
  #bytes = 0
  #grewAt = performance.now()
  #over = false

  static async open(needs: Needs): Promise<Inlet> {
    const held = await needs.hold()
    let pipe: types.PipeTransport | undefined
    let inlet: Inlet | undefined
    try {
      pipe = await held.router.rtc.createPipeTransport(pipeOptions(needs.neighbours.pipes))
      const opened = checkOpened(await askToOpen(pipe, needs))
      await pipe.connect(opened.end)
      inlet = new Inlet(needs, { held, pipe, pipeId: opened.pipeId })
      await inlet.#take(opened)
      return inlet
    } catch (error) {
      inlet?.close('closing')
      pipe?.close()
      held.letGo()
      throw failed(error)
    }
  }

  private constructor(
    needs: Needs,
    made: { held: Held; pipe: types.PipeTransport; pipeId: string },
  ) {
    this.#needs = needs
    this.origin = needs.origin
    this.#held = made.held
    this.#pipe = made.pipe
    this.#pipeId = made.pipeId
    made.pipe.once('routerclose', () => this.close('worker-died'))
    this.#beating = setInterval(() => void this.#beat(), fixed.pipeBeatMs)
    this.#beating.unref()
  }

  get over(): boolean {
    return this.#over
  }

  get router(): StreamRouter {
    return this.#held.router
  }

  get producers(): types.Producer[] {
    return [...this.#producers.values()].filter(({ closed }) => !closed)
  }

  has(producerId: string): boolean {
    return this.#producers.get(producerId)?.closed === false
  }

  /** Asks the origin what there is now, and that it be sent. Whoever asks meanwhile waits for the next. */
  look(): Promise<void> {
    const looking = this.#looking.then(() => this.#look())
    this.#looking = looking.catch(() => undefined) // told to whoever asked
    return looking
  }

  /** Somebody is about to watch. */
  async want(): Promise<void> {
    this.#unusedSince = undefined
    if (!this.#wanted) {
      this.#wanted = true
      await this.look()
    }
  }

  close(why: InletEnd): void {
    if (this.#over) return
    this.#over = true
    clearInterval(this.#beating)
    const had = [...this.#producers.keys()]
    if (why !== 'gone') this.#sayGoodbye()
    this.#pipe.close()
    this.#held.letGo()
    this.#needs.closed(this, why, had)
  }

  #sayGoodbye(): void {
    const { neighbours, log } = this.#needs
    neighbours
      .ask(this.origin.address, 'leave', { pipeId: this.#pipeId })
      .catch((err: unknown) => log.debug({ err }, 'the origin hears by silence that we left'))
  }

  async #beat(): Promise<void> {
    const { limits, used, log, streamId } = this.#needs
    const now = performance.now()
    this.#unusedSince = used() > 0 ? undefined : (this.#unusedSince ?? now)
    const unusedMs = now - (this.#unusedSince ?? now)
    if (unusedMs > limits.pipeDropMs) return this.close('unused')
    this.#wanted = unusedMs <= limits.pipePauseMs
    if (this.#unanswered >= fixed.pipeMisses) return this.close('unanswered')
    this.#unanswered += 1
    try {
      await this.look()
      this.#unanswered = 0
      await this.#probe()
    } catch (err) {
      log.debug({ err, streamId }, 'the origin of a stream did not answer')
    }
  }

  async #look(): Promise<void> {
    if (this.#over) throw unavailable()
    const { neighbours } = this.#needs
    const asked = { pipeId: this.#pipeId, wanted: this.#wanted }
    const state = await neighbours.ask(this.origin.address, 'look', asked).catch((error) => {
      if (error instanceof Refusal && error.code === 'NOT_FOUND') this.close('gone')
      throw error
    })
    await this.#take(checkLooked(state))
  }

  /** Makes what is here be what is there. */
  async #take({ producers, flowing }: PipeState): Promise<void> {
    const there = new Set(producers.map(({ producerId }) => producerId))
    for (const [id, producer] of this.#producers) {
      if (there.has(id)) continue
      producer.close()
      this.#producers.delete(id)
    }
    for (const one of producers) await this.#takeOne(one)
    if (!flowing || !this.#wanted) this.#grewAt = performance.now()
  }

  async #takeOne({ producerId: id, kind, rtpParameters, paused }: Piped): Promise<void> {
    const known = this.#producers.get(id)
    if (known && !known.closed) {
      if (known.paused !== paused) await (paused ? known.pause() : known.resume())
      return
    }
    const producer = await this.#pipe.produce({
      id,
      kind,
      paused,
      rtpParameters: cleanRtpParameters(kind, rtpParameters),
      keyFrameRequestDelay: fixed.keyFrameRequestMs,
    })
    if (this.#over) throw notFound('producer')
    this.#producers.set(id, copiedOnce(producer))
  }

  /** What arrives at the origin must arrive here. */
  async #probe(): Promise<void> {
    const [stats] = this.#over ? [] : await this.#pipe.getStats()
    if (!stats) return
    const now = performance.now()
    if (stats.rtpBytesReceived !== this.#bytes) this.#grewAt = now
    this.#bytes = stats.rtpBytesReceived
    if (now - this.#grewAt > this.#needs.limits.pipeDryMs) this.close('dry')
  }
}

function askToOpen(pipe: types.PipeTransport, needs: Needs): Promise<unknown> {
  const { neighbours, origin, streamId } = needs
  const { tuple, srtpParameters } = pipe
  return neighbours.ask(origin.address, 'pipe', {
    streamId,
    node: neighbours.node,
    address: neighbours.address,
    end: { ip: tuple.localAddress, port: tuple.localPort, srtpParameters },
  })
}
