import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Budget, Pace } from './budget.ts'
import { iceServersFor } from './ice.ts'
import { limits } from './limits.ts'
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

describe('TURN', () => {
  const servers = [
    { urls: 'stun:stun.example' },
    { urls: ['turn:turn.example?transport=udp', 'turns:turn.example'] },
  ]

  test('an account gets a credential that coturn can check and that ends', () => {
    const nowMs = Date.UTC(2026, 10, 22)
    const [stun, turn] = iceServersFor('anna', servers, { turnSecret: 'secret', nowMs })
    const username = `${(nowMs + limits.turnMs) / 1_000}:anna`
    expect(stun).toEqual(servers[0])
    expect(turn).toEqual({
      ...servers[1],
      username,
      credential: createHmac('sha1', 'secret').update(username).digest('base64'),
    })
  })

  test('without a secret the servers are as configured', () => {
    expect(iceServersFor('anna', servers, { nowMs: 0 })).toEqual(servers)
  })
})

test('a place is given back once', () => {
  const budget = new Budget('things', 1)
  const giveBack = budget.take('anna')
  budget.take('ben')
  expect(() => budget.take('anna')).toThrow()
  giveBack()
  giveBack()
  expect(budget.size).toBe(1)
  budget.take('anna')
  expect(() => budget.take('anna')).toThrow()
})

test('after a burst the next one is told how long to wait', () => {
  const pace = new Pace({ burst: 3, everyMs: 60_000 })
  for (let i = 0; i < 3; i += 1) pace.step()
  expect(() => pace.step()).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }),
  )
})
