import { expect, test } from 'vitest'
import { fc } from '../../test/support/random.ts'
import { fromDecimal, isCurrency, minorDigits, toDecimal } from './money.ts'

const currencies = ['JPY', 'EUR', 'USD', 'HUF', 'KWD', 'CLF', 'IQD']

test.each([
  ['JPY', 0],
  ['EUR', 2],
  ['USD', 2],
  ['KWD', 3],
  ['HUF', 2],
  ['CLF', 4],
])('%s has %i minor digits', (currency, digits) => {
  expect(minorDigits(currency)).toBe(digits)
})

test('an amount written out and read again is the same amount', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      fc.constantFrom(...currencies),
      (amount, currency) => fromDecimal(toDecimal({ amount, currency }), currency) === amount,
    ),
  )
})

test('what is read is never rounded: its digits are those of the text', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 10 ** 9 }),
      fc.stringMatching(/^\d{1,4}$/),
      fc.constantFrom(...currencies),
      (whole, fraction, currency) => {
        const amount = fromDecimal(`${whole}.${fraction}`, currency)
        if (amount === null) return true
        const [wrote, rest = ''] = toDecimal({ amount, currency }).split('.')
        return wrote === String(whole) && rest.replace(/0+$/, '') === fraction.replace(/0+$/, '')
      },
    ),
  )
})

test.each([
  ['72.5', 'USD', 7250],
  ['0.01', 'EUR', 1],
  ['1200.00', 'JPY', 1200],
  ['1.234', 'KWD', 1234],
  ['007', 'USD', 700],
])('%s %s is %i', (text, currency, amount) => {
  expect(fromDecimal(text, currency)).toBe(amount)
})

test.each([
  ['1.234,56', 'EUR'],
  ['1,234.56', 'USD'],
  ['1.005', 'USD'],
  ['12.50', 'JPY'],
  ['-1', 'USD'],
  ['+1', 'USD'],
  ['1e3', 'USD'],
  ['0x10', 'USD'],
  ['.5', 'USD'],
  ['5.', 'USD'],
  ['', 'USD'],
  ['$5', 'USD'],
  ['٣', 'USD'],
  ['9999999999999999', 'USD'],
])('%s is no price in %s', (text, currency) => {
  expect(fromDecimal(text, currency)).toBeNull()
})

test('what is owed is written with its sign', () => {
  expect(toDecimal({ amount: -5, currency: 'USD' })).toBe('-0.05')
})

test('a currency is one that people pay with', () => {
  expect(['USD', 'EUR', 'JPY', 'XOF'].every(isCurrency)).toBe(true)
  expect(['XXX', 'XTS', 'ABC', 'usd', 'USD ', ''].some(isCurrency)).toBe(false)
})
