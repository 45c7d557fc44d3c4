import type { Logger } from '../../base/log.ts'
import type { MediaEars } from '../media.ts'
import { limits } from './limits.ts'
import { missingProgram } from './program.ts'
import type { Reel } from './reel.ts'
import type { Section, Segment } from './segmenter.ts'
import type { TapeSource } from './take.ts'
import { Tape, type TapeProblem } from './tape.ts'

export type { Reel, Section, Segment, TapeProblem, TapeSource }

/** What the tapes tell: everything that came in is told before `close` of its tape is done. */
export type DeckEars = {
  section(streamId: string, section: Section): void
  segment(streamId: string, segment: Segment): void
}

export type DeckNeeds = {
  /** Off: nothing is taped at all. */
  on: boolean
  program: string
  media: {
    tapeSource(streamId: string): TapeSource | undefined
    listen(ears: Partial<MediaEars>): () => void
  }
  ears: DeckEars
  now(): number
  log: Logger
}

export type DeckStatus = { state: 'off' | 'degraded' | 'ok'; reason: string | null }

/** What is missing is looked for again this often, ms: somebody may have installed it. */
const lookAgainMs = 30_000

/** All tapes of this process. */
export class Deck {
  readonly #needs: DeckNeeds
  readonly #tapes = new Map<string, Tape>()
  readonly #deaf: () => void
  #missing: { at: number; what: Promise<string | undefined> } | undefined
  #lacks: string | undefined

  constructor(needs: DeckNeeds) {
    this.#needs = needs
    const look = (streamId: string) => this.#tapes.get(streamId)?.look()
    this.#deaf = needs.media.listen({ producersChanged: look, flowing: look, silent: look })
    if (needs.on) void this.#lookForProgram()
  }

  /**
   * Tapes a stream from now on, whenever a picture of it comes in here. `first` numbers its first
   * segment; nothing before may have had that number or a larger one. Twice is calm.
   */
  begin(streamId: string, first: number): void {
    if (!this.#needs.on || this.#tapes.has(streamId) || this.#tapes.size >= limits.tapesMax) return
    const { media, program, ears, now, log } = this.#needs
    this.#tapes.set(
      streamId,
      new Tape({
        streamId,
        source: () => media.tapeSource(streamId),
        program,
        missing: () => this.#lookForProgram(),
        first,
        section: (section) => ears.section(streamId, section),
        segment: (segment) => ears.segment(streamId, segment),
        now,
        log,
      }),
    )
  }

  /** Ends it; what came in is told when this is done. */
  async end(streamId: string): Promise<void> {
    const tape = this.#tapes.get(streamId)
    await tape?.close()
    if (this.#tapes.get(streamId) === tape) this.#tapes.delete(streamId)
  }

  has(streamId: string): boolean {
    return this.#tapes.has(streamId)
  }

  reel(streamId: string): Reel | undefined {
    return this.#tapes.get(streamId)?.reel
  }

  problem(streamId: string): TapeProblem | undefined {
    const tape = this.#tapes.get(streamId)
    return tape ? tape.problem : this.#tapes.size >= limits.tapesMax ? 'busy' : undefined
  }

  status(): DeckStatus {
    if (!this.#needs.on) return { state: 'off', reason: 'RECORD and HLS are off' }
    const failing = [...this.#tapes.values()].some(({ problem }) => problem === 'program-failed')
    const reason = this.#lacks ?? (failing ? 'ffmpeg fails, see the log' : null)
    return { state: reason === null ? 'ok' : 'degraded', reason }
  }

  /** Nothing can be taped here: the program is not there, or not as it must be. */
  get lacksProgram(): boolean {
    return this.#lacks !== undefined
  }

  async close(): Promise<void> {
    this.#deaf()
    await Promise.all([...this.#tapes.keys()].map((streamId) => this.end(streamId)))
  }

  #lookForProgram(): Promise<string | undefined> {
    const known = this.#missing
    const fresh = known && performance.now() - known.at < lookAgainMs
    if (known && (fresh || this.#lacks === undefined)) return known.what
    const { program, log } = this.#needs
    const what = missingProgram(program)
    this.#missing = { at: performance.now(), what }
    void what.then((lacks) => {
      if (lacks !== undefined && lacks !== this.#lacks) {
        log.warn({ lacks }, 'nothing can be recorded, and nobody is served without WebRTC')
      }
      this.#lacks = lacks
    })
    return what
  }
}
