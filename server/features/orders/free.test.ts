import { afterAll, beforeAll, expect, test } from 'vitest'
import { home } from '../../../test/support/home.ts'
import { openTill, type Till } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditStock } from '../inventory/audit.ts'
import { auditMoney } from './audit.ts'
import { placeOrders } from './place.ts'

let till: Till

beforeAll(async () => {
  till = await openTill()
})
afterAll(async () => {
  expect([...(await auditMoney(till.shop.sql)), ...(await auditStock(till.shop.sql))]).toEqual([])
  await till.close()
})

const ask = ({ accountId: buyer }: Who, holdId: string, key: string) => ({
  orderId: newId(),
  paymentId: newId(),
  buyer,
  key,
  bodyHash: key,
  holdIds: [holdId],
  shippingAddress: home,
  code: undefined,
  via: undefined,
})

const terms = { payMs: 600_000, pendingMax: 3, provider: 'sandbox' }

test.each([
  ['sent again', 'first', { order: { status: 'paid' }, payment: { status: 'succeeded' } }],
  ['refused', 'second', { code: 'CONFLICT' }],
])('an order of nothing that is %s holds up nobody of its batch', async (_what, key, answer) => {
  const { winner, prize, ...stand } = await till.won()
  await placeOrders(till.shop.pg.hot, [ask(winner, prize, 'first')], terms)
  const buyer = await till.shop.person()
  const bought = await till.hold(buyer, stand)
  const asks = [ask(winner, prize, key), ask(buyer, bought, 'first')]
  const { answers, events } = await placeOrders(till.shop.pg.hot, asks, terms)
  expect(answers).toMatchObject([answer, { order: { status: 'pending' } }])
  expect(events).toEqual([])
})
