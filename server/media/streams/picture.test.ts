import { describe, expect, test } from 'vitest'
import { Picture } from './picture.ts'

describe('a picture', () => {
  const look = (picture: Picture, nowMs: number, bytes: number | undefined, id = 'a') =>
    picture.look({
      nowMs,
      silentMs: 3_000,
      producer: bytes === undefined ? undefined : { id, bytes },
    })

  test('flows from its first bytes, is silent 3 s after its last, and flows again', () => {
    const picture = new Picture()
    expect(look(picture, 0, 0)).toBeUndefined()
    expect(look(picture, 500, 10)).toBe('flowing')
    expect(look(picture, 1_000, 20)).toBeUndefined()
    expect(look(picture, 3_900, 20)).toBeUndefined()
    expect(look(picture, 4_000, 20)).toBe('silent')
    expect(look(picture, 9_000, 20)).toBeUndefined()
    expect(look(picture, 9_500, 21)).toBe('flowing')
  })

  test('a host who is back within 3 s was never away', () => {
    const picture = new Picture()
    look(picture, 0, 100)
    expect(look(picture, 1_000, undefined)).toBeUndefined()
    expect(look(picture, 2_900, 5, 'b')).toBeUndefined()
    expect(look(picture, 5_000, 5, 'b')).toBeUndefined()
    expect(look(picture, 5_900, 5, 'b')).toBe('silent')
  })

  test('nothing is silent that never had a picture', () => {
    const picture = new Picture()
    for (const nowMs of [0, 4_000, 8_000]) expect(look(picture, nowMs, 0)).toBeUndefined()
  })
})
