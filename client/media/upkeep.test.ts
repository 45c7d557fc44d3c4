import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Refused } from '../api/refused.ts'
import { type Lose, Upkeep } from './upkeep.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An upkeep of nothing, with everything that happens to it written down. */
function upkeep(build: () => Promise<void> = async () => undefined) {
  const told: string[] = []
  const losers: Lose[] = []
  let lineUp: () => void = () => undefined
  const kept = new Upkeep({
    line: {
      whenUp: (tell) => {
        lineUp = tell
        tell()
        return () => undefined
      },
    },
    build: async (lose) => {
      losers.push(lose)
      await build()
      told.push('up')
      return () => told.push('down')
    },
    broken: () => told.push('broken'),
    over: (why) => told.push(`over: ${why}`),
  })
  return { told, losers, kept, lineUp: () => lineUp() }
}

test('what is lost is taken down and built anew at once', async () => {
  const { told, losers } = upkeep()
  await vi.advanceTimersByTimeAsync(0)
  losers[0]?.('worker-died')
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toEqual(['up', 'down', 'broken', 'up'])
})

test('losses in a row wait longer, and standing for a while makes the next a first one', async () => {
  let tries = 0
  const { told } = upkeep(async () => {
    tries += 1
    if (tries <= 4) throw new Refused('UNAVAILABLE', 'no')
  })
  await vi.advanceTimersByTimeAsync(100)
  expect(tries).toBe(2)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(tries).toBe(5)
  expect(told.at(-1)).toBe('up')
})

test('a refusal that says when is not asked before', async () => {
  let tries = 0
  upkeep(async () => {
    tries += 1
    throw new Refused('RATE_LIMITED', 'later', { retryAfterMs: 3_000 })
  })
  await vi.advanceTimersByTimeAsync(2_900)
  expect(tries).toBe(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(tries).toBe(2)
})

test.each(['replaced', 'banned', 'ended'])('%s is for good', async (reason) => {
  const { told, losers } = upkeep()
  await vi.advanceTimersByTimeAsync(0)
  losers[0]?.(reason)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toEqual(['up', 'down', `over: ${reason}`])
})

test('news of an earlier build is ignored', async () => {
  const { told, losers } = upkeep()
  await vi.advanceTimersByTimeAsync(0)
  losers[0]?.('worker-died')
  losers[0]?.('failed')
  await vi.advanceTimersByTimeAsync(0)
  losers[0]?.('banned')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual(['up', 'down', 'broken', 'up'])
})

test('a new line means new transports, and the first connect does not build twice', async () => {
  const { told, losers, lineUp } = upkeep()
  await vi.advanceTimersByTimeAsync(0)
  expect(losers).toHaveLength(1)
  lineUp()
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toEqual(['up', 'down', 'broken', 'up'])
})

test('closing while it is being built leaves nothing standing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { told, kept } = upkeep(() => promise)
  kept.close()
  resolve()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual(['up', 'down'])
})
