import { expect, test } from 'vitest'
import { bpsOf, draftOf, termsOf } from './draft.ts'

test('a percentage is taken to the hundredth, within what a shop may give', () => {
  const typed = ['10', '12,5', ' 0.01 ', '50', '50.01', '0', '', '-1', '7.255', '1e1', 'ten']
  expect(typed.map((text) => bpsOf(text))).toEqual([
    1_000,
    1_250,
    1,
    5_000,
    ...Array.from({ length: 7 }, () => null),
  ])
  expect(bpsOf('0', 0)).toBe(0)
})

test('what was saved is written as it was, and sent as it is written', () => {
  const products = [{ productId: 'one', title: 'Bowl', rateBps: 0 }]
  const terms = { entry: 'invited' as const, rateBps: 1_250, products, changesAt: null }
  const draft = draftOf(terms)
  expect(draft).toMatchObject({ percent: '12.5', products: [{ percent: '0' }] })
  const sent = [{ productId: 'one', rateBps: 0 }]
  expect(termsOf(draft)).toEqual({ entry: 'invited', rateBps: 1_250, products: sent })
  expect(termsOf({ ...draft, percent: '' })).toBeNull()
})
