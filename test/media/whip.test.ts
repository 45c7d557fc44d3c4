import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Scene } from './scene.ts'

/** WHIP and WHEP with what others wrote: Chromium's own WebRTC, with nothing of ours around it. */

/** What `page/plain.js` offers. */
declare global {
  var plain: {
    publish(
      to: { url: string; token: string },
      as: { codec: string; layers?: string[] },
    ): Promise<void>
    watch(from: { url: string; token?: string }): Promise<void>
    restart(): Promise<void>
    stop(): Promise<number>
    frames(): Promise<{ decoded: number; width: number; codec: string; audio: number }>
  }
  /** What `page/eyevinn.js` does with Eyevinn's player. */
  var eyevinn: {
    load(url: string): Promise<void>
    shown(): number
    unload(): Promise<void>
  }
}

let scene: Scene

beforeAll(async () => {
  scene = await Scene.open()
}, 60_000)
afterEach(() => scene.studio.leave())
afterAll(() => scene.close())

type Picture = { codec: string; layers?: string[] }

async function encoder(whip: string, key: string, picture: Picture): Promise<Page> {
  const page = await scene.studio.blank('plain')
  await page.evaluate(([to, as]) => globalThis.plain.publish(to, as), [
    { url: whip, token: key },
    picture,
  ] as const)
  return page
}

async function player(whep: string): Promise<Page> {
  const page = await scene.studio.blank('plain')
  await page.evaluate((url) => globalThis.plain.watch({ url }), whep)
  return page
}

const frames = (page: Page) => page.evaluate(() => globalThis.plain.frames())

/** Decoded anew since now; a new stream counts from zero. */
async function plays(page: Page, picture: { codec: string }): Promise<void> {
  const before = await frames(page)
  const from = before.codec === picture.codec ? before.decoded : 0
  await expect
    .poll(
      async () => {
        const { codec, decoded } = await frames(page)
        return codec === picture.codec && decoded - from
      },
      { timeout: 15_000, interval: 100 },
    )
    .toBeGreaterThan(10)
}

test.each([
  ['VP8 in layers, the full one first', { codec: 'VP8', layers: ['0', '1'] }],
  ['H.264', { codec: 'H264' }],
] as [string, Picture][])(
  '%s: Chromium sends by WHIP, Chromium plays by WHEP, and both restart ICE',
  async (_name, picture) => {
    const { showId, whip, whep, key } = await scene.show()
    const sending = await encoder(whip, key, picture)
    const watching = await player(whep)
    await plays(watching, picture)
    await expect
      .poll(async () => (await frames(watching)).audio, { timeout: 5_000 })
      .toBeGreaterThan(20)

    const line = await scene.house.socket(scene.host)
    const health = await line.ask<{
      flowing: boolean
      layers: { rid: string | null; codec: string }[]
    }>('media:health', { showId })
    expect(health.flowing).toBe(true)
    expect(health.layers.map(({ codec }) => codec)).toContain(`video/${picture.codec}`)
    if (picture.layers) {
      // The largest layer, though it was told last.
      await expect.poll(async () => (await frames(watching)).width, { timeout: 15_000 }).toBe(640)
    }

    await sending.evaluate(() => globalThis.plain.restart())
    await watching.evaluate(() => globalThis.plain.restart())
    await plays(watching, picture)
    expect(await sending.evaluate(() => globalThis.plain.stop())).toBe(200)
    expect(await watching.evaluate(() => globalThis.plain.stop())).toBe(200)
    await expect
      .poll(() => scene.house.app.rooms.media.stats())
      .toMatchObject({ transports: 0, routers: 0 })
  },
  60_000,
)

test.each([{ codec: 'VP8' }, { codec: 'H264' }])(
  '$codec: a WHEP player that others wrote shows it, and leaves nothing behind',
  async (picture) => {
    const { whip, whep, key } = await scene.show()
    await encoder(whip, key, picture)
    const watching = await scene.studio.blank('eyevinn')
    await watching.evaluate((url) => globalThis.eyevinn.load(url), whep)
    const shown = () => watching.evaluate(() => globalThis.eyevinn.shown())
    await expect.poll(shown, { timeout: 15_000, interval: 100 }).toBeGreaterThan(10)
    await watching.evaluate(() => globalThis.eyevinn.unload())
    await expect.poll(() => scene.house.app.rooms.media.stats().viewers).toBe(0)
  },
  60_000,
)

test('an encoder that leaves interrupts the show; another kind of picture resumes it, in the same player', async () => {
  const { showId, whip, whep, key } = await scene.show()
  const line = await scene.house.socket(await scene.house.guest())
  await line.ask('show:join', { showId })
  const told = (type: string) =>
    line.next<{ events: { type: string }[] }>(
      'show:events',
      ({ events }) => events.some((event) => event.type === type),
      15_000,
    )
  const sending = await encoder(whip, key, { codec: 'VP8' })
  const watching = await player(whep)
  await plays(watching, { codec: 'VP8' })
  const interrupted = told('show.interrupted')
  await sending.evaluate(() => globalThis.plain.stop())
  await interrupted
  const resumed = told('show.resumed')
  await encoder(whip, key, { codec: 'H264' })
  await resumed
  await plays(watching, { codec: 'H264' })
}, 60_000)

test('the same key from elsewhere takes over at once, and the player goes on', async () => {
  const { whip, whep, key } = await scene.show()
  await encoder(whip, key, { codec: 'VP8' })
  const watching = await player(whep)
  await plays(watching, { codec: 'VP8' })
  await encoder(whip, key, { codec: 'H264' })
  await plays(watching, { codec: 'H264' })
}, 60_000)
