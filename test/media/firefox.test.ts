import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { button, buyer, goLive, openWindow } from '../browser/acts.ts'
import { hasFirefox, launchFirefox } from '../support/firefox.ts'
import { openPages, Pages, patienceMs } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'

/** The pages in Firefox, for whoever watches and whoever hosts; across from it is Chromium. */

/** Some ten a second come: a browser that saw none would have been shown HLS by then. */
const longFrames = 100

describe.skipIf(!hasFirefox)('Firefox', () => {
  let chromium: Pages
  let firefox: Pages
  let browser: Browser

  beforeAll(async () => {
    chromium = await openPages({ media: true, settings: { HLS: 'on' } })
    browser = await launchFirefox()
    firefox = new Pages(chromium.house, browser)
  }, 120_000)
  afterEach(async (story) => {
    await firefox.leave(story)
    await chromium.leave(story)
  })
  afterAll(async () => {
    await browser.close()
    await chromium.close()
  })

  test('a viewer sees the show by WebRTC and stays with it, talks, and buys', async () => {
    const { house } = chromium
    const stage = await setStage(house, { live: false })
    await goLive(chromium, stage.host, stage.showId)
    const desk = await house.socket(stage.host)
    await desk.ask('product:pin', { showId: stage.showId, productId: stage.productId })

    const phone = await firefox.open(`/s/${stage.showId}`, { as: await buyer(house) })
    const asked: string[] = []
    phone.on('request', (request) => asked.push(request.url()))
    await moreFrames(phone, longFrames)
    expect(asked.filter((url) => url.endsWith('.m3u8'))).toEqual([])

    await phone.getByLabel('Message').fill('Is it heavy?')
    await phone.keyboard.press('Enter')
    await phone.getByText('Is it heavy?').first().waitFor()
    await button(phone, 'Buy now').click()
    await button(phone, /^Pay €24\.00/).click()
    await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
    await button(phone, 'Back to the show').click()
    await moreFrames(phone, 10)
  }, 120_000)

  test('the keyboard goes from control to control, and never stops at a picture', async () => {
    const { path, host } = await openWindow(chromium.house)
    const desk = await firefox.open(path, { as: host, screen: 'desktop' })
    await button(desk, 'Buy now').waitFor()
    const stops: string[] = []
    while (!stops.includes('Hide chat')) {
      await desk.keyboard.press('Tab')
      stops.push(await desk.evaluate(() => globalThis.eyes.focused()))
      expect(stops.length).toBeLessThan(60)
    }
    expect(stops).toContain('Full screen (F)')
    expect(stops).not.toContain('Kiln opening')
  }, 60_000)

  test('a host goes live, and is seen and heard in Chromium', async () => {
    const { house } = chromium
    const { showId, host } = await setStage(house, { live: false })
    const studio = await goLive(firefox, host, showId)
    const phone = await chromium.open(`/s/${showId}`)
    await moreFrames(phone, 10)
    await expect.poll(() => soundComes(phone)).toEqual([true])
    await studio.getByText('Viewers get the full picture. Nothing to do.').waitFor()
  }, 120_000)
})

async function moreFrames(page: Page, count: number): Promise<void> {
  const more = await page.evaluate(([frames, ms]) => globalThis.eyes.moreFrames(frames, ms), [
    count,
    patienceMs,
  ] as const)
  expect(more).toBeGreaterThanOrEqual(count)
}

/** Sound comes with the picture: a track that nothing comes for is mute. */
const soundComes = (page: Page) =>
  page.evaluate(
    "document.querySelector('video').srcObject.getAudioTracks().map(({ muted }) => !muted)",
  )
