import { expect, test, vi } from 'vitest'
import { figure, parseMoney, priceParts } from './money.ts'

test('a price is set in sign, whole digits and raised minor digits', () => {
  const parts = priceParts({ amount: 123456, currency: 'USD' }).filter((p) => p.kind !== 'sign')
  const whole = parts.filter((p) => p.kind === 'whole').map((p) => p.text)
  expect(whole.join('').replace(/\D/g, '')).toBe('1234')
  expect(parts.at(-1)).toEqual({ kind: 'minor', text: '56' })
})

test('a currency without minor units raises nothing', () => {
  expect(priceParts({ amount: 3200, currency: 'JPY' }).some((p) => p.kind === 'minor')).toBe(false)
})

test.each([
  ['72', 7200],
  ['72.5', 7250],
  ['72,50', 7250],
  ['1,234.50', 123450],
  ['1.234,50', 123450],
  ['1 234.50', 123450],
  ['0.99', 99],
])('%s is %i cents', (typed, amount) => {
  expect(parseMoney(typed, 'USD')).toEqual({ amount, currency: 'USD' })
})

test.each(['', 'abc', '-5', '1.234.5', '7.255', '12,34,56'])('%s is no price', (typed) => {
  expect(parseMoney(typed, 'USD')).toBeNull()
})

test('a figure for a field has exactly the minor digits of its currency', () => {
  expect(figure({ amount: 7200, currency: 'USD' })).toBe('72.00')
  expect(figure({ amount: 3200, currency: 'JPY' })).toBe('3200')
})

test('forints have fillér on the wire, and so in the page, whatever the browser holds of them', () => {
  expect(parseMoney('1234.5', 'HUF')).toEqual({ amount: 123_450, currency: 'HUF' })
  expect(figure({ amount: 123_450, currency: 'HUF' })).toBe('1234.50')
  expect(priceParts({ amount: 123_450, currency: 'HUF' })).toContainEqual({
    kind: 'minor',
    text: '50',
  })
})

test('three minor digits are typed like any others, and grouped only as people here group', () => {
  expect(parseMoney('7.255', 'KWD')).toEqual({ amount: 7_255, currency: 'KWD' })
  expect(parseMoney('7.25', 'KWD')).toEqual({ amount: 7_250, currency: 'KWD' })
  expect(parseMoney('7,255', 'KWD')).toEqual({ amount: 7_255_000, currency: 'KWD' })
  expect(parseMoney('7,255.5', 'KWD')).toEqual({ amount: 7_255_500, currency: 'KWD' })
})

test('where a browser names no language, figures are written as in English', async () => {
  vi.stubGlobal('navigator', { language: 'C' })
  vi.resetModules()
  const anew = await import('./money.ts')
  vi.unstubAllGlobals()
  expect(anew.money({ amount: 1_250, currency: 'USD' })).toBe('$12.50')
})
