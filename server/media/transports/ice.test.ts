import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '../limits.ts'
import { iceServersFor } from './ice.ts'

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
