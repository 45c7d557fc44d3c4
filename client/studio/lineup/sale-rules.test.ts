import { expect, test } from 'vitest'
import { isWhole, newDraft, offerFrom, readDraft } from './sale-rules.ts'

const given = { currency: 'USD', free: 5 }
const typed = { ...newDraft(5), price: '72', units: '4', each: '1' }

test('what is typed becomes the terms of a sale', () => {
  const { terms, faults } = readDraft(typed, given)
  expect(faults).toEqual([])
  expect(isWhole(terms, faults)).toBe(true)
  expect(terms).toEqual({
    price: { amount: 7200, currency: 'USD' },
    quantity: 4,
    perBuyer: 1,
    countdownMs: 30_000,
    durationMs: 180_000,
  })
})

test('each fault is named, and a sale with one is not whole', () => {
  const faultsOf = (part: object, free = 5) => {
    const { terms, faults } = readDraft({ ...typed, ...part }, { ...given, free })
    expect(isWhole(terms, faults)).toBe(false)
    return faults
  }
  expect(faultsOf({ price: '' })).toEqual(['price'])
  expect(faultsOf({ price: '0' })).toEqual(['price'])
  expect(faultsOf({ units: '1.5' })).toEqual(['units'])
  expect(faultsOf({ units: '6' })).toEqual(['over'])
  expect(faultsOf({}, 0)).toEqual(['none'])
  expect(faultsOf({ each: '21' })).toEqual(['each'])
  expect(faultsOf({ durationMs: 0, minutes: '21' })).toEqual(['minutes'])
})

test('nothing per person is no limit, and minutes of one’s own count', () => {
  const { terms } = readDraft({ ...typed, each: '', durationMs: 0, minutes: '12' }, given)
  expect(terms.perBuyer).toBeNull()
  expect(terms.durationMs).toBe(720_000)
})

test('the ticket that is shown has the typed values and what is asked now as was', () => {
  const price = { amount: 9400, currency: 'USD' }
  const variant = { id: 'v', sku: 's', title: '', price, available: 5, limit: null }
  const { terms } = readDraft(typed, given)
  const offer = offerFrom(terms, variant, 1_000)
  expect(offer.phase).toBe('opens')
  expect(offer.was).toEqual(price)
  expect(offer.price.amount).toBe(7200)
  expect(Date.parse(offer.sale?.startsAt ?? '')).toBe(31_000)
  expect(Date.parse(offer.sale?.endsAt ?? '')).toBe(211_000)
})
