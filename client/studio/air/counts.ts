import { effect, type Signal, signal } from '@preact/signals'
import { call } from '../../api/http.ts'
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
  const peak = signal(0)
  const seen = (viewers: number) => {
    peak.value = Math.max(peak.peek(), viewers)
  }
  const heartsAMinute = signal(0)
  let totals: { at: number; total: number }[] = []

  const stop = effect(() => {
    const room = store.room.value
    if (room === null) return
    seen(room.viewers)
    const at = performance.now()
    const total = room.reactions['heart'] ?? 0
    if (at - (totals.at(-1)?.at ?? 0) > sampleMs || totals.length === 0) {
      totals = [...totals.filter((one) => at - one.at < minuteMs), { at, total }]
    }
    heartsAMinute.value = Math.max(0, total - (totals[0]?.total ?? total))
  })
  call('GET', '/shows/:id', { params: { id: store.showId } }).then(
    ({ viewersPeak }) => seen(viewersPeak),
    () => undefined, // until it can be asked, the most since this page opened
  )
  return { peak, heartsAMinute, close: stop }
}
