import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Recording } from '../../shared/wire/recordings.ts'
import { openHouse } from '../support/house.ts'
import { probe } from './drawn-host.ts'
import { Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await Scene.open({ MEDIA_WORKERS: '1', RECORD: 'on', HLS: 'on', RECORD_FREE_MB: '1' })
}, 60_000)
afterEach(() => scene.studio.leave())
afterAll(() => scene.close())

const recordingOf = (showId: string, person = scene.host) =>
  scene.house.as(person).get<Recording>(`/shows/${showId}/recording`)
const url = (path: string) => `${scene.house.url}/api/v1/shows/${path}`
const kept = async (showId: string) => (await recordingOf(showId)).durationMs

const ready = async (showId: string) => {
  await expect
    .poll(() => recordingOf(showId), { timeout: 20_000 })
    .toMatchObject({ state: 'ready', problem: null })
  return recordingOf(showId)
}

test('a show is recorded with its gap when the host is away for a moment, and plays when it is over', async () => {
  const { showId } = await scene.show()
  const hosting = await scene.goLive(showId)
  await expect.poll(() => kept(showId), { timeout: 20_000 }).toBeGreaterThan(3_000)
  expect(await recordingOf(showId)).toMatchObject({ state: 'recording', playlist: null })

  await hosting.context().close()
  const { length } = (await recordingOf(showId)).runs
  const before = await kept(showId)
  await scene.goLive(showId)
  await expect.poll(() => kept(showId), { timeout: 20_000 }).toBeGreaterThan(before + 3_500)
  await scene.house.as(scene.host).post(`/shows/${showId}/end`)

  const recording = await ready(showId)
  const { runs, durationMs, playlist } = recording
  expect(runs.length).toBeGreaterThan(length)
  const last = runs.at(-1)
  expect((last?.fromMs ?? 0) + (last?.durationMs ?? 0)).toBe(durationMs)
  const gapsMs = runs.slice(1).map((run, i) => {
    const { at = '', durationMs = 0 } = runs[i] ?? {}
    return Date.parse(run.at) - Date.parse(at) - durationMs
  })
  expect(Math.max(...gapsMs)).toBeGreaterThan(500)
  expect(Math.min(...gapsMs)).toBeGreaterThan(-500)
  const { codecs, durationS } = await probe(`${scene.house.url}${playlist}`)
  expect(codecs).toEqual(['aac', 'h264'])
  expect(durationS).toBeCloseTo(durationMs / 1_000, 0)
}, 90_000)

test('a running show is there as HLS, in parts, for whoever has no WebRTC', async () => {
  const { showId } = await scene.show()
  const live = url(`${showId}/live/index.m3u8`)
  const early = await fetch(live)
  expect(early.status).toBe(409)
  expect(early.headers.get('retry-after')).toBe('2')
  await scene.goLive(showId)
  await expect.poll(async () => (await fetch(live)).status, { timeout: 20_000 }).toBe(200)
  const text = await (await fetch(live)).text()
  const next = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]) + 2
  const waited = await (await fetch(`${live}?_HLS_msn=${next}&_HLS_part=1`)).text()
  expect(waited).toContain(`${next}.1.m4s`)
  const { codecs } = await probe(live)
  expect(codecs).toEqual(['aac', 'h264'])
  expect((await fetch(`${live}?_HLS_msn=${next + 99}`)).status).toBe(400)
  await scene.house.as(scene.host).post(`/shows/${showId}/end`)
  await expect.poll(async () => (await fetch(live)).status, { timeout: 10_000 }).toBe(410)
}, 60_000)

test('a node that has neither the picture nor ffmpeg passes the running show on, under the same rules', async () => {
  const there = await openHouse(
    { PUBLIC_URL: scene.studio.origin, HLS: 'on', FFMPEG_PATH: '/nowhere/ffmpeg' },
    {},
    scene.house,
  )
  onTestFinished(() => there.close())
  const { showId } = await scene.show()
  const live = `${there.url}/api/v1/shows/${showId}/live/index.m3u8`
  const hosting = await scene.goLive(showId)
  await expect.poll(async () => (await fetch(live)).status, { timeout: 20_000 }).toBe(200)
  const text = await (await fetch(live)).text()
  expect(text).toContain('#EXT-X-PART:')
  const next = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]) + 2
  const waited = await (await fetch(`${live}?_HLS_msn=${next}&_HLS_part=1`)).text()
  expect(waited).toContain(`${next}.1.m4s`)
  const part = await fetch(live.replace('index.m3u8', `${next}.1.m4s`), {
    headers: { range: 'bytes=4-7' },
  })
  expect([part.status, await part.text()]).toEqual([206, 'moof'])
  expect((await probe(live)).codecs).toEqual(['aac', 'h264'])
  expect((await fetch(`${live}?_HLS_msn=${next + 99}`)).status).toBe(400)
  expect((await fetch(live.replace('index.m3u8', `${next + 99}.m4s`))).status).toBe(404)

  const banned = await there.signUp('Rui')
  await (await there.socket(scene.host)).ask('viewer:ban', {
    showId,
    accountId: banned.id,
    reason: 'a test',
  })
  const theirs = await fetch(live, { headers: { authorization: `Bearer ${banned.token}` } })
  expect([theirs.status, await theirs.json()]).toMatchObject([403, { code: 'BANNED' }])

  await hosting.context().close()
  await scene.house.as(scene.host).post(`/shows/${showId}/end`)
  await expect.poll(async () => (await fetch(live)).status, { timeout: 10_000 }).toBe(410)
}, 90_000)

test('the host cuts, hides and deletes: what is gone is gone for everybody, and its files too', async () => {
  const { showId } = await scene.show()
  await scene.goLive(showId)
  await expect.poll(() => kept(showId), { timeout: 20_000 }).toBeGreaterThan(5_500)
  await scene.house.as(scene.host).post(`/shows/${showId}/end`)
  const whole = await ready(showId)
  const viewer = await scene.house.signUp('Aylin')
  const path = `/shows/${showId}/recording`
  const list = async () => (await fetch(`${scene.house.url}${whole.playlist}`)).text()
  const [first = '', second = ''] = (await list()).match(/\d+\.m4s/g) ?? []
  const file = (name: string, headers = {}) =>
    fetch(url(`${showId}/recording/${name}`), { headers })

  const part = await file(first, { range: 'bytes=10-19' })
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10])
  const beyond = await file(first, { range: 'bytes=99999999-' })
  expect(beyond.status).toBe(416)
  expect(await beyond.json()).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' })

  const show = await scene.house.as(scene.host).get<{ startedAt: string }>(`/shows/${showId}`)
  const startMs = Date.parse(whole.runs[0]?.at ?? '') - Date.parse(show.startedAt) + 500
  const cut = await scene.house
    .as(scene.host)
    .patch<Recording>(path, { cut: { startMs, endMs: 3_600_000 } })
  expect(cut.durationMs).toBeLessThan(whole.durationMs)
  expect(await list()).not.toContain(first)
  expect([(await file(first)).status, (await file(second)).status]).toEqual([404, 200])

  await scene.house.as(scene.host).patch(path, { hidden: true })
  expect(await recordingOf(showId, viewer)).toMatchObject({ state: 'none', playlist: null })
  expect((await file(second)).status).toBe(404)
  expect(await recordingOf(showId)).toMatchObject({ state: 'ready', hidden: true })
  await expect(scene.house.as(viewer).patch(path, { hidden: false })).rejects.toMatchObject({
    status: 403,
  })

  const dir = join(scene.house.env['DATA_DIR'] ?? '', 'recordings', showId)
  expect(existsSync(dir)).toBe(true)
  await scene.house.as(scene.host).delete(path)
  expect(await recordingOf(showId)).toMatchObject({ state: 'none', bytes: 0 })
  expect(existsSync(dir)).toBe(false)
}, 60_000)
