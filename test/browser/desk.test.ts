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
