import { expect, test } from 'vitest'
import { fc } from '../../test/support/random.ts'
import { Feed } from './feed.ts'
import type { Appended } from './log.ts'

const event = (seq: number): Appended => ({
  showId: 's',
  seq,
  type: 'show.updated',
  at: '2026-01-01T00:00:00.000Z',
  body: {},
  staff: null,
})
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)

function openFeed(from: number, head: () => number) {
  const delivered: number[] = []
  const feed = new Feed({
    showId: 's',
    from,
    read: async (after, upTo) => range(after + 1, Math.min(upTo, head())).map(event),
    deliver: (events) => delivered.push(...events.map((e) => e.seq)),
    failed: (error) => {
      throw error
    },
  })
  return { feed, delivered }
}

test('whatever comes twice, late or out of order is delivered once, in order, without a gap', async () => {
  const parcels = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), {
    maxLength: 30,
  })
  await fc.assert(
    fc.asyncProperty(parcels, fc.integer({ min: 0, max: 10 }), async (given, from) => {
      const { feed, delivered } = openFeed(from, () => 40)
      for (const seqs of given) feed.offer(seqs.map(event))
      feed.headIs(40)
      await expect.poll(() => feed.delivered, { interval: 1 }).toBe(40)
      expect(delivered).toEqual(range(from + 1, 40))
      feed.close()
    }),
    { numRuns: 100 },
  )
})

test('a gap is filled from the log without anybody asking', async () => {
  const { feed, delivered } = openFeed(0, () => 3)
  feed.offer([event(3)])
  expect(delivered).toEqual([])
  await expect.poll(() => delivered).toEqual([1, 2, 3])
})

test('since() answers what came after, and says when it does not reach that far', () => {
  const { feed } = openFeed(5, () => 5)
  feed.offer(range(6, 8).map(event))
  expect(feed.since(8)).toEqual([])
  expect(feed.since(6)?.map((e) => e.seq)).toEqual([7, 8])
  expect(feed.since(5)?.map((e) => e.seq)).toEqual([6, 7, 8])
  expect(feed.since(4)).toBeUndefined()
  expect(feed.since(9)).toBeUndefined()
})
