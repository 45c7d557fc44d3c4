import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { listenTo, openRoom } from '../../server/media/fixture.ts'
import type { Media } from '../../server/media/media.ts'
import { moreFrames, openStudio, type Studio } from './browser.ts'

/** People notice that sound comes so long after its picture, or before it (ITU-R BT.1359). */
const [trailsMs, leadsMs] = [125, 45]

let studio: Studio
beforeAll(async () => {
  studio = await openStudio()
}, 60_000)
afterEach(() => studio.leave())
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

async function carrier(media: Media): Promise<number> {
  const dumps = await media.dump()
  const busy = dumps.find(({ routerIds }) => routerIds.length > 0)
  if (!busy) throw new Error('no worker carries the stream')
  return busy.pid
}

describe('a stream in the browser', () => {
  test('the test picture reaches a viewer, and its silence and return are told', async () => {
    using media = await openRoom()
    const { heard, until } = listenTo(media)
    const hosting = await host(media)
    await until(({ what }) => what === 'flowing')
    const watching = await viewer(media)
    await moreFrames(watching, 10, 10_000)
    const { layers, flowing } = await media.health('show')
    expect(flowing).toBe(true)
    expect(layers.filter(({ kind }) => kind === 'video').map(({ rid }) => rid)).toContain('r0')
    const sent = await hosting.evaluate(() => globalThis.media.health())
    expect(sent.layers.map(({ rid }) => rid).toSorted()).toEqual(['r0', 'r1', 'r2'])
    await expect.poll(() => media.stats().bytesReceived, { timeout: 5_000 }).toBeGreaterThan(0)

    await hosting.context().close()
    const closed = performance.now()
    await until(({ what }) => what === 'silent')
    expect(performance.now() - closed).toBeLessThan(4_500)

    await host(media)
    const pictures = () => heard.map(({ what }) => what).filter((what) => /flow|silent/.test(what))
    await expect.poll(pictures, { timeout: 10_000 }).toEqual(['flowing', 'silent', 'flowing'])
    await moreFrames(watching, 10, 10_000)
  }, 60_000)

  // A stopped process is no event: noticing it takes the probe up to 2.5 s more.
  test.each([
    ['SIGKILL', 5_000],
    ['SIGSTOP', 7_500],
  ] as const)(
    'a worker gets %s: frames again within %i ms, twice',
    async (signal, withinMs) => {
      using media = await openRoom({ workers: 2 })
      const { heard, until } = listenTo(media)
      await host(media)
      const watching = await viewer(media)
      await moreFrames(watching, 10, 10_000)
      for (let round = 0; round < 2; round += 1) {
        const pid = await carrier(media)
        heard.length = 0
        const hurt = performance.now()
        process.kill(pid, signal)
        await until(({ what, said }) => what === 'producersChanged' && !(said[1] as []).length)
        await moreFrames(watching, 1, withinMs)
        expect(performance.now() - hurt).toBeLessThan(withinMs)
        await moreFrames(watching, 10, 10_000)
      }
    },
    60_000,
  )

  test('a viewer whose line drops and comes back sees frames again', async () => {
    using media = await openRoom()
    await host(media)
    const watching = await viewer(media)
    await moreFrames(watching, 5, 10_000)
    const { peerId } = studio.peerOf(watching)
    media.closePeer(peerId) // what a door does when a socket is lost; nobody tells the page
    await watching.evaluate(() => globalThis.media.lineUp())
    await moreFrames(watching, 10, 10_000)
    expect(media.stats().transports).toBe(2)
  }, 60_000)

  test('viewers on another worker see the same picture', async () => {
    using media = await openRoom({ workers: 2, limits: { viewersPerWorker: 1 } })
    await host(media)
    const near = await viewer(media, 'near')
    await moreFrames(near, 5, 10_000)
    const far = await viewer(media, 'far')
    await moreFrames(far, 5, 10_000)
    expect(media.stats().routers).toBe(2)
  }, 60_000)

  test('a small window gets a small layer', async () => {
    using media = await openRoom()
    await host(media)
    const watching = await viewer(media)
    const width = () => watching.evaluate(() => globalThis.media.frames().width)
    await expect.poll(width, { timeout: 10_000 }).toBe(270)
    await watching.evaluate(() => globalThis.media.resize(120))
    await expect.poll(width, { timeout: 10_000 }).toBe(135)
    await watching.evaluate(() => globalThis.media.resize(900))
    await expect.poll(width, { timeout: 20_000 }).toBe(270)
  }, 60_000)

  test('picture and sound wait for each other only as far as people would notice', async () => {
    using media = await openRoom()
    await host(media)
    const watching = await viewer(media)
    await moreFrames(watching, 5, 10_000)
    const delay = (kind: 'audio' | 'video', ms: number) =>
      watching.evaluate(([of, by]) => globalThis.media.delay(of, by), [kind, ms] as const)
    const waited = () => watching.evaluate(() => globalThis.media.waited())
    const comesTo = (of: (waits: { audio: number; video: number }) => number) =>
      expect.poll(async () => of(await waited()), { timeout: 20_000, interval: 1_000 })

    await delay('video', 900)
    await comesTo(({ video }) => video).toBeGreaterThan(800)
    await comesTo(({ audio, video }) => video - audio).toBeLessThan(leadsMs)
    const told = { showId: 'show', producers: media.producers('show') }
    await watching.evaluate((same) => globalThis.media.push('media:changed', same), told)
    expect(await watching.evaluate(() => globalThis.media.held('audio'))).toBeGreaterThan(500)
    await delay('video', 0)
    // Neither is left over from before: what is late from here on is late by itself.
    await comesTo(({ video }) => video).toBeLessThan(200)
    await comesTo(({ audio }) => audio).toBeLessThan(200)

    await delay('audio', 900)
    await comesTo(({ audio }) => audio).toBeGreaterThan(850)
    await comesTo(({ audio, video }) => audio - video).toBeLessThan(trailsMs)
  }, 120_000)

  test('a camera that is changed on the way to the air is the one that is seen', async () => {
    using media = await openRoom()
    const hosting = await studio.page(media, 'host')
    await hosting.evaluate(() => {
      globalThis.media.swapBefore('media:produce')
      return globalThis.media.host('show')
    })
    await hosting.waitForFunction(() => globalThis.media.state().at === 'live')
    const watching = await viewer(media)
    await moreFrames(watching, 10, 10_000) // the one before stands still by now
  }, 60_000)

  test('who knows the server asks once for all that is on, and again when it was not all', async () => {
    using media = await openRoom()
    await host(media)
    const watching = await viewer(media)
    await moreFrames(watching, 5, 10_000)
    const asked = async (on: { producerId: string; kind: string }[]) => {
      await watching.evaluate((producers) => {
        globalThis.media.asked = []
        globalThis.media.view('show', {
          entered: Promise.resolve(),
          producers: () => producers,
        })
      }, on)
      await moreFrames(watching, 5, 10_000)
      const names = await watching.evaluate(() => globalThis.media.asked)
      return names.filter((name) => !/close|layers/.test(name))
    }
    const once = ['media:transport', 'media:connect']
    expect(await asked(media.producers('show'))).toEqual(once)
    expect((await asked([])).toSorted()).toEqual(['media:capabilities', ...once].toSorted())
    expect(media.stats()).toMatchObject({ transports: 2, consumers: 2 })
  }, 60_000)

  test('a second device of the host takes over, and the first does not fight back', async () => {
    using media = await openRoom()
    const first = await host(media)
    const watching = await viewer(media)
    await moreFrames(watching, 5, 10_000)
    await host(media)
    await first.waitForFunction(() => globalThis.media.state().why === 'replaced')
    await moreFrames(watching, 10, 10_000)
    expect(media.producers('show')).toHaveLength(2)
    expect(media.stats().transports).toBe(2)
  }, 60_000)

  test('a banned viewer gets no more frames and does not come back', async () => {
    using media = await openRoom()
    await host(media)
    const watching = await viewer(media, 'troll')
    await moreFrames(watching, 5, 10_000)
    media.closeAccount('show', 'troll', 'banned')
    await watching.waitForFunction(() => globalThis.media.state().why === 'banned')
    expect(media.stats()).toMatchObject({ transports: 1, consumers: 0 })
  }, 60_000)
})
