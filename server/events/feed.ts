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
    if (seq > this.#delivered && !this.#gapTimer) void this.#fill(seq)
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
    if (this.#gapTimer) return
    this.#gapTimer = setTimeout(() => {
      this.#gapTimer = undefined
      if (this.#early.size > 0) void this.#fill(Math.max(...this.#early.keys()))
    }, gapMs)
  }

  async #fill(upTo: number): Promise<void> {
    if (this.#reading || this.#closed) return
    this.#reading = true
    try {
      const events = await this.#needs.read(this.#delivered, upTo)
      this.offer(events)
    } catch (error) {
      this.#needs.failed(error)
    } finally {
      this.#reading = false
    }
  }
}
