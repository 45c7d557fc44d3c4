import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { address } from '../support/stage.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

const euros = (amount: number) => ({ amount, currency: 'EUR' })

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Discount code').fill(code)
  await button(page, 'Use it').tap()
}

test('a code of the show is taken with one tap, and stands in the bag and on the order', async () => {
  const { house } = pages
  const { path, host, showId } = await openWindow(house)
  await house.as(host).post('/merchant/codes', {
    code: 'LIVE10',
    off: { percent: 10 },
    minimum: euros(2_000),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    quota: 1,
  })
  const phone = await pages.open(path, { as: await buyer(house) })
  await button(phone, 'Buy now').waitFor()
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(studio, 'Show a discount code').click()
  await button(studio, 'Show LIVE10').click()
  await button(studio, 'Take down').waitFor()
  const strip = phone.getByRole('region', { name: 'Code of this show' })
  await strip.getByText('10% off').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await strip.getByRole('button', { name: 'Use it' }).tap()
  await button(phone, 'Buy now').tap()
  await phone.getByText('−€2.40').first().waitFor()
  await mustBeOpenToAll(phone)
  await button(phone, /^Pay €21\.60/).tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  // Its one use went: it leaves by itself, everywhere.
  await button(studio, 'Take down').waitFor({ state: 'detached' })
  await strip.waitFor({ state: 'detached' })
  await phone.getByRole('link', { name: 'See the order' }).tap()
  await phone.getByText('Discount LIVE10').waitFor()
}, 90_000)

test('a refused code says why where it was typed, and is used once it fits', async () => {
  const { house } = pages
  const { path, host } = await openWindow(house)
  await house.as(host).post('/merchant/codes', {
    code: 'TWO-BOWLS',
    off: { amount: euros(500) },
    minimum: euros(4_800),
  })
  const phone = await pages.open(path, { as: await buyer(house) })
  await button(phone, 'Buy now').tap()
  await button(phone, /^Discount code/).tap()
  await typeCode(phone, 'nobody')
  await phone.getByText('There is no such code here.').waitFor()
  await typeCode(phone, 'two-bowls')
  await phone.getByText('This code needs €24.00 more.').waitFor()
  expect(await phone.getByLabel('Discount code').inputValue()).toBe('two-bowls')
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await button(phone, /^Pay €24\.00/).waitFor()
  await button(phone, 'One more').tap()
  await button(phone, /^Pay €43\.00/).waitFor()
  // Also by keys: what was pressed leaves, and the keyboard goes on in its place.
  await phone.locator('button[aria-label="Remove TWO-BOWLS"]').focus()
  await phone.keyboard.press('Enter')
  await phone.locator('button:focus', { hasText: 'Discount code' }).waitFor()
  await button(phone, /^Pay €48\.00/).waitFor()
  await phone.keyboard.press('Enter')
  await phone.keyboard.type('two-bowls')
  await phone.keyboard.press('Enter')
  await phone.locator('button[aria-label="Remove TWO-BOWLS"]:focus').waitFor()
}, 90_000)

test('a merchant makes a code, finds what it brought, and ends it', async () => {
  const { house } = pages
  const { host, showId, variantId } = await openWindow(house)
  const aylin = await buyer(house)
  const terms = { name: 'Kiln', address: '', countries: [], taxNote: '', terms: '', returns: '' }
  await house.as(host).put('/merchant', { ...terms, shipping: [{ price: euros(490) }] })
  const desk = await pages.open('/shop/codes', { as: host, screen: 'desktop' })
  await desk.getByRole('heading', { name: 'No codes yet' }).waitFor()
  await mustBeOpenToAll(desk)
  await desk.getByRole('link', { name: 'Make a code' }).first().click()
  await button(desk, 'Make code').click()
  await desk.getByText('3 to 32 letters, figures, - or _, nothing else.').waitFor()
  // Opened at once, before the shop is known: it is in the shop's currency all the same.
  await desk.reload()
  await desk.getByRole('radio', { name: 'An amount' }).click()
  await expect.poll(() => desk.getByLabel('Currency').inputValue()).toBe('EUR')
  await desk.getByRole('textbox', { name: 'Code', exact: true }).fill('kiln-5')
  await desk.getByLabel('Amount off').fill('5')
  await desk.getByLabel('How often in all').fill('50')
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  await button(desk, 'Make KILN-5').click()
  await desk.getByText('€5.00 off everything').waitFor()
  await desk.getByText('0 of 50 used').waitFor()

  const body = { showId, variantId, quantity: 1 }
  const { holdId } = await house.as(aylin).post<{ holdId: string }>('/holds', body)
  const order = { holdIds: [holdId], shippingAddress: address, code: 'kiln-5' }
  await house.as(aylin).post('/orders', order)
  await desk.reload()
  await desk.getByText('1 of 50 used').waitFor()
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  // Also by keys: what was pressed leaves, and the keyboard goes on in its place.
  await button(desk, 'End KILN-5').press('Enter')
  await desk.locator('button:focus', { hasText: 'Go on' }).waitFor()
  await button(desk, 'End KILN-5 for good').press('Enter')
  await desk.getByText('KILN-5 is over.').waitFor()
  await desk.locator('button[aria-label="Copy KILN-5"]:focus').waitFor()
  // What did not load is not what stood there before.
  await desk.route('**/merchant/codes?state=scheduled', (route) => route.fulfill({ status: 503 }))
  await desk.getByRole('tab', { name: 'Later' }).click()
  await desk.getByText('Codes did not load').waitFor()
  await desk.getByRole('tab', { name: 'Over' }).click()
  await desk.getByText('KILN-5', { exact: true }).waitFor()
}, 90_000)
