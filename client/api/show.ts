import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { applyFrame, applyPulse, roomFrom } from '../../shared/domain/room.ts'
import type { You } from '../../shared/wire/events.ts'
import type { Entered } from '../../shared/wire/giveaways.ts'
import type { ChangedPlace, Place } from '../../shared/wire/line.ts'
import type { Answered } from '../../shared/wire/polls.ts'
import { hintServerTime, keepClock } from './clock.ts'
import type { CommandOut, Pushes } from './contract.ts'
import { asRefused, type Refused } from './refused.ts'
import type { Room } from './room.ts'
import { ensureSession } from './session.ts'
import { command, line, on, openSocket, whenUp } from './socket.ts'

export type Hold = You['holds'][number]
export type { ChangedPlace, Place }

/** Where this page stands with the show. */
export type Presence =
  | { at: 'joining' }
  | { at: 'in' }
  | { at: 'lost' }
  | { at: 'banned' }
  | { at: 'absent' }
  | { at: 'signed-out' }

export type HoldEnd = { hold: Hold; reason: 'released' | 'expired' | 'pulled' | 'confirmed' }

/** A mute that began for this person, or was lifted: then without an instant. */
export type Mute = Pick<Pushes['you:changed'], 'mutedUntil' | 'reason'>

/** A join that failed for no fault of ours is tried again after this. */
const rejoinMs = 2_000

/** What pulse and notices say of a place may differ for so long. */
const missedMs = 2_000

/** Enters a show and keeps its state by the log until closed. */
export function openShow(showId: string): ShowStore {
  return new ShowStore(showId)
}

/** A show that is being watched: its state by the log, and what this person has in it. */
export class ShowStore {
  readonly showId: string
  /** Settled when there is a session: from then on the server hears what is asked of it. */
  readonly admitted: Promise<void>
  /** Settled when the show has been entered for the first time. */
  readonly entered: Promise<void>
  readonly room = signal<Room | null>(null)
  readonly you = signal<You | null>(null)
  readonly presence: ReadonlySignal<Presence> = computed(() => this.#where())
  /** What this person holds and has not ordered yet. */
  readonly holds: ReadonlySignal<Hold[]> = computed(() =>
    (this.you.value?.holds ?? []).filter((hold) => hold.state === 'active'),
  )
  /** The reason that came with a ban. */
  readonly bannedFor = signal<string | null>(null)
  /** The reason of the mute that lasts. */
  readonly mutedFor = computed(() => this.you.value?.mutedFor ?? null)
  #barred = signal<'banned' | 'absent' | 'signed-out' | null>(null)
  #session = Promise.withResolvers<void>()
  #first = Promise.withResolvers<void>()
  #hearers = new Set<(end: HoldEnd) => void>()
  #madeHearers = new Set<(hold: Hold) => void>()
  #placeHearers = new Set<(place: ChangedPlace) => void>()
  #muteHearers = new Set<(mute: Mute) => void>()
  #stops: (() => void)[] = []
  #closed = false
  #joining = false
  #again: ReturnType<typeof setTimeout> | undefined
  #missing: ReturnType<typeof setTimeout> | undefined

  constructor(showId: string) {
    this.showId = showId
    this.admitted = this.#session.promise
    this.entered = this.#first.promise
    this.#open().catch((thrown: unknown) => this.#refused(asRefused(thrown)))
  }

  /** Hears of holds that end, whoever ended them. Answers how to stop. */
  onHoldEnded(hear: (end: HoldEnd) => void): () => void {
    this.#hearers.add(hear)
    return () => this.#hearers.delete(hear)
  }

  /** Hears of holds that were not asked for here: what was won. Answers how to stop. */
  onHoldMade(hear: (hold: Hold) => void): () => void {
    this.#madeHearers.add(hear)
    return () => this.#madeHearers.delete(hear)
  }

  /** Hears of places in line that were taken, or ended. Answers how to stop. */
  onPlace(hear: (place: ChangedPlace) => void): () => void {
    this.#placeHearers.add(hear)
    return () => this.#placeHearers.delete(hear)
  }

  /** Hears of a mute in the moment when it begins or is lifted. Answers how to stop. */
  onMuted(hear: (mute: Mute) => void): () => void {
    this.#muteHearers.add(hear)
    return () => this.#muteHearers.delete(hear)
  }

  keepHold(hold: Hold): void {
    this.#holds((holds) => [...holds.filter((one) => one.holdId !== hold.holdId), hold])
  }

  dropHold(holdId: string): void {
    this.#holds((holds) => holds.filter((one) => one.holdId !== holdId))
  }

  /** One place a variant; one that ended is none. */
  keepPlace({ showId, variantId, number, state }: Place): void {
    const you = this.you.value
    if (you === null) return
    const others = you.places.filter((place) => place.variantId !== variantId)
    const waits = state === 'waiting' ? [{ showId, variantId, number, state }] : []
    this.you.value = { ...you, places: [...others, ...waits] }
    // It may be served before any pulse tells of its line, and then none is different from the one before.
    this.#missPlaces()
  }

  keepMute({ mutedUntil, reason }: Mute): void {
    if (this.you.value === null) return
    this.you.value = { ...this.you.value, mutedUntil, mutedFor: reason }
  }

  keepAnswer(answered: Answered): void {
    if (this.you.value !== null) this.you.value = { ...this.you.value, answered }
  }

  keepEntry(entered: Entered): void {
    if (this.you.value !== null) this.you.value = { ...this.you.value, entered }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#again)
    clearTimeout(this.#missing)
    for (const stop of this.#stops) stop()
    if (line.value !== 'up') return
    command('show:leave', { showId: this.showId }).catch(() => undefined) // gone is gone
  }

  #where(): Presence {
    if (this.#barred.value !== null) return { at: this.#barred.value }
    if (this.room.value === null) return { at: 'joining' }
    return { at: line.value === 'down' ? 'lost' : 'in' }
  }

  async #open(): Promise<void> {
    await ensureSession()
    if (this.#closed) return
    openSocket()
    this.#session.resolve()
    this.#stops.push(
      ...this.#listen(),
      keepClock(),
      whenUp(() => void this.#join()),
    )
  }

  #listen(): (() => void)[] {
    const { showId } = this
    return [
      on('show:events', (frame) => frame.showId === showId && this.#hear(frame)),
      on('show:pulse', (pulse) => {
        if (pulse.showId !== showId) return
        this.#inside((room) => applyPulse(room, pulse))
        this.#missPlaces()
      }),
      on('show:reset', (reset) => {
        if (reset.showId !== showId) return
        hintServerTime(reset.serverTime)
        batch(() => {
          this.room.value = roomFrom(reset.snapshot, reset.seq)
          this.you.value = reset.you
        })
      }),
      on('media:changed', ({ showId: of, producers }) => {
        if (of === showId) this.#inside((room) => ({ ...room, producers }))
      }),
      on('hold:made', (hold) => {
        if (hold.showId !== showId) return
        this.keepHold(hold)
        for (const hear of this.#madeHearers) hear(hold)
      }),
      on('hold:ended', ({ holdId, reason }) => {
        const hold = this.you.value?.holds.find((one) => one.holdId === holdId)
        this.dropHold(holdId)
        if (hold !== undefined) for (const hear of this.#hearers) hear({ hold, reason })
      }),
      on('line:changed', (place) => {
        if (place.showId !== showId) return
        if (place.hold !== undefined) this.keepHold(place.hold)
        this.keepPlace(place)
        for (const hear of this.#placeHearers) hear(place)
      }),
      on('you:changed', ({ showId: of, ...mute }) => {
        if (of !== showId) return
        this.keepMute(mute)
        for (const hear of this.#muteHearers) hear(mute)
      }),
      on('session:ended', ({ code, reason }) => {
        // A server that closes down says UNAVAILABLE: the line comes back by itself, maybe elsewhere.
        if (code === 'UNAVAILABLE') return
        this.bannedFor.value = reason ?? null
        this.#barred.value = code === 'BANNED' ? 'banned' : 'signed-out'
      }),
    ]
  }

  /** The line has gone past a place of mine, and nobody told: the news was lost with its process, so it is asked for. */
  #missPlaces(): void {
    if (this.#missing !== undefined || !this.#isPassed()) return
    this.#missing = setTimeout(() => {
      this.#missing = undefined
      if (this.#isPassed()) void this.#join()
    }, missedMs)
  }

  #isPassed(): boolean {
    const stock = this.room.value?.stock ?? {}
    return (this.you.value?.places ?? []).some(({ variantId, number }) => {
      const now = stock[variantId]
      return now !== undefined && number < (now.line?.next ?? Number.POSITIVE_INFINITY)
    })
  }

  #hear(frame: Pushes['show:events']): void {
    if (this.room.value === null) return
    const [next, gap] = applyFrame(this.room.value, frame)
    this.room.value = next
    if (gap) void this.#join()
    else if (next.stale) void this.#join(true)
  }

  /** With `after` while a state is there; `fresh` asks for a snapshot. One at a time. */
  async #join(fresh = false): Promise<void> {
    if (this.#joining || this.#closed || this.#barred.value !== null) return
    this.#joining = true
    clearTimeout(this.#again)
    const last = fresh ? undefined : this.room.value?.seq
    try {
      const after = last === undefined ? {} : { after: last }
      this.#entered(await command('show:join', { showId: this.showId, ...after }))
    } catch (thrown) {
      this.#refused(asRefused(thrown))
    } finally {
      this.#joining = false
    }
    if (this.room.value?.stale && !fresh) void this.#join(true)
  }

  #entered({ serverTime, snapshot, events, seq, you }: CommandOut<'show:join'>): void {
    hintServerTime(serverTime)
    const from = snapshot ? roomFrom(snapshot, seq - events.length) : this.room.value
    batch(() => {
      this.you.value = you
      if (from !== null) this.room.value = applyFrame(from, { events })[0]
    })
    this.#first.resolve()
  }

  #refused({ code, reason, retryAfterMs }: Refused): void {
    if (this.#closed) return
    if (code === 'BANNED') {
      this.bannedFor.value = reason
      this.#barred.value = 'banned'
    } else if (code === 'NOT_FOUND' || code === 'VALIDATION') this.#barred.value = 'absent'
    else this.#again = setTimeout(() => void this.#retry(), retryAfterMs ?? rejoinMs)
  }

  /** What failed may have been the session, before there was anything to join. */
  async #retry(): Promise<void> {
    if (this.#stops.length > 0) return await this.#join()
    await this.#open().catch((thrown: unknown) => this.#refused(asRefused(thrown)))
  }

  #inside(apply: (room: Room) => Room): void {
    if (this.room.value !== null) this.room.value = apply(this.room.value)
  }

  #holds(change: (holds: Hold[]) => Hold[]): void {
    const you = this.you.value
    if (you !== null) this.you.value = { ...you, holds: change(you.holds) }
  }
}
