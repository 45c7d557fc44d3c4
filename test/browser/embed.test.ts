import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FrameLocator, Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { openForStories, type Pages, patienceMs } from '../support/pages.ts'
import { buyer, openWindow } from './acts.ts'

/** A shop's own page, on another site than ours, with a show of ours in it. */

declare global {
  var heard: { type: string; detail: Record<string, unknown> }[]
}

let pages: Pages
let outside: Server
let shop: string
/** What stands in the shop's page. */
let inside = ''

openForStories({}, async (opened) => {
  pages = opened
  outside = createServer((_request, answer) => {
    answer.setHeader('content-type', 'text/html').end(shopPage())
  }).listen(0, 'localhost')
  await once(outside, 'listening')
  // To a browser `localhost` is another site than 127.0.0.1: its cookies stay away.
  shop = `http://localhost:${(outside.address() as AddressInfo).port}`
})
afterAll(() => void outside.close())

function shopPage(): string {
  return `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A shop</title>
    <body style="margin:0"><script>
      heard = []
      const types = ['ready', 'refused', 'status', 'product-pinned', 'hold', 'hold-ended', 'order-placed', 'order-paid', 'buy']
      for (const type of types) addEventListener('vitrine:' + type, ({ type, detail }) => heard.push({ type, detail }))
    </script>
    ${inside}
    <script src="${pages.house.url}/embed/v1.js"></script>`
}

async function allow(host: Person, showId: string, origin = shop): Promise<void> {
  const rules = { origins: [{ origin, showId }], signedOnly: false }
  await pages.house.as(host).put('/merchant/embeds', rules)
}

async function openShop(element: string): Promise<{ page: Page; frame: FrameLocator }> {
  inside = element
  const page = await pages.open(shop, { around: shop })
  return { page, frame: page.frameLocator('vitrine-show iframe') }
}

const heard = (page: Page, type: string) =>
  page.evaluate((name) => globalThis.heard.filter((one) => one.type === name), `vitrine:${type}`)
const hears = (page: Page, type: string, detail: object) =>
  expect
    .poll(async () => (await heard(page, type)).at(-1)?.detail, { timeout: patienceMs })
    .toMatchObject(detail)

test('a shop shows a show in its own page; who buys there has paid, and the page hears of it', async () => {
  const { house } = pages
  const { showId, host, productId, variantId, desk } = await openWindow(house)
  await allow(host, showId)
  const aylin = await buyer(house)
  const { page, frame } = await openShop(`<vitrine-show show="${showId}"></vitrine-show>`)
  await hears(page, 'ready', { showId, title: 'Kiln opening', status: 'live' })
  await hears(page, 'product-pinned', { product: { id: productId, no: 1 } })

  const press = (name: string | RegExp) => frame.getByRole('button', { name, exact: true }).tap()
  await press('Buy now')
  await press('Sign in')
  await frame.getByLabel('Email').fill(aylin.email)
  await frame.getByLabel('Password', { exact: true }).fill('correct horse')
  await press('Sign in')
  await frame.getByRole('dialog').getByRole('button', { name: 'Buy now' }).tap()
  await hears(page, 'hold', { productId, variantId, quantity: 1, price: { amount: 2_400 } })
  await press(/^Pay €24\.00/)
  await frame.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  await hears(page, 'order-paid', { showId, total: { amount: 2_400, currency: 'EUR' } })
  const { items } = await house.as(aylin).get<{ items: { status: string }[] }>('/orders')
  expect(items.map(({ status }) => status)).toEqual(['paid'])
  // Nothing of ours was kept where the shop's page could carry it elsewhere.
  expect(await page.context().cookies()).toEqual([])

  await desk.ask('product:unpin', { showId, productId })
  await hears(page, 'product-pinned', { product: null })
}, 120_000)

test('a shop may hand its buyers over to a window of ours', async () => {
  const { showId, host, productId, variantId } = await openWindow(pages.house)
  await allow(host, showId)
  const { page, frame } = await openShop(
    `<div style="inline-size:320px"><vitrine-show show="${showId}" checkout="page" theme="dark"></vitrine-show></div>`,
  )
  const opened = page.waitForEvent('popup')
  await frame.getByRole('button', { name: 'Buy now' }).tap()
  const window = await opened
  await window.getByRole('dialog').waitFor()
  expect(window.url()).toBe(`${pages.house.url}/s/${showId}?product=${productId}`)
  await hears(page, 'buy', { productId, variantId, quantity: 1, url: window.url() })
}, 90_000)

test('a bid is made in a window of ours; the shop around hears of nothing bought', async () => {
  const { showId, host, productId, variantId, desk } = await openWindow(pages.house)
  await allow(host, showId)
  const { page, frame } = await openShop(
    `<div style="inline-size:320px"><vitrine-show show="${showId}" checkout="page"></vitrine-show></div>`,
  )
  const [opening, step] = [1_000, 100].map((amount) => ({ amount, currency: 'EUR' }))
  await desk.ask('auction:open', {
    showId,
    variantId,
    opening,
    step,
    durationMs: 60_000,
    extendMs: 0,
  })
  const opened = page.waitForEvent('popup')
  await frame.getByRole('button', { name: 'Bid €10.00' }).tap()
  const window = await opened
  await window.getByRole('dialog').waitFor()
  expect(window.url()).toBe(`${pages.house.url}/s/${showId}?product=${productId}`)
  expect(await heard(page, 'buy')).toEqual([])
}, 90_000)

test('the page around may open a product, and only what it knows of', async () => {
  const { showId, host, productId } = await openWindow(pages.house)
  await allow(host, showId)
  const { page, frame } = await openShop(`<vitrine-show show="${showId}"></vitrine-show>`)
  await hears(page, 'ready', { showId })
  await page.locator('vitrine-show').evaluate((element, id) => {
    ;(element as unknown as { showProduct(id: string): void }).showProduct(id)
  }, productId)
  await frame.getByRole('dialog', { name: 'Ridge mug' }).waitFor()
}, 90_000)

test('a page that is not on the list shows no show', async () => {
  const { showId, host } = await openWindow(pages.house)
  await allow(host, showId, 'https://shop.example')
  const { page, frame } = await openShop(`<vitrine-show show="${showId}"></vitrine-show>`)
  await frame.getByText('may not show this show').waitFor()
  await frame.getByRole('link', { name: 'Open it in its own window' }).waitFor()
  await expect.poll(() => heard(page, 'refused'), { timeout: 20_000 }).toHaveLength(1)
  expect(await heard(page, 'ready')).toEqual([])
}, 90_000)
