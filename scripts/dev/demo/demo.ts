// The demo shop, made through the public HTTP interface like anybody's. Each step first looks for
// what a run that was cut off has made already.

import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Me, SignedIn } from '../../../shared/wire/accounts.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import type { DiscountCode } from '../../../shared/wire/promotions.ts'
import type { Show } from '../../../shared/wire/shows.ts'
import { keep } from '../keep.ts'
import { root, type Settings } from '../settings.ts'
import {
  code,
  type DemoProduct,
  firstSku,
  merchant,
  password,
  people,
  products,
  shows,
  viewerAddress,
} from './shop.ts'
import { ApiRefusal, ShopApi } from './shop-api.ts'

const pictureSize = 960
const pageSize = 100

/** What the welcome needs to know about the demo. */
export interface Demo {
  showId: string
}

/** Makes the demo shop once for a data folder. */
export async function ensureDemo({
  localUrl,
  at,
}: Pick<Settings, 'localUrl' | 'at'>): Promise<Demo> {
  const done = at('demo.json')
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8')) as Demo
  const demo = await makeDemo(localUrl)
  keep(done, JSON.stringify(demo))
  return demo
}

interface Person {
  id: string
  api: ShopApi
}

async function makeDemo(url: string): Promise<Demo> {
  const host = await enter(url, people.host)
  const moderator = await enter(url, people.moderator)
  const viewer = await enter(url, people.viewer)
  await saveAddress(viewer.api)

  await host.api.put('/merchant', merchant)
  const shop = await fillShop(host.api)
  await makeCode(host.api)
  const [opening] = await planShows(host, shop)
  if (!opening) throw new Error('the demo has no show')
  await host.api.put(`/shows/${opening.id}/moderators/${moderator.id}`)
  return { showId: opening.id }
}

/** Opens the account, or signs in where it exists. */
async function enter(url: string, who: { email: string; displayName: string }): Promise<Person> {
  const door = new ShopApi(url)
  const { account, token } = await door
    .post<SignedIn>('/accounts', { ...who, password })
    .catch((error: unknown) => {
      if (!(error instanceof ApiRefusal) || error.code !== 'CONFLICT') throw error
      return door.post<SignedIn>('/sessions', { email: who.email, password })
    })
  return { id: account.id, api: new ShopApi(url, token) }
}

async function saveAddress(viewer: ShopApi): Promise<void> {
  const { addresses } = await viewer.get<Me>('/me')
  if (addresses.length === 0) await viewer.post('/me/addresses', viewerAddress)
}

/** Answers the id of each product by its first SKU. */
async function fillShop(host: ShopApi): Promise<Map<string, string>> {
  const { items } = await host.get<{ items: Product[] }>(`/products?limit=${pageSize}`)
  const ids = new Map(items.map((product) => [firstSku(product), product.id]))
  for (const { art, ...product } of products) {
    if (ids.has(firstSku(product))) continue
    const images = [await uploadPicture(host, art)]
    const made = await host.post<Product>('/products', { ...product, images })
    ids.set(firstSku(product), made.id)
  }
  return ids
}

/** Draws one of client/ui/art as a picture of the shop; a tall one loses its feet. */
export async function uploadPicture(host: ShopApi, art: DemoProduct['art']): Promise<string> {
  const drawing = await readFile(join(root, 'client', 'ui', 'art', `${art}.svg`))
  const picture = await sharp(drawing, { density: 288 })
    .resize(pictureSize, pictureSize, { fit: 'cover', position: 'top' })
    .png()
    .toBuffer()
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(picture)], { type: 'image/png' }), `${art}.png`)
  const { url } = await host.post<{ url: string }>('/pictures', form)
  return url
}

async function makeCode(host: ShopApi): Promise<void> {
  const { items } = await host.get<{ items: DiscountCode[] }>('/merchant/codes')
  if (!items.some((made) => made.code === code.code)) await host.post('/merchant/codes', code)
}

async function planShows(host: Person, shop: Map<string, string>): Promise<Show[]> {
  const path = `/shows?status=scheduled&limit=${pageSize}`
  const { items } = await host.api.get<{ items: Show[] }>(path)
  const planned: Show[] = []
  for (const { title, skus, ...when } of shows) {
    const lineup = skus.map((sku) => shop.get(sku)).filter((id) => id !== undefined)
    const known = items.find((show) => show.title === title && show.host.id === host.id)
    planned.push(
      known ?? (await host.api.post<Show>('/shows', { title, lineup, startsAt: startOf(when) })),
    )
  }
  return planned
}

/** At that hour some days ahead, on this machine's clock; tonight's hour, once past, is tomorrow's. */
function startOf({ daysAhead, hour }: { daysAhead: number; hour: number }): string {
  const start = new Date()
  start.setDate(start.getDate() + daysAhead)
  start.setHours(hour, 0, 0, 0)
  if (start.getTime() < Date.now()) start.setDate(start.getDate() + 1)
  return start.toISOString()
}
