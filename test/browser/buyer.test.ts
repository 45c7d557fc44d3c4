import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { address } from '../support/stage.ts'
import { button, buyer, openWindow, tabTo } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

const ordersOf = async (person: Person) => {
  const orders = await pages.house.as(person).get<{ items: { status: string }[] }>('/orders')
  return orders.items.map(({ status }) => status)
}

async function payWith(page: Page, card: string): Promise<void> {
  await page.getByRole('button', { name: /^Test card ending/ }).tap()
  await page.getByRole('radio', { name: card }).tap()
  await button(page, /^Pay /).tap()
}

test('what is held stays held through a reload, and goes back to the shelf when it is put back', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const phone = await pages.open(path, { as: await buyer(house) })
  await phone.getByText('10 left').waitFor()
  await button(phone, 'Buy now').tap()
  await button(phone, /^Pay €24\.00/).waitFor()
  await phone.reload()
  await button(phone, /^Held \d:\d\d/).waitFor()
  await phone.getByText('9 left').waitFor()

  // What had the focus leaves with its step; Esc closes the sheet all the same.
  await button(phone, /^Held/).tap()
  await phone.getByRole('button', { name: /^Test card ending/ }).tap()
  await phone.getByRole('radio').first().waitFor()
  await phone.keyboard.press('Escape')
  await phone.getByRole('dialog').waitFor({ state: 'detached' })

  await button(phone, /^Held/).tap()
  await button(phone, 'Remove').tap()
  await phone.getByText('Your bag is empty').waitFor()
  await button(phone, 'Close').tap()
  await button(phone, 'Buy now').waitFor()
  await phone.getByText('10 left').waitFor()
}, 90_000)

test('one less of two keeps the bag open and the address that was chosen; what was written outlives a lost line', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const aylin = await buyer(house)
  await house.as(aylin).post('/me/addresses', { ...address, name: 'The office' })
  const phone = await pages.open(path, { as: aylin })
  await phone.getByLabel('Message').fill('Is it heavy?')
  pages.cutLines()
  await phone.locator('label', { hasText: 'Back in a moment' }).locator('input:focus').waitFor()
  await phone.locator('[placeholder="Say something"]:focus').waitFor()
  expect(await phone.getByLabel('Message').inputValue()).toBe('Is it heavy?')

  await phone.getByRole('article').getByRole('button').first().tap()
  await button(phone, 'One more').tap()
  await phone.getByRole('dialog').getByRole('button', { name: 'Buy now' }).tap()
  await button(phone, /^Aylin Çelik/).tap()
  await phone.getByRole('radio', { name: /^The office/ }).tap()
  await button(phone, /^Pay €48\.00/).waitFor()
  await button(phone, 'One less').tap()
  await button(phone, /^Pay €24\.00/).waitFor()
  await button(phone, /^The office/).waitFor()
  await phone.locator('button[aria-label="Remove"]:focus').waitFor()
}, 90_000)

test('a declined card takes nothing and keeps the goods; the next card pays the same order', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const aylin = await buyer(house)
  const phone = await pages.open(path, { as: aylin })
  await button(phone, 'Buy now').tap()
  await payWith(phone, '4000 0000 0000 0002')
  await phone.getByText('Your bank said no.').waitFor()
  expect(await ordersOf(aylin)).toEqual(['pending'])

  await phone.getByLabel('Card number').fill('4242424242424242')
  await button(phone, /^Try again, €24\.00/).tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  expect(await ordersOf(aylin)).toEqual(['paid'])
  await phone.getByRole('link', { name: 'See the order' }).tap()
  await phone.getByText('Rua do Forno 3').waitFor()
}, 90_000)

test('a bank that asks first does so in its own window; its yes pays the order', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const aylin = await buyer(house)
  const phone = await pages.open(path, { as: aylin })
  await button(phone, 'Buy now').tap()
  const opened = phone.waitForEvent('popup')
  await payWith(phone, '4000 0000 0000 3220')
  const bank = await opened
  await phone.getByText('Your bank asks you to confirm').waitFor()
  // Whoever asks for another card was not declined, and what the bank says in its window still counts.
  await button(phone, 'Use another card').tap()
  await phone.getByLabel('Card number').waitFor()
  expect(await phone.getByText(/said no|was declined/).count()).toBe(0)
  const left = bank.waitForEvent('close')
  await button(bank, /^Approve EUR 24\.00/).tap()
  await left
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  expect(await ordersOf(aylin)).toEqual(['paid'])
}, 90_000)

test('two screens count down in the same second, also when a clock is wrong', async () => {
  const { house } = pages
  const { path, desk, showId, variantId } = await openWindow(house)
  const right = await pages.open(path)
  const wrong = await pages.open(path, { screen: 'desktop', clockOffMs: 93_400 })
  const screens = [right, wrong]
  for (const page of screens) await button(page, 'Buy now').waitFor()
  for (const page of screens) await page.evaluate(() => globalThis.eyes.follow('.band .clock'))
  await desk.ask('sale:start', {
    showId,
    variantId,
    price: { amount: 1_900, currency: 'EUR' },
    quantity: 5,
    countdownMs: 10_000,
    durationMs: 60_000,
  })
  for (const page of screens) await page.getByText('ends in 0:58').waitFor()

  const [here = [], there = []] = await Promise.all(
    screens.map((page) => page.evaluate(() => globalThis.eyes.shown())),
  )
  const texts = ['0:06', '0:05', '0:04', '0:03', '0:02', '0:01', 'ends in 1:00', 'ends in 0:59']
  for (const text of texts) {
    const one = here.find((shown) => shown.text === text)?.at ?? Number.NaN
    const other = there.find((shown) => shown.text === text)?.at ?? Number.NaN
    expect(Math.abs(one - other), text).toBeLessThan(500)
  }
}, 90_000)

test('who is removed from the show sees so within a second, and not a second of the show more', async () => {
  const { house } = pages
  const { path, moderator, showId } = await openWindow(house)
  const troll = await house.signUp('Troll')
  const phone = await pages.open(path, { as: troll })
  await button(phone, 'Buy now').waitFor()
  const line = await house.socket(moderator)
  const mute = { showId, accountId: troll.id, durationMs: 60_000, reason: 'insults' }
  await line.ask('viewer:mute', mute)
  const muted = phone.getByRole('alert').filter({ hasText: 'Muted until' })
  await muted.waitFor()
  const removed = phone.evaluate(() => globalThis.eyes.whenSeen('You were removed from this show'))
  await line.ask('viewer:ban', { showId, accountId: troll.id, reason: 'insults' })
  const acknowledged = Date.now()
  expect((await removed) - acknowledged).toBeLessThan(1_000)
  expect(await button(phone, 'Buy now').count()).toBe(0)
  await phone.evaluate(() => globalThis.eyes.settled())
  expect(await muted.count()).toBe(0)
  await phone.reload()
  await phone.getByText('You were removed from this show').waitFor()
}, 90_000)

test('by keyboard alone: from the door to the paid order', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const aylin = await house.signUp('Aylin')
  await house.as(aylin).post('/me/addresses', address)
  const page = await pages.open(path, { screen: 'desktop' })
  await button(page, 'Buy now').waitFor()

  await tabTo(page, /^Sign in$/)
  await page.keyboard.press('Enter')
  await page.getByLabel('Email').waitFor()
  await tabTo(page, /^Email$/)
  await page.keyboard.type(aylin.email)
  await tabTo(page, /^Password$/)
  await page.keyboard.type('wrong horse')
  await page.keyboard.press('Enter')
  await page.getByText('Email and password do not match.').waitFor()
  // What needs another look has the focus.
  await expect.poll(() => page.evaluate(() => globalThis.eyes.focused())).toBe('Password')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('correct horse')
  await page.keyboard.press('Enter')

  await button(page, 'Buy now').waitFor()
  await tabTo(page, /^Buy now$/)
  await page.keyboard.press('Enter')
  await button(page, /^Pay €24\.00/).waitFor()
  await tabTo(page, /^Pay /)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'It is yours' }).waitFor({ state: 'detached' })
  expect(await ordersOf(aylin)).toEqual(['paid'])
}, 90_000)
