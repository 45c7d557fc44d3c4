import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { type DrawRecord, drawAgain } from './draw.ts'

const sha256 = (what: string | Buffer) => createHash('sha256').update(what).digest('hex')

/** A record as the README has it, and who wins by Node's own HMAC: none of our code has a part in it. */
function drawn(people: number, secret = Buffer.alloc(32, 7)): DrawRecord & { number: number } {
  const giveawayId = '018f0000-0000-7000-8000-000000000001'
  const list = Array.from({ length: people }, (_, i) => `${i * 2 + 1} ticket-${i} -\n`).join('')
  const entriesHash = sha256(list)
  const range = 2n ** 48n
  for (let round = 0; ; round++) {
    const mac = createHmac('sha256', secret).update(`${giveawayId}\n${entriesHash}\n${round}`)
    const bits = BigInt(`0x${mac.digest('hex').slice(0, 12)}`)
    if (bits >= range - (range % BigInt(people))) continue
    const number = Number(bits % BigInt(people)) * 2 + 1
    const commitment = sha256(secret)
    return { giveawayId, commitment, secret: secret.toString('hex'), entriesHash, list, number }
  }
}

test.each([1, 2, 7, 1_000])('a draw among %i names who the protocol names', async (people) => {
  const { number, ...record } = drawn(people)
  expect(await drawAgain(record)).toEqual({ number })
})

test('a secret, a list or a hash that was changed afterwards is told', async () => {
  const { number: _, ...record } = drawn(7)
  const other = { ...record, secret: '00'.repeat(32) }
  expect(await drawAgain(other)).toEqual({ wrong: expect.stringContaining('secret') })
  const more = { ...record, list: `${record.list}15 one-more -\n` }
  expect(await drawAgain(more)).toEqual({ wrong: expect.stringContaining('list') })
  const { list: _list, ...rest } = drawn(7)
  expect(await drawAgain({ ...rest, list: '', entriesHash: sha256('') })).toEqual({
    wrong: 'nobody was in',
  })
})

test('everybody is as likely: of four, over a thousand secrets, each wins about a quarter', async () => {
  const wins = new Map<number, number>()
  for (let n = 0; n < 1_000; n++) {
    const secret = createHash('sha256').update(String(n)).digest()
    const again = await drawAgain(drawn(4, secret))
    if ('number' in again) wins.set(again.number, (wins.get(again.number) ?? 0) + 1)
  }
  for (const number of [1, 3, 5, 7])
    expect(Math.abs((wins.get(number) ?? 0) - 250)).toBeLessThan(60)
})
