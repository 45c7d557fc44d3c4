import { expect, it } from 'vitest'
import type { Appended } from '../events/log.ts'
import { parcelsOf } from './parcel.ts'

it('a frame is bounded in bytes, whatever alphabet people write in', () => {
  const words = { text: '碗'.repeat(300) }
  const said = { showId: 'kiln', type: 'chat.sent', at: '', body: words, staff: null }
  const events = Array.from({ length: 300 }, (_, i): Appended => ({ ...said, seq: i + 1 }))
  const parcels = [...parcelsOf('kiln', events)]
  expect(Math.max(...parcels.map(({ people }) => people.bytes.length))).toBeLessThan(66 * 1024)
  expect(parcels.map(({ from, to }) => to - from + 1).reduce((sum, n) => sum + n)).toBe(300)
})
