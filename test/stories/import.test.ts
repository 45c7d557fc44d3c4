import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowsMax } from '../../server/features/catalog/import/csv.ts'
import { variantsMax } from '../../shared/limits.ts'
import type { Problem } from '../../shared/wire/base.ts'
import type { ImportReport, Product } from '../../shared/wire/catalog.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const samples = new URL('../../server/features/catalog/import/samples/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(`${name}-generation.csv`, samples), 'utf8')
const header = 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Status'
const file = (...rows: string[]) => [header, ...rows].join('\n')

async function send(who: Person, body: string | Uint8Array<ArrayBuffer>, type = 'text/csv') {
  const answer = await fetch(`${house.url}/api/v1/products/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${who.token}`, 'content-type': type },
    body,
  })
  return { status: answer.status, body: (await answer.json()) as Problem & ImportReport }
}
async function bring(who: Person, body: string): Promise<ImportReport> {
  const { status, body: report } = await send(who, body)
  if (status !== 200) throw new Error(JSON.stringify(report))
  return report
}
const places = ({ rejected }: ImportReport) => rejected.map((r) => [r.row, r.pointer])
const shop = async (who: Person) =>
  (await house.as(who).get<{ items: Product[] }>('/products?limit=100')).items
const usd = (amount: number) => ({ amount, currency: 'USD' })

test.each(['first', 'second'])('a shop of the %s generation moves in, once', async (generation) => {
  const marta = await house.signUp('Marta')
  const report = await bring(marta, sample(generation))
  expect(report).toMatchObject({ created: 3, updated: 0 })
  const products = await shop(marta)
  expect(products.map((p) => [p.title, p.status])).toEqual([
    ['Mug "for you"', 'archived'],
    ['Ridge mug', 'active'],
    ['Low bowl', 'active'],
  ])
  expect(products[2]?.variants).toMatchObject([
    { sku: 'LB-MOSS-14', title: '14 cm / Moss', price: usd(3_200), onHand: 8, available: 8 },
    { sku: 'LB-MOSS-18', price: usd(4_200), onHand: 24 },
    { sku: 'LB-MOSS-22', price: usd(5_400), onHand: 3 },
  ])
  expect(await bring(marta, sample(generation))).toMatchObject({ created: 0, updated: 3 })
  expect(await shop(marta)).toEqual(products)
})

test('a shop that moved in by one generation is the same shop in the other', async () => {
  const marta = await house.signUp('Marta')
  await bring(marta, sample('first'))
  const products = await shop(marta)
  expect(await bring(marta, sample('second'))).toMatchObject({ created: 0, updated: 3 })
  expect(await shop(marta)).toEqual(products)
})

test('prices are in the currency of the shop', async () => {
  const yuki = await house.signUp('Yuki')
  const shipping = [{ price: { amount: 500, currency: 'JPY' } }]
  const rest = { name: '', address: '', countries: [], taxNote: '', terms: '', returns: '' }
  await house.as(yuki).put('/merchant', { ...rest, shipping })
  const report = await bring(yuki, file('m,Mug,A,3200,1,,', 'c,Cup,B,32.50,1,,'))
  expect(places(report)).toEqual(
    [
      [3, '/Variant Price'],
      [3, '/Variant Price'],
    ].slice(0, report.rejected.length),
  )
  expect((await shop(yuki))[0]?.variants[0]?.price).toEqual({ amount: 3_200, currency: 'JPY' })
})

test('what the file changes is changed, live shows hear of it, and stock stays counted', async () => {
  const marta = await house.signUp('Marta')
  await bring(marta, file('m,Mug,A,10.00,5,,'))
  const [mug] = await shop(marta)
  const lineup = [mug?.id]
  const show = await house.as(marta).post<Show>('/shows', { title: 'Kiln', lineup })
  await house.as(marta).post(`/shows/${show.id}/start`)
  const report = await bring(
    marta,
    file('m,Tall mug,A,12.00,7,,', 'm,,B,14.00,2,,', 'c,Cup,C,3.00,1,,'),
  )
  expect(report).toMatchObject({ created: 1, updated: 1 })
  expect(report.rejected).toEqual([
    { row: 2, pointer: '/Variant Inventory Qty', detail: expect.stringContaining('5 of A') },
  ])
  const changed = await house.as(marta).get<Product>(`/products/${mug?.id}`)
  expect(changed).toMatchObject({
    title: 'Tall mug',
    variants: [
      { sku: 'A', price: usd(1_200), onHand: 5 },
      { sku: 'B', price: usd(1_400), onHand: 2 },
    ],
  })
  const { items } = await house
    .as(marta)
    .get<{ items: { type: string }[] }>(`/shows/${show.id}/events`)
  expect(items.map((e) => e.type).sort()).toEqual([
    'offer.changed',
    'product.updated',
    'show.started',
  ])
  const archived = await bring(marta, file('m,Tall mug,A,12.00,,,archived'))
  expect(archived.updated).toBe(0)
  expect(archived.rejected).toEqual([
    { row: 2, pointer: '/Title', detail: expect.stringContaining('live show') },
  ])
})

test('an SKU of another product, and a new variant without a price, stay outside; the rest comes in', async () => {
  const marta = await house.signUp('Marta')
  await bring(marta, file('m,Mug,A,10.00,5,,'))
  const report = await bring(
    marta,
    file('c,Cup,A,3.00,1,,', 'c,,C,4.00,1,,', 'm,Mug,B,,1,,', 'p,Plate,,,,,', 'q,,Q,1.00,1,,'),
  )
  expect(report).toMatchObject({ created: 1, updated: 1 })
  expect(places(report)).toEqual([
    [2, '/Variant SKU'],
    [4, '/Variant Price'],
    [5, '/Variant Price'],
    [6, '/Title'],
  ])
  expect((await shop(marta)).map((p) => p.variants.map((v) => v.sku))).toEqual([['C'], ['A']])
})

test('pictures of ours are taken over, those of others and of other people are told', async () => {
  const [marta, other] = [await house.signUp('Marta'), await house.signUp('Other')]
  const picture = async (who: Person) => {
    const create = { width: 8, height: 8, channels: 3 as const, background: '#808080' }
    const bytes = await sharp({ create }).png().toBuffer()
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(bytes)]), 'p.png')
    const headers = { authorization: `Bearer ${who.token}` }
    const answer = await fetch(`${house.url}/api/v1/pictures`, {
      method: 'POST',
      headers,
      body: form,
    })
    return ((await answer.json()) as { url: string }).url
  }
  const [mine, theirs] = [await picture(marta), await picture(other)]
  const rows = [`m,Mug,A,1.00,1,${mine},`, `m,,,,,${theirs},`, 'm,,,,,https://cdn.example/x.jpg,']
  const report = await bring(marta, file(...rows))
  expect(places(report)).toEqual([
    [3, '/Image Src'],
    [4, '/Image Src'],
  ])
  expect((await shop(marta))[0]?.images).toEqual([mine])
})

test('a file that cannot be read changes nothing and says where', async () => {
  const marta = await house.signUp('Marta')
  const open = await send(marta, file('m,Mug,A,1.00,1,,', 'c,"Cup,B,1.00,1,,'))
  expect([open.status, open.body.code]).toEqual([400, 'VALIDATION'])
  expect(open.body.detail).toMatch(/never closed.*Nothing was imported/)
  const utf16 = await send(
    marta,
    new Uint8Array(Buffer.from(`\uFEFF${header}\nm,Mug,A,1,1,,\n`, 'utf16le')),
  )
  expect([utf16.status, utf16.body.detail]).toEqual([400, expect.stringContaining('UTF-16')])
  const json = await send(marta, '{}', 'application/json')
  expect([json.status, json.body.code]).toEqual([400, 'VALIDATION'])
  const large = await send(marta, `${header}\n${'x'.repeat(5 * 1024 * 1024)}`)
  expect([large.status, large.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  expect(await shop(marta)).toEqual([])
})

test('two thousand rows move in while the house answers everybody else', async () => {
  const marta = await house.signUp('Marta')
  const rows = Array.from({ length: 2_000 }, (_, i) => {
    const product = Math.floor(i / 4)
    return `p-${product},${i % 4 === 0 ? `Product ${product}` : ''},SKU-${i},${i + 1}.00,${i % 50},,`
  })
  const state = { done: false, answered: 0 }
  const report = bring(marta, file(...rows)).finally(() => {
    state.done = true
  })
  while (!state.done) {
    await house.call('GET', '/shows')
    state.answered += 1
  }
  expect(await report).toEqual({ created: 500, updated: 0, rejected: [] })
  expect(state.answered).toBeGreaterThan(3)
  const [count] = await house.pg.rest`
    select count(*)::int as products, (select count(*)::int from variants where merchant_id = ${marta.id}) as variants,
      (select sum(s.on_hand)::int from stock s join variants v on v.id = s.variant_id where v.merchant_id = ${marta.id}) as units
    from products where merchant_id = ${marta.id}`
  expect(count).toEqual({ products: 500, variants: 2_000, units: 49_000 })
  expect(await bring(marta, file(...rows))).toEqual({ created: 0, updated: 500, rejected: [] })
})

test('the largest file there may be moves in: as many rows, as many variants of each product', async () => {
  const marta = await house.signUp('Marta')
  const rows = Array.from({ length: rowsMax }, (_, i) => {
    const product = Math.floor(i / variantsMax)
    return `p-${product},${i % variantsMax === 0 ? `Product ${product}` : ''},SKU-${i},1.00,1,,`
  })
  const created = rowsMax / variantsMax
  expect(await bring(marta, file(...rows))).toEqual({ created, updated: 0, rejected: [] })
  expect((await shop(marta)).map(({ variants }) => variants.length)).toEqual(
    Array.from({ length: created }, () => variantsMax),
  )
})

test('an account that sends many files at once is told to come again, and keeps nobody out', async () => {
  const [marta, other] = [await house.signUp('Marta'), await house.signUp('Other')]
  const text = file('m,Mug,A,1,1,,')
  const status = async (who: Person) => (await send(who, text)).status
  const sent = await house.pg.rest.begin(async (tx) => {
    await tx`set local idle_in_transaction_session_timeout = 0`
    // Every import looks there first.
    await tx`lock table merchants`
    const begun = Array.from({ length: 6 }, () => status(marta))
    let refused = 0
    for (const one of begun) void one.then((answer) => (refused += Number(answer === 503)))
    await expect.poll(() => refused).toBe(3)
    return { begun, others: status(other) }
  })
  expect(await sent.others).toBe(200)
  expect((await Promise.all(sent.begun)).sort()).toEqual([200, 200, 200, 503, 503, 503])
})

test('the same file sent three times at once brings each product once, and none is told as wrong', async () => {
  const marta = await house.signUp('Marta')
  const text = file(...Array.from({ length: 300 }, (_, i) => `p-${i},Product ${i},S-${i},1.00,2,,`))
  const reports = await Promise.all([bring(marta, text), bring(marta, text), bring(marta, text)])
  const [count] = await house.pg.rest`
    select count(distinct p.id)::int as products, sum(s.on_hand)::int as units
    from products p join variants v on v.product_id = p.id join stock s on s.variant_id = v.id where p.merchant_id = ${marta.id}`
  expect(count).toEqual({ products: 300, units: 600 })
  expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(300)
  for (const { created, updated, rejected } of reports) {
    expect({ told: created + updated, rejected }).toEqual({ told: 300, rejected: [] })
  }
})
