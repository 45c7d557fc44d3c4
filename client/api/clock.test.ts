import { expect, test } from 'vitest'
import { offsetOf } from './clock.ts'

test('the quickest ping is believed, however many slow ones say otherwise', () => {
  const slow = { sentAt: 1000, gotAt: 1800, serverTime: 6300 }
  const quick = { sentAt: 2000, gotAt: 2040, serverTime: 7020 }
  expect(offsetOf([slow, quick, slow])).toEqual({ offsetMs: 5000, errorMs: 20 })
})

test('nothing heard is no offset', () => {
  expect(offsetOf([])).toBeNull()
})
