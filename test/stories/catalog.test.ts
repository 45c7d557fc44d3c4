import { randomUUID } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Merchant, Product } from '../../shared/wire/catalog.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { type House, openHouse, type Person, type Unexpected } from '../support/house.ts'

type Products = { items: Product[]; nextCursor: string | null }
type Event = { seq: number; type: string; [field: string]: unknown }
type Frame = { events: Event[] }

let house: House
let marta: Person
let other: Person

beforeAll(async () => {
  house = await openHouse()
  marta = await house.signUp('Marta')
  other = await house.signUp('Other')
})
afterAll(() => house.close())

const usd = (amount: number) => ({ amount, currency: 'USD' })
const mug = (sku: string, more: object = {}) => ({
  title: 'Ridge mug',
  description: 'Thrown by hand.',
  variants: [{ sku, title: 'Oat', price: usd(2_400), onHand: 5 }],
  ...more,
})
const newSku = () => `SKU-${randomUUID().slice(0, 8)}`
const list = (body: object, who = marta, key?: string) =>
  house.as(who).post<Product>('/products', body, key)

async function refusal(call: Promise<unknown>): Promise<Unexpected> {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e as Unexpected,
  )
  if (!error) throw new Error('it was not refused')
  return error
}
const codeOf = async (call: Promise<unknown>) => (await refusal(call)).problem.code
const pointersOf = async (call: Promise<unknown>) =>
  (await refusal(call)).problem.errors?.map((e) => e.pointer)

/** A live show that sells one product, and a viewer in it. */
async function onAir(products: Product[]) {
  const lineup = products.map((p) => p.id)
  const show = await house.as(marta).post<Show>('/shows', { title: 'Kiln', lineup })
  await house.as(marta).post(`/shows/${show.id}/start`)
  const viewer = await house.socket(other)
  await viewer.ask('show:join', { showId: show.id })
  return { show, viewer }
}

test('a listed product has its stock, and only its merchant sees how much was held and sold', async () => {
  const product = await list(mug('RM-1'))
  expect(product).toMatchObject({
    title: 'Ridge mug',
    status: 'active',
    images: [],
    variants: [{ sku: 'RM-1', price: usd(2_400), available: 5, onHand: 5, held: 0, sold: 0 }],
  })
  expect(await house.as(marta).get(`/products/${product.id}`)).toEqual(product)
  expect(await codeOf(house.as(other).get(`/products/${product.id}`))).toBe('NOT_FOUND')
  const { show } = await onAir([product])
  const seen = await house.call<Show>('GET', `/shows/${show.id}`)
  expect(Object.keys(seen.lineup[0]?.variants[0] ?? {}).sort()).toEqual(
    ['available', 'id', 'price', 'sku', 'title'].sort(),
  )
  expect(seen.lineup[0]).toMatchObject({ id: product.id, description: 'Thrown by hand.' })
})

test('a product answers as /openapi.json describes it', async () => {
  const openApi = (await (await fetch(`${house.url}/openapi.json`)).json()) as object
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...openApi, $id: 'wire' })
  const isProduct = ajv.compile({ $ref: 'wire#/components/schemas/Product' })
  const product = await list(mug(newSku()))
  expect(isProduct(product)).toBe(true)
  expect(isProduct({ ...product, secret: 1 })).toBe(false)
})

test('admins read what merchants list, and change nothing', async () => {
  const product = await list(mug(newSku()))
  const ada = await house.signUp('Ada')
  await house.pg.rest`update accounts set kind = 'admin' where id = ${ada.id}`
  expect(await house.as(ada).get(`/products/${product.id}`)).toEqual(product)
  const change = house.as(ada).patch(`/products/${product.id}`, { title: 'Mine now' })
  expect(await codeOf(change)).toBe('NOT_FOUND')
})

test('an SKU belongs to one variant of a merchant; another merchant may have the same', async () => {
  await list(mug('ONCE'))
  const again = await refusal(list(mug('ONCE')))
  expect(again.problem).toMatchObject({ code: 'CONFLICT', status: 409 })
  expect(again.problem.detail).toContain('ONCE')
  expect(again.problem.errors?.[0]?.pointer).toBe('/variants/0/sku')
  expect((await list(mug('ONCE'), other)).variants[0]?.sku).toBe('ONCE')
  const twice = { title: 'Oat', price: usd(1), onHand: 0 }
  const body = mug('x', {
    variants: [
      { ...twice, sku: 'D' },
      { ...twice, sku: ' D ' },
    ],
  })
  expect(await pointersOf(list(body))).toEqual(['/variants/1/sku'])
})

test.each([
  ['two currencies', [usd(1), { amount: 1, currency: 'EUR' }], '/variants/1/price/currency'],
  ['no currency', [{ amount: 1, currency: 'XXX' }], '/variants/0/price/currency'],
  ['lower case', [{ amount: 1, currency: 'usd' }], '/variants/0/price/currency'],
  ['nothing', [usd(0)], '/variants/0/price/amount'],
  ['a fraction of a cent', [usd(0.5)], '/variants/0/price/amount'],
  ['more than the most', [usd(1_000_000_001)], '/variants/0/price/amount'],
])('a price of %s is refused by name', async (_, prices, pointer) => {
  const variants = prices.map((price) => ({ sku: newSku(), title: 'Oat', price, onHand: 1 }))
  expect(await pointersOf(list(mug('x', { variants })))).toEqual([pointer])
})

test('the same key lists once, with another body it is refused', async () => {
  const key = randomUUID()
  const body = mug(newSku())
  const first = await list(body, marta, key)
  const again = await Promise.all([list(body, marta, key), list(body, marta, key)])
  expect(again).toEqual([first, first])
  expect(await codeOf(list(mug(newSku()), marta, key))).toBe('IDEMPOTENCY_MISMATCH')
})

test('my products come newest first, page by page, and are found by title and SKU', async () => {
  const merchant = await house.signUp('Lister')
  const made: string[] = []
  for (let i = 0; i < 5; i += 1) {
    const title = i === 3 ? '100% wool_hat' : 'Mug'
    made.unshift((await list(mug(`LIST-${i}`, { title }), merchant)).id)
  }
  const mine = house.as(merchant)
  const first = await mine.get<Products>('/products?limit=3')
  const second = await mine.get<Products>(`/products?limit=3&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map((p) => p.id)).toEqual(made)
  expect(second.nextCursor).toBeNull()
  const find = async (q: string) =>
    (await mine.get<Products>(`/products?q=${encodeURIComponent(q)}`)).items.length
  expect(await Promise.all(['WOOL', 'list-4', '100%', '_h', '%', ' '].map(find))).toEqual([
    1, 1, 1, 1, 1, 5,
  ])
  expect(await codeOf(mine.get('/products?cursor=bm90IG91cnM'))).toBe('VALIDATION')
})

test('a price edited in a live show reaches every screen; holds keep what they were promised', async () => {
  const product = await list(mug(newSku()))
  const variantId = product.variants[0]?.id as string
  const { show, viewer } = await onAir([product])
  const hold = { showId: show.id, variantId, quantity: 1 }
  const held = await house.as(other).post<{ holdId: string; price: object }>('/holds', hold)
  const heard = viewer.next<Frame>('show:events', (f) =>
    f.events.some((e) => e.type === 'offer.changed'),
  )
  const changed = await house
    .as(marta)
    .patch<Product>(`/products/${product.id}`, { variants: [{ id: variantId, price: usd(1_900) }] })
  expect(changed.variants[0]).toMatchObject({ price: usd(1_900), held: 1, available: 4 })
  const event = (await heard).events.find((e) => e.type === 'offer.changed')
  expect(event).toMatchObject({ variantId, price: usd(1_900) })
  expect(held.price).toEqual(usd(2_400))
  const next = await house.as(other).post<{ price: object }>('/holds', hold)
  expect(next.price).toEqual(usd(1_900))
  const { items } = await house
    .as(other)
    .get<{ items: { holdId: string; price: object }[] }>('/holds')
  expect(items.find((h) => h.holdId === held.holdId)?.price).toEqual(usd(2_400))
})

test('a title edited before and during a show is told; what changes nothing is not', async () => {
  const product = await list(mug(newSku()))
  const { show, viewer } = await onAir([product])
  const coming = await house
    .as(marta)
    .post<Show>('/shows', { title: 'Next week', lineup: [product.id] })
  const heard = viewer.next<Frame>('show:events')
  const mine = house.as(marta)
  await mine.patch(`/products/${product.id}`, { title: 'Ridge mug' })
  await mine.patch(`/products/${product.id}`, { title: 'Tall ridge mug' })
  const [event] = (await heard).events
  expect(event).toMatchObject({ type: 'product.updated', productId: product.id, images: [] })
  expect(event?.['title']).toBe('Tall ridge mug')
  expect(event?.['variants']).toBeUndefined()
  const log = async (id: string) =>
    (await mine.get<{ items: Event[] }>(`/shows/${id}/events`)).items.map((e) => e.type)
  expect(await log(coming.id)).toEqual(['product.updated'])
  expect(await log(show.id)).toEqual(['show.started', 'product.updated'])
})

test('a variant added in a live show is on sale at once, in every screen and at the till', async () => {
  const product = await list(mug(newSku()))
  const { show, viewer } = await onAir([product])
  const heard = viewer.next<Frame>('show:events')
  const added = { sku: newSku(), title: 'Ink', price: usd(2_600), onHand: 3 }
  const known = { id: product.variants[0]?.id, title: 'Oat, 350 ml' }
  const changed = await house
    .as(marta)
    .patch<Product>(`/products/${product.id}`, { variants: [known, added] })
  expect(changed.variants.map((v) => v.title)).toEqual(['Oat, 350 ml', 'Ink'])
  const variantId = changed.variants[1]?.id as string
  const [event] = (await heard).events
  expect(event?.['variants']).toMatchObject([
    { title: 'Oat, 350 ml', available: 5 },
    { id: variantId, title: 'Ink', price: usd(2_600), available: 3, limit: null },
  ])
  const hold = { showId: show.id, variantId, quantity: 3 }
  expect(await house.as(other).post('/holds', hold)).toMatchObject({ price: usd(2_600) })
})

test.each([
  ['a variant of nobody', [{ id: '0197aaaa-0000-7000-8000-000000000000' }], '/variants/0/id'],
  ['a new one without a price', [{ sku: 'NEW', title: 'New' }], '/variants/0/price'],
  [
    'another currency',
    [{ sku: 'NEW', title: 'New', price: { amount: 1, currency: 'EUR' } }],
    '/variants/0/price/currency',
  ],
])('a change by %s is refused and changes nothing', async (_, variants, pointer) => {
  const product = await list(mug(newSku()))
  const change = house.as(marta).patch(`/products/${product.id}`, { title: 'No', variants })
  expect(await pointersOf(change)).toEqual([pointer])
  expect(await house.as(marta).get(`/products/${product.id}`)).toEqual(product)
})

test('stock is corrected with a reason, not in passing; sending back what stands is no change', async () => {
  const product = await list(mug(newSku()))
  const { id } = product.variants[0] as { id: string }
  const change = (onHand: number) =>
    house.as(marta).patch<Product>(`/products/${product.id}`, { variants: [{ id, onHand }] })
  expect(await pointersOf(change(9))).toEqual(['/variants/0/onHand'])
  expect(await change(5)).toEqual(product)
})

test('a change with a key is done once, also when it adds a variant, whatever the stock is by then', async () => {
  const product = await list(mug(newSku()))
  const { id, onHand } = product.variants[0] as Product['variants'][number]
  const added = { sku: newSku(), title: 'Ink', price: usd(1), onHand: 1 }
  const options = { token: marta.token, key: randomUUID() }
  const change = (body: object = { variants: [{ id, onHand }, added] }) =>
    house.call<Product>('PATCH', `/products/${product.id}`, { ...options, body })
  const first = await change()
  expect(first.variants).toHaveLength(2)
  await house.as(marta).post(`/variants/${id}/stock`, { delta: 3, reason: 'found three' })
  expect(await change()).toEqual(first)
  expect(await codeOf(change({ title: 'Other' }))).toBe('IDEMPOTENCY_MISMATCH')
  expect(await codeOf(list(mug(added.sku)))).toBe('CONFLICT')
})

test('what a live show sells cannot be archived; what is archived cannot be put in a line-up', async () => {
  const product = await list(mug(newSku()))
  const { show } = await onAir([product])
  const mine = house.as(marta)
  const archive = () => mine.patch<Product>(`/products/${product.id}`, { status: 'archived' })
  expect(await codeOf(archive())).toBe('CONFLICT')
  await mine.post(`/shows/${show.id}/end`)
  expect((await archive()).status).toBe('archived')
  const foreign = await list(mug(newSku()), other)
  const good = await list(mug(newSku()))
  const plan = (id: string) => mine.post('/shows', { title: 'Kiln', lineup: [good.id, id] })
  expect(await pointersOf(plan(product.id))).toEqual(['/lineup/1'])
  expect(await pointersOf(plan(foreign.id))).toEqual(['/lineup/1'])
})

test('archiving and going live at one moment: never an archived product on sale', async () => {
  for (let round = 0; round < 10; round += 1) {
    const product = await list(mug(newSku()))
    const show = await house.as(marta).post<Show>('/shows', { title: 'K', lineup: [product.id] })
    await Promise.allSettled([
      house.as(marta).post(`/shows/${show.id}/start`),
      house.as(marta).patch(`/products/${product.id}`, { status: 'archived' }),
    ])
    const { status } = await house.as(marta).get<Product>(`/products/${product.id}`)
    const [offers] = await house.pg.rest`
      select count(*)::int as n from offers where product_id = ${product.id} and closed_at is null`
    expect(offers?.['n']).toBe(status === 'archived' ? 0 : 1)
  }
})

test('changes of one product from many hands all count, and every price told is one that was set', async () => {
  const product = await list(mug(newSku()))
  const { id } = product.variants[0] as { id: string }
  const { show } = await onAir([product])
  const changes = Array.from({ length: 20 }, (_, i) =>
    house.as(marta).patch<Product>(`/products/${product.id}`, {
      variants: [{ id, price: usd(100 + i) }],
    }),
  )
  await Promise.all(changes)
  const now = await house.as(marta).get<Product>(`/products/${product.id}`)
  const { items } = await house.as(marta).get<{ items: Event[] }>(`/shows/${show.id}/events`)
  const told = items.filter((e) => e.type === 'offer.changed').map((e) => e['price'])
  expect(told).toHaveLength(20)
  expect(told.at(-1)).toEqual(now.variants[0]?.price)
  const open = await house.pg.rest`
    select price::int from offers where product_id = ${product.id} and closed_at is null`
  expect(open.map((o) => o['price'])).toEqual([now.variants[0]?.price.amount])
})

test('a shop of which nothing was said ships free everywhere; what is set is what stands', async () => {
  const someone = await house.signUp('Shop')
  const { get, put } = house.as(someone)
  const unsaid = await get<Merchant>('/merchant')
  expect(unsaid).toMatchObject({ name: '', shipping: [], countries: [] })
  const shop: Merchant = {
    name: 'Barro Studio',
    address: 'Rua do Norte 21, Lisboa',
    shipping: [{ price: usd(600), freeFrom: 15_000 }],
    countries: ['PT', 'DE'],
    taxNote: 'VAT included.',
    terms: 'Thrown by hand.',
    returns: 'Thirty days.',
  }
  expect(await put('/merchant', shop)).toEqual(shop)
  expect(await get('/merchant')).toEqual(shop)
  const twice = { ...shop, shipping: [{ price: usd(1) }, { price: usd(2) }] }
  expect(await pointersOf(put('/merchant', twice))).toEqual(['/shipping/1/price/currency'])
  const none = { ...shop, shipping: [{ price: { amount: 1, currency: 'XXX' } }] }
  expect(await pointersOf(put('/merchant', none))).toEqual(['/shipping/0/price/currency'])
  expect(await get('/merchant')).toEqual(shop)
})

test('shows and replays are found by title, host or what they sell, also behind a thousand others', async () => {
  type Shows = { items: Show[]; nextCursor: string | null }
  const host = await house.signUp('Nevena Glass')
  const vase = await list(mug(newSku(), { title: 'Cobalt 100% vase' }), host)
  const plan = (title: string, lineup: string[] = []) =>
    house.as(host).post<Show>('/shows', { title, lineup })
  const { id: selling } = await plan('Winter lights', [vase.id])
  const { id: empty } = await plan('Summer fair')
  const find = async (query: string) =>
    (await house.call<Shows>('GET', `/shows?${query}`)).items.map(({ id }) => id)
  expect(await find('q=COBALT&status=scheduled')).toEqual([selling])
  expect(await find('q=nevena%20gl')).toEqual([empty, selling])
  expect(await find('q=%20summer%20fair%20')).toEqual([empty])
  expect(await find('q=100%25%20v')).toEqual([selling])
  expect(await find('q=cobalt&status=live')).toEqual([])

  await house.pg.rest`insert into shows(id, host_id, title, status, created_at)
    select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${host.id},
      case n when 1 then 'Deep water' else 'Fair' end, 'ended', now() from generate_series(1, 1100) n`
  await house.pg
    .rest`insert into replays(show_id, open) select id, true from shows where status = 'ended'`
  for (const list of ['/shows?', '/replays?']) {
    const first = await house.call<Shows>('GET', `${list}q=deep%20water`)
    expect(first).toMatchObject({ items: [], nextCursor: expect.any(String) })
    const second: Shows = await house.call(
      'GET',
      `${list}q=deep%20water&cursor=${first.nextCursor}`,
    )
    expect(second).toMatchObject({ items: [{ title: 'Deep water' }], nextCursor: null })
    expect((await house.call<Shows>('GET', `${list}q=fair&limit=3`)).items).toHaveLength(3)
  }
})

test('of a change of a show that is refused nothing is done', async () => {
  const [mine, theirs] = [await list(mug(newSku())), await list(mug(newSku()), other)]
  const { post, patch } = house.as(marta)
  const show = await post<Show>('/shows', { title: 'Kiln', lineup: [mine.id] })
  const now = () => house.call<Show>('GET', `/shows/${show.id}`)
  const strange = patch(`/shows/${show.id}`, { title: 'Other', lineup: [mine.id, theirs.id] })
  expect(await codeOf(strange)).toBe('VALIDATION')
  expect(await now()).toMatchObject({ title: 'Kiln', lineup: [{ id: mine.id }] })
  const gone = await post<Show>('/shows', { title: 'Kiln', lineup: [] })
  const both = { status: 'canceled', lineup: [mine.id] }
  const calledOff = await patch<Show>(`/shows/${gone.id}`, both)
  expect(calledOff).toMatchObject({ status: 'canceled', lineup: [{ id: mine.id }] })
  await post(`/shows/${show.id}/start`)
  const called = patch(`/shows/${show.id}`, { status: 'canceled', lineup: [] })
  expect(await codeOf(called)).toBe('CONFLICT')
  expect(await now()).toMatchObject({ status: 'live', lineup: [{ id: mine.id }] })
})

test('of a change that is refused because the show starts just then nothing is done', async () => {
  const { id: productId } = await list(mug(newSku()))
  const { post, patch } = house.as(marta)
  const { id } = await post<Show>('/shows', { title: 'Kiln', lineup: [productId] })
  const waits = async () => {
    const waiting = await house.pg.jobs`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return waiting.length
  }
  const { called } = await house.pg.rest.begin(async (starting) => {
    await starting`update shows set status = 'live', started_at = now() where id = ${id}`
    const called = codeOf(patch(`/shows/${id}`, { status: 'canceled', lineup: [] }))
    await expect.poll(waits).toBe(1)
    return { called }
  })
  expect(await called).toBe('CONFLICT')
  expect(await house.call<Show>('GET', `/shows/${id}`)).toMatchObject({
    status: 'live',
    lineup: [{ id: productId }],
  })
})
