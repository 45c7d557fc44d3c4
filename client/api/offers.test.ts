import { expect, test } from 'vitest'
import { roomFrom } from '../../shared/domain/room.ts'
import type { Sale } from '../../shared/wire/events.ts'
import { offerOf } from './offers.ts'
import type { Room, ShownSale } from './room.ts'

const t0 = Date.parse('2026-11-22T20:00:00.000Z')
const iso = (ms: number) => new Date(t0 + ms).toISOString()
const variant = {
  id: 'v1',
  sku: 'B1',
  title: '18 cm',
  price: { amount: 4200, currency: 'USD' },
  available: 30,
  limit: null,
}
const product = { id: 'p1', title: 'Low bowl', images: [], pulled: false, variants: [variant] }
const sale: Sale = {
  saleId: 'x',
  variantId: 'v1',
  price: { amount: 2950, currency: 'USD' },
  wasPrice: variant.price,
  quantity: 24,
  perBuyer: 2,
  startsAt: iso(10_000),
  endsAt: iso(70_000),
  state: 'announced',
}

function room(sales: ShownSale[], available?: number): Room {
  const show = {
    id: 's1',
    title: '',
    status: 'live',
    startsAt: null,
    startedAt: null,
    endedAt: null,
    host: { id: 'h', displayName: 'Marta' },
    slowSeconds: 0,
    interruptedAt: null,
    sells: true,
  }
  const made = roomFrom(
    {
      show,
      pinned: 'p1',
      pinnedMessage: null,
      code: null,
      auction: null,
      poll: null,
      giveaway: null,
      products: [product],
      sales,
      chat: [],
      media: { producers: [] },
      viewers: 0,
      reactions: {},
    },
    0,
  )
  return available === undefined ? made : { ...made, stock: { v1: { available, held: 3 } } }
}

const offer = (of: Room, ms: number) => offerOf(of, product, variant, t0 + ms)

test('without a sale the standing price is asked and nothing is struck out', () => {
  expect(offer(room([]), 0)).toMatchObject({ phase: 'standing', was: null, left: 30, of: null })
})

test('the clock alone opens and closes a sale', () => {
  const at = (ms: number) => offer(room([sale], 9), ms).phase
  expect(at(9_999)).toBe('opens')
  expect(at(10_000)).toBe('open')
  expect(at(70_249)).toBe('open')
  expect(at(70_250)).toBe('over')
  expect(at(140_000)).toBe('standing')
})

test('an announced sale shows its own units, not the standing stock', () => {
  expect(offer(room([sale]), 0)).toMatchObject({ left: 24, of: 24, limit: 2 })
})

test('nothing left is sold out while the sale runs, and a unit that comes back opens it again', () => {
  expect(offer(room([sale], 0), 20_000)).toMatchObject({ phase: 'sold-out', held: 3 })
  expect(offer(room([sale], 1), 20_000)).toMatchObject({ phase: 'open', left: 1 })
})

test('a sale whose units are all paid for ends sold out', () => {
  const ended = { ...sale, state: 'ended' as const, reason: 'sold', endedAt: iso(30_000) }
  expect(offer(room([ended], 6), 31_000)).toMatchObject({ phase: 'sold-out', price: variant.price })
})

test('a pulled product is not for sale, whatever its sale says', () => {
  const pulled = { ...product, pulled: true }
  expect(offerOf(room([sale], 9), pulled, variant, t0 + 20_000).phase).toBe('pulled')
})
