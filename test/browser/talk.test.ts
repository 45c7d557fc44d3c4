import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, openWindow } from './acts.ts'

/** The talk on a phone, for those who write in it and those who may not. */

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

test('who is muted reads until when and why where they would write, also after a reload', async () => {
  const { house } = pages
  const { showId, path, moderator, desk } = await openWindow(house)
  await desk.ask('chat:send', { showId, text: 'hello', key: crypto.randomUUID() })
  const bruno = await house.signUp('Bruno')
  const phone = await pages.open(path, { as: bruno })
  const field = phone.getByRole('textbox', { name: 'Message' })
  await field.waitFor()
  const line = await house.socket(moderator)
  const reason = `you insulted the host twice, and advertised ${'another'.repeat(6)}.shop in between`
  const mute = { showId, accountId: bruno.id, durationMs: 600_000, reason }
  await line.ask('viewer:mute', mute)
  await phone.getByRole('alert').getByText(reason).waitFor()
  await phone.reload()
  const closed = phone.getByRole('textbox', {
    name: /^Message Muted until .*: you insulted/,
  })
  await closed.tap()
  await phone.getByRole('alert').getByText(reason).waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  const cut = await phone
    .locator('.say-closed > span')
    .evaluate((words) => words.scrollWidth - words.clientWidth)
  expect(cut).toBe(0)
  await phone.getByText('hello').first().tap()
  const sheet = phone.getByRole('dialog')
  await sheet.getByRole('textbox').tap()
  await expect.poll(() => gapUnderToast(phone)).toBe(8)
  await button(phone, 'Close').tap()
  await line.ask('viewer:unmute', { showId, accountId: bruno.id })
  await closed.waitFor({ state: 'detached' })
}, 60_000)

/** From a toast to what the open sheet asks for, in px. */
async function gapUnderToast(phone: Page): Promise<number> {
  const toast = await phone.locator('.toast').boundingBox()
  const footer = await phone.locator('.sheet > footer').boundingBox()
  if (toast === null || footer === null) throw new Error('no toast over a footer')
  return Math.round(footer.y - toast.y - toast.height)
}

test('a thumb that lands below a long message, before the next, reports it', async () => {
  const { house } = pages
  const { showId, path, desk } = await openWindow(house)
  const long = 'Each of them is turned, dried for a week, glazed and fired twice. '.repeat(3).trim()
  for (const text of [long, 'is it food safe?']) {
    await desk.ask('chat:send', { showId, text, key: crypto.randomUUID() })
  }
  const phone = await pages.open(path, {
    as: await house.signUp('Noor'),
    more: { reducedMotion: 'reduce' },
  })
  await phone.getByText('is it food safe?').first().tap()
  await expect.poll(() => phone.evaluate(() => globalThis.eyes.moving())).toEqual([])
  const first = await phone.locator('.said').first().boundingBox()
  const report = await button(phone, 'Report the message of Marta').first().boundingBox()
  if (first === null || report === null) throw new Error('no way to report')
  expect(first.height).toBeGreaterThan(2 * report.height)
  // A mouse hits just where it points; a browser leads a thumb to what is near.
  await phone.mouse.click(report.x + report.width / 2, first.y + first.height + 2)
  await phone.getByRole('heading', { name: 'Report to the moderators' }).waitFor()
  await phone.getByRole('dialog').getByText(`Marta: ${long}`).waitFor()
}, 60_000)
