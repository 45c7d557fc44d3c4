import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPages, type Pages } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'
import { button, goLive, hasSound, moreFrames } from './acts.ts'

let pages: Pages

beforeAll(async () => {
  pages = await openPages({ media: true })
}, 120_000)
afterEach((story) => pages.leave(story))
afterAll(() => pages.close())

test('a guest sees the show at once, taps for sound, and after a lost line or a dead worker sees it again by itself', async () => {
  const { house } = pages
  const stage = await setStage(house, { live: false })
  await goLive(pages, stage.host, stage.showId)

  const phone = await pages.open(`/s/${stage.showId}`)
  await moreFrames(phone)
  expect(await hasSound(phone)).toBe(false)
  await button(phone, 'Tap for sound').tap()
  await button(phone, 'Tap for sound').waitFor({ state: 'detached' })
  expect(await hasSound(phone)).toBe(true)

  const lost = phone.getByText('Connection lost').waitFor()
  pages.cutLines()
  await lost
  await phone.getByText('Connection lost').waitFor({ state: 'detached' })
  const line = await house.socket(stage.host)
  const said = { showId: stage.showId, text: 'Still with me?', key: crypto.randomUUID() }
  await line.ask('chat:send', said)
  await phone.getByText('Still with me?').first().waitFor()
  await moreFrames(phone)

  const [pid = 0] = house.app.rooms.media.workerPids()
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => house.app.rooms.media.workerPids()).not.toContain(pid)
  await moreFrames(phone, 1, 5_000)
}, 120_000)
