import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Placed, pay, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import type { Person } from '../support/house.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit, mustShowFocus } from './access.ts'
import { button, openWindow } from './acts.ts'

/** What a creator reads after the show: figures, the show's time, and what became of each product. */

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

const link = (page: Page, name: string) => page.getByRole('link', { name })
const figure = (page: Page, name: string) =>
  page.locator('.figure').filter({ has: page.locator('dt', { hasText: name }) })

/** A show of half an hour in which one of two viewers bought. */
async function evening() {
  const { house } = pages
  const window = await openWindow(house)
  const { showId, variantId } = window
  const [aylin, bo] = (await house.crowd(2)) as [Person, Person]
  for (const viewer of [aylin, bo]) {
    await (await house.socket(viewer)).ask('show:join', { showId })
  }
  const hold = { showId, variantId, quantity: 2 }
  const { holdId } = await house.as(aylin).post<{ holdId: string }>('/holds', hold)
  const body = { holdIds: [holdId], shippingAddress: home }
  const { order, payment } = await house.as(aylin).post<Placed>('/orders', body)
  await pay(house, payment.payUrl, '4242424242424242')
  await until(
    () => house.as(aylin).get<{ status: string }>(`/orders/${order.id}`),
    ({ status }) => status === 'paid',
  )
  const { desk } = window
  const asked = { question: 'Which glaze next?', answers: ['Celadon', 'Ash'] }
  const { pollId } = await desk.ask<{ pollId: string }>('poll:open', { showId, ...asked })
  await (await house.socket(bo)).ask('poll:answer', { showId, pollId, answer: 1 })
  await desk.ask('poll:close', { showId, pollId })
  // It began half an hour ago, and of its tenth minute nobody knows.
  await house.pg
    .rest`update shows set started_at = started_at - interval '30 minutes' where id = ${showId}`
  await house.pg.rest`insert into show_minutes(show_id, minute, most, counted_ms, watched_ms, came)
    select ${showId}, date_trunc('minute', started_at) + n * interval '1 minute', 10 + n, 60000, 60000 * (10 + n), 0
    from shows, generate_series(0, 29) n where id = ${showId} and n <> 9`
  return window
}

test('on a phone, from the end of the show to its report, a moment of it, and what the figures count', async () => {
  const { showId, host } = await evening()
  const page = await pages.open(`/studio/${showId}`, { as: host })
  await pages.house.as(host).post(`/shows/${showId}/end`)
  await link(page, 'See the report').tap()
  await figure(page, 'Orders').getByText('2 units').waitFor()
  await figure(page, 'Sales').getByText('€48.00').waitFor()
  expect(await figure(page, 'Viewers who bought').locator('dd').first().textContent()).toBe('2.6%')
  const chart = page.getByRole('slider', { name: 'Over the show’s time' })
  const moment = page.locator('.moment')
  await chart.tap()
  await moment.getByText(/minute \d+ · \d+ watching/).waitFor()
  await chart.press('End')
  await moment.getByText(/1 order · Ridge mug pinned/).waitFor()
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
  const poll = page.getByRole('listitem').filter({ hasText: 'Which glaze next?' })
  await poll.getByText(/^100\s%$/).waitFor()
  await poll.getByText('1 vote · closed').waitFor()
  await page.getByText('What the figures count').tap()
  await page.getByText('Different people who placed these orders.').waitFor()
  await link(page, 'See this moment').tap()
  await page.waitForURL(`**/moderate/${showId}/at?time=*`)
}, 60_000)

test('at the desk, from the list of shows, moment by moment with the keyboard, as a table and as files', async () => {
  const { showId, host } = await evening()
  await pages.house.as(host).post(`/shows/${showId}/end`)
  const page = await pages.open('/shop/shows', { as: host, screen: 'desktop' })
  await link(page, 'Report').click()
  const chart = page.getByRole('slider')
  await chart.focus()
  const says = () => chart.getAttribute('aria-valuetext')
  await page.keyboard.press('Home')
  expect(await says()).toContain('minute 1 · 10 watching')
  for (let step = 0; step < 9; step += 1) await page.keyboard.press('ArrowRight')
  expect(await says()).toContain('not counted')
  await page.keyboard.press('End')
  expect(await says()).toContain('1 order')
  await page.getByText('As a table').click()
  const rows = page.locator('.minutes tbody tr')
  expect(await rows.count()).toBeGreaterThanOrEqual(31)
  expect(await rows.nth(9).textContent()).toContain('––')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Save CSV').last().click(),
  ])
  expect(file.suggestedFilename()).toBe('Kiln opening products.csv')
  await mustBeOpenToAll(page)
  await mustShowFocus(page, 12)
}, 60_000)

test('a show to which nobody came says so, and what to try', async () => {
  const { showId, host } = await openWindow(pages.house)
  await pages.house.pg
    .rest`insert into show_minutes(show_id, minute, most, counted_ms, watched_ms, came)
    select ${showId}, date_trunc('minute', started_at), 0, 1000, 0, 0 from shows where id = ${showId}`
  await pages.house.as(host).post(`/shows/${showId}/end`)
  const page = await pages.open(`/shop/shows/${showId}/report`, { as: host })
  await page.getByRole('heading', { name: 'Nobody came in' }).waitFor()
  expect(await page.getByRole('slider').count()).toBe(0)
  await mustBeOpenToAll(page)
}, 60_000)

test('a large sum stands in one line, on a small desk and at twice the text on a phone', async () => {
  const { showId, host } = await evening()
  await pages.house.pg.rest`update postings set debit = debit * 1000, credit = credit * 1000
    where order_id in (select id from orders where show_id = ${showId})`
  const open = (more: { screen?: 'desktop' } = {}) =>
    pages.open(`/shop/shows/${showId}/report`, { as: host, ...more })
  const desk = await open({ screen: 'desktop' })
  await desk.setViewportSize({ width: 1040, height: 768 })
  const phone = await open()
  const session = await phone.context().newCDPSession(phone)
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
  for (const page of [desk, phone]) {
    await figure(page, 'Sales').getByText('€48,000.00').waitFor()
    const high = async (name: string) =>
      (await figure(page, name).locator('dd').first().boundingBox())?.height
    expect(await high('Sales')).toBe(await high('Orders'))
  }
}, 60_000)
