import type { ShowPulse } from '../../shared/wire/events.ts'
import type { GiveawayCount } from '../../shared/wire/giveaways.ts'
import type { Line } from '../../shared/wire/line.ts'
import type { PollCounts } from '../../shared/wire/polls.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Presence } from './presence.ts'
import type { Member, Room } from './room.ts'

/** The fastest pulse; slower as the audience grows: 10 a second up to 500 viewers, 1 from 5,000. */
const tickMs = 100
const slowestMs = 1_000
const viewersPerMs = 5
/** Rooms where nothing moved are looked at less often. */
const quietAfterMs = 3_000
const quietMs = 500

/** How many watch changes with everybody who comes: by itself it is told once a second at most. */
const viewersMs = 1_000

/** In rooms of so many who comes is told the numbers with the next pulse, not by a write of his own before it. */
const waitFrom = 500

/** What a show's numbers are now; `version` orders readings of one variant. */
export type Figures = {
  reactions: Record<string, number>
  stock: Record<string, { available: number; held: number; version: number; line?: Line }>
  /** Of the open poll. */
  poll: PollCounts | undefined
  /** Of the giveaway that runs. */
  giveaway: GiveawayCount | undefined
}

type Needs = {
  rooms(): Room[]
  presence: Presence
  read(showIds: string[]): Promise<Map<string, Figures>>
  clock: Clock
  log: Logger
}

type State = {
  dueAt: number
  movedAt: number
  toldAt: number
  viewers: number
  figures: Figures
  /** Newcomers who were told other numbers than the rest: the next pulse gives them all again. */
  owed: Member[]
}

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
    const isDue = (room: Room) => (states.get(room.showId)?.dueAt ?? 0) <= now
    const isSmall = ({ members }: Room) => members.length < waitFrom
    const due = open.filter((room) => isDue(room) || (room.hasNewcomers && isSmall(room)))
    if (due.length === 0) return
    const found = await read(due.map((room) => room.showId))
    await Promise.all(
      due.map(async (room) => {
        const figures = found.get(room.showId)
        if (!figures) return
        const newcomers = room.takeNewcomers()
        if (newcomers.length > 0) await tellAll(room, newcomers, figures)
        if (isDue(room)) await tell(room, figures, now, new Set(newcomers))
        else owe(states.get(room.showId), figures, newcomers)
      }),
    )
  }

  /** All numbers: who has just come may have a snapshot that is older than the last pulse. */
  function tellAll(room: Room, members: Member[], figures: Figures): Promise<void> {
    const viewers = presence.count(room.showId)
    const pulse = pulseOf(room, clock.now(), viewers, figures, figures.stock)
    return room.tell(members, 'show:pulse', pulse)
  }

  async function tell(room: Room, figures: Figures, now: number, told: Set<Member>): Promise<void> {
    const before = states.get(room.showId)
    const viewers = presence.count(room.showId)
    const newViewers = !before || (viewers !== before.viewers && now - before.toldAt >= viewersMs)
    const changed = newViewers || hasMoved(before.figures, figures)
    const movedAt = changed ? now : before.movedAt
    const dueAt = now + intervalOf(room, now - movedAt) - tickMs / 2
    if (before?.owed.length) await tellAll(room, before.owed, figures)
    if (!changed) return void states.set(room.showId, { ...before, dueAt, owed: [] })
    states.set(room.showId, { dueAt, movedAt, toldAt: now, viewers, figures, owed: [] })
    const stock = before ? moved(before.figures, figures) : figures.stock
    const pulse = pulseOf(room, clock.now(), viewers, figures, stock)
    room.pulse('show:pulse', pulse, told)
  }

  plan()
  return {
    close(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** Who has just come was told other numbers than the rest know. */
function owe(state: State | undefined, figures: Figures, newcomers: Member[]): void {
  if (state && hasMoved(state.figures, figures)) state.owed.push(...newcomers)
}

function intervalOf(room: Room, quietForMs: number): number {
  const bySize = Math.min(slowestMs, Math.max(tickMs, room.members.length / viewersPerMs))
  return quietForMs > quietAfterMs ? Math.max(quietMs, bySize) : bySize
}

/** `stock` may be a part of the figures' own: what has moved. */
function pulseOf(
  { showId }: Room,
  at: Date,
  viewers: number,
  { reactions, poll, giveaway }: Figures,
  stock: Figures['stock'],
): ShowPulse {
  const shown = Object.entries(stock).map(([id, { version: _, ...figure }]) => [id, figure])
  const pulse = {
    showId,
    at: at.toISOString(),
    viewers,
    reactions,
    stock: Object.fromEntries(shown),
  }
  return { ...pulse, ...(poll && { poll }), ...(giveaway && { giveaway }) }
}

function moved(before: Figures, now: Figures): Figures['stock'] {
  return Object.fromEntries(
    Object.entries(now.stock).filter(([id, figure]) => {
      const old = before.stock[id]
      if (!old) return true
      const same = old.available === figure.available && old.held === figure.held
      return !(same && sameLine(old.line, figure.line)) && figure.version >= old.version
    }),
  )
}

function hasMoved(before: Figures, now: Figures): boolean {
  if (Object.keys(moved(before, now)).length > 0) return true
  if (!sameCounts(before.reactions, now.reactions)) return true
  return !samePoll(before.poll, now.poll) || !sameGiveaway(before.giveaway, now.giveaway)
}

function sameLine(a: Line | undefined, b: Line | undefined): boolean {
  return a?.next === b?.next && a?.waiting === b?.waiting
}

/** One that is closed was told by the log. */
function samePoll(a: Figures['poll'], b: Figures['poll']): boolean {
  return b === undefined || (a?.pollId === b.pollId && String(a.counts) === String(b.counts))
}

function sameGiveaway(a: Figures['giveaway'], b: Figures['giveaway']): boolean {
  return b === undefined || (a?.giveawayId === b.giveawayId && a.entries === b.entries)
}

function sameCounts(a: Record<string, number>, b: Record<string, number>): boolean {
  const keys = Object.keys(b)
  return keys.length === Object.keys(a).length && keys.every((k) => a[k] === b[k])
}
