import { expect, test } from 'vitest'
import { openForStories, type Pages, patienceMs, screens } from '../support/pages.ts'
import { setStage } from '../support/stage.ts'
import { button, goLive, hasSound, moreFrames } from './acts.ts'

let pages: Pages

openForStories({ media: true }, (opened) => {
  pages = opened
})

test('a guest sees the show at once, taps for sound, and after a lost line or a dead worker sees it again by itself', async () => {
  const { house } = pages
  const stage = await setStage(house, { live: false })
  await goLive(pages, stage.host, stage.showId)

  const phone = await pages.open(`/s/${stage.showId}`)
  await moreFrames(phone)
  expect(await hasSound(phone)).toBe(false)
  // It lies in the middle third, never over what the ticket says of price and time.
  const ask = await button(phone, 'Tap for sound').boundingBox()
  expect(ask && ask.y + ask.height).toBeLessThan((screens.phone.viewport.height * 2) / 3)
  await button(phone, 'Tap for sound').tap()
  await button(phone, 'Tap for sound').waitFor({ state: 'detached' })
  expect(await hasSound(phone)).toBe(true)
  // A focus, as in Firefox, moves what can be moved, and no finger could move it back.
  expect(await phone.locator('.stage').evaluate(push)).toEqual([0, 0])

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

/** Runs in the page. */
function push(box: {
  scrollTo(x: number, y: number): void
  scrollLeft: number
  scrollTop: number
}) {
  box.scrollTo(40, 40)
  return [box.scrollLeft, box.scrollTop]
}

test('a mouse that rests on a window brings its picture up and counts nobody; it goes with the mouse, or in with the viewer', async () => {
  const { house } = pages
  const stage = await setStage(house, { live: false })
  await goLive(pages, stage.host, stage.showId)
  const { viewers: before } = house.app.rooms.media.stats()
  const receiving = () => house.app.rooms.media.stats().viewers - before
  const counted = async () => {
    const { viewers } = await house
      .as(stage.host)
      .get<{ viewers: number }>(`/shows/${stage.showId}`)
    return viewers
  }

  const desk = await pages.open('/', { as: await house.signUp('Noor'), screen: 'desktop' })
  const shopfront = desk.locator(`a[href="/s/${stage.showId}"]`).first()
  const hosts = await counted()
  let at = 0
  /** A hand is never quite still, and a slow machine may need longer than a picture waits for one that is. */
  const pointing = async () => {
    at = (at + 1) % 9
    await shopfront.hover({ position: { x: 40 + at, y: 80 } })
    return receiving()
  }
  await expect.poll(pointing, { timeout: patienceMs }).toBe(1)
  expect(await counted()).toBe(hosts)
  await desk.mouse.move(0, 0)
  await expect.poll(receiving, { timeout: patienceMs }).toBe(0)

  await expect.poll(pointing, { timeout: patienceMs }).toBe(1)
  await shopfront.click()
  await moreFrames(desk)
  await button(desk, 'Bag').waitFor()
  expect(receiving()).toBe(1)
}, 120_000)

test('who wants to be told of a show signs in, asks once, and sees it asked on the street too', async () => {
  const { house } = pages
  const mara = await house.signUp('Mara')
  const startsAt = new Date(Date.now() + 3_600_000).toISOString()
  const plan = { title: 'The second firing', startsAt, lineup: [] }
  const { id } = await house.as(mara).post<{ id: string }>('/shows', plan)

  const guest = await pages.open(`/s/${id}`)
  await button(guest, 'Remind me').tap()
  await guest.waitForURL(/\/sign-in\?back=/)

  const phone = await pages.open(`/s/${id}`, { as: await house.signUp('Aylin') })
  await button(phone, 'Remind me').tap()
  await phone.getByText('You get an email when it begins.').waitFor()
  await button(phone, 'Reminder set').waitFor()
  await phone.goto('/')
  const bell = button(phone, 'Remind me: The second firing')
  await phone.locator('[aria-pressed="true"]').and(bell).waitFor()
  await bell.press('Enter')
  await phone.locator('[aria-pressed="false"]').and(bell).waitFor()
  expect(await phone.evaluate(() => globalThis.eyes.focused())).toBe('Remind me: The second firing')
  await phone.goto(`/s/${id}`)
  await button(phone, 'Remind me').waitFor()
}, 90_000)
