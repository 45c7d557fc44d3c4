import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { openPages, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, openWindow } from './acts.ts'

/** Lists of which the server has more than was looked through. */

let pages: Pages

beforeAll(async () => {
  pages = await openPages()
}, 120_000)
afterEach((story) => pages.leave(story))
afterAll(() => pages.close())

/** As in a house so large that the newest pages hold nothing of what is wanted. */
const nothingYet = { json: { items: [], nextCursor: 'further' } }

test('a search of the street says how far it looked, and looks further when asked', async () => {
  await openWindow(pages.house)
  const page = await pages.open('/')
  await page.getByText('Kiln opening').first().waitFor()
  const searches = /\/api\/v1\/(shows|replays)\?.*q=/
  await page.route(searches, (route) => route.fulfill(nothingYet))
  await page.getByRole('searchbox').fill('cup')
  await page.getByText('Nothing among the newest shows matches “cup”').waitFor()
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
  await page.unroute(searches)
  await button(page, 'Look further back').tap()
  await page.getByText('Nothing matches “cup”').waitFor()
}, 60_000)

test('orders that are not among the newest are looked for further back', async () => {
  const { host } = await openWindow(pages.house)
  const page = await pages.open('/shop', { as: host })
  await page.getByText('No orders yet').waitFor()
  const orders = /\/api\/v1\/merchant\/orders\?/
  await page.route(orders, (route) => route.fulfill(nothingYet))
  await page.goto('/shop?tab=sent')
  await page.getByText('Nothing found so far').waitFor()
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
  await page.unroute(orders)
  await page.route(orders, (route) => route.fulfill({ json: { items: [], nextCursor: null } }))
  await button(page, 'Show older ones').tap()
  await page.getByText('No orders here').waitFor()
}, 60_000)
