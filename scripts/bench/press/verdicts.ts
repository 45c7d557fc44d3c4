import { percentile } from '../report.ts'

export type Told = {
  ms: number
  granted: number
  soldOut: number
  p50: number
  p99: number
  /** Of each whole window of some seconds, when the run was by time. */
  windows: { perSecond: number; p99: number }[]
  cpuMs: number
  wrong: string[]
}

/** What presses came to: counted, timed, and looked at for an answer that must not be. */
export class Verdicts {
  readonly wrong: string[] = []
  readonly #holds = new Set<string>()
  readonly #took: number[] = []
  readonly #endedAt: number[] = []
  readonly #startedAt = performance.now()
  readonly #cpu = process.cpuUsage()
  #soldOut = 0

  granted(holdId: string, pressedAt: number): void {
    if (this.#holds.has(holdId)) this.wrong.push(`hold ${holdId} was given twice`)
    this.#holds.add(holdId)
    this.#note(pressedAt)
  }

  soldOut(pressedAt: number): void {
    this.#soldOut += 1
    this.#note(pressedAt)
  }

  tell(windowMs = Number.POSITIVE_INFINITY): Told {
    const ms = performance.now() - this.#startedAt
    const { user, system } = process.cpuUsage(this.#cpu)
    return {
      ms,
      granted: this.#holds.size,
      soldOut: this.#soldOut,
      p50: percentile(this.#took, 0.5),
      p99: percentile(this.#took, 0.99),
      windows: this.#windows(Math.floor(ms / windowMs), windowMs),
      cpuMs: (user + system) / 1000,
      wrong: this.wrong,
    }
  }

  #note(pressedAt: number): void {
    const now = performance.now()
    this.#took.push(now - pressedAt)
    this.#endedAt.push(now - this.#startedAt)
  }

  #windows(count: number, windowMs: number): Told['windows'] {
    const took: number[][] = Array.from({ length: count }, () => [])
    for (const [i, at] of this.#endedAt.entries()) {
      took[Math.floor(at / windowMs)]?.push(this.#took[i] as number)
    }
    return took.map((some) => ({
      perSecond: (some.length / windowMs) * 1000,
      p99: percentile(some, 0.99),
    }))
  }
}
