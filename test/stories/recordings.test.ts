import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../server/base/log.ts'
import { Keeper } from '../../server/features/recordings/keeper.ts'
import { Shelf } from '../../server/features/recordings/shelf.ts'
import type { Recording } from '../../shared/wire/recordings.ts'
import { openBucket } from '../support/bucket.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

let house: House
let bucket: Awaited<ReturnType<typeof openBucket>>
let host: Person
const dir = mkdtempSync(join(tmpdir(), 'vitrine-shelf-'))

beforeAll(async () => {
  bucket = await openBucket()
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

test('a host who does not want it is not recorded', async () => {
  const showId = await liveShow()
  const body = { record: false }
  const told = await house.as(host).patch<Recording>(`/shows/${showId}/recording`, body)
  expect(told).toMatchObject({ record: false, available: true, state: 'none' })
  await tape(showId, shelf(), [1])
  expect(await recordingOf(showId)).toMatchObject({ state: 'none', bytes: 0 })
})
