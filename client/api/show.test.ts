import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Event } from '../../shared/wire/events.ts'
import { fc } from '../../test/support/random.ts'
import { Refused } from './refused.ts'
import { openShow } from './show.ts'

/**
 * A page that joins a show while its line breaks and comes back, with everything that happens in
 * every order that a scheduler can think of. A failure prints its seed and path.
 */

type Hear = (push: unknown) => void
type Ack = { resolve(value: unknown): void; reject(error: unknown): void }

/** The server's side: a log, and one line to the page, on which everything keeps its order. */
class House {
  readonly log: Event[] = []
  /** On their way to the page, oldest first. */
  readonly wire: { isFrame: boolean; arrive(): void }[] = []
  readonly ears = new Map<string, Hear>()
  readonly onUp = new Set<() => void>()
  mostAtOnce = 0
  isUp = false
  #asked: Ack[] = []
  #isIn = false
  #isBusy = false

  happens(): void {
    const seq = this.log.length + 1
    const title = `title ${seq}`
    const event = { seq, type: 'show.updated', at: '2026-11-22T17:00:00.000000Z', title }
    this.log.push(event as unknown as Event)
    if (!this.isUp || !this.#isIn) return
    const frame = { showId: 'a', from: seq, events: [event] }
    this.wire.push({ isFrame: true, arrive: () => this.ears.get('show:events')?.(frame) })
  }

  joined(after: number | undefined): Promise<unknown> {
    if (!this.isUp) return Promise.reject(new Refused('OFFLINE', 'not connected'))
    const ack = Promise.withResolvers<unknown>()
    this.#asked.push(ack)
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#asked.length)
    const answered = () => {
      this.#asked = this.#asked.filter((one) => one !== ack)
    }
    if (this.#isBusy) {
      this.#isBusy = false
      this.wire.push({
        isFrame: false,
        arrive() {
          answered()
          ack.reject(new Refused('UNAVAILABLE', 'try again'))
        },
      })
      return ack.promise
    }
    const head = this.log.length
    const answer = {
      serverTime: '2026-11-22T17:00:00.000000Z',
      seq: head,
      you: { holds: [] },
      events: after === undefined ? [] : this.log.slice(after),
      ...(after === undefined && { snapshot: snapshotAt(head) }),
    }
    this.#isIn = true
    const arrive = () => {
      answered()
      ack.resolve(answer)
    }
    this.wire.push({ isFrame: false, arrive })
    return ack.promise
  }

  /** The next join is answered by UNAVAILABLE. */
  isBusy(): void {
    this.#isBusy = true
  }

  breaks(): void {
    if (!this.isUp) return
    this.isUp = false
    this.#isIn = false
    this.wire.length = 0
    for (const { reject } of this.#asked.splice(0)) reject(new Refused('OFFLINE', 'no answer'))
  }

  comesBack(): void {
    if (this.isUp) return
    this.isUp = true
    for (const tell of this.onUp) tell()
  }

  /** A frame that the server left out: the next one shows the gap. */
  misses(): void {
    if (this.wire[0]?.isFrame) this.wire.shift()
  }

  /** One message, a task of its own in a browser: what it set going goes as far as it can. */
  async arrives(): Promise<void> {
    this.wire.shift()?.arrive()
    await vi.advanceTimersByTimeAsync(0)
  }
}

function snapshotAt(seq: number) {
  return {
    show: { title: seq === 0 ? 'first' : `title ${seq}` },
    chat: [],
    media: { producers: [] },
  }
}

let house: House
vi.mock('./socket.ts', () => ({
  line: { value: 'up' },
  openSocket: () => undefined,
  command: (_name: string, { after }: { after?: number }) => house.joined(after),
  on(name: string, hear: Hear) {
    house.ears.set(name, hear)
    return () => house.ears.delete(name)
  },
  whenUp(tell: () => void) {
    house.onUp.add(tell)
    if (house.isUp) tell()
    return () => house.onUp.delete(tell)
  },
}))
vi.mock('./session.ts', () => ({ ensureSession: () => Promise.resolve() }))
vi.mock('./clock.ts', () => ({ hintServerTime: () => undefined, keepClock: () => () => undefined }))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const acts = fc.array(
  fc.constantFrom(
    'happens',
    'happens',
    'arrives',
    'arrives',
    'misses',
    'isBusy',
    'breaks',
    'comesBack',
    'waits',
  ),
  { maxLength: 40 },
)

test('whatever breaks while a page joins, it ends with the log as it is, and asks one thing at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), acts, async (s, all) => {
      house = new House()
      house.isUp = true
      const show = openShow('a')
      const seen: number[] = []
      const done = all.map(async (act, n) => {
        await s.schedule(Promise.resolve(), `${n} ${act}`)
        if (act === 'waits') await vi.advanceTimersByTimeAsync(2_500)
        else await house[act]()
        seen.push(show.room.value?.seq ?? 0)
      })
      await s.waitFor(Promise.all(done))
      // From here on nothing breaks.
      house.comesBack()
      house.happens()
      for (let n = 0; n < 5; n++) {
        await vi.advanceTimersByTimeAsync(2_500)
        while (house.wire.length > 0) await house.arrives()
      }
      const { room } = show
      expect(house.mostAtOnce).toBeLessThanOrEqual(1)
      expect(room.value?.seq).toBe(house.log.length)
      expect(room.value?.show.title).toBe(snapshotAt(house.log.length).show.title)
      // Never back: what was shown stays shown.
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      show.close()
    }),
    { numRuns: 300 },
  )
})
