import { describe, expect, test } from 'vitest'
import { Refusal } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import { answersOfTapes, FarTape } from './far.ts'

const showId = '019a9f6e-0000-7000-8000-000000000001'

/** A node that has the tape, and what it was asked. */
function openFar({ bytes = 1_000, on = true } = {}) {
  const asked: string[] = []
  const there = answersOfTapes({
    playlist: async (_show, wanted) => `playlist with ${wanted?.n}.${wanted?.part}`,
    file: async (_show, name) => (name.kind === 'init' ? undefined : Buffer.alloc(bytes)),
  })
  const far = new FarTape({
    together: new Together(),
    originOf: async () => (on ? '10.0.0.2:7400' : undefined),
    async ask<T>(address: string, word: string, what: unknown): Promise<T> {
      asked.push(`${address} ${word} ${JSON.stringify(what)}`)
      return (await there[word as keyof typeof there](what)) as T
    },
  })
  return { far, there, asked }
}

describe('the tape of another node', () => {
  test('is asked once for a file, however many want it, at once and later', async () => {
    const { far, asked } = openFar()
    const all = await Promise.all(Array.from({ length: 50 }, () => far.file(showId, '7.m4s')))
    expect(new Set(all.map((one) => one?.length))).toEqual(new Set([1_000]))
    await far.file(showId, '7.m4s')
    expect(asked).toEqual([`10.0.0.2:7400 tape-file {"showId":"${showId}","name":"7.m4s"}`])
  })

  test('of its files only so many bytes are kept, the newest', async () => {
    const { far, asked } = openFar({ bytes: 20 * 1024 * 1024 })
    for (const n of [1, 2, 3, 4]) await far.file(showId, `${n}.m4s`)
    await far.file(showId, '4.m4s')
    expect(asked).toHaveLength(4)
    await far.file(showId, '1.m4s')
    expect(asked).toHaveLength(5)
  })

  test('what is not there, or nowhere, is nothing', async () => {
    expect(await openFar().far.file(showId, 'init-7.mp4')).toBeUndefined()
    const { far, asked } = openFar({ on: false })
    expect(await far.playlist(showId, undefined)).toBeUndefined()
    expect(await far.file(showId, '7.m4s')).toBeUndefined()
    expect(asked).toEqual([])
  })

  test('checks what another node asks', async () => {
    const { there, far } = openFar()
    expect(await far.playlist(showId, { n: 9, part: 2 })).toBe('playlist with 9.2')
    expect(await there['tape-file']({ showId, name: '../secret' })).toBeNull()
    for (const wrong of [null, {}, { showId: 'x' }, { showId, wanted: { n: -1 } }]) {
      await expect(there['tape-list'](wrong)).rejects.toMatchObject({ code: 'VALIDATION' })
    }
    await expect(there['tape-file']({ showId, name: 'x'.repeat(99) })).rejects.toMatchObject({
      code: 'VALIDATION',
    })
  })
})

describe('what many ask', () => {
  test('is asked once, refused to all, and asked again', async () => {
    const together = new Together()
    let asked = 0
    const refuse = async () => {
      asked += 1
      throw new Refusal('CONFLICT', 'Not yet.')
    }
    const all = await Promise.allSettled([1, 2, 3].map(() => together.ask('one', 1_000, refuse)))
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(asked).toBe(1)
    expect(await together.ask('one', 1_000, async () => 'now')).toBe('now')
    expect(await together.ask('one', 1_000, async () => 'later')).toBe('now')
  })

  test('has a bound: one question more is UNAVAILABLE, and those that wait are answered', async () => {
    const together = new Together()
    const { promise, resolve } = Promise.withResolvers<string>()
    const standing = Array.from({ length: 256 }, (_, i) => together.ask(`${i}`, 0, () => promise))
    await expect(together.ask('more', 0, async () => '')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    resolve('well')
    expect(new Set(await Promise.all(standing))).toEqual(new Set(['well']))
  })

  test('answers that are kept take nobody else’s place, and are so many at most', async () => {
    const together = new Together()
    let asked = 0
    const answer = async () => {
      asked += 1
      return 'well'
    }
    for (let i = 0; i < 300; i++) await together.ask(`${i}`, 60_000, answer)
    await together.ask('0', 60_000, answer)
    expect(asked).toBe(300)
    await together.ask('299', 60_000, answer)
    expect(asked).toBe(301)
  })
})
