import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../scripts/dev/keep.ts'
import { commandOf } from '../../scripts/dev/processes.ts'
import type { Recording } from '../../shared/wire/recordings.ts'
import { type House, openHouse } from '../support/house.ts'
import { openStudio, type Studio } from './browser.ts'
import { probe } from './drawn-host.ts'

let studio: Studio
/** Stays, and finishes what the other one began. */
let house: House
let other: ChildProcess | undefined

beforeAll(async () => {
  studio = await openStudio()
  house = await openHouse({ PUBLIC_URL: studio.origin, RECORD: 'on', RECORD_FREE_MB: '1' })
}, 60_000)
afterAll(async () => {
  other?.kill('SIGKILL')
  await studio.close()
  await house.close()
})

async function startOther(): Promise<{ url: string; pid: number }> {
  const port = String(await freePort())
  const mediaPort = String(8_500 + (process.pid % 500))
  const env = {
    ...process.env,
    ...house.env,
    PORT: port,
    MEDIA_WORKERS: '1',
    MEDIA_PORT: mediaPort,
  }
  other = spawn(process.execPath, ['server/main.ts'], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady, { timeout: 90_000 }).toBe(true)
  return { url, pid: other.pid ?? 0 }
}

const programsOf = (pid: number) =>
  execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('ffmpeg'))
    .map((line) => Number.parseInt(line, 10))

test('a server that is killed leaves no ffmpeg behind, and a recording that plays', async () => {
  const there = await startOther()
  const host = await house.signUp('Marta')
  const { get, post } = house.as(host)
  const { id } = await post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [] })
  await post(`/shows/${id}/start`)
  const page = await studio.blank()
  const { token } = host
  await page.evaluate(([at, show]) => globalThis.media.enter(at, show), [
    { url: there.url, token },
    id,
  ] as const)
  await page.evaluate((show) => globalThis.media.host(show), id)
  const recording = () => get<Recording>(`/shows/${id}/recording`)
  const kept = async () => (await recording()).durationMs
  await expect.poll(kept, { timeout: 30_000 }).toBeGreaterThan(3_000)

  const programs = programsOf(there.pid)
  expect(programs).toHaveLength(1)
  const exit = once(other as ChildProcess, 'exit')
  process.kill(there.pid, 'SIGKILL')
  await exit
  const alive = () => programs.filter((pid) => commandOf(pid).includes('ffmpeg'))
  // Five seconds of silence tell it; then it encodes what it still has, below everybody else's priority.
  const killed = performance.now()
  await expect.poll(alive, { timeout: 60_000 }).toEqual([])
  console.log(`ffmpeg was gone ${Math.round(performance.now() - killed)} ms after its house`)

  const before = await kept()
  await post(`/shows/${id}/end`)
  await expect.poll(recording, { timeout: 25_000 }).toMatchObject({ state: 'ready' })
  const { playlist, durationMs } = await recording()
  expect(durationMs).toBe(before)
  const { codecs, durationS } = await probe(`${house.url}${playlist}`)
  expect(codecs).toEqual(['aac', 'h264'])
  expect(durationS).toBeCloseTo(durationMs / 1_000, 0)
}, 240_000)
