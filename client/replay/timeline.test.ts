import { describe, expect, test } from 'vitest'
import { fc } from '../../test/support/random.ts'
import { firstOf, gapsOf, type Marker, placed, videoAt, wallAt } from './timeline.ts'

const t0 = Date.parse('2026-11-22T20:00:00.000Z')
const iso = (ms: number) => new Date(t0 + ms).toISOString()
/** A minute, the host away for half a minute, another minute. */
const runs = [
  { at: iso(2_000), fromMs: 0, durationMs: 60_000 },
  { at: iso(92_000), fromMs: 60_000, durationMs: 60_000 },
]
const usd = { amount: 4200, currency: 'USD' }
const pinned = (productId: string, from: number, to: number): Marker => ({
  kind: 'pinned',
  productId,
  from: iso(from),
  to: iso(to),
  price: usd,
})

describe('video time and wall clock', () => {
  test('run together inside a run, and a gap takes no time of the video', () => {
    expect(wallAt(runs, 0)).toBe(t0 + 2_000)
    expect(wallAt(runs, 59_999)).toBe(t0 + 61_999)
    expect(wallAt(runs, 60_000)).toBe(t0 + 92_000)
    expect(videoAt(runs, t0 + 61_000)).toBe(59_000)
    expect(videoAt(runs, t0 + 70_000)).toBe(60_000)
    expect(videoAt(runs, t0 + 93_000)).toBe(61_000)
  })

  test('end where the recording ends', () => {
    expect(wallAt(runs, 999_000)).toBe(t0 + 152_000)
    expect(videoAt(runs, t0 + 999_000)).toBe(120_000)
    expect(videoAt(runs, t0)).toBe(0)
    expect([wallAt([], 5), videoAt([], t0)]).toEqual([0, 0])
  })

  test('there and back is where one was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 119_999 }), (ms) => {
        expect(videoAt(runs, wallAt(runs, ms))).toBe(ms)
      }),
    )
  })

  test('a gap is told where the picture came back', () => {
    expect(gapsOf(runs)).toEqual([{ videoMs: 60_000, ms: 30_000 }])
  })
})

describe('a marker', () => {
  const markers = placed(runs, [
    pinned('a', 0, 1_000),
    pinned('b', 0, 30_000),
    pinned('c', 70_000, 100_000),
    { kind: 'sold-out', productId: 'b', variantId: 'v', from: iso(95_000), to: null },
    pinned('d', 160_000, 170_000),
  ])

  test('stands where its moment is in the video; before and after it there are none', () => {
    expect(markers.map(({ kind, productId, videoMs }) => [kind, productId, videoMs])).toEqual([
      ['pinned', 'b', 0],
      ['pinned', 'c', 60_000],
      ['sold-out', 'b', 63_000],
    ])
  })

  test('of a product says where it begins', () => {
    expect([firstOf(markers, 'c'), firstOf(markers, 'd')]).toEqual([60_000, null])
  })
})
