import { expect, test } from 'vitest'
import { fc } from '../../../test/support/random.ts'
import { Refusal } from '../../base/refusal.ts'
import { signedHeaders } from '../../base/signature.ts'
import { verifySigned } from './signature.ts'

const secret = Buffer.from('a secret of the two of them')
const now = new Date('2026-11-22T20:00:00.500Z')
const later = (ms: number) => new Date(now.getTime() + ms)

function refused(headers: Record<string, string>, body: Buffer, at = now): string {
  try {
    verifySigned(secret, headers, body, at)
    return 'verified'
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

test('what was signed is verified, for five minutes, whatever it says', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[a-z0-9_]{1,40}$/),
      (body, id) => {
        const headers = signedHeaders([secret], id, body, now)
        expect(verifySigned(secret, headers, Buffer.from(body), now)).toBe(id)
        expect(verifySigned(secret, headers, Buffer.from(body), later(299_000))).toBe(id)
        expect(refused(headers, Buffer.from(body), later(300_001))).toMatch('not be verified')
        expect(refused(headers, Buffer.from(body), later(-301_001))).toMatch('not be verified')
      },
    ),
  )
})

test('one other byte anywhere is refused', () => {
  const body = JSON.stringify({ type: 'payment.succeeded', data: { amount: 2_950 } })
  const headers = signedHeaders([secret], 'evt_1', body, now)
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const altered = Buffer.from(body)
      altered[at] = (altered[at] as number) ^ by
      expect(refused(headers, altered)).toMatch('not be verified')
    }),
  )
  for (const name of Object.keys(headers) as (keyof typeof headers)[]) {
    expect(refused({ ...headers, [name]: `${headers[name]}0` }, Buffer.from(body))).toMatch(
      'not be',
    )
  }
})

test('one of several signatures is enough while a secret is being replaced', () => {
  const headers = signedHeaders([secret], 'evt_1', '{}', now)
  const other = signedHeaders([Buffer.from('the old one')], 'evt_1', '{}', now)
  const both = `${other['webhook-signature']} v2,x ${headers['webhook-signature']}`
  expect(refused({ ...headers, 'webhook-signature': both }, Buffer.from('{}'))).toBe('verified')
})
