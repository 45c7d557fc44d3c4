import { type MediaLine, verdictOf } from './line.ts'

/** Reports that what was built is lost: a reason of the wire, or what was thrown. */
export type Lose = (cause: unknown) => void

type UpkeepNeeds = {
  line: Pick<MediaLine, 'whenUp'>
  /** Builds it and answers how to take it down. What it reports lost after that is built anew. */
  build: (lose: Lose) => Promise<() => void>
  /** It is down and will be tried again; the cause, where there was one. */
  broken: (cause?: unknown) => void
  /** It is over for good, and why. */
  over: (why: string) => void
}

/** Losses in a row wait longer each time, scattered; the first is answered at once. */
const waitsMs = [0, 250, 500, 1_000, 2_000, 4_000]
/** Having stood for so long, the next loss counts as a first one. */
const stableMs = 5_000

/**
 * Keeps something up: builds it, and again whenever it is lost, until it is closed or the cause is
 * final. Only one is ever being built or standing; news of an earlier one is ignored.
 */
export class Upkeep {
  readonly #needs: UpkeepNeeds
  #round = 0
  #losses = 0
  #stoodSince = 0
  #takeDown: (() => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false
  readonly #stopLine: () => void

  constructor(needs: UpkeepNeeds) {
    this.#needs = needs
    let known = false
    this.#stopLine = needs.line.whenUp(() => {
      if (known && (this.#takeDown || this.#timer !== undefined)) this.#again(0)
    })
    known = true
    void this.#build()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#round += 1
    this.#stopLine()
    clearTimeout(this.#timer)
    this.#down()
  }

  async #build(): Promise<void> {
    this.#round += 1
    const round = this.#round
    this.#timer = undefined
    const lose = (cause: unknown) => {
      if (round === this.#round) this.#lost(cause)
    }
    try {
      const takeDown = await this.#needs.build(lose)
      if (round !== this.#round) return takeDown()
      this.#takeDown = takeDown
      this.#stoodSince = performance.now()
    } catch (cause) {
      lose(cause)
    }
  }

  #lost(cause: unknown): void {
    const verdict = verdictOf(cause)
    if ('final' in verdict) {
      this.close()
      this.#needs.over(verdict.final)
      return
    }
    const stood = this.#takeDown && performance.now() - this.#stoodSince > stableMs
    this.#losses = stood ? 1 : this.#losses + 1
    const waitMs = waitsMs[Math.min(this.#losses, waitsMs.length) - 1] ?? 0
    this.#again(Math.max(waitMs * (0.75 + Math.random() / 2), verdict.retryAfterMs ?? 0), cause)
  }

  #again(waitMs: number, cause?: unknown): void {
    this.#round += 1
    clearTimeout(this.#timer)
    this.#down()
    this.#needs.broken(cause)
    this.#timer = setTimeout(() => void this.#build(), waitMs)
  }

  #down(): void {
    this.#takeDown?.()
    this.#takeDown = undefined
  }
}
