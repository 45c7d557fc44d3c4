import { Answers } from '../../base/answers.ts'
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
  readonly #words = new Answers<Words>({ max: showsMax })

  constructor(read: Moderation['ownWords']) {
    this.#read = read
  }

  of(showId: string): Promise<Words> {
    return this.#words.of(showId, () => this.#read(showId))
  }

  /** The words with this print are old news. */
  async forget(showId: string, print: string): Promise<void> {
    const known = this.#words.known(showId)
    const isOld = await known?.then(
      (words) => words.print === print,
      () => false, // not kept
    )
    if (isOld) this.#words.forget(showId, known)
  }
}
