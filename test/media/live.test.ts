import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenTo, openRoom } from '../../server/media/fixture.ts'
import type { Media } from '../../server/media/media.ts'
import { openStudio, type Studio } from './browser.ts'

let studio: Studio
beforeAll(async () => {
  studio = await openStudio()
}, 60_000)
afterAll(() => studio.close())

async function host(media: Media, accountId = 'host'): Promise<Page> {
  const page = await studio.page(media, accountId)
  await page.evaluate(() => globalThis.media.host('show'))
  return page
}

async function viewer(media: Media, accountId = 'viewer'): Promise<Page> {
  const page = await studio.page(media, accountId)
  await page.evaluate(() => globalThis.media.view('show'))
  return page
}

const frames = (page: Page) => page.evaluate(() => globalThis.media.frames())

/** Waits until so many frames more than now were shown, and says how long that took. */
async function moreFrames(page: Page, count: number, withinMs: number): Promise<number> {
  const before = (await frames(page)).shown
  const asked = performance.now()
  await expect
    .poll(async () => (await frames(page)).shown - before, { timeout: withinMs, interval: 100 })
    .toBeGreaterThan(count)
  return performance.now() - asked
}

describe('a show in the browser', () => {
  test('the test picture reaches a viewer, and its silence and return are told', async () => {
    using media = await openRoom()
    const { heard, until } = listenTo(media)
    const hosting = await host(media)
    await until(({ what }) => what === 'flowing')
    const watching = await viewer(media)
    await moreFrames(watching, 10, 10_000)
    expect((await frames(watching)).width).toBeGreaterThan(0)
    const { layers, flowing } = await media.health('show')
    expect(flowing).toBe(true)
    expect(layers.filter(({ kind }) => kind === 'video').map(({ rid }) => rid)).toContain('r0')
    expect(media.stats().bytesReceived).toBeGreaterThan(0)
    const sent = await hosting.evaluate(() => globalThis.media.health())
    expect(sent.layers.map(({ rid }) => rid).toSorted()).toEqual(['r0', 'r1', 'r2'])

    await hosting.context().close()
    const closed = performance.now()
    await until(({ what }) => what === 'silent')
    expect(performance.now() - closed).toBeLessThan(4_500)
    expect(heard.map(({ what }) => what).filter((what) => /flow|silent/.test(what))).toEqual([
      'flowing',
      'silent',
    ])

    await host(media)
    await expect
      .poll(() => heard.filter(({ what }) => what === 'flowing').length, { timeout: 10_000 })
      .toBe(2)
    await moreFrames(watching, 10, 10_000)
    await watching.context().close()
  }, 60_000)

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'a worker gets %s: the viewer sees frames again within 5 s, twice in a row',
    async (signal) => {
      using media = await openRoom({ workers: 2 })
      const { heard, until } = listenTo(media)
      const hosting = await host(media)
      const watching = await viewer(media)
      await moreFrames(watching, 10, 10_000)
      heard.length = 0
      for (let round = 0; round < 2; round += 1) {
        const dumps = await media.dump()
        const { pid = 0 } = dumps.find(({ routerIds }) => routerIds.length) ?? {}
        const hurt = performance.now()
        process.kill(pid, signal)
        await until(({ what, said }) => what === 'producersChanged' && !(said[1] as []).length)
        heard.length = 0
        await moreFrames(watching, 5, 5_000)
        expect(performance.now() - hurt).toBeLessThan(5_000)
      }
      await hosting.context().close()
      await watching.context().close()
    },
    60_000,
  )

  test('viewers on another worker see the same picture', async () => {
    using media = await openRoom({ workers: 2, limits: { viewersPerWorker: 1 } })
    const hosting = await host(media)
    const near = await viewer(media, 'near')
    await moreFrames(near, 5, 10_000)
    const far = await viewer(media, 'far')
    await moreFrames(far, 5, 10_000)
    expect(media.stats().routers).toBe(2)
    for (const page of [hosting, near, far]) await page.context().close()
  }, 60_000)

  test('a second device of the host takes over, and the first does not fight back', async () => {
    using media = await openRoom()
    const first = await host(media)
    const watching = await viewer(media)
    await moreFrames(watching, 5, 10_000)
    const second = await host(media)
    await first.waitForFunction(() => globalThis.media.state().why === 'replaced')
    await moreFrames(watching, 10, 10_000)
    expect(media.producers('show')).toHaveLength(2)
    expect(media.stats().transports).toBe(2)
    for (const page of [first, second, watching]) await page.context().close()
  }, 60_000)
})
