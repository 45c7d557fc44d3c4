import { type Signal, signal } from '@preact/signals'
import { asRefused, type Refused } from './refused.ts'
import { on, whenUp } from './socket.ts'

/** A list of the server's that is asked for again whenever the show's log says that it changed. */
export type Fresh<T> = {
  /** Null until the first answer. */
  items: Signal<T[] | null>
  refused: Signal<Refused | null>
  refresh: () => void
  close: () => void
}

/** Several events of one moment are one question. */
const gatherMs = 250

export function keepFresh<T>(needs: {
  showId: string
  /** Types of the log that change the list. */
  types: readonly string[]
  /** Answers the whole list, also where only the newest of it were asked for. */
  ask: (shown: readonly T[]) => Promise<T[]>
}): Fresh<T> {
  const items = signal<T[] | null>(null)
  const refused = signal<Refused | null>(null)
  const types = new Set(needs.types)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let again = false
  let closed = false

  async function ask(): Promise<void> {
    if (asking) {
      again = true
      return
    }
    asking = true
    try {
      const answer = await needs.ask(items.peek() ?? [])
      if (closed) return
      items.value = answer
      refused.value = null
    } catch (thrown) {
      if (!closed) refused.value = asRefused(thrown)
    } finally {
      asking = false
      if (again && !closed) refresh()
      again = false
    }
  }

  function refresh(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), gatherMs)
  }

  const stops = [
    on('show:events', ({ showId, events }) => {
      if (showId === needs.showId && events.some(({ type }) => types.has(type))) refresh()
    }),
    whenUp(refresh),
  ]
  void ask()
  return {
    items,
    refused,
    refresh,
    close() {
      closed = true
      clearTimeout(timer)
      for (const stop of stops) stop()
    },
  }
}
