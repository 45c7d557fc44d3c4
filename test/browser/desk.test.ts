import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { button, openWindow } from './acts.ts'

/** What every page of the merchant desk does alike. */

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

const forms = [
  { at: '/shop/products/new', save: 'Create product', fault: 'Title' },
  { at: '/shop/shows/new', save: 'Plan show and open the studio', fault: 'Title' },
  { at: '/shop/codes/new', save: 'Make code', fault: 'Code' },
  { at: '/shop/connections/new', save: 'Add', fault: 'Address' },
  { at: '/shop/connections', save: 'Make a key', fault: 'What is it for?' },
]

test.for(forms)('$at leads to the field that needs another look', async ({ at, save, fault }) => {
  const { host } = await openWindow(pages.house)
  const desk = await pages.open(at, { as: host })
  await button(desk, save).tap()
  await desk.locator('input[aria-invalid="true"]:focus').waitFor()
  expect(await desk.evaluate(() => globalThis.eyes.focused())).toContain(fault)
})

test('a planned show is canceled after a question, and not before', async () => {
  const { house } = pages
  const host = await house.signUp('Marta')
  const planned = { title: 'Kiln opening', lineup: [] }
  const { id } = await house.as(host).post<{ id: string }>('/shows', planned)
  const desk = await pages.open(`/shop/shows/${id}`, { as: host })
  const statusNow = async () =>
    (await house.as(host).get<{ status: string }>(`/shows/${id}`)).status
  await button(desk, 'Cancel this show').tap()
  await button(desk, 'Keep it').tap()
  await button(desk, 'Cancel this show').tap()
  expect(await statusNow()).toBe('scheduled')
  await button(desk, 'Cancel the show').tap()
  await desk.getByText('Kiln opening is canceled.').waitFor()
  expect(await statusNow()).toBe('canceled')
})
