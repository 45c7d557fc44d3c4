import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openForStories, type Pages, type screens } from '../support/pages.ts'
import { address, setStage } from '../support/stage.ts'
import { mustBeOpenToAll, mustFit, mustShowFocus } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'
import { glassContrast } from './contrast.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

type Screen = keyof typeof screens
const screensOf: Screen[] = ['phone', 'desktop']

/** Each state is held to the same, and on a phone to the narrowest one as well. */
async function hold(page: Page, screen: Screen): Promise<void> {
  await mustBeOpenToAll(page)
  await mustHaveOneTitle(page)
  if (screen === 'phone') await mustFit(page, 320, 568)
}

/** Axe takes a phone's whole picture for a dialog, and asks no heading of it. */
async function mustHaveOneTitle(page: Page): Promise<void> {
  if (await page.getByRole('dialog').isVisible()) return
  const titles = await page.getByRole('heading', { level: 1 }).allTextContents()
  expect(titles, `titles of ${page.url()}`).toHaveLength(1)
}

test.each(screensOf)(
  'the show is open to all: its states, its sheets, on a %s',
  async (screen) => {
    const { house } = pages
    const stage = await openWindow(house)
    const aylin = await buyer(house)
    const say = { showId: stage.showId, text: 'How large is it?', key: crypto.randomUUID() }
    await stage.desk.ask('chat:send', say)
    const page = await pages.open(stage.path, { as: aylin, screen })
    await page.getByText('How large is it?').first().waitFor()
    await hold(page, screen)
    await mustShowFocus(page, 14)

    await stage.desk.ask('sale:start', {
      showId: stage.showId,
      variantId: stage.variantId,
      price: { amount: 1_900, currency: 'EUR' },
      quantity: 3,
      perBuyer: 2,
      countdownMs: 0,
      durationMs: 600_000,
    })
    await page.getByText('3 left').first().waitFor()
    await hold(page, screen)
    await button(page, 'Ridge mug').first().click()
    await page.getByRole('heading', { name: 'Ridge mug' }).waitFor()
    await hold(page, screen)
    await button(page, 'Close').click()

    await button(page, 'Buy now').click()
    await button(page, /^Pay /).waitFor()
    await hold(page, screen)
    await page.getByRole('button', { name: /^Test card ending/ }).click()
    await hold(page, screen)
    await page.getByRole('radio', { name: '4000 0000 0000 0002' }).click()
    await button(page, /^Pay /).click()
    await page.getByText('Your bank said no.').waitFor()
    await hold(page, screen)

    await house.as(stage.host).post(`/shows/${stage.showId}/end`)
    await page.goto(stage.path)
    await page.getByText('The show is over').waitFor()
    await hold(page, screen)
    const soon = await setStage(house, { live: false })
    await page.goto(`/s/${soon.showId}`)
    await page.getByText('Marta is setting up').waitFor()
    await hold(page, screen)
    const nowhere = `/s/${crypto.randomUUID()}`
    await page.goto(nowhere)
    await page.getByText('There is no such show').waitFor()
    await hold(page, screen)
    await page.routeWebSocket(/socket\.io/, () => {}) // taken, and never answered
    await page.goto(stage.path)
    await page.locator('main[aria-busy] h1').waitFor()
    await page.getByRole('heading', { name: 'Looking for the show' }).waitFor()
    await hold(page, screen)
  },
  180_000,
)

test.each(screensOf)(
  'lobby, door, orders and account are open to all on a %s',
  async (screen) => {
    const { house } = pages
    const stage = await openWindow(house)
    const { post } = house.as(stage.host)
    const later = new Date(Date.now() + 7_200_000).toISOString()
    await post('/shows', { title: 'Seconds sale', startsAt: later, lineup: [stage.productId] })
    const aylin = await buyer(house)
    const { showId, variantId } = stage
    const buys = house.as(aylin)
    const held = await buys.post<{ holdId: string }>('/holds', { showId, variantId, quantity: 1 })
    const { order } = await buys.post<{ order: { id: string; number: number } }>('/orders', {
      holdIds: [held.holdId],
      shippingAddress: address,
    })

    const page = await pages.open('/', { as: aylin, screen })
    await page.getByText('Kiln opening').first().waitFor()
    await hold(page, screen)
    const find = page.getByRole('searchbox', { name: 'Search shows and products' })
    await find.fill('no such thing')
    await page.getByRole('heading', { name: 'Nothing matches “no such thing”' }).waitFor()
    await hold(page, screen)
    await find.fill('ridge MUG')
    await page.getByText('Kiln opening').first().waitFor()
    await page.goto('/sign-in')
    await page.getByLabel('Email').waitFor()
    await hold(page, screen)
    await page.goto('/orders')
    await page.getByText(`${order.number}`).first().waitFor()
    await hold(page, screen)
    await page.goto(`/orders/${order.id}`)
    await page.getByText(address.line1).first().waitFor()
    await hold(page, screen)
    await page.goto('/account')
    await page.getByText(address.line1).first().waitFor()
    await hold(page, screen)
  },
  180_000,
)

test('an empty list has its first step once, and on a phone what one came for stands first', async () => {
  const { house } = pages
  const host = await house.signUp('Marta')
  const phone = await pages.open('/shop/shows', { as: host })
  await phone.getByRole('heading', { name: 'No shows yet' }).waitFor()
  expect(await phone.getByRole('link', { name: 'Plan a show' }).count()).toBe(1)
  await house.as(host).post('/shows', { title: 'Kiln opening', lineup: [] })
  await phone.goto('/studio')
  const open = await phone.getByRole('link', { name: 'Open the studio' }).boundingBox()
  const callOff = await button(phone, 'Call it off').boundingBox()
  expect(open?.x).toBeLessThan(callOff?.x ?? 0)
})

test('an address that is taken away leaves the keyboard among the others', async () => {
  const { house } = pages
  const page = await pages.open('/account', { as: await buyer(house), screen: 'desktop' })
  await button(page, /^Remove: /).press('Enter')
  await page.getByText('Address removed').waitFor()
  expect(await page.evaluate(() => globalThis.eyes.focused())).toBe('Addresses')
})

test.each(screensOf)(
  'the desks of host, moderator and merchant are open to all on a %s',
  async (screen) => {
    const { house } = pages
    const stage = await openWindow(house)
    const aylin = await buyer(house)
    const { showId, variantId } = stage
    const buys = house.as(aylin)
    const held = await buys.post<{ holdId: string }>('/holds', { showId, variantId, quantity: 1 })
    const placed = await buys.post<{ payment: { payUrl: string } }>('/orders', {
      holdIds: [held.holdId],
      shippingAddress: address,
    })
    const card = JSON.stringify({ card: '4242424242424242' })
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${aylin.token}` }
    await fetch(placed.payment.payUrl, { method: 'POST', headers, body: card })
    const line = await house.socket(aylin)
    await line.ask('chat:send', { showId, text: 'This is ugly', key: crypto.randomUUID() })

    const host = await pages.open('/shop', { as: stage.host, screen })
    await host.getByText('Paid').first().waitFor()
    await hold(host, screen)
    await host.locator('.row-link').first().click()
    await host.getByText(address.line1).waitFor()
    await hold(host, screen)
    for (const [path, sign] of desks) {
      await host.goto(path)
      await host.getByText(sign).first().waitFor()
      await hold(host, screen)
    }
    const coming = await house
      .as(stage.host)
      .post<{ id: string }>('/shows', { title: 'Next kiln', lineup: [stage.productId] })
    await host.goto(`/studio/${coming.id}`)
    await host.getByText('Ready?').waitFor()
    await hold(host, screen)
    const unsold = await setStage(house)
    await house.as(unsold.host).post(`/shows/${unsold.showId}/end`)
    const after = await pages.open(`/studio/${unsold.showId}`, { as: unsold.host, screen })
    await after.getByText('No orders from this show').waitFor()
    await hold(after, screen)

    const moderating = await pages.open(`/moderate/${showId}`, { as: stage.moderator, screen })
    await moderating.getByRole('article', { name: /This is ugly/ }).click()
    await button(moderating, /^Mute( M)?$/).waitFor()
    await hold(moderating, screen)
  },
  180_000,
)

/** A desk's page, and something that stands there once it is ready. */
const desks: [path: string, sign: string][] = [
  ['/shop/stock', 'Ridge mug'],
  ['/shop/products', 'Ridge mug'],
  ['/shop/products/new', 'Title'],
  ['/shop/products/import', 'Import'],
  ['/shop/shows', 'Kiln opening'],
  ['/shop/settings', 'Settings'],
  ['/studio', 'Kiln opening'],
]

test('the ways of a shop, and what it has, are read on a phone at twice the text', async () => {
  const { host } = await openWindow(pages.house)
  const page = await pages.open('/shop', { as: host })
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
  await page.getByText('No orders yet').waitFor()
  const ways = '.side-nav a[href^="/shop"]:not(.brand)'
  expect(await page.locator(ways).filter({ visible: true }).count()).toBe(7)
  expect(await page.evaluate((all) => globalThis.eyes.overlapping(all), ways)).toEqual([])
  await mustFit(page, 320, 568)
  for (const path of ['/shop/products', '/shop/stock']) {
    await page.goto(path)
    await page.getByText('Ridge mug').waitFor()
    const over = await page.evaluate(() => globalThis.eyes.overlapping('.list td'))
    expect(over, path).toEqual([])
  }
}, 60_000)

const atTwice: [path: string, sign: string][] = [
  ['/studio', 'Plan a show'],
  ['/shop/shows/new', 'Starts'],
  ['/shop/affiliates', 'Invite'],
  ['/orders', 'My orders'],
  ['/earnings', 'Earnings'],
]

test('no page of a host on a phone is wider than the phone at twice the text', async () => {
  const { house } = pages
  const { host, showId } = await openWindow(house)
  const terms = { entry: 'open', rateBps: 1_000, products: [] }
  await house.as(host).put('/merchant/affiliates/terms', terms)
  const page = await pages.open('/', { as: host })
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
  for (const [path, sign] of [...atTwice, [`/moderate/${showId}`, 'Chat']] as const) {
    await page.goto(path)
    await page.getByText(sign).first().waitFor({ state: 'attached' })
    await mustFit(page, 390, 844)
  }
}, 60_000)

test('the show reads from right to left, and stands still for who asks for it', async () => {
  const { house } = pages
  const stage = await openWindow(house)
  const aylin = await buyer(house)
  const page = await pages.open(`${stage.path}?dir=rtl`, {
    as: aylin,
    more: { reducedMotion: 'reduce' },
  })
  await button(page, 'Buy now').waitFor()
  await hold(page, 'phone')
  await button(page, 'Send a heart').tap()
  await button(page, 'Buy now').tap()
  await button(page, /^Pay /).waitFor()
  expect(await page.evaluate(() => globalThis.eyes.moving())).toEqual([])
  await hold(page, 'phone')
}, 120_000)

const sizes = [
  [390, 844],
  [390, 664],
  [320, 568],
] as const

test('what is written on the glass is read over a white picture, in both directions', async () => {
  const { house } = pages
  const stage = await openWindow(house)
  for (const text of ['number 3 please, can you turn it round', 'hello', 'is it food safe?']) {
    await stage.desk.ask('chat:send', { showId: stage.showId, text, key: crypto.randomUUID() })
  }
  const aylin = await buyer(house)
  for (const dir of ['ltr', 'rtl']) {
    for (const [width, height] of sizes) {
      const more = { viewport: { width, height }, reducedMotion: 'reduce' as const }
      const page = await pages.open(`${stage.path}?dir=${dir}`, { as: aylin, more })
      await page.getByText('is it food safe?').first().waitFor()
      const texts = await glassContrast(page)
      expect(texts.length).toBeGreaterThan(5)
      const weak = texts.filter(({ contrast }) => contrast < 4.5)
      expect(weak, `${dir} ${width} × ${height}`).toEqual([])
      await page.context().close()
    }
  }
}, 120_000)
