import { expect, test } from 'vitest'
import { blankCode, codeOf, faultsOf } from './code-draft.ts'

const now = Date.parse('2026-11-23T20:00:00.000Z')
const draft = { ...blankCode('EUR'), code: ' live10 ' }

test('a code is made of what was typed, and of nothing that was left empty', () => {
  expect(faultsOf(draft, now).size).toBe(0)
  expect(codeOf(draft)).toEqual({ code: 'LIVE10', off: { percent: 10 }, perBuyer: 1 })
  const full = { ...draft, kind: 'amount' as const, amount: '5', minimum: '40.50', quota: '50' }
  expect(codeOf({ ...full, which: 'some', productIds: ['p'], showId: 's' })).toEqual({
    code: 'LIVE10',
    off: { amount: { amount: 500, currency: 'EUR' } },
    minimum: { amount: 4_050, currency: 'EUR' },
    productIds: ['p'],
    showId: 's',
    quota: 50,
    perBuyer: 1,
  })
})

test.each([
  ['code', { code: 'no spaces' }],
  ['percent', { percent: '101' }],
  ['amount', { kind: 'amount' as const, amount: '0' }],
  ['minimum', { minimum: 'much' }],
  ['some', { which: 'some' as const }],
  ['ends', { ends: '2026-11-23T19:00Z' }],
  ['ends', { starts: '2026-11-25T10:00Z', ends: '2026-11-24T10:00Z' }],
  ['quota', { quota: '1.5' }],
  ['perBuyer', { perBuyer: '' }],
])('%s is put right first: %j', (fault, change) => {
  expect([...faultsOf({ ...draft, ...change }, now)]).toEqual([fault])
})
