import type { ShowPulse } from '../../shared/wire/events.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Presence } from './presence.ts'
import type { Room } from './room.ts'

/** The fastest pulse; slower as the audience grows: 10 a second up to 500 viewers, 1 from 5,000. */
const tickMs = 100
const slowestMs = 1_000
const viewersPerMs = 5
/** Rooms where nothing moved are looked at less often. */
const quietAfterMs = 3_000
const quietMs = 500

/** What a show's numbers are now; `version` orders readings of one variant. */
export type Figures = {
  reactions: Record<string, number>
  stock: Record<string, { available: number; held: number; version: number }>
}

type Needs = {
  rooms(): Room[]
  presence: Presence
  read(showIds: string[]): Promise<Map<string, Figures>>
  clock: Clock
  log: Logger
}

type State = { dueAt: number; movedAt: number; viewers: number; figures: Figures }

/**
 * Tells rooms the numbers that only matter as of now. Read from rows, so they are right on every
 * node without anybody telling; what did not change is not sent.
 */
export function startPulse({ rooms, presence, read, clock, log }: Needs) {
  const states = new Map<string, State>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  function plan(): void {
    if (stopped) return
    timer = setTimeout(() => {
      void beat()
        .catch((err) => log.warn({ err }, 'no pulse; trying again'))
        .then(plan)
    }, tickMs)
    timer.unref()
  }

  async function beat(): Promise<void> {
    const now = performance.now()
    const open = rooms()
    for (const showId of states.keys()) {
      if (!open.some((room) => room.showId === showId)) states.delete(showId)
    }
    const isDue = (room: Room) => room.hasNewcomers || (states.get(room.showId)?.dueAt ?? 0) <= now
    const due = open.filter(isDue)
    if (due.length === 0) return
    const found = await read(due.map((room) => room.showId))
    await Promise.all(due.map((room) => tell(room, found.get(room.showId), now)))
  }

  async function tell(room: Room, figures: Figures | undefined, now: number): Promise<void> {
    if (!figures) return
    const before = states.get(room.showId)
    const viewers = presence.count(room.showId)
    // Who has just come needs all numbers: its snapshot may be older than the last pulse.
    const all = !before || room.takeNewcomers()
    const stock = all ? figures.stock : moved(before.figures, figures)
    const changed =
      all ||
      Object.keys(stock).length > 0 ||
      viewers !== before.viewers ||
      !sameCounts(before.figures.reactions, figures.reactions)
    const movedAt = changed ? now : before.movedAt
    const bySize = Math.min(slowestMs, Math.max(tickMs, room.members.length / viewersPerMs))
    const wait = now - movedAt > quietAfterMs ? Math.max(quietMs, bySize) : bySize
    states.set(room.showId, { dueAt: now + wait - tickMs / 2, movedAt, viewers, figures })
    if (!changed) return
    const pulse: ShowPulse = {
      showId: room.showId,
      at: clock.now().toISOString(),
      viewers,
      reactions: figures.reactions,
      stock: Object.fromEntries(
        Object.entries(stock).map(([id, { available, held }]) => [id, { available, held }]),
      ),
    }
    await room.broadcast('show:pulse', pulse)
  }

  plan()
  return {
    /** Something moved in this show: look at the next tick. */
    hint(showId: string): void {
      const state = states.get(showId)
      if (state && performance.now() - state.movedAt > quietAfterMs) state.dueAt = 0
    },
    close(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function moved(before: Figures, now: Figures): Figures['stock'] {
  return Object.fromEntries(
    Object.entries(now.stock).filter(([id, figure]) => {
      const old = before.stock[id]
      if (!old) return true
      const same = old.available === figure.available && old.held === figure.held
      return !same && figure.version >= old.version
    }),
  )
}

function sameCounts(a: Record<string, number>, b: Record<string, number>): boolean {
  const keys = Object.keys(b)
  return keys.length === Object.keys(a).length && keys.every((k) => a[k] === b[k])
}
