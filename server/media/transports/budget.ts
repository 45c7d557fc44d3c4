import { Refusal } from '../../base/refusal.ts'

/** Counts what each account has open. A place is taken before the work and given back once. */
export class Budget {
  readonly #taken = new Map<string, number>()
  readonly #what: string
  readonly #max: number

  constructor(what: string, max: number) {
    this.#what = what
    this.#max = max
  }

  /** Takes a place and returns how to give it back; calling that twice is calm. */
  take(accountId: string): () => void {
    const taken = this.#taken.get(accountId) ?? 0
    if (taken >= this.#max) {
      throw new Refusal('RATE_LIMITED', `At most ${this.#max} ${this.#what} at a time.`, {
        retryAfterMs: 1_000,
      })
    }
    this.#taken.set(accountId, taken + 1)
    let given = false
    return () => {
      if (given) return
      given = true
      this.#giveBack(accountId)
    }
  }

  get size(): number {
    return [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0)
  }

  #giveBack(accountId: string): void {
    const left = (this.#taken.get(accountId) ?? 1) - 1
    if (left) this.#taken.set(accountId, left)
    else this.#taken.delete(accountId)
  }
}

/** Lets `burst` calls through at once and then one per `everyMs`; says how long the next must wait. */
export class Pace {
  readonly #burst: number
  readonly #everyMs: number
  /** Until when the calls so far have used it up, on the monotonic clock. */
  #spentUntil = 0

  constructor({ burst, everyMs }: { burst: number; everyMs: number }) {
    this.#burst = burst
    this.#everyMs = everyMs
  }

  step(): void {
    const now = performance.now()
    const spentUntil = Math.max(this.#spentUntil, now) + this.#everyMs
    const waitMs = spentUntil - now - this.#burst * this.#everyMs
    if (waitMs > 0) {
      throw new Refusal('RATE_LIMITED', 'Too often.', { retryAfterMs: Math.ceil(waitMs) })
    }
    this.#spentUntil = spentUntil
  }
}
