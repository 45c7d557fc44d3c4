import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { play } from '../support/rtc.ts'
import { Scene } from './scene.ts'

/** WHIP by a program of other people: Debian's `simple-whip-client`, which is GStreamer's WebRTC. */

const program = '/usr/bin/whip-client'
const compiler = '/usr/bin/cc'
const isHere = existsSync(program) && existsSync(compiler)
const programs: ChildProcess[] = []
let libraries = ''

let scene: Scene

beforeAll(async () => {
  libraries = mkdtempSync(join(tmpdir(), 'vitrine-no-upnp-'))
  if (isHere) keepUpnpOut(libraries)
  scene = await Scene.open()
}, 60_000)
afterEach(async () => {
  await Promise.all(programs.splice(0).map((one) => end(one)))
  await scene.studio.leave()
})
afterAll(async () => {
  await scene.close()
  rmSync(libraries, { recursive: true })
})

function keepUpnpOut(folder: string): void {
  const source = join(import.meta.dirname, 'no-upnp.c')
  for (const name of ['libgupnp-igd-1.0.so.4', 'libgupnp-1.6.so.0']) {
    const to = ['-o', join(folder, name), `-Wl,-soname,${name}`]
    execFileSync(compiler, ['-shared', '-fPIC', source, ...to])
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

const encoders = {
  VP8: 'vp8enc deadline=1 keyframe-max-dist=20 ! rtpvp8pay pt=96 ssrc=2',
  H264:
    'x264enc tune=zerolatency speed-preset=ultrafast key-int-max=20 bframes=0' +
    ' ! video/x-h264,profile=constrained-baseline ! rtph264pay pt=96 ssrc=2 config-interval=1',
}

/** A ball and a tick, twenty pictures a second, a whole one each second. */
function sends(whip: string, key: string, codec: keyof typeof encoders): ChildProcess {
  const video =
    'videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=20/1' +
    ` ! videoconvert ! ${encoders[codec]} ! queue` +
    ` ! application/x-rtp,media=video,encoding-name=${codec},payload=96`
  const audio =
    'audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! opusenc' +
    ' ! rtpopuspay pt=100 ssrc=1 ! queue ! application/x-rtp,media=audio,encoding-name=OPUS,payload=100'
  const args = ['-u', whip, '-t', key, '-V', video, '-A', audio]
  const env = { ...process.env, LD_LIBRARY_PATH: libraries }
  const child = spawn(program, args, { stdio: 'ignore', env })
  programs.push(child)
  return child
}

type Health = {
  flowing: boolean
  layers: { kind: string; codec: string; fps: number | null; keyFrameMs: number | null }[]
}

async function watch(whep: string): Promise<Page> {
  const page = await scene.studio.blank('plain')
  await expect
    .poll(
      () => page.evaluate((url) => globalThis.plain.watch({ url }).then(() => true, String), whep),
      { timeout: 20_000, interval: 500 },
    )
    .toBe(true)
  return page
}

test.skipIf(!isHere).each(['H264', 'VP8'] as const)(
  'simple-whip-client sends %s: Chromium and a player in Node see it, the studio hears how it is',
  async (codec) => {
    const { showId, whip, whep, key } = await scene.show()
    const encoder = sends(whip, key, codec)
    const page = await watch(whep)
    const frames = () => page.evaluate(() => globalThis.plain.frames())
    await expect.poll(async () => (await frames()).decoded, { timeout: 20_000 }).toBeGreaterThan(20)
    expect(await frames()).toMatchObject({ codec, width: 640 })

    if (codec === 'VP8') {
      const player = await play(whep)
      await expect.poll(() => player.packets.video, { timeout: 10_000 }).toBeGreaterThan(20)
      await expect.poll(() => player.packets.audio, { timeout: 10_000 }).toBeGreaterThan(20)
      await player.close()
    }

    const line = await scene.house.socket(scene.host)
    const picture = async () => {
      const { layers } = await line.ask<Health>('media:health', { showId })
      return layers.find(({ kind }) => kind === 'video')
    }
    await expect
      .poll(async () => (await picture())?.keyFrameMs ?? 0, { timeout: 20_000, interval: 1_000 })
      .toBeGreaterThan(100)
    const { fps, codec: name } = (await picture()) ?? {}
    expect(name).toBe(`video/${codec}`)
    expect(fps).toBeGreaterThanOrEqual(5)
    expect(fps).toBeLessThanOrEqual(25)

    await end(encoder, 'SIGINT')
    await expect
      .poll(() => scene.house.app.rooms.media.producers(showId), { timeout: 20_000 })
      .toEqual([])
  },
  90_000,
)

test.skipIf(!isHere)(
  'an encoder that never asks for consent stays on; one that is killed is off before long',
  async () => {
    const { showId, whip, whep, key } = await scene.show()
    const encoder = sends(whip, key, 'VP8')
    const page = await watch(whep)
    const frames = async () => (await page.evaluate(() => globalThis.plain.frames())).decoded
    await expect.poll(frames, { timeout: 20_000 }).toBeGreaterThan(20)
    const began = performance.now()
    const stays = async () => (performance.now() - began > 15_000 ? frames() : 0)
    await expect.poll(stays, { timeout: 30_000, interval: 1_000 }).toBeGreaterThan(60)
    const { producers } = scene.house.app.rooms.media
    expect(producers(showId)).toHaveLength(2)
    const seen = await frames()
    await expect.poll(frames, { timeout: 20_000 }).toBeGreaterThan(seen + 20)

    await end(encoder)
    await expect.poll(() => producers(showId), { timeout: 60_000, interval: 1_000 }).toEqual([])
  },
  180_000,
)

test.skipIf(!isHere)(
  'a second simple-whip-client with the same key takes over at once, and the first hears of it',
  async () => {
    const { showId, whip, whep, key } = await scene.show()
    sends(whip, key, 'VP8')
    const page = await watch(whep)
    const frames = () => page.evaluate(() => globalThis.plain.frames())
    await expect.poll(async () => (await frames()).decoded, { timeout: 20_000 }).toBeGreaterThan(20)
    const before = scene.house.app.rooms.media.producers(showId).map(({ producerId }) => producerId)
    sends(whip, key, 'VP8')
    await expect
      .poll(
        () =>
          scene.house.app.rooms.media
            .producers(showId)
            .filter(({ producerId }) => !before.includes(producerId)).length,
        { timeout: 20_000 },
      )
      .toBe(2)
    const from = (await frames()).decoded
    await expect
      .poll(async () => (await frames()).decoded - from, { timeout: 20_000 })
      .toBeGreaterThan(20)
  },
  90_000,
)
