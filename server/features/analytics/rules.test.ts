import { expect, test } from 'vitest'
import { reportPointsMax } from '../../../shared/limits.ts'
import { figuresOf, offAirOf, pinsOf, pointsOf, soldOutOf, stepOf } from './rules.ts'
import type { Sold, Watched } from './store.ts'

const minuteMs = 60_000
const at = (minute: number) => new Date(minute * minuteMs).toISOString()
const event = (type: string, minute: number, id = 'a') => ({
  seq: minute,
  type,
  at: at(minute),
  productId: id,
  variantId: id,
})
const sold: Sold = {
  orders: 3,
  buyers: 2,
  units: 4,
  money: [],
  points: [{ at: at(1), orders: 3, units: 4 }],
  products: [],
  offers: [],
  replay: { orders: 0, units: 0, money: [] },
}
const watched = (minute: number, most: number, came: number): Watched[number] => ({
  at: at(minute),
  most,
  came,
  countedMs: minuteMs,
  watchedMs: most * minuteMs,
})

test('a pin lasts until the next one, until it is taken down or pulled, or until the end', () => {
  const log = [
    event('product.pinned', 1),
    event('product.pinned', 2),
    event('product.pinned', 3, 'b'),
    event('product.pulled', 4),
    event('product.pulled', 5, 'b'),
    event('product.pinned', 6),
    event('product.unpinned', 7),
    event('product.pinned', 8),
    event('product.pinned', 11),
  ]
  expect(pinsOf(log, at(10))).toEqual([
    { productId: 'a', from: at(1), to: at(3) },
    { productId: 'b', from: at(3), to: at(5) },
    { productId: 'a', from: at(6), to: at(7) },
    { productId: 'a', from: at(8), to: at(10) },
  ])
})

test('a product is sold out when all its variants are gone at one time, and stays so told', () => {
  const offered = [{ productId: 'p', title: '', image: null, no: 1, variants: ['a', 'b'] }]
  const log = [
    event('stock.sold-out', 1),
    event('stock.available', 2),
    event('stock.sold-out', 3, 'b'),
    event('stock.sold-out', 4),
    event('stock.available', 5),
    event('stock.sold-out', 6),
  ]
  expect(soldOutOf(log, offered, at(10))).toEqual(new Map([['p', at(4)]]))
  expect(soldOutOf(log, offered, at(3))).toEqual(new Map())
})

test('of a product with a variant that there was nothing of from the beginning, the others are enough', () => {
  const offered = [{ productId: 'p', title: '', image: null, no: 1, variants: ['a', 'b'] }]
  const log = [{ ...event('show.started', 1), empty: ['b'] }, event('stock.sold-out', 2)]
  expect(soldOutOf(log, offered, at(10))).toEqual(new Map([['p', at(2)]]))
  const filled = log.toSpliced(1, 0, event('stock.available', 1, 'b'))
  expect(soldOutOf(filled, offered, at(10))).toEqual(new Map())
})

test('off the air is from the picture’s loss to its return, or to the end', () => {
  const log = [
    event('show.interrupted', 1),
    event('show.resumed', 2),
    event('show.resumed', 3),
    event('show.interrupted', 4),
    event('show.interrupted', 5),
  ]
  expect(offAirOf(log, at(9))).toEqual([
    { from: at(1), to: at(2) },
    { from: at(4), to: at(9) },
  ])
})

test('nobody counted is not nobody came', () => {
  const none = figuresOf([], 7, sold)
  expect(none).toMatchObject({ viewers: null, peak: 7, average: null, watchMs: null })
  expect(none.conversion).toBeNull()
  const zero = figuresOf([watched(1, 0, 0)], 0, sold)
  expect(zero).toMatchObject({ viewers: 0, peak: 0, average: 0, watchMs: 0, conversion: null })
})

test('as many came as were there at once, also where it was not written down who', () => {
  const figures = figuresOf([watched(1, 5, 3), watched(3, 4, 1)], 2, sold)
  expect(figures).toMatchObject({ viewers: 5, peak: 5, average: 4.5, conversion: 2 / 5 })
  expect(figuresOf([watched(1, 1, 1)], 1, sold).conversion).toBeNull()
})

test('every step of a show has its point, and a show of a week no more of them than a page shows', () => {
  const points = pointsOf({ from: at(0.5), to: at(3.2) }, minuteMs, [watched(1, 5, 3)], sold)
  expect(points).toEqual([
    { at: at(0), viewers: null, came: 0, orders: 0, units: 0 },
    { at: at(1), viewers: 5, came: 3, orders: 3, units: 4 },
    { at: at(2), viewers: null, came: 0, orders: 0, units: 0 },
    { at: at(3), viewers: null, came: 0, orders: 0, units: 0 },
  ])
  for (const minutes of [1, 60, 719, 720, 10_000, 100_000]) {
    const span = { from: at(0.5), to: at(minutes + 0.5) }
    const told = pointsOf(span, stepOf(span), [], sold)
    expect(told.length).toBeLessThanOrEqual(reportPointsMax + 1)
    expect(Date.parse(told.at(-1)?.at ?? '') + stepOf(span)).toBeGreaterThan(Date.parse(span.to))
  }
})
