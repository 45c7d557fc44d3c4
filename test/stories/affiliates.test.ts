import { afterAll, beforeAll, expect, test } from 'vitest'
import { allChecks } from '../../server/app/checks.ts'
import { findAll } from '../../server/store/check.ts'
import type { Affiliate, Invitation, Partnership } from '../../shared/wire/affiliates.ts'
import { openFront, type Placed, pay, until, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse } from '../support/house.ts'
import { lettersTo, told } from '../support/letters.ts'

const approve = '4242424242424242'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  expect(await findAll(house.pg.rest, allChecks)).toEqual([])
  await house.close()
})

const terms = { entry: 'invited', rateBps: 1_000, products: [] }

test('from a letter that invites to a letter that tells of the money, and one for each press', async () => {
  const front = await openFront(house, 5)
  const { host } = front
  const [desk, ines] = [house.as(host), await house.signUp('Ines')]
  await desk.put('/merchant/affiliates/terms', terms)
  const invited = { email: ines.email.toUpperCase() }
  const { token } = await desk.post<Invitation>('/merchant/affiliates/invitations', invited)
  await told(house, ines, 'invites you to its affiliates')
  expect(await house.as(ines).get(`/affiliates/invitations/${token}`)).toMatchObject({
    rateBps: 1_000,
  })
  const { id, code } = await house.as(ines).post<Partnership>('/affiliates', { token })
  const gone = house.as(ines).get(`/affiliates/invitations/${token}`)
  await expect(gone).rejects.toMatchObject({ problem: { code: 'NOT_FOUND' } })
  const vias = house.as(ines)
  expect(await vias.get(`/affiliates/vias/${code}`)).toEqual({ merchantId: host.id })
  const nobodys = vias.get('/affiliates/vias/nobodys')
  await expect(nobodys).rejects.toMatchObject({ problem: { code: 'NOT_FOUND' } })

  const buyer = await house.signUp('Aylin')
  const body = { holdIds: [await front.hold(buyer, 2)], shippingAddress: home, via: code }
  const { order, payment } = await house.as(buyer).post<Placed>('/orders', body)
  expect(JSON.stringify(order)).not.toContain(id)
  await pay(house, payment.payUrl, approve)
  const earned = () => house.as(ines).get<{ items: Partnership[] }>('/me/affiliates')
  await until(earned, ({ items }) => items[0]?.sums[0]?.waiting.amount === 590)
  await desk.post(`/merchant/orders/${order.id}/ship`, { carrier: 'Post', trackingNumber: '1' })
  // As a shop that takes nothing back.
  await house.pg.rest`update orders set return_days = 0 where id = ${order.id}`
  const paid = { amount: usd(590), paidOn: '2026-01-01', note: 'by bank' }
  const path = `/merchant/affiliates/${id}/payouts`
  const first = await desk.post(path, paid, 'one press')
  expect(await desk.post(path, paid, 'one press')).toEqual(first)
  await told(house, ines, 'by bank')
  expect(lettersTo(house, ines).filter((letter) => letter.includes('by bank')).length).toBe(1)
  const { items } = await desk.get<{ items: Affiliate[] }>('/merchant/affiliates')
  expect(items).toMatchObject([
    { displayName: 'Ines', sums: [{ orders: 1, paid: usd(590), owed: usd(0), waiting: usd(0) }] },
  ])
})

test('whatever stands in via, the order is placed; only more than any link has is refused', async () => {
  const front = await openFront(house, 5)
  const buyer = await house.signUp('Bo')
  const place = async (via: string) => {
    const body = { holdIds: [await front.hold(buyer, 1)], shippingAddress: home, via }
    return house.as(buyer).post<Placed>('/orders', body)
  }
  for (const via of ["'; drop table orders; --", '__proto__']) {
    expect((await place(via)).order.status).toBe('pending')
  }
  await expect(place('x'.repeat(65))).rejects.toMatchObject({ problem: { code: 'VALIDATION' } })
})

test('a short link keeps whose it is, at a product too', async () => {
  const { host, showId } = await openFront(house, 1)
  const { lineup } = await house.as(host).get<{ lineup: { id: string }[] }>(`/shows/${showId}`)
  const productId = lineup[0]?.id as string
  for (const [body, at] of [
    [{}, `/s/${showId}?via=bcdf%20x`],
    [{ productId }, `/s/${showId}?product=${productId}&via=bcdf%20x`],
  ] as const) {
    const { code } = await house.as(host).post<{ code: string }>(`/shows/${showId}/links`, body)
    const answer = await fetch(`${house.url}/s/${code}?via=bcdf%20x`, { redirect: 'manual' })
    expect(answer.headers.get('location')).toBe(at)
  }
})
