import { expect, test } from 'vitest'
import { batchedLookup } from './lookup.ts'

/** A store that answers when it is told to, and remembers what it was asked. */
function slowStore() {
  const asked: string[][] = []
  const answers: ((found: Map<string, string>) => void)[] = []
  const find = (keys: string[]) => {
    asked.push(keys)
    return new Promise<Map<string, string>>((resolve) => answers.push(resolve))
  }
  const answer = (n: number) => answers[n]?.(new Map(asked[n]?.map((key) => [key, `${key}!`])))
  return { asked, answer, lookup: batchedLookup(find, 3) }
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('what is asked in one turn is one query; a key asked twice is asked once', async () => {
  const { asked, answer, lookup } = slowStore()
  const all = Promise.all([lookup('a'), lookup('b'), lookup('a')])
  await turn()
  expect(asked).toEqual([['a', 'b']])
  answer(0)
  expect(await all).toEqual(['a!', 'b!', 'a!'])
})

test('while two queries are on their way the next one gathers, as large as it may be', async () => {
  const { asked, answer, lookup } = slowStore()
  const told: Promise<unknown>[] = []
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    told.push(lookup(key))
    await turn()
  }
  expect(asked).toEqual([['a'], ['b']])
  answer(1)
  await told[1]
  await turn()
  expect(asked).toEqual([['a'], ['b'], ['c', 'd', 'e']])
  answer(0)
  answer(2)
  await told[0]
  await turn()
  answer(3)
  expect(await Promise.all(told)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!', 'f!'])
})

test('a query that fails is told to those in it, and the next one goes on', async () => {
  const lookup = batchedLookup<string, string>(async ([key]) => {
    if (key === 'bad') throw new Error('no')
    return new Map([[key as string, 'good']])
  })
  await expect(lookup('bad')).rejects.toThrow('no')
  expect(await lookup('x')).toBe('good')
})
