import { expect, test } from 'vitest'
import { fittingLayer } from './layers.ts'

const seen = { sizes: 3, hidden: false, saveData: false }

test.each([
  [0, 0],
  [320, 0],
  [368, 0],
  [390, 1],
  [640, 1],
  [844, 2],
  [2_532, 2],
])('a picture of %i px on its longer edge gets layer %i of three', (edgePx, layer) => {
  expect(fittingLayer({ ...seen, edgePx })).toBe(layer)
})

test('a picture in one size has nothing to choose', () => {
  expect(fittingLayer({ ...seen, sizes: 1, edgePx: 4_000 })).toBe(0)
})

test('nobody looking, or saving data, gets less', () => {
  expect(fittingLayer({ ...seen, edgePx: 2_000, hidden: true })).toBe(0)
  expect(fittingLayer({ ...seen, edgePx: 2_000, saveData: true })).toBe(1)
})
