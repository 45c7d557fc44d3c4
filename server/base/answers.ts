type Settings = {
  /** Where there are more, the oldest goes. */
  max: number
  /** How long after it was asked for an answer is believed; for ever if not given. */
  freshMs?: number
  /** Milliseconds; the process's own if not given. */
  now?(): number
}

/**
 * Answers by key, each asked for once by however many. One that fails is told to those who wait for it, and kept
 * for nobody. A library's cache counts an answer's age from when it came; here it counts from the question,
 * because what was read may have changed while it was on its way; and whoever waits for one that is pushed out
 * or forgotten gets it all the same. For what is remembered; where askers must not pile up, `Together`.
 */
export class Answers<T> {
  readonly #max: number
  readonly #freshMs: number
  readonly #now: () => number
  readonly #kept = new Map<string, { at: number; answer: Promise<T> }>()

  constructor({
    max,
    freshMs = Number.POSITIVE_INFINITY,
    now = () => performance.now(),
  }: Settings) {
    this.#max = max
    this.#freshMs = freshMs
    this.#now = now
  }

  of(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.known(key)
    if (known) return known
    const answer = ask()
    this.#kept.delete(key)
    this.#kept.set(key, { at: this.#now(), answer })
    answer.catch(() => this.forget(key, answer))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#max && oldest !== undefined) this.#kept.delete(oldest)
    return answer
  }

  /** What whoever asks now is told without asking. */
  known(key: string): Promise<T> | undefined {
    const kept = this.#kept.get(key)
    return kept && this.#now() - kept.at < this.#freshMs ? kept.answer : undefined
  }

  /** The next question is asked anew; with an answer: unless another one stands there by now. */
  forget(key: string, answer?: Promise<T>): void {
    if (answer === undefined || this.#kept.get(key)?.answer === answer) this.#kept.delete(key)
  }
}
