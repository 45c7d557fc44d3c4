import { signal } from '@preact/signals'

/** Of more than these the oldest are forgotten. */
const keptMax = 300

/** What somebody has ticked off in a show, in this window: it stays off over a reload. */
export class Ticks {
  readonly #name: string
  readonly #ticked = signal<ReadonlySet<string>>(new Set())
  #showId = ''

  constructor(name: string) {
    this.#name = name
  }

  of(showId: string): ReadonlySet<string> {
    if (this.#showId !== showId) {
      this.#showId = showId
      this.#ticked.value = readKept(this.#keyOf(showId))
    }
    return this.#ticked.value
  }

  add(showId: string, id: string): void {
    const ticked = [...this.of(showId), id].slice(-keptMax)
    this.#ticked.value = new Set(ticked)
    try {
      sessionStorage.setItem(this.#keyOf(showId), JSON.stringify(ticked))
    } catch {
      // A browser that keeps nothing: the tick lasts as long as the page.
    }
  }

  #keyOf(showId: string): string {
    return `vitrine.${this.#name}.${showId}`
  }
}

function readKept(key: string): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    return new Set(Array.isArray(kept) ? (kept as string[]) : [])
  } catch {
    return new Set()
  }
}
