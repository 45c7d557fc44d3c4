import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type House, openHouse, type Person } from '../support/house.ts'
import { mediaPort } from '../support/media-port.ts'
import { moreFrames, openStudio, type Studio } from './browser.ts'

let studio: Studio
let house: House
let host: Person

beforeAll(async () => {
  studio = await openStudio()
  house = await openHouse({
    PUBLIC_URL: studio.origin,
    MEDIA_WORKERS: '2',
    MEDIA_PORT: String(mediaPort),
  })
  host = await house.signUp('Marta')
}, 60_000)
afterEach(() => studio.leave())
afterAll(async () => {
  await studio.close()
  await house.close()
})

async function liveShow(): Promise<string> {
  const { post } = house.as(host)
  const { id } = await post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [] })
  await post(`/shows/${id}/start`)
  return id
}

async function enter(person: Person, showId: string): Promise<Page> {
  const page = await studio.blank()
  const { token } = person
  await page.evaluate(([at, show]) => globalThis.media.enter(at, show), [
    { url: house.url, token },
    showId,
  ] as const)
  return page
}

async function goLive(showId: string): Promise<Page> {
  const page = await enter(host, showId)
  await page.evaluate((show) => globalThis.media.host(show), showId)
  return page
}

async function look(showId: string, person: Person): Promise<Page> {
  const page = await enter(person, showId)
  await page.evaluate((show) => globalThis.media.view(show), showId)
  return page
}

const heard = (page: Page) => page.evaluate(() => globalThis.media.events.map(({ type }) => type))

test('a guest sees the host; a host who leaves interrupts the show, and his return resumes it', async () => {
  const showId = await liveShow()
  const watching = await look(showId, await house.guest())
  const hosting = await goLive(showId)
  await moreFrames(watching, 10, 10_000)

  await hosting.context().close()
  await expect.poll(() => heard(watching), { timeout: 6_000 }).toContain('show.interrupted')
  await goLive(showId)
  await expect.poll(() => heard(watching), { timeout: 10_000 }).toContain('show.resumed')
  await moreFrames(watching, 10, 10_000)
}, 60_000)

test('a media worker is killed: the viewer sees frames again within 5 s, and the rest of the house does not notice', async () => {
  const showId = await liveShow()
  await goLive(showId)
  const watching = await look(showId, await house.guest())
  await moreFrames(watching, 10, 10_000)
  const { media } = house.app.rooms
  const dumps = await media.dump()
  const { pid = 0 } = dumps.find(({ routerIds }) => routerIds.length) ?? {}
  const line = await house.socket(host)
  const killed = performance.now()
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => media.workerPids()).not.toContain(pid)
  await line.ask('show:join', { showId })
  await moreFrames(watching, 1, 5_000)
  expect(performance.now() - killed).toBeLessThan(5_000)
}, 60_000)

test('a viewer cannot send, and the end of the show ends the picture for good', async () => {
  const showId = await liveShow()
  const viewer = await house.signUp('Noor')
  const refused = await (await house.socket(viewer)).ack('media:transport', {
    showId,
    direction: 'send',
  })
  expect(refused).toMatchObject({ ok: false, code: 'FORBIDDEN' })
  const hosting = await goLive(showId)
  const watching = await look(showId, viewer)
  await moreFrames(watching, 5, 10_000)
  await house.as(host).post(`/shows/${showId}/end`)
  for (const page of [hosting, watching]) {
    await page.waitForFunction(() => globalThis.media.state().why === 'ended')
  }
  const open = () => house.app.rooms.media.stats()
  await expect.poll(open).toMatchObject({ transports: 0, producers: 0, routers: 0 })
}, 60_000)
