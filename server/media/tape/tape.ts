import type { Logger } from '../../base/log.ts'
import { limits } from './limits.ts'
import { Reel } from './reel.ts'
import { type Section, type Segment, Segmenter } from './segmenter.ts'
import { Take, type TakeEnd, type TapeSource } from './take.ts'

/** What keeps a show off the tape, or did last. */
export type TapeProblem = 'no-program' | 'program-failed' | 'busy'

export type TapeNeeds = {
  streamId: string
  /** What is on air here now; undefined while nothing comes in. */
  source(): TapeSource | undefined
  program: string
  /** What is wrong with the program, if anything is; asked before every take. */
  missing(): Promise<string | undefined>
  /** The number of the first segment. */
  first: number
  section(section: Section): void
  segment(segment: Segment): void
  now(): number
  log: Logger
}

/**
 * Keeps one stream on tape for as long as it is wanted: a take for each picture that comes in, and
 * another one whenever the program, the worker or the host was away. What lies between is a gap,
 * never a broken segment.
 */
export class Tape {
  readonly reel: Reel
  problem: TapeProblem | undefined
  readonly #needs: TapeNeeds
  readonly #segmenter: Segmenter
  #take: Take | undefined
  #takes = ''
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  /** One change after the other: a take ends before the next begins. */
  #changing: Promise<void> = Promise.resolve()
  #closed = false

  constructor(needs: TapeNeeds) {
    this.#needs = needs
    this.reel = new Reel(needs.first)
    this.#segmenter = new Segmenter(needs.first, {
      section: (section) => {
        this.reel.section(section)
        needs.section(section)
      },
      grown: (segment) => this.reel.grown(segment),
      whole: (segment) => {
        this.reel.whole(segment)
        this.problem = undefined
        needs.segment(segment)
      },
    })
    this.look()
  }

  get pid(): number | undefined {
    return this.#take?.pid
  }

  /** What is on air may have changed. */
  look(waitMs: number = limits.settleMs): void {
    if (this.#closed) return
    const keyNow = keyOf(this.#needs.source())
    if (this.#take && keyNow !== this.#takes) this.#take.end('another picture')
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#change(), waitMs)
  }

  /** Everything that came is told when this is done. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      clearTimeout(this.#timer)
      this.#take?.end('the tape is closed')
    }
    await this.#changing
    await this.#take?.over
    this.reel.end()
  }

  #change(): void {
    this.#changing = this.#changing
      .then(() => this.#begin())
      .catch((err: unknown) => {
        this.#needs.log.warn({ err, stream: this.#needs.streamId }, 'no take could be begun')
        this.#failed()
      })
  }

  async #begin(): Promise<void> {
    const { source, missing, program, now, streamId, log } = this.#needs
    const wanted = source()
    if (this.#closed || this.#take || !wanted) return
    const lacks = await missing()
    if (lacks !== undefined) {
      this.problem = 'no-program'
      return this.#again()
    }
    const take = await Take.open({
      source: wanted,
      program,
      now,
      began: (init) => this.#segmenter.begin(init),
      fragment: (fragment, atMs) => this.#segmenter.add(fragment, atMs),
    })
    this.#take = take
    this.#takes = keyOf(wanted)
    const startedAt = performance.now()
    log.info({ stream: streamId, pid: take.pid }, 'a take begins')
    void take.over.then((end) => this.#over(end, performance.now() - startedAt))
    if (this.#closed || keyOf(source()) !== this.#takes) take.end('another picture')
  }

  #over({ failed, why, complaints }: TakeEnd, ranMs: number): void {
    this.#take = undefined
    this.#segmenter.end()
    if (ranMs > limits.stableMs) this.#failures = 0
    const line = { stream: this.#needs.streamId, why, complaints }
    if (!failed) {
      this.#needs.log.info(line, 'a take ended')
      this.#failures = 0
      this.look()
      return
    }
    this.#needs.log.warn(line, 'a take failed')
    this.problem = 'program-failed'
    this.#failed()
  }

  #failed(): void {
    this.#failures += 1
    this.#again()
  }

  #again(): void {
    const { restartMs } = limits
    const step = Math.min(Math.max(this.#failures, 1), restartMs.length) - 1
    this.look(restartMs[step])
  }
}

function keyOf(source: TapeSource | undefined): string {
  if (!source) return ''
  const { router, video, audio } = source
  return [router.id, video.id, audio?.id].join()
}
