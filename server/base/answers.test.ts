import { afterEach, expect, it, vi } from 'vitest'
import { Answers } from './answers.ts'

afterEach(() => vi.useRealTimers())

it('asks once for however many, and again when the question is old, wherever its answer is', async () => {
  let now = 0
  const answers = new Answers<number>({ max: 10, freshMs: 100, now: () => now })
  const asked: PromiseWithResolvers<number>[] = []
  const ask = () => {
    const one = Promise.withResolvers<number>()
    asked.push(one)
    return one.promise
  }
  const first = answers.of('a', ask)
  expect(answers.of('a', ask)).toBe(first)
  now = 100
  const second = answers.of('a', ask)
  asked[0]?.resolve(1)
  asked[1]?.resolve(2)
  expect([await first, await second, await answers.of('a', ask)]).toEqual([1, 2, 2])
  answers.forget('a')
  expect(answers.known('a')).toBeUndefined()
})

it('keeps no failure, and an old one takes no newer answer along', async () => {
  let now = 0
  const answers = new Answers<string>({ max: 10, freshMs: 100, now: () => now })
  const slow = Promise.withResolvers<string>()
  const failing = answers.of('a', () => slow.promise)
  now = 100
  const good = answers.of('a', async () => 'good')
  slow.reject(new Error('away'))
  await expect(failing).rejects.toThrow('away')
  expect(answers.known('a')).toBe(good)
  answers.forget('a', failing)
  expect(answers.known('a')).toBe(good)
  await expect(answers.of('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(answers.known('b')).toBeUndefined()
})

it('has room for so many: the one that was asked for longest ago goes, and is still told to who waits', async () => {
  const answers = new Answers<string>({ max: 2 })
  const [a] = ['a', 'b', 'c'].map((key) => answers.of(key, async () => key))
  expect(['a', 'b', 'c'].map((key) => answers.known(key) !== undefined)).toEqual([
    false,
    true,
    true,
  ])
  expect(await a).toBe('a')
})

it('grows old by the process’s own clock where no other is given', async () => {
  vi.useFakeTimers()
  const answers = new Answers<string>({ max: 2, freshMs: 100 })
  const first = answers.of('a', async () => 'a')
  vi.advanceTimersByTime(99)
  expect(answers.known('a')).toBe(first)
  vi.advanceTimersByTime(1)
  expect(answers.known('a')).toBeUndefined()
})
