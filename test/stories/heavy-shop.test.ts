import { afterAll, beforeAll, expect, test } from 'vitest'
import { descriptionMax, lineupVariantsMax, titleMax, variantsMax } from '../../shared/limits.ts'
import type { Product } from '../../shared/wire/catalog.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

/** A merchant whose shows have as much in their line-ups as they may, so that whoever lists them has much to carry. */

let house: House
let host: Person
let products: string[]
const largest = lineupVariantsMax / variantsMax

beforeAll(async () => {
  house = await openHouse()
  host = await house.signUp('Heavy')
  products = []
  for (let n = 0; n <= largest; n += 1) products.push((await list(variantsMax, n)).id)
})
afterAll(() => house.close())

function list(variants: number, n: number): Promise<Product> {
  return house.as(host).post<Product>('/products', {
    title: `Heavy ${n}`,
    description: 'x'.repeat(descriptionMax),
    variants: Array.from({ length: variants }, (_, i) => ({
      sku: `${n}-${i}`,
      title: 'x'.repeat(titleMax),
      price: { amount: 100, currency: 'USD' },
      onHand: 1,
    })),
  })
}

const plan = (lineup: string[]) => house.as(host).post<Show>('/shows', { title: 'Heavy', lineup })

test('a line-up has so many variants in all, when it is put together and when it grows on air', async () => {
  const refused = {
    problem: { code: 'VALIDATION', detail: expect.stringMatching(/variants in all/) },
  }
  await expect(plan(products)).rejects.toMatchObject(refused)
  const [one, two] = [await list(1, 100), await list(1, 101)]
  const lineup = [...products.slice(0, largest - 1), one.id, two.id]
  const { id } = await plan(lineup)
  await house.as(host).post(`/shows/${id}/start`)
  await expect(house.as(host).patch(`/shows/${id}`, { lineup: products })).rejects.toMatchObject(
    refused,
  )
  const grow = (by: number) => {
    const more = { title: 'One more', price: { amount: 100, currency: 'USD' } }
    const variants = Array.from({ length: by }, (_, i) => ({ ...more, sku: `more-${i}` }))
    return house.as(host).patch(`/products/${one.id}`, { variants })
  }
  await expect(grow(variantsMax - 1)).rejects.toMatchObject(refused)
  await grow(variantsMax - 2)
  await house.as(host).post(`/shows/${id}/end`)
})

test('a page of shows ends where it is heavy, and the next goes on', async () => {
  const lineup = products.slice(0, largest)
  const planned: string[] = []
  for (let n = 0; n < 14; n += 1) planned.unshift((await plan(lineup)).id)
  type Page = { items: Show[]; nextCursor: string | null }
  const pages: Show[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page: Page = await house.call('GET', `/shows?status=scheduled&limit=100${at}`)
    expect(JSON.stringify(page).length).toBeLessThan(6_000_000)
    pages.push(page.items)
    cursor = page.nextCursor
  }
  expect(pages.length).toBeGreaterThan(1)
  expect(pages.flat().map(({ id }) => id)).toEqual(planned)
})
