import { describe, expect, test } from 'vitest'
import { recount } from './recount.ts'

const at = '2026-11-22T20:00:00.000Z'
const ledger = (...moves: [kind: string, quantity: number][]) =>
  moves.map(([kind, quantity], i) => ({ n: i + 1, kind, quantity, at }))

describe('counting a variant anew from its ledger', () => {
  test('every way that a unit can go ends in the three figures', () => {
    const lines = ledger(
      ['receive', 24],
      ['hold', 5],
      ['release', 1],
      ['expire', 1],
      ['pull', 1],
      ['confirm', 2],
      ['take', 3],
      ['return', 1],
      ['ship', 2],
      ['correct', -4],
    )
    const { figures, missing, over } = recount(lines)
    expect(figures).toEqual({ onHand: 18, held: 0, sold: 2 })
    expect({ missing, over }).toEqual({ missing: null, over: null })
  })

  test('lines are counted in their own order, however they arrive', () => {
    const lines = ledger(['receive', 3], ['hold', 3], ['confirm', 3])
    expect(recount(lines.toReversed())).toEqual(recount(lines))
    expect(recount(lines.toReversed()).over).toBeNull()
  })

  test('a line that is not there is named', () => {
    const lines = ledger(['receive', 3], ['hold', 1], ['confirm', 1])
    expect(recount(lines.filter(({ n }) => n !== 2)).missing).toBe(2)
  })

  test('the line at which more was promised than was there is named, though it ended well', () => {
    const lines = ledger(['receive', 2], ['hold', 3], ['release', 1])
    expect(recount(lines).over).toBe(2)
  })
})
