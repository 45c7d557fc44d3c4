import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Refused } from '../api/refused.ts'
import { PastRoom } from './past-room.ts'

type Question = { time: string; answer: () => Promise<unknown>; refuse: () => Promise<unknown> }

/** What the server was asked for windows of the past, and has not answered yet. */
const asked = vi.hoisted(() => [] as Question[])
vi.mock('../../shared/domain/room.ts', () => ({
  roomFrom: (snapshot: object) => snapshot,
  applyEvent: (room: object) => room,
}))
vi.mock('../api/http.ts', () => ({
  call(_method: string, path: string, { query }: { query: { time: string } }) {
    if (path.endsWith('/events')) return Promise.resolve({ items: [] })
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const heard = () => vi.advanceTimersByTimeAsync(0)
    asked.push({
      ...query,
      answer: () => (resolve({ seq: 1, snapshot: query }), heard()),
      refuse: () => (reject(new Refused('OFFLINE', 'no answer')), heard()),
    })
    return promise
  },
}))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  asked.length = 0
})

const iso = (ms: number) => new Date(ms).toISOString()
const hourMs = 3_600_000

test('who drags along the line sees the window of where they let go', async () => {
  const past = new PastRoom('a show')
  past.follow(hourMs)
  past.follow(2 * hourMs)
  past.follow(3 * hourMs)
  expect(asked.map(({ time }) => time)).toEqual([iso(hourMs)])
  await asked[0]?.answer()
  expect(asked.map(({ time }) => time)).toEqual([iso(hourMs), iso(3 * hourMs)])
  await asked[1]?.answer()
  expect(past.room.value).toEqual({ time: iso(3 * hourMs) })
  expect(asked).toHaveLength(2)
})

test('a server that does not answer is asked again after a while, not at every step of the picture', async () => {
  const past = new PastRoom('a show')
  past.follow(hourMs)
  await asked[0]?.refuse()
  for (let step = 1; step <= 4; step += 1) past.follow(hourMs + step * 250)
  expect(asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  past.follow(hourMs + 3_000)
  expect(asked).toHaveLength(2)
})
