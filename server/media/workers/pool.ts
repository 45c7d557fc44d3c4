import type { Logger } from '../../base/log.ts'
import { Refusal, unavailable } from '../../base/refusal.ts'
import { type Limits, limits } from '../limits.ts'
import { MediaWorker, type WorkerPlace } from './worker.ts'

export type MediaStatus = { state: 'off' | 'degraded' | 'ok'; reason: string | null }

type PoolNeeds = {
  places: WorkerPlace[]
  limits: Limits
  log: Logger
}

/** One place for a worker: which one sits there now, and how often it died lately. */
type Slot = {
  place: WorkerPlace
  worker: MediaWorker | undefined
  /** Settles when the port is free again. */
  free: Promise<void>
  deaths: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Keeps one worker running in every slot. A first death is answered at once; deaths in a row wait
 * longer each time, and all starts after deaths keep a distance, so that a binary which crashes on
 * sight costs less than one start a second.
 */
export class WorkerPool {
  readonly #needs: PoolNeeds
  readonly #slots: Slot[]
  readonly #waiting = new Set<() => void>()
  #lastReason: string | null = null
  /** When each slot that waits will start, and when one last did: starts never crowd. */
  readonly #startsAt = new Map<Slot, number>()
  #lastStart = Number.NEGATIVE_INFINITY
  #closed = false
  deaths = 0
  /** Viewers who were told that this process is full. */
  refused = 0

  constructor(needs: PoolNeeds) {
    this.#needs = needs
    this.#slots = needs.places.map((place) => ({
      place,
      worker: undefined,
      free: Promise.resolve(),
      deaths: 0,
      timer: undefined,
    }))
  }

  /** Settles when every slot had its first try, whatever came of it. */
  async open(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#start(slot)))
  }

  get alive(): MediaWorker[] {
    return this.#slots.flatMap(({ worker }) => (worker?.alive ? [worker] : []))
  }

  /** Asked by every verb. */
  get works(): boolean {
    return this.#slots.some(({ worker }) => worker?.alive)
  }

  get viewers(): number {
    return this.#slots.reduce((sum, { worker }) => sum + (worker?.alive ? worker.viewers : 0), 0)
  }

  get size(): number {
    return this.#slots.length
  }

  status(): MediaStatus {
    const alive = this.alive.length
    if (alive === this.#slots.length && alive > 0) return { state: 'ok', reason: null }
    const reason = this.#lastReason ?? (this.size ? 'no media worker runs' : 'MEDIA_WORKERS is 0')
    return { state: alive ? 'degraded' : 'off', reason }
  }

  /**
   * The worker for one more transport: the first of the preferred ones that has room, else the
   * one with the fewest viewers. A viewer's place is taken here and given back by `leave`, so that
   * a hundred who come at once do not all see the same room. FULL beyond what this process takes:
   * one more would make it worse for all.
   */
  async seat(
    direction: 'send' | 'recv',
    preferred: () => readonly MediaWorker[],
  ): Promise<{ worker: MediaWorker; leave: () => void }> {
    if (!this.works) await this.mayComeBack()
    const { viewersPerWorker, viewersMax } = this.#needs.limits
    if (direction === 'recv' && this.viewers >= viewersMax) this.#full()
    const places = direction === 'recv' ? 1 : 0
    const worker =
      preferred().find((one) => one.alive && (places === 0 || one.viewers < viewersPerWorker)) ??
      this.alive.toSorted((a, b) => a.viewers - b.viewers)[0] ??
      this.#refuse()
    worker.viewers += places
    return { worker, leave: () => (worker.viewers -= places) }
  }

  /** Waits a moment when no worker runs and one is about to; refuses when that does not help. */
  async mayComeBack(): Promise<void> {
    if (this.works) return
    const soon = this.#nextStartMs() < this.#needs.limits.workerWaitMs
    if (soon && !this.#closed) await this.#changed()
    if (!this.works) this.#refuse()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const slot of this.#slots) {
      clearTimeout(slot.timer)
      slot.worker?.close()
    }
    for (const wake of this.#waiting) wake()
  }

  #full(): never {
    this.refused += 1
    const { fullMs: retryAfterMs } = this.#needs.limits
    throw new Refusal('FULL', 'No more viewers fit here right now.', { retryAfterMs })
  }

  #refuse(): never {
    const { restartSpacingMs, restartPauseMaxMs } = this.#needs.limits
    const soonest = Math.max(restartSpacingMs, Math.ceil(this.#nextStartMs()))
    throw unavailable(Math.min(soonest, restartPauseMaxMs))
  }

  /** 0 while one is starting, forever where there are no slots. */
  #nextStartMs(): number {
    const waiting = this.#startsAt.size === this.#slots.length
    return waiting ? Math.min(...this.#startsAt.values()) - performance.now() : 0
  }

  /** Settles when a worker came up or failed to, or when waiting longer would be rude. */
  async #changed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, this.#needs.limits.workerWaitMs)
    this.#waiting.add(resolve)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
  }

  async #start(slot: Slot): Promise<void> {
    try {
      await slot.free
      if (this.#closed) return
      const worker: MediaWorker = await MediaWorker.start(slot.place, (why) =>
        this.#died(slot, worker, why),
      )
      if (this.#closed) return worker.close()
      slot.worker = worker
      slot.free = worker.ended
      this.#needs.log.info({ worker: slot.place.index, pid: worker.pid }, 'media worker runs')
    } catch (cause) {
      if (this.#closed) return
      const reason = cause instanceof Error ? cause.message : String(cause)
      const level = reason === this.#lastReason ? 'debug' : 'warn'
      this.#lastReason = reason
      this.#needs.log[level]({ err: cause, worker: slot.place.index }, 'media worker did not start')
      this.#startLater(slot)
    }
    for (const wake of this.#waiting) wake()
  }

  #died(slot: Slot, worker: MediaWorker, why: string): void {
    this.deaths += 1
    if (slot.worker === worker) slot.worker = undefined
    if (performance.now() - worker.startedAt > limits.stableMs) slot.deaths = 0
    this.#lastReason = `media worker ${slot.place.index} is gone: ${why}`
    this.#needs.log.warn({ worker: slot.place.index, why }, 'media worker is gone')
    if (!this.#closed) this.#startLater(slot)
  }

  #startLater(slot: Slot): void {
    const now = performance.now()
    const pauseMs = slot.deaths
      ? Math.min(limits.restartSpacingMs * 2 ** (slot.deaths - 1), limits.restartPauseMaxMs)
      : 0
    slot.deaths += 1
    const at = Math.max(now + pauseMs, this.#lastStartAt() + limits.restartSpacingMs)
    this.#startsAt.set(slot, at)
    slot.timer = setTimeout(() => {
      this.#startsAt.delete(slot)
      this.#lastStart = performance.now()
      void this.#start(slot)
    }, at - now)
    slot.timer.unref()
  }

  #lastStartAt(): number {
    return Math.max(this.#lastStart, ...this.#startsAt.values())
  }
}
