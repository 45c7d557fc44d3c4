import { expect, test } from 'vitest'
import { platesOf, roundUp, runsOf, timesOf } from './scale.ts'

const minuteMs = 60_000

test('the top of an axis is a figure that is read at a glance, and none is above it', () => {
  expect([0, 1, 7, 9, 41, 60, 427, 1_001].map(roundUp)).toEqual([1, 1, 8, 10, 60, 60, 600, 2_000])
})

test('clock times are whole, inside the show, and no more of them than fit', () => {
  const from = Date.parse('2026-11-22T19:00:24.000Z')
  const to = from + 64 * minuteMs
  for (const wide of [250, 320, 900, 2_000]) {
    const times = timesOf(from, to, wide)
    expect(times.length).toBeGreaterThan(0)
    expect(times.length).toBeLessThanOrEqual(wide / 76 + 1)
    expect(times.every((at) => at >= from && at <= to && at % minuteMs === 0)).toBe(true)
  }
})

test('no number plate lies on another; where there is no room only the line stands', () => {
  const plates = platesOf([0, 10, 20, 26, 40].map((x) => ({ x })))
  expect(plates.map(({ row }) => row)).toEqual([0, 1, null, 0, 1])
})

test('the line stops where nobody counted, and goes on after it', () => {
  const runs = runsOf([null, 1, 2, null, null, 3].map((viewers) => ({ viewers })))
  expect(runs.map((run) => run.map(({ viewers }) => viewers))).toEqual([[1, 2], [3]])
})
