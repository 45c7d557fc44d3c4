import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { signal } from '../../scripts/dev/processes.ts'
import { mediaWorkersOf } from '../support/night/children.ts'
import { notHere } from '../support/night/report.ts'
import { Scene } from '../support/night/scene.ts'
import { lasts, until } from '../support/night/until.ts'
import { Night } from '../support/night.ts'

// Media workers die, again and again: chat, holds and checkout do not notice.

const worker = process.env.MEDIASOUP_WORKER_BIN
let night: Night | undefined
let scene: Scene | undefined
beforeAll(async () => {
  if (!worker) return
  night = await Night.open({ env: { MEDIA_WORKERS: '2', MEDIASOUP_WORKER_BIN: worker } })
}, 240_000)
afterEach(() => scene?.close())
afterAll(() => night?.close())

const storyMs = 240_000
const loopMs = 12_000

test(
  'every media worker is killed as soon as it runs: no storm of starts, and selling goes on',
  async () => {
    if (!night) return notHere('F17', 'Media workers crash in a loop', 'no media worker is there')
    const web = night.web(0)
    scene = await Scene.open(night)
    await scene.inFullSwing()
    const killed = new Set<number>()
    let sawDegraded = false
    await lasts(loopMs, async () => {
      for (const pid of mediaWorkersOf(web.pid)) {
        if (killed.has(pid)) continue
        killed.add(pid)
        signal(pid, 'SIGKILL')
      }
      const { httpStatus, media } = await web.readiness(10_000)
      expect(httpStatus).toBe(200)
      sawDegraded ||= media.state !== 'ok'
    })
    expect(sawDegraded).toBe(true)
    // Two of the beginning, then less than one a second.
    expect(killed.size).toBeLessThan(2 + loopMs / 1_000)
    const isWell = async () => (await web.readiness(10_000)).media.state === 'ok'
    const recoveryMs = await until('the media workers run', isWell, 60_000)
    const how = `each new worker killed for ${loopMs / 1_000} s (${killed.size} in all; the matrix says 30 s)`
    const row = { line: 'F17', fault: 'Media workers crash in a loop', how, recoveryMs }
    expect(await scene.end(row, { canary: 'served' })).toEqual([])
  },
  storyMs,
)
