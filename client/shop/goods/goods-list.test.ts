import { expect, test, vi } from 'vitest'
import type { Product } from '../../../shared/wire/catalog.ts'
import { continued, type List, renewed } from './goods-list.ts'

vi.mock('../../api/http.ts', () => ({}))
vi.mock('../../api/socket.ts', () => ({}))
vi.mock('../desk.ts', () => ({}))

const product = (id: string) => ({ id }) as never as Product
const list = (of: string, ids: string[], next: string | null = null): List => ({
  of,
  products: ids.map(product),
  next,
  pages: 1,
})
const older = { items: [product('cup 3')], nextCursor: 'behind' }

test('older ones come behind the list they were asked for', () => {
  const known = list('cup', ['cup 1', 'cup 2'], 'older')
  const longer = { ...list('cup', ['cup 1', 'cup 2', 'cup 3'], 'behind'), pages: 2 }
  expect(continued(known, known, older)).toEqual(longer)
  expect(continued(longer, known, older)).toBe(longer)
})

test('older ones of one search never come behind the list of another', () => {
  const plates = list('plate', ['plate 1'], 'older')
  expect(continued(plates, list('cup', ['cup 1'], 'older'), older)).toBe(plates)
})

test('what is read again stands in front, and what lies further back stays', () => {
  const known = { ...list('cup', ['cup 1', 'cup 2'], 'behind'), pages: 2 }
  const again = list('cup', ['cup 0', 'cup 1'], 'older')
  const there = { ...list('cup', ['cup 0', 'cup 1', 'cup 2'], 'behind'), pages: 2 }
  expect(renewed(known, again)).toEqual(there)
})

test('of another search nothing stays', () => {
  const plates = list('plate', ['plate 1'], 'older')
  expect(renewed(list('cup', ['cup 1']), plates)).toBe(plates)
  expect(renewed(undefined, plates)).toBe(plates)
})
