import { expect, test } from 'vitest'
import type { Refusal } from '../../server/base/refusal.ts'
import { Feed } from '../../server/events/feed.ts'
import type { Appended } from '../../server/events/log.ts'
import { GroupCommit } from '../../server/store/group-commit.ts'
import { fc } from '../support/random.ts'

/**
 * What waits for answers, with the answers coming in every order that a scheduler can think of: lost,
 * late, or after something else has happened. A failure prints its seed and path.
 */

type Ask = { id: number; slot: string; same: string }
/** What becomes of a call: decided, decided without our hearing of it, never heard of. */
type Fate = 'answered' | 'lost after' | 'lost before'

const asks = fc.array(
  fc.record({ id: fc.nat({ max: 11 }), slot: fc.constantFrom('a', 'b', 'c', 'd') }),
  { minLength: 1, maxLength: 12 },
)
const fates = fc.array(fc.constantFrom<Fate>('answered', 'answered', 'lost after', 'lost before'), {
  maxLength: 12,
})

test('group commit: whatever answer is late or lost, each ask has one answer and one effect', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), asks, fates, async (s, given, ahead) => {
      const decided = new Map<number, number>()
      let running = 0
      const commit = new GroupCommit<Ask, number>({
        slots: ({ slot }) => [slot],
        same: ({ same }) => same,
        async run(batch) {
          expect(new Set(batch.map(({ slot }) => slot)).size).toBe(batch.length)
          running += 1
          expect(running).toBeLessThanOrEqual(2)
          const fate = ahead.shift() ?? 'answered'
          try {
            await s.schedule(Promise.resolve(), `to the database: ${fate}`)
            if (fate === 'lost before') throw closed()
            for (const { id } of batch) if (!decided.has(id)) decided.set(id, decided.size)
            await s.schedule(Promise.resolve(), `back: ${fate}`)
            if (fate === 'lost after') throw closed()
            return batch.map(({ id }) => decided.get(id) as number)
          } finally {
            running -= 1
          }
        },
      })
      const asked = given.map(async ({ id, slot }, n) => {
        await s.schedule(Promise.resolve(), `ask ${n}`)
        return commit.ask({ id, slot, same: String(id) })
      })
      const answers = await s.waitFor(Promise.allSettled(asked))
      answers.forEach((answer, n) => {
        const { id } = given[n] as { id: number }
        // Unknown is told as such, and only after three tries; what is told otherwise is what stands.
        if (answer.status === 'fulfilled') expect(answer.value).toBe(decided.get(id))
        else expect((answer.reason as Refusal).code).toBe('UNAVAILABLE')
      })
      await commit.close()
      expect([commit.waiting, running]).toEqual([0, 0])
    }),
    { numRuns: 300 },
  )
})

test('a feed: reads that cross with what comes by itself deliver each seq once, in order', async () => {
  const parcel = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 })
  const heads = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(parcel, { maxLength: 8 }),
      heads,
      async (s, parcels, told) => {
        const delivered: number[] = []
        const feed = new Feed({
          showId: 's',
          from: 0,
          read: async (after, upTo) => {
            await s.schedule(Promise.resolve(), `read ${after} to ${upTo}`)
            return range(after + 1, upTo).map(event)
          },
          deliver: (events) => delivered.push(...events.map(({ seq }) => seq)),
          failed: (error) => {
            throw error
          },
        })
        const steps = [
          ...parcels.map((seqs) => () => feed.offer(seqs.map(event))),
          ...told.map((seq) => () => feed.headIs(seq)),
          () => feed.headIs(12),
        ]
        const taken = steps.map((step, n) => s.schedule(Promise.resolve(), `step ${n}`).then(step))
        await s.waitFor(Promise.all(taken))
        const whole = new Promise<void>((resolve) => {
          const look = () => (feed.delivered === 12 ? resolve() : setTimeout(look, 2))
          look()
        })
        await s.waitFor(whole)
        expect(delivered).toEqual(range(1, 12))
        feed.close()
      },
    ),
    { numRuns: 150 },
  )
})

const closed = () =>
  Object.assign(new Error('the connection is gone'), { code: 'CONNECTION_CLOSED' })
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n)
const event = (seq: number): Appended => ({
  showId: 's',
  seq,
  type: 'show.updated',
  at: '2026-01-01T00:00:00.000Z',
  body: {},
  staff: null,
})
