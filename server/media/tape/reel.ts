import { limits } from './limits.ts'
import { type FileName, livePlaylist } from './playlist.ts'
import type { Section, Segment } from './segmenter.ts'

/** What a player says it has, so as to wait for what comes next: segment, and part of it. */
export type Position = { n: number; part: number | undefined }

/**
 * The last moments of a running show, in memory: what the live playlist names, and who waits for
 * what is just being made. Bounded by the window, whatever is asked of it.
 */
export class Reel {
  #sections: Section[] = []
  #segments: Segment[] = []
  #open: Segment | undefined
  #next: number
  #sectionsBefore: number
  #ended = false
  readonly #waiting = new Set<() => void>()

  constructor(first: number) {
    this.#next = first
    this.#sectionsBefore = first
  }

  /** Something whole to begin with. */
  get playable(): boolean {
    return this.#segments.length > 0
  }

  get next(): number {
    return this.#next
  }

  section(section: Section): void {
    this.#sections.push(section)
  }

  grown(segment: Segment): void {
    this.#open = segment
    this.#next = segment.n + 1
    this.#wake()
  }

  whole(segment: Segment): void {
    this.#open = undefined
    this.#segments.push(segment)
    const tooMany = this.#segments.length - limits.windowSegments - limits.graceSegments
    if (tooMany > 0) this.#segments.splice(0, tooMany)
    const oldest = this.#segments[0]?.section ?? segment.section
    const kept = this.#sections.filter(({ n }) => n >= oldest)
    this.#sectionsBefore += this.#sections.length - kept.length
    this.#sections = kept
    this.#wake()
  }

  /** The show is over: players stop asking. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** The playlist as soon as it has that, or as it is after a while. */
  async playlist(wanted: Position | undefined): Promise<string> {
    if (wanted) await this.#until(() => this.#has(wanted))
    const segments = this.#segments.slice(-limits.windowSegments)
    const first = segments[0]?.section ?? 0
    const before = this.#sections.filter(({ n }) => n < first).length
    return livePlaylist({
      segments,
      open: this.#open,
      next: this.#next,
      sectionsBefore: this.#sectionsBefore + before,
      ended: this.#ended,
    })
  }

  /** How far ahead of what is there a player may ask; more is nonsense. */
  mayAsk({ n, part }: Position): boolean {
    return n <= this.#next + 1 && (part ?? 0) < limits.partsMax
  }

  async file(name: FileName): Promise<Buffer | undefined> {
    if (name.kind === 'init') return this.#sections.find(({ n }) => n === name.section)?.init
    if (name.kind === 'segment') {
      const segment = this.#segments.find(({ n }) => n === name.n)
      return segment && Buffer.concat(segment.parts.map(({ bytes }) => bytes))
    }
    const { n, part } = name
    if (!this.mayAsk({ n, part })) return undefined
    await this.#until(() => this.#has({ n, part }))
    return this.#segment(n)?.parts[part]?.bytes
  }

  #segment(n: number): Segment | undefined {
    return this.#open?.n === n ? this.#open : this.#segments.find((one) => one.n === n)
  }

  /** That part, or the whole segment, or something later is there. */
  #has({ n, part }: Position): boolean {
    if (this.#ended || (this.#segments.at(-1)?.n ?? -1) >= n) return true
    if (part === undefined || this.#open === undefined) return false
    return this.#open.n > n || (this.#open.n === n && this.#open.parts.length > part)
  }

  async #until(isSo: () => boolean): Promise<void> {
    if (isSo()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => isSo() && resolve()
    const timer = setTimeout(resolve, limits.waitMs)
    this.#waiting.add(look)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(look)
  }

  #wake(): void {
    for (const look of this.#waiting) look()
  }
}
