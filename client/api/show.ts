import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { You } from '../../shared/wire/events.ts'
import { hintServerTime, keepClock } from './clock.ts'
import type { CommandOut } from './contract.ts'
import { asRefused, type Refused } from './refused.ts'
import { applyFrame, applyPulse, type Room, roomFrom } from './room.ts'
import { ensureSession } from './session.ts'
import { command, line, on, openSocket, whenUp } from './socket.ts'

export type Hold = You['holds'][number]

/** Where this page stands with the show. */
export type Presence =
  | { at: 'joining' }
  | { at: 'in' }
  | { at: 'lost' }
  | { at: 'banned' }
  | { at: 'absent' }
  | { at: 'signed-out' }

export type HoldEnd = { hold: Hold; reason: 'released' | 'expired' | 'pulled' | 'confirmed' }

/** A show that is being watched: its state by the log, and what this person has in it. */
export type ShowStore = {
  showId: string
  room: Signal<Room | null>
  you: Signal<You | null>
  presence: ReadonlySignal<Presence>
  holds: ReadonlySignal<Hold[]>
  /** Hears of holds that end, whoever ended them. Answers how to stop. */
  onHoldEnded: (hear: (end: HoldEnd) => void) => () => void
  keepHold: (hold: Hold) => void
  dropHold: (holdId: string) => void
  muteUntil: (instant: string | null) => void
  close: () => void
}

/** A join that failed for no fault of ours is tried again after this. */
const rejoinMs = 2_000

/** Enters a show and keeps its state by the log until closed. */
export function openShow(showId: string): ShowStore {
  const room = signal<Room | null>(null)
  const you = signal<You | null>(null)
  const barred = signal<'banned' | 'absent' | 'signed-out' | null>(null)
  const presence = computed<Presence>(() => {
    if (barred.value !== null) return { at: barred.value }
    if (room.value === null) return { at: 'joining' }
    return { at: line.value === 'down' ? 'lost' : 'in' }
  })
  const hearers = new Set<(end: HoldEnd) => void>()
  let closed = false
  let joining = false
  let again: ReturnType<typeof setTimeout> | undefined

  async function join(fresh = false): Promise<void> {
    if (joining || closed || barred.value !== null) return
    joining = true
    clearTimeout(again)
    const last = fresh ? undefined : room.value?.seq
    try {
      const after = last === undefined ? {} : { after: last }
      entered(await command('show:join', { showId, ...after }))
    } catch (thrown) {
      refused(asRefused(thrown))
    } finally {
      joining = false
    }
    if (room.value?.stale) void join(true)
  }

  function entered(answer: CommandOut<'show:join'>): void {
    hintServerTime(answer.serverTime)
    const { snapshot, events, seq } = answer
    const from = snapshot ? roomFrom(snapshot, seq - events.length) : room.value
    batch(() => {
      you.value = answer.you
      if (from !== null) room.value = applyFrame(from, { events })[0]
    })
  }

  function refused(refusal: Refused): void {
    if (refusal.code === 'BANNED') barred.value = 'banned'
    else if (refusal.code === 'NOT_FOUND' || refusal.code === 'VALIDATION') barred.value = 'absent'
    else if (!closed) again = setTimeout(() => void join(), refusal.retryAfterMs ?? rejoinMs)
  }

  function stillIn(apply: (known: Room) => Room): void {
    if (room.value !== null) room.value = apply(room.value)
  }

  const dropHold = (holdId: string) =>
    withHolds((holds) => holds.filter((h) => h.holdId !== holdId))
  function withHolds(change: (holds: Hold[]) => Hold[]): void {
    if (you.value !== null) you.value = { ...you.value, holds: change(you.value.holds) }
  }

  const stops: (() => void)[] = []
  async function open(): Promise<void> {
    await ensureSession()
    if (closed) return
    openSocket()
    stops.push(
      on('show:events', (frame) => {
        if (frame.showId !== showId || room.value === null) return
        const [next, gap] = applyFrame(room.value, frame)
        room.value = next
        if (gap) void join()
        else if (next.stale) void join(true)
      }),
      on('show:pulse', (pulse) => {
        if (pulse.showId === showId) stillIn((known) => applyPulse(known, pulse))
      }),
      on('show:reset', (reset) => {
        if (reset.showId !== showId) return
        hintServerTime(reset.serverTime)
        batch(() => {
          room.value = roomFrom(reset.snapshot, reset.seq)
          you.value = reset.you
        })
      }),
      on('media:changed', ({ showId: of, producers }) => {
        if (of === showId) stillIn((known) => ({ ...known, producers }))
      }),
      on('hold:ended', ({ holdId, reason }) => {
        const hold = you.value?.holds.find((one) => one.holdId === holdId)
        dropHold(holdId)
        if (hold !== undefined) for (const hear of hearers) hear({ hold, reason })
      }),
      on('session:ended', ({ code }) => {
        barred.value = code === 'BANNED' ? 'banned' : 'signed-out'
      }),
      keepClock(),
      whenUp(() => void join()),
    )
  }
  open().catch((thrown: unknown) => {
    if (!closed) refused(asRefused(thrown))
  })

  return {
    showId,
    room,
    you,
    presence,
    holds: computed(() => (you.value?.holds ?? []).filter((hold) => hold.state === 'active')),
    onHoldEnded(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    keepHold: (hold) =>
      withHolds((holds) => [...holds.filter((h) => h.holdId !== hold.holdId), hold]),
    dropHold,
    muteUntil(instant) {
      if (you.value !== null) you.value = { ...you.value, mutedUntil: instant }
    },
    close() {
      closed = true
      clearTimeout(again)
      for (const stop of stops) stop()
      if (line.value === 'up') command('show:leave', { showId }).catch(() => undefined)
    },
  }
}
