import type { Moderation } from '../moderation/moderation.ts'

export type Words = Awaited<ReturnType<Moderation['ownWords']>>

/** Shows whose words are remembered; the oldest is forgotten first. */
const showsMax = 1_000

/**
 * Words by show as this process last read them. They may be old: every message carries their print,
 * and say_v2 tells when it was judged with others.
 */
export class OwnWords {
  readonly #read: Moderation['ownWords']
  readonly #known = new Map<string, Promise<Words>>()

  constructor(read: Moderation['ownWords']) {
    this.#read = read
  }

  of(showId: string): Promise<Words> {
    const known = this.#known.get(showId)
    if (known) return known
    const reading = this.#read(showId)
    this.#known.set(showId, reading)
    reading.catch(() => this.#drop(showId, reading))
    const [oldest] = this.#known.keys()
    if (this.#known.size > showsMax && oldest !== undefined) this.#known.delete(oldest)
    return reading
  }

  /** The words with this print are old news. */
  async forget(showId: string, print: string): Promise<void> {
    const known = this.#known.get(showId)
    if (known && (await known).print === print) this.#drop(showId, known)
  }

  #drop(showId: string, words: Promise<Words>): void {
    if (this.#known.get(showId) === words) this.#known.delete(showId)
  }
}
