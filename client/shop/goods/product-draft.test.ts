import { describe, expect, test } from 'vitest'
import type { Product } from '../../../shared/wire/catalog.ts'
import {
  blankProduct,
  blankVariant,
  changeOf,
  draftOf,
  faultsOf,
  isSame,
  newOf,
} from './product-draft.ts'

const bowl: Product = {
  id: '019aa000-0000-7000-8000-000000000001',
  title: 'Low bowl',
  description: 'Wide and low.',
  images: [],
  status: 'active',
  variants: [
    {
      id: '019aa000-0000-7000-8000-000000000002',
      sku: 'LB-18',
      title: '18 cm',
      price: { amount: 4200, currency: 'USD' },
      available: 9,
      onHand: 24,
      held: 4,
      sold: 11,
    },
  ],
}

describe('a product in the form', () => {
  test('a blank one asks for a title, an SKU and a price, but no units', () => {
    const faults = faultsOf(blankProduct('USD'))
    expect([...faults.keys()]).toEqual(['title', 'variants/0/sku', 'variants/0/price'])
  })

  test('variants are named where there is one to choose, and nobody names an only one', () => {
    const one = { ...blankVariant(), sku: 'A', price: '1' }
    const two = { ...blankVariant(), title: 'Tall', sku: 'B', price: '1' }
    const alone = { ...blankProduct('USD'), title: 'Bowl', variants: [one] }
    expect([...faultsOf(alone)]).toEqual([])
    expect(newOf(alone).variants[0]?.title).toBe('Standard')
    const emptied = {
      ...draftOf(bowl),
      variants: draftOf(bowl).variants.map((v) => ({ ...v, title: '' })),
    }
    expect(changeOf(bowl, emptied).variants?.[0]?.title).toBe('Standard')
    expect([...faultsOf({ ...alone, variants: [one, two] })]).toEqual([
      ['variants/0/title', 'variant.title'],
    ])
  })

  test('a price of nothing is no price, and units are whole', () => {
    const draft = blankProduct('USD')
    const variant = { ...blankVariant(), title: 'One', sku: 'A', price: '0.00', units: '1.5' }
    const faults = faultsOf({ ...draft, title: 'Bowl', variants: [variant] })
    expect(faults.get('variants/0/price')).toBe('price')
    expect(faults.get('variants/0/onHand')).toBe('units')
  })

  test('the second of two equal SKUs is the one to change', () => {
    const one = { ...blankVariant(), title: 'One', sku: 'A', price: '1' }
    const two = { ...blankVariant(), title: 'Two', sku: ' A ', price: '1' }
    const faults = faultsOf({ ...blankProduct('USD'), title: 'Bowl', variants: [one, two] })
    expect([...faults]).toEqual([['variants/1/sku', 'sku.twice']])
  })

  test('what is typed becomes minor units of the product’s currency', () => {
    const variant = { ...blankVariant(), title: ' One ', sku: ' A ', price: '3200', units: '5' }
    const asked = newOf({ ...blankProduct('JPY'), title: ' Bowl ', variants: [variant] })
    expect(asked).toEqual({
      title: 'Bowl',
      description: '',
      images: [],
      variants: [{ title: 'One', sku: 'A', price: { amount: 3200, currency: 'JPY' }, onHand: 5 }],
    })
  })

  test('a product that nobody touched has no faults, is the same, and sends no price', () => {
    const draft = draftOf(bowl)
    expect(faultsOf(draft).size).toBe(0)
    expect(isSame(draft, draftOf(bowl))).toBe(true)
    expect(changeOf(bowl, draft).variants).toEqual([
      { id: bowl.variants[0]?.id, sku: 'LB-18', title: '18 cm' },
    ])
  })

  test('a new price and a new variant go along; units of known variants never do', () => {
    const draft = draftOf(bowl)
    const known = draft.variants.map((variant) => ({ ...variant, price: '39.50', units: '99' }))
    const added = { ...blankVariant(), title: '22 cm', sku: 'LB-22', price: '54', units: '3' }
    const change = changeOf(bowl, { ...draft, variants: [...known, added] })
    expect(change.variants).toEqual([
      {
        id: bowl.variants[0]?.id,
        sku: 'LB-18',
        title: '18 cm',
        price: { amount: 3950, currency: 'USD' },
      },
      { sku: 'LB-22', title: '22 cm', price: { amount: 5400, currency: 'USD' }, onHand: 3 },
    ])
  })
})
