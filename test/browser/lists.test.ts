import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { list } from '../support/stage.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, openWindow } from './acts.ts'

/** Lists of which the server has more than was looked through. */

let pages: Pages

const heading = (page: Page, name: string) => page.getByRole('heading', { name })

openForStories({}, (opened) => {
  pages = opened
})

const searches = /\/api\/v1\/(shows|replays)\?.*q=/
const nothing = { json: { items: [], nextCursor: null } }

/** As in a house so large that the newest pages hold nothing of what is wanted. */
const nothingYet = { json: { items: [], nextCursor: 'further' } }

test('a search of the street says how far it looked, and looks further when asked', async () => {
  await openWindow(pages.house)
  const page = await pages.open('/')
  await page.getByText('Kiln opening').first().waitFor()
  await page.route(searches, (route) => route.fulfill(nothingYet))
  await page.getByRole('searchbox').fill('cup')
  await heading(page, 'Nothing among the newest shows matches “cup”').waitFor()
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
  await page.unroute(searches)
  await page.route(searches, (route) => route.fulfill(nothing))
  await button(page, 'Look further back').tap()
  await heading(page, 'Nothing matches “cup”').waitFor()
  await page.locator('h1:focus').waitFor()
}, 60_000)

test('an answer from further back does not take the place of what was typed since', async () => {
  await openWindow(pages.house)
  const page = await pages.open('/')
  await page.getByText('Kiln opening').first().waitFor()
  await page.route(searches, (route) => route.fulfill(nothingYet))
  const find = page.getByRole('searchbox')
  await find.fill('cup')
  await heading(page, 'Nothing among the newest shows matches “cup”').waitFor()
  const typed = Promise.withResolvers<void>()
  const late: Promise<void>[] = []
  await page.unroute(searches)
  await page.route(searches, (route) => {
    if (!route.request().url().includes('q=cup')) return route.fulfill(nothing)
    late.push(typed.promise.then(() => route.fulfill(nothing)))
    return late.at(-1)
  })
  await button(page, 'Look further back').tap()
  await find.fill('plate')
  await heading(page, 'Nothing matches “plate”').waitFor()
  typed.resolve()
  await Promise.all(late)
  await page.evaluate('eyes.settled()')
  expect(await heading(page, 'Nothing matches “plate”').isVisible()).toBe(true)
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
  await page.getByRole('searchbox').fill('mug')
  await button(page, 'Clear the search').tap()
  await button(page, 'Clear the search').waitFor({ state: 'detached' })
  await page.getByText('Nothing found so far').waitFor()
  await page.unroute(orders)
  await page.route(orders, (route) => route.fulfill(nothing))
  await button(page, 'Show older ones').tap()
  await page.getByText('No orders here').waitFor()
  await page.locator('.list:focus').waitFor()
}, 60_000)

test('who hears the desk is told how many more came, also by the last page', async () => {
  const { host } = await openWindow(pages.house)
  await list(pages.house, host)
  const { items } = await pages.house.as(host).get<{ items: object[] }>('/products')
  const page = await pages.open('/', { as: host })
  await page.route(/\/api\/v1\/products\?/, (route) =>
    route.request().url().includes('cursor=')
      ? route.fulfill({ json: { items: items.slice(1), nextCursor: null } })
      : route.fulfill({ json: { items: items.slice(0, 1), nextCursor: 'further' } }),
  )
  await page.goto('/shop/products')
  await button(page, 'Show older ones').tap()
  await page.getByRole('status').getByText('1 more is shown').waitFor()
  await button(page, 'Show older ones').waitFor({ state: 'detached' })
}, 60_000)

type Listed = { at: string; of: RegExp; items: object[]; more: string; first: string }

/** The button that asked goes with the last page: the keyboard goes on at the first that came. */
async function goOnAtWhatCame(page: Page, { at, of, items, more, first }: Listed): Promise<void> {
  await page.route(of, (route) =>
    route.request().url().includes('cursor=')
      ? route.fulfill({ json: { items: items.slice(1), nextCursor: null } })
      : route.fulfill({ json: { items: items.slice(0, 1), nextCursor: 'further' } }),
  )
  await page.goto(at)
  await button(page, more).focus()
  await page.keyboard.press('Enter')
  await page.locator(':focus', { hasText: first }).waitFor()
  await page.getByRole('status').getByText('1 more is shown').waitFor({ state: 'attached' })
  expect(await button(page, more).count()).toBe(0)
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
}

test('the last page of the hosts one follows does not take the keyboard along', async () => {
  const page = await pages.open('/', { as: await pages.house.signUp('Aylin') })
  const items = ['Marta', 'Ines'].map((displayName, n) => ({ id: `host-${n}`, displayName }))
  const of = /\/api\/v1\/me\/following/
  await goOnAtWhatCame(page, { at: '/account', of, items, more: 'Show more', first: 'Ines' })
}, 60_000)

test('the last page of what a host has shown does not take the keyboard along', async () => {
  const { house } = pages
  const { host, showId } = await openWindow(house)
  await house.as(host).post(`/shows/${showId}/end`)
  const { items } = await house.as(host).get<{ items: object[] }>('/shows?status=ended')
  const older = { ...items[0], id: 'an-older-one', title: 'The first kiln' }
  const page = await pages.open('/')
  await goOnAtWhatCame(page, {
    at: `/h/${host.id}`,
    of: /\/api\/v1\/shows\?.*status=ended/,
    items: [items[0] as object, older],
    more: 'Show older ones',
    first: 'The first kiln',
  })
}, 60_000)
