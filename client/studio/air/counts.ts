import { effect, type Signal, signal } from '@preact/signals'
import type { ShowStore } from '../../api/show.ts'

/** What only shows over time: the most that watched at once, and hearts of the last minute. */
export type Counts = {
  peak: Signal<number>
  heartsAMinute: Signal<number>
  close: () => void
}

const minuteMs = 60_000
const sampleMs = 1_000

export function openCounts(store: ShowStore): Counts {
  const key = `vitrine.peak.${store.showId}`
  const peak = signal(readNumber(key))
  const heartsAMinute = signal(0)
  let totals: { at: number; total: number }[] = []

  const stop = effect(() => {
    const room = store.room.value
    if (room === null) return
    if (room.viewers > peak.peek()) {
      peak.value = room.viewers
      keepNumber(key, room.viewers)
    }
    const at = performance.now()
    const total = room.reactions['heart'] ?? 0
    if (at - (totals.at(-1)?.at ?? 0) > sampleMs || totals.length === 0) {
      totals = [...totals.filter((one) => at - one.at < minuteMs), { at, total }]
    }
    heartsAMinute.value = Math.max(0, total - (totals[0]?.total ?? total))
  })
  return { peak, heartsAMinute, close: stop }
}

function readNumber(key: string): number {
  try {
    return Number(sessionStorage.getItem(key)) || 0
  } catch {
    return 0 // a browser that keeps nothing: the peak since this page opened
  }
}

function keepNumber(key: string, n: number): void {
  try {
    sessionStorage.setItem(key, String(n))
  } catch {
    // The same: the figure lives as long as the page.
  }
}
