// The README's pictures: the demo shop on a house of its own, a host who really sends, viewers who
// really buy, and the pages in Chromium. What is seen is what the pages show; nothing is painted over.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { button, moreFrames } from '../../test/browser/acts.ts'
import { openPages, type Pages } from '../../test/support/pages.ts'
import { setup, teardown } from '../../test/support/services.ts'
import { ensureDemo } from './demo/demo.ts'
import { type Evening, runEvening } from './demo/evening.ts'
import { fillStreet } from './demo/street.ts'
import { root } from './settings.ts'

const folder = join(root, 'test', 'browser', 'screens')
/** A busy machine still has to encode the last of the show, and to look at its files. */
const recordingMs = 90_000
/** A page that loads slowly is a page that nobody reads. */
const mostBytes = 150_000

await setup()
try {
  const pages = await openPages({
    media: true,
    settings: { RECORD: 'on', HLS: 'on', RECORD_FREE_MB: '1' },
  })
  try {
    await takeAll(pages)
  } finally {
    await pages.close()
  }
} finally {
  await teardown()
}

async function takeAll(pages: Pages): Promise<void> {
  const { house } = pages
  const dataDir = house.env.DATA_DIR as string
  const { showId } = await ensureDemo({
    localUrl: house.url,
    at: (name) => join(dataDir, name),
  })
  await fillStreet(house)
  const evening = await runEvening(house, showId, (host) => goLive(pages, host, showId))
  const told = await secondOf(pages, evening)
  await takeShow(pages, evening)
  await takeDesks(pages, evening)
  await takeReplay(pages, evening, told)
}

async function goLive(pages: Pages, host: Evening['host'], showId: string): Promise<Page> {
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await studio.getByRole('tab', { name: 'Test picture' }).click()
  await button(studio, 'Go live').click()
  await studio.getByText(/^On air/).waitFor()
  return studio
}

async function takeShow(pages: Pages, { viewer, path }: Evening): Promise<void> {
  const phone = await pages.open(path, { as: viewer, more: { deviceScaleFactor: 1.5 } })
  await moreFrames(phone, 20)
  await button(phone, 'Tap for sound').tap()
  await keep(phone, 'watch-phone')

  const desktop = await pages.open(path, { as: viewer, screen: 'desktop' })
  await moreFrames(desktop, 20)
  await desktop.getByRole('button', { name: 'Tap for sound' }).click()
  await keep(desktop, 'watch-desktop')
  await desktop.emulateMedia({ colorScheme: 'dark' })
  await keep(desktop, 'watch-desktop-dark')

  await button(phone, /^(Buy now|Held)/).tap()
  await button(phone, /^Pay /).waitFor()
  await keep(phone, 'watch-checkout')
  await phone.context().close()
  await desktop.context().close()
}

async function takeDesks(pages: Pages, evening: Evening): Promise<void> {
  const { studio, host, moderator, showId } = evening
  await button(studio, 'Flash sale of number 6').click()
  await studio.getByLabel(/^Price, was/).fill('72')
  await studio.getByLabel(/^Units/).fill('4')
  await studio.getByText('Steady').waitFor()
  await keep(studio, 'studio')

  const moderating = await pages.open(`/moderate/${showId}`, {
    as: moderator,
    screen: 'desktop',
    more: { colorScheme: 'dark' },
  })
  await moreFrames(moderating, 20)
  await moderating.getByRole('article', { name: /she buys them in a warehouse/ }).click()
  await moderating.getByText(/^First seen/).waitFor()
  await keep(moderating, 'moderate-dark')

  const shop = await pages.open('/shop', { as: host, screen: 'desktop' })
  await shop.locator('.row-link').nth(1).click()
  await shop.getByText('Balanced').waitFor()
  await keep(shop, 'shop-orders')

  const lobby = await pages.open('/', { screen: 'desktop' })
  await lobby.getByText('Autumn kiln opening').first().waitFor()
  // The show has been on tape for a while by now: its window shows what is on air.
  await lobby.locator('.shopfront img.still').first().waitFor()
  await keep(lobby, 'lobby')
}

/** How far into its show the evening is now. */
async function secondOf({ house }: Pages, { host, showId }: Evening): Promise<number> {
  const { startedAt } = await house.as(host).get<{ startedAt: string }>(`/shows/${showId}`)
  return Math.ceil((Date.now() - Date.parse(startedAt)) / 1_000)
}

/** The same evening when it is over, at the second when everything had been said. */
async function takeReplay(pages: Pages, evening: Evening, second: number): Promise<void> {
  const { studio, host, viewer, showId, path } = evening
  await pages.house.as(host).post(`/shows/${showId}/end`)
  await studio.getByRole('link', { name: 'Watch it' }).waitFor({ timeout: recordingMs })
  const replay = await pages.open(`${path}?at=${second}`, { as: viewer, screen: 'desktop' })
  await moreFrames(replay, 20)
  await keep(replay, 'replay')
}

/** One file of the page as it is; fewer colours until it is light enough. */
async function keep(page: Page, name: string): Promise<void> {
  await page.evaluate(() => globalThis.eyes.settled())
  const shot = sharp(await page.screenshot({ animations: 'disabled' }))
  const path = join(folder, `${name}.png`)
  for (const colours of [256, 160, 96, 64, 48]) {
    const bytes = await shot.png({ palette: true, colours, effort: 10, dither: 0.5 }).toBuffer()
    if (bytes.length > mostBytes) continue
    writeFileSync(path, bytes)
    console.log(`  ✓ ${name}.png, ${Math.ceil(bytes.length / 1_000)} KB, ${colours} colours`)
    return
  }
  throw new Error(`${name}.png is heavier than ${mostBytes} bytes in any number of colours`)
}
