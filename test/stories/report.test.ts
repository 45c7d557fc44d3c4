import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../../shared/wire/report.ts'
import { openFront, type Placed, pay, until, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { codeOf, type House, openHouse, type Person } from '../support/house.ts'
import { admin } from '../support/stage.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const reportOf = (person: Person, showId: string) =>
  house.as(person).get<Report>(`/shows/${showId}/report`)

/** Holds, orders and pays; answers the order's id. */
async function buy(front: Awaited<ReturnType<typeof openFront>>, buyer: Person, quantity = 1) {
  const body = { holdIds: [await front.hold(buyer, quantity)], shippingAddress: home }
  const { order, payment } = await house.as(buyer).post<Placed>('/orders', body)
  await pay(house, payment.payUrl, '4242424242424242')
  const read = () => house.as(buyer).get<{ status: string }>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid')
  return order.id
}

async function take(person: Person, showId: string) {
  const seat = await house.socket(person)
  await seat.ask('show:join', { showId })
  return seat
}

test('a second after its end a show tells who came, what was shown, held, bought and given back', async () => {
  const front = await openFront(house, 3)
  const { host, desk, showId, productId } = front
  const [aylin, bo, cem] = (await house.crowd(3)) as [Person, Person, Person]
  const stage = await take(host, showId)
  for (const viewer of [aylin, aylin, bo]) await take(viewer, showId)
  const passing = await take(cem, showId)
  await stage.ask('product:pin', { showId, productId })
  const [kept, returned] = [await buy(front, aylin), await buy(front, bo)]
  await house.as(cem).delete(`/holds/${await front.hold(cem)}`)
  await front.hold(cem)
  await desk.post(`/merchant/orders/${returned}/refund`)
  expect(kept).not.toBe(returned)
  // Three are seen before one of them leaves.
  await until(
    () => house.as(host).get<{ viewersPeak: number }>(`/shows/${showId}`),
    ({ viewersPeak }) => viewersPeak === 3,
  )
  passing.socket.disconnect()
  await stage.ask('product:unpin', { showId, productId })
  await desk.post(`/shows/${showId}/end`)
  const report = await until(
    () => reportOf(host, showId),
    ({ figures }) => figures.viewers === 3,
  )
  expect(report.figures).toMatchObject({
    peak: 3,
    orders: 2,
    units: 2,
    buyers: 2,
    conversion: 2 / 3,
    money: [{ sales: usd(5_900), delivery: usd(0), refunded: usd(2_950), kept: usd(2_950) }],
  })
  expect(report.products).toMatchObject([
    { productId, no: 1, held: 4, ordered: 2, paid: 2, back: 1, sales: [usd(5_900)] },
  ])
  const [pin] = report.pins
  expect(report.products[0]?.shownMs).toBe(
    Date.parse(pin?.to ?? '') - Date.parse(pin?.from ?? '') || undefined,
  )
  expect(report.products[0]?.soldOutAt).not.toBeNull()
  expect(report.points.reduce((sum, { orders }) => sum + orders, 0)).toBe(2)
  expect(report.points.reduce((sum, { came }) => sum + came, 0)).toBe(3)
})

test('is read by its host and by admins; to others there is no such show', async () => {
  const { host, showId } = await openFront(house, 1)
  const [stranger, boss] = [await house.signUp(), await admin(house)]
  expect(await codeOf(reportOf(host, showId))).toBe('ok')
  expect(await codeOf(reportOf(boss, showId))).toBe('ok')
  expect(await codeOf(reportOf(stranger, showId))).toBe('NOT_FOUND')
})

test('before a show begins there is nothing to tell, and nobody who waits is counted', async () => {
  const host = await house.signUp('Mara')
  const { id: showId } = await house
    .as(host)
    .post<{ id: string }>('/shows', { title: 'Kiln', lineup: [] })
  expect(await codeOf(reportOf(host, showId))).toBe('SHOW_NOT_LIVE')
  const early = await take(await house.signUp(), showId)
  await house.app.rooms.analytics.look()
  early.socket.disconnect()
  await until(
    async () => house.app.rooms.presence.counted(showId),
    (n) => n === 0,
  )
  await house.as(host).post(`/shows/${showId}/start`)
  await take(await house.signUp(), showId)
  await house.as(host).post(`/shows/${showId}/end`)
  const { figures } = await until(
    () => reportOf(host, showId),
    ({ figures }) => figures.viewers !== null,
  )
  expect(figures.viewers).toBe(1)
})

test('stands beside the show before it by the same host', async () => {
  const front = await openFront(house, 5)
  const [aylin] = (await house.crowd(1)) as [Person]
  await buy(front, aylin, 2)
  await front.desk.post(`/shows/${front.showId}/end`)
  const next = await front.desk.post<{ id: string }>('/shows', { title: 'Again', lineup: [] })
  await front.desk.post(`/shows/${next.id}/start`)
  const { before, figures } = await reportOf(front.host, next.id)
  expect(figures.orders).toBe(0)
  expect(before).toMatchObject({ showId: front.showId, title: 'Kiln', figures: { units: 2 } })
})

test('what was never there keeps no product from being sold out', async () => {
  const host = await house.signUp('Mara')
  const desk = house.as(host)
  const one = { price: usd(1_200), sku: 'C-1', title: 'Small', onHand: 1 }
  const variants = [one, { ...one, sku: 'C-2', title: 'Large', onHand: 0 }]
  type Product = { id: string; variants: { id: string }[] }
  const cup = await desk.post<Product>('/products', { title: 'Cup', description: '', variants })
  const show = { title: 'Kiln', lineup: [cup.id] }
  const { id: showId } = await desk.post<{ id: string }>('/shows', show)
  await desk.post(`/shows/${showId}/start`)
  const before = await reportOf(host, showId)
  expect(before.products[0]?.soldOutAt).toBeNull()
  const hold = { showId, variantId: cup.variants[0]?.id, quantity: 1 }
  await house.as(await house.signUp()).post('/holds', hold)
  await desk.post(`/shows/${showId}/end`)
  const { products } = await reportOf(host, showId)
  expect(products[0]?.soldOutAt).not.toBeNull()
})
