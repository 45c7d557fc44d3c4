import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { told } from '../support/letters.ts'
import { openForStories, type Pages, type screens } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, openWindow } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

const screensOf: (keyof typeof screens)[] = ['phone', 'desktop']

test('who watches as a guest signs in to follow, and is back in the same show', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const aylin = await house.signUp('Aylin')
  const phone = await pages.open(path)
  await button(phone, 'Follow Marta').tap()
  await phone.getByLabel('Email').fill(aylin.email)
  await phone.getByLabel('Password', { exact: true }).fill('correct horse')
  await button(phone, 'Sign in').tap()
  await phone.waitForURL(`**${path}`)
  await button(phone, 'Follow Marta').tap()
  await phone.getByText('You follow Marta.').waitFor()
  await button(phone, 'Following Marta').waitFor()
  await phone.setViewportSize({ width: 320, height: 568 })
  await button(phone, 'Following Marta').waitFor({ state: 'hidden' })
  await button(phone, 'About Marta').tap()
  await phone.getByRole('dialog').getByText('1 follower').waitFor()
  await button(phone, 'Following Marta').tap()
  await phone.getByText('You no longer follow Marta.').waitFor()
  await phone.getByRole('dialog').getByText('0 followers').waitFor()
  await button(phone, 'Undo').tap()
  await phone.getByRole('dialog').getByText('1 follower').waitFor()
}, 90_000)

test.each(screensOf)(
  'a host has a page, hangs first in the street of who follows them, and is unfollowed in the account, on a %s',
  async (screen) => {
    const { house } = pages
    const { host, showId } = await openWindow(house)
    const aylin = await house.signUp('Aylin')
    const page = await pages.open(`/s/${showId}`, { as: aylin, screen })
    await button(page, 'About Marta').click()
    await page.getByRole('link', { name: 'All shows of Marta' }).click()
    await page.waitForURL(`**/h/${host.id}`)
    await page.getByRole('heading', { level: 1, name: 'Marta' }).waitFor()
    await page.getByRole('link', { name: /Kiln opening/ }).waitFor()
    await button(page, 'Follow Marta').click()
    await page.getByText('1 follower').waitFor()
    await mustBeOpenToAll(page)
    await page.evaluate("document.documentElement.dir = 'rtl'")
    const fact = page.locator('.host-facts > :first-child')
    const dot = (await startOf(fact.locator('bdi'))) - (await startOf(fact))
    expect(dot, 'a dot between two facts').toBeGreaterThan(0)
    await page.evaluate("document.documentElement.dir = 'ltr'")
    if (screen === 'phone') await mustFit(page, 320, 568)

    const busier = await openWindow(house)
    await pages.open(busier.path)
    await page.goto('/')
    const first = page.locator('.shopfront').first()
    await first.getByText('Marta · Following').waitFor()
    expect(await first.getAttribute('href')).toBe(`/s/${showId}`)

    await page.goto('/account')
    await button(page, 'Following Marta').click()
    await button(page, 'Follow Marta').waitFor()
    await mustBeOpenToAll(page)
    if (screen === 'phone') {
      await mustFit(page, 320, 568)
      await mustFitTwice(page, host)
    }
    expect(await house.as(aylin).get('/me/following')).toEqual({ items: [], nextCursor: null })
  },
  90_000,
)

test('a host sees how many follow them, and before going live how many get an email', async () => {
  const { house } = pages
  const host = await house.signUp('Marta')
  const plan = { title: 'Kiln opening', lineup: [] }
  const { id } = await house.as(host).post<{ id: string }>('/shows', plan)
  for (const name of ['Aylin', 'Bo']) {
    await house.as(await house.signUp(name)).put(`/accounts/${host.id}/follow`)
  }
  const desk = await pages.open('/studio', { as: host, screen: 'desktop' })
  await desk.getByRole('link', { name: '2 followers' }).waitFor()
  await desk.getByRole('link', { name: 'Open the studio' }).click()
  await desk.waitForURL(`**/studio/${id}`)
  await desk.getByText('2 people get an email when you go live.').waitFor()
}, 60_000)

test('the link of a letter asks, ends the letters without signing in, and says so; a used one says that too', async () => {
  const { house } = pages
  const host = await house.signUp('Marta')
  const plan = { title: 'Kiln opening', lineup: [] }
  const { id } = await house.as(host).post<{ id: string }>('/shows', plan)
  const aylin = await house.signUp('Aylin')
  await house.as(aylin).put(`/accounts/${host.id}/follow`)
  await house.as(host).post(`/shows/${id}/start`)
  const end = await linkTo(aylin)

  const phone = await pages.open(end)
  await phone.getByRole('heading', { name: 'Unfollow Marta?' }).waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  expect(await followers(host)).toBe(1)
  await button(phone, 'Unfollow').tap()
  await phone.getByRole('heading', { name: 'You no longer follow Marta' }).waitFor()
  expect(await followers(host)).toBe(0)
  await phone.goto(end)
  await phone.getByText('have ended already').waitFor()
}, 60_000)

/** At twice the text a host is read in the list, and on their own page. */
async function mustFitTwice(page: Page, host: Person): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
  const parts = '.host-row .face, .host-row b, .host-row .btn'
  expect(await page.evaluate((all) => globalThis.eyes.overlapping(all), parts)).toEqual([])
  expect((await page.locator('.host-row b').boundingBox())?.width).toBeGreaterThan(0)
  await page.goto(`/h/${host.id}`)
  await button(page, 'Follow Marta').waitFor()
  await mustFit(page, 320, 568)
}

const startOf = async (what: Locator) => (await what.boundingBox())?.x ?? 0

const followers = async ({ id }: Person) =>
  (await pages.house.call<{ followers: number }>('GET', `/hosts/${id}`)).followers

/** Where the letter to somebody says that such letters end. */
async function linkTo(person: Person): Promise<string> {
  const [letter = ''] = await told(pages.house, person, 'is live')
  return /^List-Unsubscribe:\s+<(\S+)>/im.exec(letter)?.[1] ?? ''
}
