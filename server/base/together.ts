import { unavailable } from './refusal.ts'

/** Questions that wait for an answer at a time; one more is UNAVAILABLE. For tapes, ten players' worth of each running show. */
const questionsMax = 256
/** Answers that are kept fresh at a time, at most; what comes beside them is told, and asked again. */
const answersMax = 256

/**
 * What many ask at the same moment is asked once, and all get that answer. For what a crowd may ask: a slow
 * question is never asked beside itself, and too many are refused; what is only remembered is `Answers`.
 */
export class Together {
  readonly #asked = new Map<string, Promise<unknown>>()
  readonly #next = new Map<string, Promise<unknown>>()
  #waiting = 0

  /** An answer stands for `freshMs` after it came; a refusal is told to those who waited for it. */
  ask<T>(key: string, freshMs: number, answer: () => Promise<T>): Promise<T> {
    const known = this.#asked.get(key)
    if (known) return known as Promise<T>
    if (this.#waiting >= questionsMax) return Promise.reject(unavailable())
    this.#waiting += 1
    const asked = answer().finally(() => {
      this.#waiting -= 1
    })
    this.#asked.set(key, asked)
    const forget = () => this.#asked.delete(key)
    const answered = () => {
      if (freshMs > 0 && this.#asked.size - this.#waiting <= answersMax) {
        setTimeout(forget, freshMs).unref()
      } else forget()
    }
    asked.then(answered, forget)
    return asked
  }

  /**
   * The same, but nobody is told what was true before they asked: who comes while one answer is on its way
   * shares the next one with all who come by then. So everybody finds what they have changed themselves.
   */
  askAnew<T>(key: string, answer: () => Promise<T>): Promise<T> {
    const next = this.#next.get(key)
    if (next) return next as Promise<T>
    const before = this.#asked.get(key)
    if (!before) return this.ask(key, 0, answer)
    const begin = () => {
      this.#next.delete(key)
      return this.ask(key, 0, answer)
    }
    const after = before.then(begin, begin)
    this.#next.set(key, after)
    return after
  }
}
