import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { House } from './house.ts'
import { Canary } from './night/canary.ts'
import { sawEverything } from './night/judge.ts'

/** What a house may keep of strangers: compiled code, caches, pools that have grown. */
const keptBytesMax = 40 * 2 ** 20
const filesMax = 60
const calmMs = 60_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function keptBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const openFiles = () => readdirSync('/proc/self/fd').length

/**
 * Watches a house while somebody means no good: people in another show go on talking, watching and
 * holding. What it answers is asked afterwards: that nobody there noticed anything, that the process
 * lives and no object is bent, and that connections, files and memory are given back.
 */
export async function watchHouse(house: House, { talkMs }: { talkMs?: number } = {}) {
  const broken: unknown[] = []
  const hear = (error: unknown) => void broken.push(error)
  process.on('uncaughtException', hear)
  process.on('unhandledRejection', hear)
  const before = { files: openFiles(), bytes: keptBytes() }
  const here = { url: house.url }
  const place = { webs: [here], web: () => here, people: (count: number) => house.crowd(count) }
  const canary = await Canary.open(place, talkMs)

  return async () => {
    house.hangUp()
    await canary.rest()
    const { showId } = canary.stage
    const missed = await sawEverything({ sql: house.pg.rest }, showId, [canary.watcher])
    await canary.close()
    process.off('uncaughtException', hear)
    process.off('unhandledRejection', hear)
    expect([...broken, ...canary.disturbances, ...missed]).toEqual([])
    expect(canary.talker.said).toBeGreaterThan(0)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect((await fetch(`${house.url}/readyz`)).status).toBe(200)
    const soon = { timeout: calmMs }
    await expect.poll(() => house.app.gateway.counts.connected, soon).toBe(0)
    await expect.poll(openFiles, soon).toBeLessThan(before.files + filesMax)
    await expect.poll(keptBytes, soon).toBeLessThan(before.bytes + keptBytesMax)
  }
}
