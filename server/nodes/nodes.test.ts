import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { Refusal } from '../base/refusal.ts'
import { type NodeDoor, openNodeDoor } from './door.ts'
import { createPost } from './post.ts'
import { createSeal, type Letter } from './seal.ts'

const secret = 'for tests only: thirty-two characters'
let now = 1_000_000
const clock = () => now

describe('a letter', () => {
  const seal = createSeal(secret, clock)
  const other = createSeal(secret, clock)
  const letter = () => seal.seal('ask pipe', { key: 'a secret' })

  test('says what was put in, to who has the secret, and to nobody else', () => {
    const { body } = letter()
    expect(other.open('ask pipe', letter())).toEqual({ key: 'a secret' })
    expect(body.toString('latin1')).not.toContain('secret')
  })

  const cases: [string, (one: Letter) => void][] = [
    ['of another house', (one) => createSeal(`${secret}!`, clock).open('ask pipe', one)],
    ['on another way', (one) => other.open('ask look', one)],
    ['that was changed', (one) => other.open('ask pipe', { ...one, body: flipped(one.body) })],
    ['with another time', (one) => other.open('ask pipe', { ...one, at: String(now + 1) })],
    ['with another nonce', (one) => other.open('ask pipe', { ...one, iv: 'A'.repeat(16) })],
    ['with no nonce', (one) => other.open('ask pipe', { ...one, iv: '' })],
    ['with no time', (one) => other.open('ask pipe', { ...one, at: 'now' })],
    ['that is empty', (one) => other.open('ask pipe', { ...one, body: Buffer.alloc(0) })],
    [
      'that is old',
      (one) => {
        now += 31_000
        other.open('ask pipe', one)
      },
    ],
    [
      'that was read before',
      (one) => {
        other.open('ask pipe', one)
        other.open('ask pipe', one)
      },
    ],
  ]
  test.each(cases)('%s is refused', (_which, open) => {
    const one = letter()
    expect(() => open(one)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }))
  })
})

function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body)
  copy[0] = (copy[0] ?? 0) ^ 1
  return copy
}

describe('the door between nodes', () => {
  let door: NodeDoor
  let address: string
  const ask = createPost(createSeal(secret, clock))

  const openDoor = (key = secret) =>
    openNodeDoor({
      host: '127.0.0.1',
      reached: '127.0.0.1',
      port: 0,
      seal: createSeal(key, clock),
      log: createLog('silent'),
    })

  beforeEach(async () => {
    door = await openDoor()
    address = door.address
    door.answer({
      double: async (asked) => (asked as number) * 2,
      refuse: async () => {
        throw new Refusal('CONFLICT', 'Not now.', { retryAfterMs: 5 })
      },
      away: () => Promise.reject(Object.assign(new Error('write'), { code: 'CONNECTION_CLOSED' })),
      fail: async () => {
        throw new Error('with a detail that nobody should see')
      },
    })
  })
  afterEach(() => door.close())

  test('answers one of us, refuses as the other node does, and keeps its own faults to itself', async () => {
    expect(await ask(address, 'double', 21)).toBe(42)
    await expect(ask(address, 'refuse', {})).rejects.toMatchObject({
      code: 'CONFLICT',
      retryAfterMs: 5,
    })
    const failed = await ask(address, 'fail', {}).catch((error: Refusal) => error)
    expect(failed).toMatchObject({ code: 'INTERNAL', message: 'This node has a problem.' })
    await expect(ask(address, 'away', {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    for (const word of ['nothing', 'toString', '__proto__']) {
      await expect(ask(address, word, {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })

  test('tells a stranger nothing but that: the same for every word', async () => {
    const stranger = createSeal('another secret of another house, as long', clock)
    const { at, iv, body } = stranger.seal('ask double', 1)
    const sealed = { 'x-vitrine-at': at, 'x-vitrine-iv': iv }
    const answers = await Promise.all(
      ['double', 'nothing', '../double', ''].flatMap((word) => [
        fetch(`http://${address}/${word}`),
        fetch(`http://${address}/${word}`, { method: 'POST', body: '{}' }),
        fetch(`http://${address}/${word}`, {
          method: 'POST',
          headers: sealed,
          body: new Uint8Array(body),
        }),
      ]),
    )
    const said = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(new Set(said).size).toBe(1)
    expect(JSON.parse(said[0] ?? '')).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  })

  test('reads no letter that was written to another node', async () => {
    const writer = createSeal(secret, clock)
    const post = (letter: Letter) =>
      fetch(`http://${address}/double`, {
        method: 'POST',
        headers: { 'x-vitrine-at': letter.at, 'x-vitrine-iv': letter.iv },
        body: new Uint8Array(letter.body),
      })
    expect((await post(writer.seal(`ask ${address} double`, 1))).status).toBe(200)
    expect((await post(writer.seal('ask 127.0.0.1:1 double', 1))).status).toBe(401)
  })

  test('reads no letter that is larger than ours', async () => {
    const answer = await fetch(`http://${address}/double`, {
      method: 'POST',
      body: 'x'.repeat(300 * 1024),
    })
    expect(answer.status).toBe(413)
  })

  test('a node that is gone, or another program at its port, is UNAVAILABLE', async () => {
    await door.close()
    await expect(ask(address, 'double', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    door = await openDoor('another secret of another house, as long')
    await expect(ask(door.address, 'double', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})
