import { expect, test } from 'vitest'
import { fc } from '../../test/support/random.ts'
import { discountOf, spread } from './discount.ts'

const worths = fc.array(fc.nat({ max: 20_000_000_000 }), { minLength: 1, maxLength: 50 })
const sum = (amounts: number[]) => amounts.reduce((all, amount) => all + amount, 0)

test('a discount on its lines is the discount, and no line gives more than it costs', () => {
  fc.assert(
    fc.property(worths, fc.double({ min: 0, max: 1, noNaN: true }), (lines, part) => {
      const discount = Math.floor(sum(lines) * part)
      const off = spread(discount, lines)
      expect(sum(off)).toBe(discount)
      expect(off.every((amount, i) => amount >= 0 && amount <= (lines[i] as number))).toBe(true)
    }),
  )
})

test('each line gives its share to the minor unit', () => {
  fc.assert(
    fc.property(worths, fc.integer({ min: 1, max: 100 }), (lines, percent) => {
      const goods = sum(lines)
      const discount = discountOf({ percent }, { worth: goods, payable: goods, leastPaid: 0 })
      for (const [i, off] of spread(discount, lines).entries()) {
        const share = goods === 0 ? 0 : (discount * (lines[i] as number)) / goods
        expect(Math.abs(off - share)).toBeLessThan(1.01)
      }
    }),
  )
})

test('the odd cent goes to the largest remainder, of equal ones to the earlier line', () => {
  expect(spread(100, [100, 100, 100])).toEqual([34, 33, 33])
  expect(spread(10, [99, 1])).toEqual([10, 0])
  expect(spread(1, [1, 2])).toEqual([0, 1])
  expect(spread(5, [0, 0])).toEqual([0, 0])
})

test('a code leaves what must be paid, and takes no more than the goods', () => {
  const bag = { worth: 2_000, payable: 2_490, leastPaid: 50 }
  expect(discountOf({ percent: 15 }, { ...bag, worth: 999 })).toBe(149)
  expect(discountOf({ amount: { amount: 5_000, currency: 'EUR' } }, bag)).toBe(2_000)
  expect(discountOf({ percent: 100 }, { ...bag, payable: 2_000 })).toBe(1_950)
  expect(discountOf({ percent: 100 }, { ...bag, payable: 40 })).toBe(0)
})
