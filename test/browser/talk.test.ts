import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPages, type Pages } from '../support/pages.ts'
import { button, openWindow } from './acts.ts'

/** The talk on a phone, for those who write in it and those who may not. */

let pages: Pages

beforeAll(async () => {
  pages = await openPages()
}, 120_000)
afterEach((story) => pages.leave(story))
afterAll(() => pages.close())

test('a thumb that lands between two messages reports one of them', async () => {
  const { house } = pages
  const { showId, path, desk } = await openWindow(house)
  for (const text of ['hello', 'is it food safe?']) {
    await desk.ask('chat:send', { showId, text, key: crypto.randomUUID() })
  }
  const phone = await pages.open(path, {
    as: await house.signUp('Noor'),
    more: { reducedMotion: 'reduce' },
  })
  await phone.getByText('is it food safe?').first().tap()
  await expect.poll(() => phone.evaluate(() => globalThis.eyes.moving())).toEqual([])
  const second = await button(phone, 'Report the message of Marta').last().boundingBox()
  if (second === null) throw new Error('no way to report')
  // A mouse hits just where it points; a browser leads a thumb to what is near.
  await phone.mouse.click(second.x + second.width / 2, second.y - 3)
  await phone.getByRole('heading', { name: 'Report to the moderators' }).waitFor()
  await phone.getByRole('dialog').getByText('Marta: is it food safe?').waitFor()
}, 60_000)
