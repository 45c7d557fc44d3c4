import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { moreFrames } from './browser.ts'
import { Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await Scene.open()
}, 60_000)
afterEach(() => scene.studio.leave())
afterAll(() => scene.close())

async function look(showId: string, person: Person): Promise<Page> {
  const page = await scene.enter(showId, person)
  await page.evaluate((show) => globalThis.media.view(show), showId)
  return page
}

const heard = (page: Page) => page.evaluate(() => globalThis.media.events.map(({ type }) => type))

test('a guest sees the host; a host who leaves interrupts the show, and his return resumes it', async () => {
  const { showId } = await scene.show()
  const watching = await look(showId, await scene.house.guest())
  const hosting = await scene.goLive(showId)
  await moreFrames(watching, 10, 10_000)

  await hosting.context().close()
  await expect.poll(() => heard(watching), { timeout: 6_000 }).toContain('show.interrupted')
  await scene.goLive(showId)
  await expect.poll(() => heard(watching), { timeout: 10_000 }).toContain('show.resumed')
  await moreFrames(watching, 10, 10_000)
}, 60_000)

test('a media worker is killed: the viewer sees frames again within 5 s, and the rest of the house does not notice', async () => {
  const { showId } = await scene.show()
  await scene.goLive(showId)
  const watching = await look(showId, await scene.house.guest())
  await moreFrames(watching, 10, 10_000)
  const { media } = scene.house.app.rooms
  const dumps = await media.dump()
  const { pid = 0 } = dumps.find(({ routerIds }) => routerIds.length) ?? {}
  const line = await scene.house.socket(scene.host)
  const killed = performance.now()
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => media.workerPids()).not.toContain(pid)
  await line.ask('show:join', { showId })
  await moreFrames(watching, 1, 5_000)
  expect(performance.now() - killed).toBeLessThan(5_000)
}, 60_000)

test('a viewer cannot send, and the end of the show ends the picture for good', async () => {
  const { showId } = await scene.show()
  const viewer = await scene.house.signUp('Noor')
  const refused = await (await scene.house.socket(viewer)).ack('media:transport', {
    showId,
    direction: 'send',
  })
  expect(refused).toMatchObject({ ok: false, code: 'FORBIDDEN' })
  const hosting = await scene.goLive(showId)
  const watching = await look(showId, viewer)
  await moreFrames(watching, 5, 10_000)
  await scene.house.as(scene.host).post(`/shows/${showId}/end`)
  for (const page of [hosting, watching]) {
    await page.waitForFunction(() => globalThis.media.state().why === 'ended')
  }
  const open = () => scene.house.app.rooms.media.stats()
  await expect.poll(open).toMatchObject({ transports: 0, producers: 0, routers: 0 })
}, 60_000)
