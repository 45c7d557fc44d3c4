import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowances } from '../../server/base/limits.ts'
import { apiKeysMax } from '../../shared/limits.ts'
import type { Product } from '../../shared/wire/catalog.ts'
import type { Route } from '../../shared/wire/contract.ts'
import type { ApiKey } from '../../shared/wire/keys.ts'
import type { MerchantOrder } from '../../shared/wire/orders.ts'
import { allRoutes } from '../../shared/wire/wire.ts'
import { openFront, type Placed, pay, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import { codeOf, type House, openHouse, type Person } from '../support/house.ts'
import { admin, setStage } from '../support/stage.ts'
import { pathOf, routeCalls, type Scene } from '../support/verbs.ts'

type Made = { apiKey: ApiKey; secret: string }
type Keys = { items: ApiKey[] }

let house: House
let scene: Scene

beforeAll(async () => {
  house = await openHouse()
  const [stage, elsewhere] = [await setStage(house), await setStage(house)]
  const victim = await house.signUp('Aylin')
  scene = { ...stage, messageId: victim.id, saleId: victim.id, victim, stranger: elsewhere.host }
})
afterAll(() => house.close())

async function keyOf(person: Person, writes = true): Promise<Made & { token: string }> {
  const made = await house.as(person).post<Made>('/merchant/keys', { name: ' ERP ', writes })
  return { ...made, token: made.secret }
}

async function call(route: Route, name: keyof typeof allRoutes, token: string): Promise<string> {
  const { params = {}, query = {}, body } = routeCalls[name](scene)
  const path = `${pathOf(route.path, params)}?${new URLSearchParams(query)}`
  return codeOf(
    house.call(route.method, path, {
      token,
      ...(route.key && { key: crypto.randomUUID() }),
      ...(route.takes === 'text/csv' && { headers: { 'content-type': 'text/csv' } }),
      ...(body !== undefined && { body }),
    }),
  )
}

const every = Object.entries(allRoutes) as [keyof typeof allRoutes, Route][]

test('a key opens the routes that name it, and no other', async () => {
  const [reads, writes] = [await keyOf(scene.host, false), await keyOf(scene.host)]
  const wrong: string[] = []
  const judge = (what: string, code: string, isOpen: boolean | undefined) => {
    const isRight = isOpen ? !['FORBIDDEN', 'UNAUTHENTICATED'].includes(code) : code === 'FORBIDDEN'
    if (!isRight) wrong.push(`${what}: ${code}`)
  }
  for (const [name, route] of every) {
    judge(name, await call(route, name, writes.token), route.apiKey)
    const byReading = await call(route, name, reads.token)
    judge(`${name}, reading`, byReading, route.apiKey && route.method === 'GET')
  }
  expect(wrong).toEqual([])
  expect(every.filter(([, route]) => route.apiKey).length).toBeGreaterThan(20)
}, 60_000)

test('an ERP reads what was sold, sends it, and corrects the stock', async () => {
  const front = await openFront(house, 9)
  const erp = house.as(await keyOf(front.host))
  const buyer = await house.signUp('Bo')
  const body = { holdIds: [await front.hold(buyer)], shippingAddress: home }
  const { payment } = await house.as(buyer).post<Placed>('/orders', body)
  await pay(house, payment.payUrl, '4242424242424242')
  const paid = () => erp.get<{ items: MerchantOrder[] }>('/merchant/orders?status=paid')
  const { items } = await until(paid, (page) => page.items.length === 1)
  const path = `/merchant/orders/${items[0]?.id}`
  const parcel = { carrier: 'Post', trackingNumber: '1' }
  expect(await erp.post(`${path}/ship`, parcel)).toMatchObject({ status: 'shipped' })
  await erp.post(`/variants/${front.variantId}/stock`, { delta: 3, reason: 'found' })
  const { variants } = await erp.get<Product>(`/products/${front.productId}`)
  expect(variants).toMatchObject([{ onHand: 11 }])
})

test('a key is told once, listed by its last letters, and opens nothing once it is revoked', async () => {
  const mara = await house.signUp('Mara')
  const { apiKey, secret } = await keyOf(mara)
  expect(apiKey).toMatchObject({ name: 'ERP', writes: true, usedAt: null })
  const read = () => house.call('GET', '/products', { token: secret })
  await read()
  const { items } = await house.as(mara).get<Keys>('/merchant/keys')
  expect(items).toMatchObject([{ id: apiKey.id, lastFour: secret.slice(-4) }])
  expect(items[0]?.usedAt).not.toBeNull()
  const rows = await house.pg.rest`select k::text from api_keys k where id = ${apiKey.id}`
  expect(JSON.stringify([items, rows])).not.toContain(secret.slice(3, -4))
  await house.as(mara).delete(`/merchant/keys/${apiKey.id}`)
  expect(await codeOf(read())).toBe('UNAUTHENTICATED')
  expect(await codeOf(house.as(mara).delete(`/merchant/keys/${apiKey.id}`))).toBe('NOT_FOUND')
})

test('a key is no session: no socket, no feed, no other shop', async () => {
  const { host, showId } = scene
  const mine = await keyOf(host)
  await expect(house.socket(mine)).rejects.toThrow()
  for (const kind of ['whip', 'whep']) {
    const answer = await fetch(`${house.url}/api/v1/${kind}/${showId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', authorization: `Bearer ${mine.token}` },
      body: 'v=0',
    })
    expect([401, 403, 404]).toContain(answer.status)
  }
  const otto = await house.signUp('Otto')
  const theirs = `/products/${scene.productId}`
  expect(await codeOf(house.as(await keyOf(otto)).get(theirs))).toBe('NOT_FOUND')
  expect(await codeOf(house.as(otto).delete(`/merchant/keys/${mine.apiKey.id}`))).toBe('NOT_FOUND')
})

test('a key of an admin is a key of their own shop', async () => {
  const front = await openFront(house, 9)
  const buyer = await house.signUp('Cem')
  const body = { holdIds: [await front.hold(buyer)], shippingAddress: home }
  const { order } = await house.as(buyer).post<Placed>('/orders', body)
  const boss = await admin(house)
  expect(await codeOf(house.as(boss).get(`/merchant/orders/${order.id}`))).toBe('ok')
  const byKey = house.as(await keyOf(boss)).get(`/merchant/orders/${order.id}`)
  expect(await codeOf(byKey)).toBe('NOT_FOUND')
})

test('there are so many keys, however many are made at once', async () => {
  const mara = await house.signUp('Mara')
  const codes = await Promise.all(
    Array.from({ length: apiKeysMax + 10 }, () => codeOf(keyOf(mara, false))),
  )
  expect(codes.filter((code) => code === 'ok').length).toBe(apiKeysMax)
  expect(codes.filter((code) => code === 'CONFLICT').length).toBe(10)
})

test('a program that runs wild is slowed down, also where it may not go, and its merchant is let in', async () => {
  const open = await openHouse({ RATE_LIMITS: 'on' })
  const mara = await open.signUp('Mara')
  const desk = open.as(mara)
  const { secret } = await desk.post<Made>('/merchant/keys', { name: 'ERP', writes: true })
  const program = (path: string) => codeOf(open.call('GET', path, { token: secret }))
  const { points } = allowances['apiKey'] as { points: number }
  for (let n = 0; n < points; n += 1) expect(await program('/merchant/keys')).toBe('FORBIDDEN')
  expect(await program('/merchant/keys')).toBe('RATE_LIMITED')
  expect(await program('/products')).toBe('RATE_LIMITED')
  expect(await codeOf(desk.get('/products'))).toBe('ok')
  await open.close()
})
