import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import type { Hold } from '../../shared/wire/holds.ts'
import { type House, openHouse, Unexpected } from '../support/house.ts'
import { tally } from '../support/shop.ts'
import { setStage } from '../support/stage.ts'

/** The same promises at the real doors: two processes, HTTP and sockets. */
let first: House
let second: House

beforeAll(async () => {
  first = await openHouse()
  second = await openHouse({}, {}, first)
})

afterAll(async () => {
  expect(await auditStock(first.pg.rest)).toEqual([])
  await second.close()
  await first.close()
})

const houses = () => [first, second] as const

async function held(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    if (error instanceof Unexpected) return error.problem.code
    throw error
  }
}

test('a limit of one, pressed on two processes by HTTP and socket at once: exactly one hold', async () => {
  const { showId, variantId, host } = await setStage(first, { onHand: 100 })
  const studio = await second.socket(host)
  await studio.ask('sale:start', {
    showId,
    variantId,
    price: { amount: 900, currency: 'EUR' },
    quantity: 50,
    perBuyer: 1,
    countdownMs: 0,
    durationMs: 60_000,
  })
  const [buyer] = await first.crowd(1)
  const lines = await Promise.all(houses().map((house) => house.socket(buyer!)))
  const what = { showId, variantId, quantity: 1 }
  const codes = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      if (i % 4 < 2) return held(houses()[i % 2 ? 1 : 0].as(buyer!).post('/holds', what))
      const answer = await lines[i % 2]!.ack('hold:create', { ...what, key: newId() })
      return answer.ok ? 'ok' : answer.code
    }),
  )
  expect(tally(codes)).toEqual({ ok: 1, LIMIT_PER_BUYER: 49 })
  const mine = await second.as(buyer!).get<{ items: Hold[] }>('/holds')
  expect(mine.items.map((h) => h.price.amount)).toEqual([900])
})

test('one key by HTTP and socket on two processes is one hold; it is released once', async () => {
  const { showId, variantId } = await setStage(first)
  const [buyer] = await first.crowd(1)
  const lines = await Promise.all(houses().map((house) => house.socket(buyer!)))
  const what = { showId, variantId, quantity: 2 }
  const holds = await Promise.all([
    ...houses().map((house) => house.as(buyer!).post<Hold>('/holds', what, 'one-key')),
    ...lines.map((line) => line.ask<Hold>('hold:create', { ...what, key: 'one-key' })),
  ])
  expect(new Set(holds.map((h) => h.holdId)).size).toBe(1)
  const holdId = holds[0]!.holdId
  const told = lines[0]!.next<{ holdId: string }>('hold:ended')
  await Promise.all([
    ...houses().map((house) => house.as(buyer!).delete(`/holds/${holdId}`)),
    ...lines.map((line) => line.ask('hold:release', { holdId })),
  ])
  expect(await told).toEqual({ holdId, reason: 'released' })
  const [row] = await first.pg.rest`select held from stock where variant_id = ${variantId}`
  expect(row?.['held']).toBe(0)
})

test('a pull on one process ends what is in bags on the other, and nothing is held after it', async () => {
  const { showId, variantId, productId, moderator } = await setStage(first)
  const [buyer] = await first.crowd(1)
  const line = await second.socket(buyer!)
  await line.ask('show:join', { showId })
  const what = { showId, variantId, quantity: 1 }
  const { holdId } = await line.ask<Hold>('hold:create', { ...what, key: 'k' })
  const ended = line.next<{ holdId: string; reason: string }>('hold:ended')
  const seen = line.next<{ events: { type: string; productId: string }[] }>('show:events', (f) =>
    f.events.some((e) => e.type === 'product.pulled'),
  )
  const desk = await first.socket(moderator)
  await desk.ask('product:pull', { showId, productId, reason: 'a burst seam' })
  expect(await held(second.as(buyer!).post('/holds', what))).toBe('PRODUCT_PULLED')
  expect(await ended).toEqual({ holdId, reason: 'pulled' })
  const pulled = (await seen).events.find((e) => e.type === 'product.pulled')
  expect(Object.keys(pulled ?? {}).toSorted()).toEqual(['at', 'productId', 'seq', 'type'])
})

test('time that runs out is told to its buyer, and the units are for sale again', async () => {
  const brief = await openHouse({ HOLD_MS: '300' }, {}, first)
  try {
    const { showId, variantId } = await setStage(first, { onHand: 1 })
    const [buyer, other] = await first.crowd(2)
    const line = await brief.socket(buyer!)
    const what = { showId, variantId, quantity: 1 }
    const ended = line.next<{ holdId: string; reason: string }>('hold:ended')
    const { holdId } = await line.ask<Hold>('hold:create', { ...what, key: 'k' })
    expect(await held(first.as(other!).post('/holds', what))).toBe('SOLD_OUT')
    expect(await ended).toEqual({ holdId, reason: 'expired' })
    expect(await held(first.as(other!).post('/holds', what))).toBe('ok')
  } finally {
    await brief.close()
  }
})
