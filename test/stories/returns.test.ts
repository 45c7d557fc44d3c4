import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderReturns, Return } from '../../shared/wire/returns.ts'
import { type Order, openFront, type Placed, pay, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person, Unexpected } from '../support/house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const terms = { name: 'Kiln', countries: [], shipping: [], taxNote: '', terms: '', returns: '' }

/** A bowl that was bought, paid and sent; of a shop with these settings. */
async function sent(settings: object = { address: 'Kiln Lane 4' }) {
  const front = await openFront(house, 5)
  await front.desk.put('/merchant', { ...terms, address: '', ...settings })
  const buyer = await house.signUp('Aylin')
  const mine = house.as(buyer)
  const holdIds = [await front.hold(buyer, 1)]
  const { order, payment } = await mine.post<Placed>('/orders', { holdIds, shippingAddress: home })
  await pay(house, payment.payUrl, '4242424242424242')
  await until(
    () => mine.get<Order>(`/orders/${order.id}`),
    ({ status }) => status === 'paid',
  )
  await front.desk.post(`/merchant/orders/${order.id}/ship`, {
    carrier: 'Post',
    trackingNumber: '1',
  })
  const items = [{ holdId: holdIds[0] as string, quantity: 1 }]
  const ask = (more: object = {}) =>
    mine.post<Return>(`/orders/${order.id}/returns`, { items, reason: 'damaged', ...more })
  return { ...front, buyer, mine, order, items, ask }
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error) => {
      if (!(error instanceof Unexpected)) throw error
      return error.problem.code
    },
  )

/** Subjects of the letters to somebody, in the order of their steps. */
async function letters(to: Person, count: number): Promise<string[]> {
  const folder = join(house.env['DATA_DIR'] as string, 'mail')
  const read = async () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .filter((letter) => letter.includes(`To: ${to.email}`))
      .map((letter) => /^Subject: (.*(?:\n .*)*)/m.exec(letter)?.[1]?.replaceAll('\n', '') ?? '')
      .filter((subject) => /order \d/.test(subject))
  return (await until(read, (found) => found.length >= count)).sort()
}

test('each step is told to the other side by letter, once, and to open screens', async () => {
  const { buyer, host, mine, desk, ask, order } = await sent()
  const screen = await house.socket(host)
  const told = screen.next('order:changed', (p: { orderId: string }) => p.orderId === order.id)
  const { id } = await ask({ note: 'It has a crack.' })
  await told
  await desk.post(`/returns/${id}/accept`)
  await mine.post(`/returns/${id}/sent`, { carrier: 'DHL', trackingNumber: 'DE 9' })
  await desk.post(`/returns/${id}/received`, { restock: [], amount: 950, words: 'It was used.' })
  await mine.post(`/returns/${id}/dispute`, { words: 'It was not.' })
  await desk.post(`/returns/${id}/answer`, { words: 'It was.' })
  const admin = await house.signUp('Petra')
  await house.pg.rest`update accounts set kind = 'admin' where id = ${admin.id}`
  await house.as(admin).post(`/admin/disputes/${id}/decide`, { amount: 0, words: 'It shows.' })
  const of = `order ${(await mine.get<{ number: number }>(`/orders/${order.id}`)).number}`
  expect(await letters(host, 4)).toEqual(
    [
      `A parcel of ${of} is on its way back`,
      `A return of ${of} waits for your answer`,
      `The house has decided about ${of}`,
      `The house is asked about ${of}`,
    ].sort(),
  )
  expect(await letters(buyer, 4)).toEqual(
    [
      `$9.50 of ${of} is on its way back`,
      `Kiln has answered about ${of}`,
      `The house has decided about ${of}`,
      `You can send it back: ${of}`,
    ].sort(),
  )
})

test('an open house answers by itself when the day has come, and money that is owed goes back', async () => {
  const { mine, ask, order } = await sent()
  const { id } = await ask({ reason: 'never-came' })
  await house.pg.rest`update order_returns set due_at = now() where id = ${id}`
  const read = () => mine.get<OrderReturns>(`/orders/${order.id}/returns`)
  const { items } = await until(read, (now) => now.items[0]?.state === 'refunded')
  expect(items[0]?.steps.at(-1)).toMatchObject({ by: 'time', amount: { amount: 2_950 } })
  const payment = () => mine.get<{ status: string }>(`/orders/${order.id}/payment`)
  await until(payment, ({ status }) => status === 'refunded')
})

test('what a shop promises is what it promised when it sent', async () => {
  const scene = await sent({ returnDays: 0 })
  expect(await codeOf(scene.ask({ reason: 'changed-mind' }))).toBe('CONFLICT')
  const { until: none, faultUntil } = await scene.mine.get<OrderReturns>(
    `/orders/${scene.order.id}/returns`,
  )
  expect([none, typeof faultUntil]).toEqual([null, 'string'])
  for (const returnDays of [-1, 366, 1.5, '30']) {
    expect(await codeOf(scene.desk.put('/merchant', { ...terms, address: '', returnDays }))).toBe(
      'VALIDATION',
    )
  }
})

test('words are bounded in bytes, a line is named once, and money needs a key', async () => {
  const { ask, items, desk, order, host, buyer } = await sent()
  expect(await codeOf(ask({ note: 'é'.repeat(501) }))).toBe('VALIDATION')
  expect(await codeOf(ask({ note: ' \n ' }))).toBe('VALIDATION')
  expect(await codeOf(ask({ items: [...items, { ...items[0], quantity: 2 }] }))).toBe('VALIDATION')
  expect(await codeOf(ask({ items: [{ ...items[0], quantity: 0 }] }))).toBe('VALIDATION')
  expect(await codeOf(ask({ reason: 'dislike' }))).toBe('VALIDATION')
  expect(await codeOf(ask({ paid: 1 }))).toBe('VALIDATION')
  const { id } = await ask({ note: 'é'.repeat(500) })
  const keyless = (path: string, body: object, token: string) =>
    codeOf(house.call('POST', path, { token, body }))
  expect(await keyless(`/returns/${id}/refund`, {}, host.token)).toBe('VALIDATION')
  expect(
    await keyless(`/orders/${order.id}/returns`, { items, reason: 'wrong' }, buyer.token),
  ).toBe('VALIDATION')
  for (const amount of [-1, 0.5, 2 ** 53]) {
    expect(await codeOf(desk.post(`/returns/${id}/refund`, { amount, words: 'no' }))).toBe(
      'VALIDATION',
    )
  }
  expect(await codeOf(desk.post(`/returns/${id}/refund`, { amount: 2_951 }))).toBe('CONFLICT')
})
