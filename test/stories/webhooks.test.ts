import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { checker } from '../../server/base/check.ts'
import { type NewsType, newsTypes, webhooks } from '../../shared/wire/hooks.ts'
import { openFront, type Placed, pay, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person } from '../support/house.ts'
import { told } from '../support/letters.ts'
import { connect, openReceiver, verified } from '../support/receiver.ts'

const approve = '4242424242424242'

let house: House
let receiver: Awaited<ReturnType<typeof openReceiver>>

beforeAll(async () => {
  house = await openHouse({ WEBHOOKS_TO: 'anywhere' })
})
afterAll(() => house.close())
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(() => receiver.close())

async function place(front: Awaited<ReturnType<typeof openFront>>, buyer: Person) {
  const body = { holdIds: [await front.hold(buyer, 2)], shippingAddress: home }
  return house.as(buyer).post<Placed>('/orders', body)
}

async function buy(front: Awaited<ReturnType<typeof openFront>>, buyer: Person) {
  const { order, payment } = await place(front, buyer)
  await pay(house, payment.payUrl, approve)
  const read = () => house.as(buyer).get<{ status: string }>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid')
  return order
}

test('every kind of news comes once, signed, and as the contract has it', async () => {
  const front = await openFront(house, 9)
  const { secret } = await connect(house, front.host, receiver.url, newsTypes)
  const buyer = await house.signUp('Aylin')
  const canceled = await place(front, buyer)
  await house.as(buyer).post(`/orders/${canceled.order.id}/cancel`)
  const order = await buy(front, buyer)
  await receiver.hears('order.paid')
  const parcel = { carrier: 'Post', trackingNumber: '1' }
  await front.desk.post(`/merchant/orders/${order.id}/ship`, parcel)
  const items = order.items.map(({ holdId }) => ({ holdId, quantity: 1 }))
  const asked = { items, reason: 'damaged', note: 'broken' }
  const { id } = await house.as(buyer).post<{ id: string }>(`/orders/${order.id}/returns`, asked)
  await house.as(buyer).post(`/returns/${id}/withdraw`)
  await front.desk.post(`/merchant/orders/${order.id}/refund`, {})
  const next = { title: 'Next', lineup: [] }
  const show = await front.desk.post<{ id: string }>('/shows', next)
  await front.desk.post(`/shows/${show.id}/start`)
  await front.desk.post(`/shows/${show.id}/end`)
  for (const type of newsTypes) await receiver.hears(type)

  for (const heard of receiver.heard) {
    expect(verified(secret, heard)).toEqual(heard.news)
    const schema = webhooks[heard.news.type]
    expect(schema).toBeDefined()
    if (schema) checker(schema)(heard.news)
    expect(heard.body).not.toContain(buyer.email)
  }
  const seen = (type: NewsType) => receiver.of(type).map(({ news }) => news.data['id'])
  expect(seen('order.canceled')).toEqual([canceled.order.id])
  expect(seen('order.paid')).toEqual([order.id])
  expect(seen('order.shipped')).toEqual([order.id])
  expect(seen('order.refunded')).toEqual([order.id])
  expect(seen('return.opened')).toEqual([id])
  expect(seen('return.closed')).toEqual([id])
  expect(seen('show.started')).toEqual([show.id])
  expect(seen('show.ended')).toEqual([show.id])
  const [paid] = receiver.of('order.paid')
  expect(paid?.news.data).toMatchObject({ status: 'paid', buyer: { id: buyer.id } })
  expect(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, paid as never)).toThrow()
})

test('the README has a verifier that believes this, and nothing else', async () => {
  const { host } = await openFront(house, 1)
  const hook = await connect(house, host, receiver.url, ['order.paid'])
  await house.as(host).post(`${hook.path}/test`)
  const { headers, body } = await receiver.hears('test')
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, code = ''] = /```js\n(.*?function isOurs.*?)```/s.exec(readme) ?? []
  const module = `data:text/javascript,${encodeURIComponent(`${code}\nexport { isOurs }`)}`
  const { isOurs } = await import(/* @vite-ignore */ module)
  expect(isOurs(hook.secret, headers, Buffer.from(body))).toBe(true)
  expect(isOurs(hook.secret, headers, Buffer.from(`${body} `))).toBe(false)
  for (const other of [
    { ...headers, 'webhook-timestamp': '1' },
    { ...headers, 'webhook-signature': 'é'.repeat(headers['webhook-signature']?.length ?? 0) },
    {},
  ]) {
    expect(isOurs(hook.secret, other, Buffer.from(body))).toBe(false)
  }
})

test('what is not taken comes again with the same id and the same bytes, until it is', async () => {
  const front = await openFront(house, 9)
  receiver.answer(503)
  const hook = await connect(house, front.host, receiver.url, ['order.paid'])
  await buy(front, await house.signUp('Bo'))
  const first = await receiver.hears('order.paid')
  const read = () => hook.deliveries()
  const [failed] = await until(read, ([one]) => one?.status === 503)
  expect(failed).toMatchObject({ id: first.id, state: 'waiting', attempts: 1, answer: 'no' })
  expect(Date.parse(failed?.nextAt ?? '')).toBeGreaterThan(Date.now() + 20_000)
  receiver.answer(200)
  await hook.hurry()
  await until(read, ([one]) => one?.state === 'delivered')
  expect(receiver.heard.map(({ id, body }) => ({ id, body }))).toEqual([
    { id: first.id, body: first.body },
    { id: first.id, body: first.body },
  ])
})

test('a process that is killed while it sends loses nothing', async () => {
  const front = await openFront(house, 9)
  const script = fileURLToPath(new URL('../support/dies-while-sending.ts', import.meta.url))
  const { DATABASE_URL: url = '', SESSION_SECRET: secret = '' } = house.env
  const child = spawn(process.execPath, [script, url, secret], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  await once(child.stdout, 'data')
  const hook = await connect(house, front.host, receiver.url, ['order.paid'])
  receiver.answer((reply) => {
    child.kill('SIGKILL')
    reply.socket?.destroy()
  })
  const order = await buy(front, await house.signUp('Hal'))
  const first = await receiver.hears('order.paid')
  receiver.answer(200)
  await gone
  expect(await hook.deliveries()).toMatchObject([{ id: first.id, state: 'waiting', attempts: 1 }])
  await hook.hurry()
  await until(hook.deliveries, ([one]) => one?.state === 'delivered')
  expect(receiver.heard.map(({ id }) => id)).toEqual([first.id, first.id])
  expect(first.news.data['id']).toBe(order.id)
})

test('a drop of holds is one delivery of a variant, and the last one tells the truth', async () => {
  const front = await openFront(house, 40)
  const hook = await connect(house, front.host, receiver.url, ['stock.changed'])
  const buyers = await house.crowd(20)
  await Promise.all(buyers.map((buyer) => front.hold(buyer)))
  const told = () => Promise.resolve(receiver.of('stock.changed'))
  await until(told, (all) => all.at(-1)?.news.data['available'] === 20, 15_000)
  expect(receiver.heard.length).toBeLessThanOrEqual(2)
  expect(receiver.heard.at(-1)?.news.data).toMatchObject({
    id: front.variantId,
    onHand: 40,
    held: 20,
    available: 20,
  })
  // Nothing changes, so nothing is told.
  await house.pg.rest`update hook_endpoints set stock_due_at = now() where id = ${hook.webhook.id}`
  const looked = () => house.pg.rest`select from hook_endpoints
    where id = ${hook.webhook.id} and stock_due_at > now()`
  await until(looked, ({ length }) => length === 1)
  expect((await hook.deliveries()).length).toBe(receiver.heard.length)
})

test('an endpoint that never answers takes nobody else a turn', async () => {
  const front = await openFront(house, 9)
  const silent = await openReceiver()
  silent.answer(() => undefined)
  const slow = await connect(house, front.host, silent.url, ['order.paid'])
  for (let n = 0; n < 6; n++) await house.as(front.host).post(`${slow.path}/test`)
  await until(
    async () => silent.heard.length,
    (n) => n === 4,
  )
  await connect(house, front.host, receiver.url, ['order.paid'])
  await buy(front, await house.signUp('Cem'))
  await receiver.hears('order.paid', 4_000)
  expect(silent.heard.length).toBe(4)
  silent.close()
})

test('410 ends it; switched on again it hears what comes from then on', async () => {
  const front = await openFront(house, 9)
  const hook = await connect(house, front.host, receiver.url, ['order.paid'])
  receiver.answer(410)
  await house.as(front.host).post(`${hook.path}/test`)
  await until(hook.read, (webhook) => webhook?.off === 'gone')
  await buy(front, await house.signUp('Di'))
  const again = house.as(front.host).post(`${hook.path}/test`)
  await expect(again).rejects.toMatchObject({ problem: { code: 'CONFLICT' } })
  receiver.answer(200)
  await house.as(front.host).patch(hook.path, { on: true })
  const later = await buy(front, await house.signUp('Ed'))
  const paid = await receiver.hears('order.paid')
  expect(paid.news.data['id']).toBe(later.id)
  expect(receiver.of('order.paid').length).toBe(1)
})

test('what took nothing for days is switched off, and its merchant is told', async () => {
  const front = await openFront(house, 9)
  receiver.answer(500)
  const url = `${new URL(receiver.url).origin}?key=hush-hush`
  const hook = await connect(house, front.host, url, ['order.paid'])
  await house.as(front.host).post(`${hook.path}/test`)
  await until(hook.deliveries, ([one]) => one?.status === 500)
  await house.pg
    .rest`update hook_deliveries set attempts = 21 where endpoint_id = ${hook.webhook.id}`
  await hook.hurry()
  await until(hook.read, (webhook) => webhook?.off === 'failing')
  expect(await hook.deliveries()).toMatchObject([{ state: 'failed', attempts: 22, nextAt: null }])
  const letters = await told(house, front.host, 'takes no news of your shop')
  expect(letters.join()).not.toContain('hush-hush')
})

test('a new secret signs at once, and the old one beside it', async () => {
  const { host } = await openFront(house, 1)
  const hook = await connect(house, host, receiver.url, ['order.paid'])
  const { secret } = await house.as(host).post<{ secret: string }>(`${hook.path}/secret`)
  await house.as(host).post(`${hook.path}/test`)
  const heard = await receiver.hears('test')
  expect(verified(secret, heard)).toEqual(verified(hook.secret, heard))
  await house.pg.rest`update hook_endpoints set renewed_at = now() - interval '25 hours'
    where id = ${hook.webhook.id}`
  await house.as(host).post(`${hook.path}/test`)
  await until(
    async () => receiver.heard.length,
    (n) => n === 2,
  )
  const last = receiver.heard[1] as (typeof receiver.heard)[0]
  verified(secret, last)
  expect(() => verified(hook.secret, last)).toThrow('No matching signature')
})

test('what was delivered is sent again when its merchant wants, and a removed one hears nothing', async () => {
  const front = await openFront(house, 9)
  const hook = await connect(house, front.host, receiver.url, ['order.paid'])
  await buy(front, await house.signUp('Flo'))
  await receiver.hears('order.paid')
  const [sent] = await until(hook.deliveries, ([one]) => one?.state === 'delivered')
  const again = await house.as(front.host).post(`${hook.path}/deliveries/${sent?.id}/again`)
  expect(again).toMatchObject({ id: sent?.id, state: 'waiting' })
  await until(
    async () => receiver.heard.map(({ id }) => id),
    (ids) => ids.length === 2 && ids[0] === ids[1],
  )
  receiver.answer(500)
  await buy(front, await house.signUp('Gül'))
  await until(hook.deliveries, ([one]) => one?.status === 500)
  await house.as(front.host).delete(hook.path)
  await hook.hurry()
  const waiting = house.pg.rest`select from hook_deliveries where due_at is not null
    and endpoint_id = ${hook.webhook.id}`
  expect((await waiting).length).toBe(0)
})
