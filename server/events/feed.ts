import type { Appended } from './log.ts'

/** How long a missing seq may still come by itself before Postgres is asked. */
const gapMs = 30
/** Events kept for those who join or fall behind: what WIRE lets a client be behind. */
const ringMax = 1_000

type Needs = {
  showId: string
  /** The last seq that is known to be in the state this node starts from. */
  from: number
  /** Events (after, upTo] from Postgres, in order. */
  read(after: number, upTo: number): Promise<Appended[]>
  /** Gets every seq after `from` exactly once, in order. */
  deliver(events: Appended[]): void
  failed(error: unknown): void
}

/**
 * One show's events on this node, put in order. Promises: `deliver` sees each seq once and without
 * a gap, whatever the order, number or loss of what `offer` is given.
 */
export class Feed {
  readonly showId: string
  readonly #needs: Needs
  readonly #early = new Map<number, Appended>()
  #delivered: number
  /** The last seq that somebody said is in the log. */
  #known = 0
  #ring: Appended[] = []
  #gapTimer: NodeJS.Timeout | undefined
  #reading = false
  #closed = false

  constructor(needs: Needs) {
    this.#needs = needs
    this.showId = needs.showId
    this.#delivered = needs.from
  }

  get delivered(): number {
    return this.#delivered
  }

  /** The events (after, delivered], or undefined where the ring does not reach. */
  since(after: number): Appended[] | undefined {
    if (after === this.#delivered) return []
    if (after > this.#delivered) return undefined
    const first = this.#ring[0]?.seq ?? this.#delivered + 1
    if (after + 1 < first) return undefined
    return this.#ring.slice(after + 1 - first)
  }

  offer(events: Appended[]): void {
    if (this.#closed) return
    for (const event of events) {
      if (event.seq > this.#delivered) this.#early.set(event.seq, event)
    }
    this.#drain()
    if (this.#early.size > 0) this.#awaitGap()
  }

  /** The head is known to be at `seq`: what has not come by itself is read. */
  headIs(seq: number): void {
    this.#known = Math.max(this.#known, seq)
    if (this.#known > this.#delivered && !this.#gapTimer) void this.#fill()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#gapTimer)
  }

  #drain(): void {
    const next: Appended[] = []
    for (;;) {
      const event = this.#early.get(this.#delivered + 1)
      if (!event) break
      this.#early.delete(event.seq)
      this.#delivered = event.seq
      next.push(event)
    }
    if (next.length === 0) return
    this.#ring.push(...next)
    if (this.#ring.length > 2 * ringMax) this.#ring = this.#ring.slice(-ringMax)
    this.#needs.deliver(next)
  }

  #awaitGap(): void {
    this.#gapTimer ??= setTimeout(() => {
      this.#gapTimer = undefined
      this.#known = Math.max(this.#known, ...this.#early.keys())
      void this.#fill()
    }, gapMs)
  }

  /** Reads what is missing up to the last seq that is known to be there. */
  async #fill(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    try {
      while (!this.#closed && this.#delivered < this.#known) {
        const before = this.#delivered
        this.offer(await this.#needs.read(before, this.#known))
        // Nothing came: the next look at the heads tries again.
        if (this.#delivered === before) break
      }
    } catch (error) {
      this.#needs.failed(error)
    } finally {
      this.#reading = false
    }
  }
}
