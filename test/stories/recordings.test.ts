import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createLog } from '../../server/base/log.ts'
import { finishRecordings } from '../../server/features/recordings/finish.ts'
import { Keeper } from '../../server/features/recordings/keeper.ts'
import { liveViewing } from '../../server/features/recordings/live.ts'
import {
  createRecordings,
  type RecordingsNeeds,
} from '../../server/features/recordings/recordings.ts'
import { Shelf } from '../../server/features/recordings/shelf.ts'
import { sweepShelf } from '../../server/features/recordings/sweep.ts'
import type { Recording } from '../../shared/wire/recordings.ts'
import { openBucket } from '../support/bucket.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

let house: House
let bucket: Awaited<ReturnType<typeof openBucket>>
let host: Person
const dir = mkdtempSync(join(tmpdir(), 'vitrine-shelf-'))

beforeAll(async () => {
  bucket = await openBucket('secret')
  house = await openHouse({
    RECORD: 'on',
    DATA_DIR: dir,
    BUCKET_URL: bucket.url,
    BUCKET_KEY_ID: 'key',
    BUCKET_SECRET: 'secret',
  })
  host = await house.signUp('Marta')
})
afterAll(async () => {
  await house.close()
  bucket.close()
  rmSync(dir, { recursive: true })
})

const log = createLog('silent')
const shelf = (freeBytesMin = 0) =>
  new Shelf({ dir: join(dir, 'recordings'), freeBytesMin, bucket: undefined })
const recordingOf = (showId: string) => house.as(host).get<Recording>(`/shows/${showId}/recording`)

async function liveShow(): Promise<string> {
  const { post } = house.as(host)
  const { id } = await post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [] })
  await post(`/shows/${id}/start`)
  return id
}

/** What a tape would bring: two seconds each, one after the other. */
async function tape(showId: string, on: Shelf, ns: number[]): Promise<Keeper> {
  const keeper = new Keeper({ pg: house.pg, shelf: on, log, showId })
  keeper.keeps = true
  keeper.section({ n: 1, init: Buffer.from('init') })
  for (const n of ns) {
    const parts = [{ durationS: 2, independent: true, bytes: Buffer.from(`segment ${n}`) }]
    keeper.segment({ n, section: 1, atMs: Date.now() + n * 2_000, durationS: 2, parts })
  }
  await keeper.done()
  return keeper
}

test('a full disk keeps nothing and says so; room again, and it goes on', async () => {
  const showId = await liveShow()
  const full = await tape(showId, shelf(Number.MAX_SAFE_INTEGER), [1])
  expect(full.problem).toBe('disk-full')
  expect(await recordingOf(showId)).toMatchObject({ state: 'none', durationMs: 0 })
  const roomy = await tape(showId, shelf(), [2, 3])
  expect(roomy.problem).toBeUndefined()
  expect(await recordingOf(showId)).toMatchObject({ state: 'recording', durationMs: 4_000 })
})

test('a recording that is deleted while it is put away is let be', async () => {
  const showId = await liveShow()
  bucket.fail(true)
  onTestFinished(() => bucket.fail(false))
  const here = shelf()
  await tape(showId, here, [1, 2])
  const become = (state: string) =>
    house.pg.rest`update recordings set state = ${state} where show_id = ${showId}`
  await become('finishing')
  const size = here.disk.size.bind(here.disk)
  here.disk.size = async (show, n) => {
    await become('deleted')
    return size(show, n)
  }
  const told: string[] = []
  await finishRecordings({
    pg: house.pg,
    shelf: here,
    becameReady: async (show) => void told.push(show),
    log,
  })
  expect(told).toEqual([])
})

test('segments go to the bucket while the show runs; a bucket that is away is waited for', async () => {
  const showId = await liveShow()
  await tape(showId, shelf(), [1])
  const path = (n: number) => `/shows/recordings/${showId}/${n}.m4s`
  await expect.poll(() => [...bucket.objects.keys()], { timeout: 10_000 }).toContain(path(1))
  bucket.fail(true)
  await tape(showId, shelf(), [2])
  await house.as(host).post(`/shows/${showId}/end`)
  await house.pg
    .rest`update shows set ended_at = ended_at - interval '1 minute' where id = ${showId}`
  await expect
    .poll(() => recordingOf(showId), { timeout: 10_000 })
    .toMatchObject({ state: 'finishing', progress: 0.5, problem: 'storage' })
  bucket.fail(false)
  await expect
    .poll(() => recordingOf(showId), { timeout: 10_000 })
    .toMatchObject({ state: 'ready' })
  expect([...bucket.objects.keys()]).toContain(path(2))
  expect(existsSync(join(dir, 'recordings', showId, '2.m4s'))).toBe(false)
  const file = await fetch(`${house.url}/api/v1/shows/${showId}/recording/2.m4s`, {
    headers: { range: 'bytes=0-6' },
  })
  expect([file.status, await file.text()]).toEqual([206, 'segment'])

  await house.as(host).delete(`/shows/${showId}/recording`)
  expect([...bucket.objects.keys()].filter((key) => key.includes(showId))).toEqual([])
  const late = await tape(showId, shelf(), [9])
  expect(late.problem).toBeUndefined()
  expect(await recordingOf(showId)).toMatchObject({ state: 'none' })
})

test('deleted on its way to the bucket: nothing of it stays there', async () => {
  const showId = await liveShow()
  const path = `/shows/recordings/${showId}/1.m4s`
  bucket.beforePut(async () => {
    bucket.beforePut(async () => {})
    await house.as(host).delete(`/shows/${showId}/recording`)
  })
  await tape(showId, shelf(), [1])
  await expect.poll(() => bucket.taken, { timeout: 10_000 }).toContain(path)
  await expect.poll(() => [...bucket.objects.keys()], { timeout: 10_000 }).not.toContain(path)
})

test("what a node keeps of another's running show goes with the show", async () => {
  const showId = await liveShow()
  const far = { originOf: async () => 'there', ask: async () => btoa('segment 7') }
  const { liveFile } = liveViewing(
    {
      pg: house.pg,
      mayLook: async () => {},
      isHere: () => false,
      settings: { live: true },
      far,
    } as unknown as RecordingsNeeds,
    shelf(),
  )
  const asked = () => liveFile({ who: null, address: '127.0.0.1' }, showId, '7.m4s')
  expect((await asked()).bytes).toBe('segment 7'.length)
  await house.as(host).post(`/shows/${showId}/end`)
  const outcome = () =>
    asked().then(
      () => 'still there',
      ({ code }) => code,
    )
  await expect.poll(outcome, { timeout: 10_000 }).toBe('GONE')
})

test('a bucket that does not know our secret takes nothing', async () => {
  const strange = new Shelf({
    dir: join(dir, 'recordings'),
    freeBytesMin: 0,
    bucket: { url: bucket.url, region: 'auto', accessKeyId: 'key', secretAccessKey: 'another' },
  })
  const showId = crypto.randomUUID()
  await expect(strange.bucket?.put(showId, 1, Buffer.from('segment 1'))).rejects.toThrow()
  expect([...bucket.objects.keys()].filter((key) => key.includes(showId))).toEqual([])
})

test('a host who does not want it is not recorded', async () => {
  const showId = await liveShow()
  const body = { record: false }
  const told = await house.as(host).patch<Recording>(`/shows/${showId}/recording`, body)
  expect(told).toMatchObject({ record: false, available: true, state: 'none' })
  await tape(showId, shelf(), [1])
  expect(await recordingOf(showId)).toMatchObject({ state: 'none', bytes: 0 })
})

test('what a crash left on the disk is swept, and a file that is gone leaves a gap', async () => {
  const showId = await liveShow()
  const alone = await openHouse({ RECORD: 'on', DATA_DIR: dir }, {}, house)
  onTestFinished(() => alone.close())
  const { sweep } = alone.app.rooms.recordings
  const at = (show: string, n: number) => join(dir, 'recordings', show, `${n}.m4s`)
  await tape(showId, shelf(), [1, 2, 3])
  await house.pg.rest`update recordings set state = 'ready' where show_id = ${showId}`
  await house.pg.rest`update recording_segments set settled = true where show_id = ${showId}`

  const unknown = crypto.randomUUID()
  await shelf().disk.put(unknown, 1, Buffer.from('of nobody'))
  await shelf().disk.put(showId, 7, Buffer.from('before its row'))
  await shelf().disk.put(showId, 8, Buffer.from('just written'))
  const longAgo = new Date(Date.now() - 7_200_000)
  for (const path of [at(unknown, 1), at(showId, 7), at(showId, 1)])
    utimesSync(path, longAgo, longAgo)
  rmSync(at(showId, 2))
  await sweep()
  expect([at(unknown, 1), at(showId, 7), at(showId, 8), at(showId, 1)].map(existsSync)).toEqual([
    false,
    false,
    true,
    true,
  ])
  expect(await recordingOf(showId)).toMatchObject({ state: 'ready', durationMs: 4_000 })

  // Deleting it was cut short after its first step.
  await house.pg.rest`update recordings set state = 'deleted' where show_id = ${showId}`
  await sweep()
  expect(existsSync(join(dir, 'recordings', showId))).toBe(false)
  const rows = await house.pg.rest`select 1 from recording_segments where show_id = ${showId}`
  expect(rows).toHaveLength(0)
})

test('who died between finishing or hiding a recording and telling its replay leaves that to the others', async () => {
  const [ready, hidden, right] = [await liveShow(), await liveShow(), await liveShow()] as const
  for (const id of [ready, hidden, right]) await house.as(host).post(`/shows/${id}/end`)
  await house.pg.rest`insert into recordings(show_id, state, hidden, changed_at) values
    (${ready}, 'ready', false, now()), (${hidden}, 'ready', true, now()), (${right}, 'ready', false, now())
    on conflict (show_id) do update set state = 'ready', hidden = excluded.hidden`
  await house.pg.rest`insert into replays(show_id, open) values (${hidden}, true), (${right}, true)
    on conflict (show_id) do update set open = true`
  const told: string[] = []
  const recordings = createRecordings({
    pg: house.pg,
    settings: { shelf: { dir, freeBytesMin: 0, bucket: undefined } },
    changed: async (showId: string) => void told.push(showId),
    log,
  } as unknown as RecordingsNeeds)
  await recordings.tellAgain()
  const ours = told.filter((id) => [ready, hidden, right].includes(id))
  expect(ours.toSorted()).toEqual([ready, hidden].toSorted())
})

test('a recording whose bucket is away keeps no other from being swept', async () => {
  const shows = [await liveShow(), await liveShow()]
  const disk = shelf()
  for (const id of shows) {
    await tape(id, disk, [1])
    await house.pg.rest`update recordings set state = 'deleted' where show_id = ${id}`
  }
  const tried: string[] = []
  const sweeping = sweepShelf({
    pg: house.pg,
    shelf: disk,
    async remove(showId) {
      tried.push(showId)
      throw new Error(`no bucket for ${showId}`)
    },
    shrank: async () => undefined,
    now: () => Date.now() + 2 * 3_600_000,
    log,
  })
  await expect(sweeping).rejects.toThrow('no bucket')
  expect(tried).toEqual(expect.arrayContaining(shows))
  for (const id of shows) await house.pg.rest`delete from recording_segments where show_id = ${id}`
})
