import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { auditMoney } from '../../server/features/orders/audit.ts'
import { type Order, openFront, type Placed, pay, reach, until, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person, Unexpected } from '../support/house.ts'

const approve = '4242424242424242'
const decline = '4000000000000002'
const slow = '4000000000000077'
const ask = '4000000000003220'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  expect(await auditMoney(house.pg.rest)).toEqual([])
  expect(await auditStock(house.pg.rest)).toEqual([])
  await house.close()
})

type Front = Awaited<ReturnType<typeof openFront>>

async function place(front: Front, buyer: Person, quantity = 1, key?: string): Promise<Placed> {
  const holdIds = [await front.hold(buyer, quantity)]
  return house.as(buyer).post<Placed>('/orders', { holdIds, shippingAddress: home }, key)
}

const statusOf = (buyer: Person, { id }: Order) =>
  until(
    () => house.as(buyer).get<Order>(`/orders/${id}`),
    (order) => order.status !== 'pending',
  )
const paymentOf = (buyer: Person, { id }: Order) =>
  house.as(buyer).get<{ status: string; payUrl: string }>(`/orders/${id}/payment`)

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (e) => e,
  )
  if (!(error instanceof Unexpected)) throw error ?? new Error('it was not refused')
  return { status: error.status, code: error.problem.code, errors: error.problem.errors }
}

function letters(): string[] {
  const folder = join(house.env['DATA_DIR'] as string, 'mail')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

test('held units become an order, a card pays it, and everybody concerned hears of it', async () => {
  const front = await openFront(house, 5)
  const terms = {
    name: 'Mara Clay',
    address: '',
    countries: [],
    taxNote: '',
    terms: '',
    returns: '',
  }
  await front.desk.put('/merchant', { ...terms, shipping: [{ price: usd(490) }] })
  const buyer = await house.signUp('Aylin')
  const guest = await house.socket(await house.guest())
  const mine = await house.socket(buyer)
  const desk = await house.socket(front.host)
  await guest.ask('show:join', { showId: front.showId })
  const { order, payment } = await place(front, buyer, 2)
  expect(order.total).toEqual(usd(6_390))
  expect(payment.payUrl).toMatch(/^http:\/\/shop\.test\/api\/v1\/sandbox\//)
  type Frame = { events: { type: string; items?: unknown; at: string; seq: number }[] }
  const isPlaced = (f: Frame) => f.events.some((e) => e.type === 'order.placed')
  const isPaid = (p: { orderId: string; status: string }) =>
    p.orderId === order.id && p.status === 'paid'
  const [frame, mineHeard, deskHeard, answer] = await Promise.all([
    guest.next<Frame>('show:events', isPlaced),
    mine.next('order:changed', isPaid),
    desk.next('order:changed', isPaid),
    pay(house, payment.payUrl, approve),
  ])
  expect(answer).toEqual({ status: 'succeeded' })
  expect(mineHeard).toEqual(deskHeard)
  const event = frame.events.find((e) => e.type === 'order.placed')
  expect(Object.keys(event ?? {}).sort()).toEqual(['at', 'items', 'seq', 'type'])
  expect(event?.items).toEqual([{ variantId: front.variantId, quantity: 2 }])
  expect(await front.units()).toEqual({ onHand: 5, held: 0, sold: 2, available: 3 })
  const letter = await until(
    async () => letters().find((text) => text.includes(`To: ${buyer.email}`)),
    (text) => text !== undefined,
  )
  expect(letter).toContain('Glazed bowl')
  expect(letter).toContain('$63.90')
})

test('a declined card leaves the order waiting, and another card pays it', async () => {
  const front = await openFront(house, 1)
  const buyer = await house.signUp('Aylin')
  const { order, payment } = await place(front, buyer)
  expect(await pay(house, payment.payUrl, decline)).toMatchObject({ status: 'failed' })
  await until(
    () => paymentOf(buyer, order),
    (p) => p.status === 'failed',
  )
  expect((await house.as(buyer).get<Order>(`/orders/${order.id}`)).status).toBe('pending')
  expect(await front.units()).toMatchObject({ held: 1, available: 0 })
  expect(await pay(house, payment.payUrl, approve)).toEqual({ status: 'succeeded' })
  expect((await statusOf(buyer, order)).status).toBe('paid')
  expect(await pay(house, payment.payUrl, decline)).toEqual({ status: 'succeeded' })
})

test('a slow card is waited for, and paid when the bank says so', async () => {
  const front = await openFront(house, 1)
  const buyer = await house.signUp('Aylin')
  const { order, payment } = await place(front, buyer)
  expect(await pay(house, payment.payUrl, slow)).toMatchObject({ status: 'pending' })
  expect(await pay(house, payment.payUrl, approve)).toMatchObject({ status: 'pending' })
  const [row] = await house.pg.rest<{ ms: number }[]>`
    select extract(epoch from settles_at - clock_timestamp()) * 1000 as ms
    from sandbox_payments where reference = ${payment.id}`
  expect(Number(row?.ms)).toBeGreaterThan(18_000)
  await house.pg.rest`
    update sandbox_payments set settles_at = clock_timestamp() where reference = ${payment.id}`
  expect((await statusOf(buyer, order)).status).toBe('paid')
})

describe('a bank that asks', () => {
  async function asked(front: Front) {
    const buyer = await house.signUp('Aylin')
    const { order, payment } = await place(front, buyer)
    const { status, redirectUrl } = await pay(house, payment.payUrl, ask)
    expect(status).toBe('requires_action')
    const url = reach(house, redirectUrl as string)
    const answer = (choice: string) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ choice }), redirect: 'manual' })
    return { buyer, order, payment, url, answer }
  }

  test('shows a page of its own, without scripts, and brings its customer back', async () => {
    const front = await openFront(house, 2)
    const { buyer, order, url, answer } = await asked(front)
    const page = await fetch(url)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    const html = await page.text()
    expect(html).toContain('USD 29.50')
    expect(html).not.toMatch(/<script|\son\w+=|https?:\/\//)
    expect((await answer('perhaps')).status).toBe(400)
    const back = await answer('approve')
    expect(back.status).toBe(303)
    expect(back.headers.get('location')).toBe(`http://shop.test/orders/${order.id}`)
    expect((await statusOf(buyer, order)).status).toBe('paid')
    expect(await (await fetch(url)).text()).toContain('nothing to confirm')
  })

  test('may be told no, and the order still waits', async () => {
    const front = await openFront(house, 2)
    const { buyer, order, payment, answer } = await asked(front)
    await answer('decline')
    await until(
      () => paymentOf(buyer, order),
      (p) => p.status === 'failed',
    )
    expect(await pay(house, payment.payUrl, approve)).toEqual({ status: 'succeeded' })
    expect((await statusOf(buyer, order)).status).toBe('paid')
  })
})

test('the same key a hundred times is one order; with other contents it is refused', async () => {
  const front = await openFront(house, 5)
  const buyer = await house.signUp('Aylin')
  const body = { holdIds: [await front.hold(buyer)], shippingAddress: home }
  const key = 'one-checkout'
  const send = () => house.as(buyer).post<Placed>('/orders', body, key)
  const answers = await Promise.all(Array.from({ length: 100 }, send))
  for (const answer of answers) expect(answer).toEqual(answers[0])
  const other = { ...body, shippingAddress: { ...home, city: 'Bath' } }
  const refused = await refusal(house.as(buyer).post('/orders', other, key))
  expect(refused).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' })
  expect((await house.as(buyer).get<{ items: Order[] }>('/orders')).items).toHaveLength(1)
  const [bank] = await house.pg.rest`
    select count(*)::int as n from sandbox_payments where reference = ${answers[0]?.payment.id as string}`
  expect(bank?.['n']).toBe(1)
})

test('an order stands when its process loses the provider, and its key finds it again', async () => {
  const front = await openFront(house, 1)
  const buyer = await house.signUp('Aylin')
  const body = { holdIds: [await front.hold(buyer)], shippingAddress: home }
  const bank = house.app.rooms.payments.current
  const { create } = bank
  bank.create = () => Promise.reject(new Error('the connection was lost'))
  const first = await house.as(buyer).post<Placed>('/orders', body, 'lost')
  bank.create = create
  expect(first.payment.payUrl).toBeNull()
  const { payUrl } = await until(
    () => paymentOf(buyer, first.order),
    (p) => p.payUrl !== null,
  )
  const again = await house.as(buyer).post<Placed>('/orders', body, 'lost')
  expect(again).toEqual({ ...first, payment: { ...first.payment, payUrl } })
  expect(await pay(house, payUrl, approve)).toEqual({ status: 'succeeded' })
  expect((await statusOf(buyer, first.order)).status).toBe('paid')
})

test('what is asked wrongly is refused by name, and no unit moves', async () => {
  const front = await openFront(house, 5)
  const [buyer, other] = [await house.signUp('Aylin'), await house.signUp('Bo')]
  const holdId = await front.hold(buyer)
  const post = (person: Person, body: unknown) => refusal(house.as(person).post('/orders', body))
  const address = { holdIds: [holdId], shippingAddress: { ...home, country: 'gb' } }
  expect(await post(buyer, address)).toMatchObject({
    code: 'VALIDATION',
    errors: [{ pointer: '/shippingAddress/country' }],
  })
  const priced = { holdIds: [holdId], shippingAddress: home, total: 1 }
  expect(await post(buyer, priced)).toMatchObject({
    code: 'VALIDATION',
    errors: [{ pointer: '/total' }],
  })
  expect(await post(other, { holdIds: [holdId], shippingAddress: home })).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
  })
  await house.as(buyer).delete(`/holds/${holdId}`)
  expect(await post(buyer, { holdIds: [holdId], shippingAddress: home })).toMatchObject({
    status: 410,
    code: 'HOLD_ENDED',
  })
  const keyless = house.call('POST', '/orders', {
    token: buyer.token,
    body: { holdIds: [holdId], shippingAddress: home },
  })
  expect(await refusal(keyless)).toMatchObject({ code: 'VALIDATION' })
  expect(await front.units()).toEqual({ onHand: 5, held: 0, sold: 0, available: 5 })
})

test('a canceled order gives its units back at once, and only its buyer may cancel it', async () => {
  const front = await openFront(house, 1)
  const [buyer, other] = [await house.signUp('Aylin'), await house.signUp('Bo')]
  const { order } = await place(front, buyer)
  const cancel = `/orders/${order.id}/cancel`
  expect(await refusal(house.as(other).post(cancel))).toMatchObject({ code: 'NOT_FOUND' })
  const line = await house.socket(other)
  await line.ask('show:join', { showId: front.showId })
  const back = line.next<{ events: { type: string }[] }>('show:events', (f) =>
    f.events.some((e) => e.type === 'stock.available'),
  )
  expect((await house.as(buyer).post<Order>(cancel)).status).toBe('canceled')
  await front.hold(other)
  await back
})
