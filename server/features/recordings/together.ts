import { unavailable } from '../../base/refusal.ts'

/** Questions that stand at a time; one more is UNAVAILABLE. Ten players' worth of each running show. */
const questionsMax = 256

/** What many ask at the same moment is asked once, and all get that answer. */
export class Together {
  readonly #asked = new Map<string, Promise<unknown>>()

  /** An answer stands for `freshMs` after it came; a refusal is told to those who waited for it. */
  ask<T>(key: string, freshMs: number, answer: () => Promise<T>): Promise<T> {
    const known = this.#asked.get(key)
    if (known) return known as Promise<T>
    if (this.#asked.size >= questionsMax) return Promise.reject(unavailable())
    const asked = answer()
    this.#asked.set(key, asked)
    const forget = () => this.#asked.delete(key)
    const answered = () => (freshMs > 0 ? setTimeout(forget, freshMs).unref() : forget())
    asked.then(answered, forget)
    return asked
  }
}
