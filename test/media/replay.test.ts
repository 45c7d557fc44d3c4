import { expect, test } from 'vitest'
import type { Recording } from '../../shared/wire/recordings.ts'
import { button, buyer, goLive, moreFrames } from '../browser/acts.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'

let pages: Pages

openForStories(
  { media: true, settings: { RECORD: 'on', HLS: 'on', RECORD_FREE_MB: '1' } },
  (opened) => {
    pages = opened
  },
)

/** A browser to which no playlist comes. */
const withoutPlaylists = `
  const ask = XMLHttpRequest.prototype.open
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    return ask.call(this, method, String(url).replace(/[^/]+m3u8$/, 'nothing'), ...rest)
  }
`

test('a show is over: who stayed watches it again, who comes later buys in it, its host cuts, hides and deletes it', async () => {
  const { house } = pages
  const { showId, host, productId, variantId } = await setStage(house, { live: false })
  const path = `/s/${showId}`
  const recording = () => house.as(host).get<Recording>(`/shows/${showId}/recording`)
  const studio = await goLive(pages, host, showId)
  const viewer = await pages.open(path)
  await viewer.getByText('Kiln opening').first().waitFor()
  const desk = await house.socket(host)
  await desk.ask('product:pin', { showId, productId })
  const { durationMs: before } = await recording()
  await expect
    .poll(async () => (await recording()).durationMs, { timeout: 60_000 })
    .toBeGreaterThan(before + 8_000)
  await house.as(host).post(`/shows/${showId}/end`)
  await house.as(host).patch(`/products/${productId}`, {
    variants: [{ id: variantId, price: { amount: 2_600, currency: 'EUR' } }],
  })

  await button(viewer, 'Watch again').tap()
  await moreFrames(viewer)
  await button(viewer, /^Jump to 1, Ridge mug/).tap()
  await viewer.getByRole('article', { name: /Ridge mug/ }).waitFor()

  const late = await pages.open(`${path}?product=${productId}`, { as: await buyer(house) })
  await button(late, /^Watch at/).tap()
  const ticket = late.getByRole('article', { name: /Ridge mug/ })
  await ticket.getByText('€24.00 in the show, €26.00 now').waitFor()
  await ticket.getByRole('button', { name: 'Buy now' }).tap()
  await button(late, /^Pay €26.00/).tap()
  await late.getByText(/^It is yours, /).waitFor()

  const blind = await pages.open(path, { before: withoutPlaylists })
  await blind.getByText('The recording does not play here.').first().waitFor()

  const whole = (await recording()).durationMs
  await studio.$eval('video', (preview) => {
    preview.currentTime = 6
  })
  await expect.poll(() => studio.$eval('video', (preview) => preview.currentTime)).toBe(6)
  await button(studio, 'End here').click()
  await button(studio, /^Cut to/).click()
  await studio.getByText(/^Cut\./).waitFor()
  expect((await recording()).durationMs).toBeLessThan(whole)
  await studio.getByRole('switch', { name: 'Everybody can watch it' }).click()
  await studio.getByText('The replay is hidden.').waitFor()
  const guest = await pages.open(path)
  await guest.getByText('The show is over').waitFor()
  await button(studio, 'Delete the recording').click()
  await button(studio, 'Delete it').click()
  await studio.getByText('This show was not recorded').waitFor()
}, 240_000)
