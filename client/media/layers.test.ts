import { expect, test } from 'vitest'
import { fittingLayer, fullEdgeOf } from './layers.ts'
import { sizesOf } from './publish.ts'

const seen = { sizes: 3, hidden: false, saveData: false, fullEdgePx: 1_280 }

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

test('a camera that gives less than it was asked for is measured by what arrives of it', () => {
  const fullEdgePx = fullEdgeOf({ arrivedPx: 320, layer: 1, sizes: 3 })
  expect(fullEdgePx).toBe(640)
  expect(fittingLayer({ ...seen, edgePx: 700, fullEdgePx })).toBe(2)
})

test('whoever got less than was asked for asks for more, and comes back when it arrives', () => {
  const slow = fullEdgeOf({ arrivedPx: 320, layer: 1, sizes: 3 })
  expect(fittingLayer({ ...seen, edgePx: 700, fullEdgePx: slow })).toBe(2)
  const arrived = fullEdgeOf({ arrivedPx: 1_280, layer: 2, sizes: 3 })
  expect(fittingLayer({ ...seen, edgePx: 700, fullEdgePx: arrived })).toBe(1)
  const settled = fullEdgeOf({ arrivedPx: 640, layer: 1, sizes: 3 })
  expect(fittingLayer({ ...seen, edgePx: 700, fullEdgePx: settled })).toBe(1)
})

test.each([
  [1_280, 720, 3],
  [540, 960, 3],
  [640, 360, 2],
  [320, 240, 1],
])('a camera of %i × %i goes out in %i sizes', (width, height, sizes) => {
  expect(sizesOf(width * height)).toBe(sizes)
})
