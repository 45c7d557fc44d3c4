import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { openForStories, type Pages, patienceMs } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'
import { mustBeOpenToAll } from './access.ts'
import { button, buyer, goLive, moreFrames } from './acts.ts'

let pages: Pages

openForStories({ media: true }, (opened) => {
  pages = opened
})

/** One of the six figures over the studio's desk. */
const figure = (studio: Page, name: string) =>
  studio.locator('.figure').filter({ hasText: name }).locator('dd').first()

test('a show from going live to its end: sold by the host, bought in two taps, kept in order by a moderator', async () => {
  const stage = await setStage(pages.house, { live: false })
  const aylin = await buyer(pages.house)
  const phone = await pages.open(`/s/${stage.showId}`, { as: aylin })
  await phone.getByText('Marta is setting up').waitFor()

  const studio = await goLive(pages, stage.host, stage.showId)
  await moreFrames(phone)
  await button(studio, 'Pin number 1, Ridge mug').click()
  await phone.getByRole('article', { name: 'Shown now: number 1, Ridge mug' }).waitFor()

  const shop = await pages.open('/shop', { as: stage.host, screen: 'desktop' })
  await announceSale(studio)
  await button(phone, 'Opens soon').waitFor()
  await buyInTwoTaps(phone, '€19.00')
  await expect.poll(() => figure(studio, 'Paid orders').textContent()).toBe('1')
  await expect.poll(() => figure(studio, 'Taken').textContent()).toBe('€19.00')
  await studio.getByText('9 free · 0 held · 1 sold').waitFor()
  await shop.getByText('Aylin Çelik').first().waitFor()
  await moreFrames(phone)
  await mustBeOpenToAll(studio)

  const moderating = await pages.open(`/moderate/${stage.showId}`, {
    as: stage.moderator,
    screen: 'desktop',
  })
  await muteChatter(moderating, stage.showId)
  await button(moderating, 'Pull number 1, Ridge mug').click()
  await phone.getByText('Ridge mug was taken off sale').waitFor()
  await phone.getByRole('article', { name: /^Shown now/ }).waitFor({ state: 'detached' })

  await button(studio, 'End show').click()
  await studio.getByRole('dialog').getByRole('button', { name: 'End show' }).click()
  await phone.getByText('The show is over').waitFor()
  await studio.getByText('The show is over').waitFor()
}, 150_000)

test('a studio counts what lies in bags of its own show', async () => {
  const { showId, host, productId, variantId } = await setStage(pages.house)
  const elsewhere = await pages.house
    .as(host)
    .post<{ id: string }>('/shows', { title: 'The same evening', lineup: [productId] })
  await pages.house.as(host).post(`/shows/${elsewhere.id}/start`)
  const buyer = pages.house.as(await pages.house.signUp('Bruno'))
  const hold = (show: string, quantity: number) =>
    buyer.post('/holds', { showId: show, variantId, quantity })
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await hold(elsewhere.id, 3)
  await studio.getByText('7 free · 3 held · 0 sold').waitFor()
  await expect.poll(() => figure(studio, 'In bags').textContent()).toBe('0')
  await hold(showId, 2)
  await expect
    .poll(() => figure(studio, 'In bags').textContent(), { timeout: patienceMs })
    .toBe('2')
  await studio.getByText('units held, €48.00').waitFor()
  await button(studio, 'End show').click()
  await studio.getByRole('dialog').getByText('2 units are still held').waitFor()
}, 60_000)

test('whoever is on air and looks at another page finds it beside the studio, which stays', async () => {
  const { showId, host } = await setStage(pages.house, { live: false })
  const studio = await goLive(pages, host, showId)
  const beside = studio.context().waitForEvent('page')
  await studio.getByRole('link', { name: 'Studio' }).click()
  await (await beside).getByText('Kiln opening').first().waitFor()
  await studio.getByText(/^On air/).waitFor()
  expect(new URL(studio.url()).pathname).toBe(`/studio/${showId}`)
}, 60_000)

test('a studio that another one replaced says so at once, and never that nobody is on air', async () => {
  const { showId, host } = await setStage(pages.house, { live: false })
  const first = await goLive(pages, host, showId)
  await first.getByText('Steady').waitFor()
  await first.evaluate(() => globalThis.eyes.follow('.desk-top .badge'))
  const second = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(second, 'Take over here').click()
  await first.getByText('You are on air from another window.').waitFor()
  await asks(first, 'media:health', 3)
  const shown = await first.evaluate(() => globalThis.eyes.shown())
  expect(shown).not.toEqual([])
  expect(shown.filter(({ text }) => !text.startsWith('On air'))).toEqual([])
}, 60_000)

/** Waits until this page has sent the server so many more commands of that name. */
async function asks(page: Page, command: string, times: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  let sent = 0
  session.on('Network.webSocketFrameSent', ({ response }) => {
    if (response.payloadData.includes(`"${command}"`)) sent += 1
  })
  await session.send('Network.enable')
  await expect.poll(() => sent, { timeout: patienceMs }).toBeGreaterThanOrEqual(times)
  await session.detach()
}

async function announceSale(studio: Page): Promise<void> {
  await button(studio, 'Flash sale of number 1').click()
  await studio.getByLabel('Price, was €24.00').fill('19')
  await studio.getByLabel(/^Units/).fill('5')
  await studio.getByRole('radio', { name: '10 s' }).click()
  await button(studio, /^Announce sale to/).click()
  await studio.getByText('Sale announced.').waitFor()
}

/** From the card to the paid order; the promise is three taps at most. */
async function buyInTwoTaps(phone: Page, price: string): Promise<void> {
  await button(phone, 'Buy now').tap()
  await button(phone, `Pay ${price}`).tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  await button(phone, 'Back to the show').tap()
}

/** Somebody in the chat is rude, until the moderator has taken that message in hand. */
async function muteChatter(moderating: Page, showId: string): Promise<void> {
  const chatter: Person = await pages.house.signUp('Bruno')
  const line = await pages.house.socket(chatter)
  const say = () =>
    line.ack('chat:send', { showId, text: 'This is ugly', key: crypto.randomUUID() })
  expect(await say()).toMatchObject({ ok: true })
  await moderating.getByRole('article', { name: 'Message of Bruno: This is ugly' }).click()
  await button(moderating, /^Mute M$/).click()
  await moderating.getByText(/Bruno muted/).waitFor()
  expect(await say()).toMatchObject({ ok: false, code: 'MUTED' })
}
