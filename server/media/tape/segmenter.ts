import type { Fragment } from './fragments.ts'
import { limits } from './limits.ts'

export type Part = { durationS: number; independent: boolean; bytes: Buffer }

/** A stretch of segments that share what a player must have first: one take, as a rule. */
export type Section = { n: number; init: Buffer }

export type Segment = {
  n: number
  /** The section it belongs to, by its first segment. */
  section: number
  /** Wall clock of its first frame, epoch ms. */
  atMs: number
  durationS: number
  parts: readonly Part[]
}

export type SegmenterEars = {
  section(section: Section): void
  /** A part more of a segment that is not whole yet. */
  grown(segment: Segment): void
  whole(segment: Segment): void
}

type Open = { n: number; section: number; startS: number; parts: Part[] }

/** Clocks of cameras and machines part by less than this, ms a second. */
const driftMs = 0.5

/**
 * Cuts fragments into segments at key frames, and tells when each was seen: the program's clock is
 * tied to the wall by the fragment that came through quickest, because a busy machine makes others
 * late. That one counts a little less with every second, so that the two clocks never part.
 */
export class Segmenter {
  readonly #ears: SegmenterEars
  #next: number
  #pending: Buffer | undefined
  #section = 0
  #open: Open | undefined
  #anchorMs = Number.POSITIVE_INFINITY
  #endS = 0

  constructor(first: number, ears: SegmenterEars) {
    this.#next = first
    this.#ears = ears
  }

  /** Another take begins: its clock begins at nought. */
  begin(init: Buffer): void {
    this.end()
    this.#pending = init
    this.#anchorMs = Number.POSITIVE_INFINITY
  }

  add(fragment: Fragment, arrivedAtMs: number): void {
    const open = this.#open
    if (open && this.#isFull(open, fragment)) this.#close(open, fragment.startS)
    const segment = this.#open ?? this.#begun(fragment)
    const { bytes, independent, startS, endS } = fragment
    const oldMs = this.#anchorMs + (endS - startS) * driftMs
    this.#anchorMs = Math.min(oldMs, arrivedAtMs - endS * 1_000)
    segment.parts.push({ durationS: endS - startS, independent, bytes })
    this.#endS = endS
    this.#ears.grown(this.#told(segment, endS))
  }

  /** Nothing follows: what is open is whole. */
  end(): void {
    if (this.#open) this.#close(this.#open, this.#endS)
  }

  #isFull(open: Open, { independent, startS, endS }: Fragment): boolean {
    if (independent && startS - open.startS >= limits.segmentMinS) return true
    return endS - open.startS > limits.segmentMaxS
  }

  #begun({ startS }: Fragment): Open {
    const n = this.#next++
    if (this.#pending) {
      this.#section = n
      this.#ears.section({ n, init: this.#pending })
      this.#pending = undefined
    }
    this.#open = { n, section: this.#section, startS, parts: [] }
    return this.#open
  }

  #close(open: Open, endS: number): void {
    this.#open = undefined
    this.#ears.whole(this.#told(open, endS))
  }

  #told({ n, section, startS, parts }: Open, endS: number): Segment {
    return {
      n,
      section,
      atMs: this.#anchorMs + startS * 1_000,
      durationS: endS - startS,
      parts,
    }
  }
}
