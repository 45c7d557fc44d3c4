import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Scene } from '../support/night/scene.ts'
import { lasts, until } from '../support/night/until.ts'
import { Watcher } from '../support/night/watcher.ts'
import { Night } from '../support/night.ts'

// Redis carries and never remembers alone: without it everything goes on, between processes too.

let night: Night
let scene: Scene
let inspector: Redis
beforeAll(async () => {
  night = await Night.open({ processes: 2 })
  inspector = new Redis(night.redisUrl, { maxRetriesPerRequest: null })
  // It is to be away in most stories: ioredis tries again by itself.
  inspector.on('error', () => undefined)
}, 240_000)
afterEach(async () => {
  await scene?.close()
  await night.restore()
})
afterAll(async () => {
  inspector?.disconnect()
  await night?.close()
})

const storyMs = 180_000

const redisOf = (web: number) =>
  night
    .web(web)
    .readiness()
    .then(({ httpStatus, redis }) => `${httpStatus} ${redis}`)
const bothSay = async (words: string) =>
  (await redisOf(0)) === words && (await redisOf(1)) === words

/** Both processes say so, and a letter of the queue is taken again. */
const redisIsBack = () => until('Redis is back', () => bothSay('200 ok'), 30_000)

/** Holds, orders, chat and the events of the other process, all while Redis is away. */
async function goesOnWithout(): Promise<void> {
  const [holds, said] = [scene.crowd.count('hold'), scene.talker.said]
  const seen = scene.watchers.map((watcher) => watcher.last)
  expect([await scene.decides(0), await scene.decides(1)]).toEqual([true, true])
  await until('the talk goes on', () => scene.talker.said >= said + 3, 15_000)
  await until(
    'viewers on both processes hear it',
    () => scene.watchers.every((w, n) => w.last >= (seen[n] as number) + 3),
    15_000,
  )
  await until(
    'buyers go on',
    () => scene.crowd.count('hold') > holds || scene.crowd.count('hold') >= 30,
    15_000,
  )
  const newcomer = await Watcher.enter(night, scene.stage.showId, 1)
  expect(newcomer.last).toBeGreaterThan(0)
  scene.watchers.push(newcomer)
}

test(
  'Redis is killed and stays away for ten seconds: nobody notices',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.signalRedis('SIGKILL')
    const died = performance.now()
    await until('it is told, and they still serve', () => bothSay('200 degraded'), 10_000)
    await goesOnWithout()
    await lasts(Math.max(0, 10_000 - (performance.now() - died)))
    expect(await bothSay('200 degraded')).toBe(true)
    await night.startRedis()
    const recoveryMs = await redisIsBack()
    const row = { line: 'F3', fault: 'Redis dies', how: '`kill -9`, back after 10 s', recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'Redis is emptied in the middle of a sale: nothing was only there',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await inspector.flushall()
    await goesOnWithout()
    const recoveryMs = await redisIsBack()
    expect(
      await scene.end({ line: 'F5', fault: 'Redis is emptied', how: '`FLUSHALL`', recoveryMs }),
    ).toEqual([])
    expect(await inspector.exists('bull:vitrine-due:meta')).toBe(1)
  },
  storyMs,
)

test(
  'Redis falls silent: it is found out, and newcomers are let in all the same',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.signalRedis('SIGSTOP')
    await goesOnWithout()
    await until('it is told', () => bothSay('200 degraded'), 10_000)
    await night.signalRedis('SIGCONT')
    const recoveryMs = await redisIsBack()
    expect(
      await scene.end({ line: 'F6', fault: 'Redis falls silent', how: '`kill -STOP`', recoveryMs }),
    ).toEqual([])
  },
  storyMs,
)

test(
  'the way to Redis is lost for good: connections are made anew',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.redis.set({ kind: 'black-hole' })
    await goesOnWithout()
    await until('it is told', () => bothSay('200 degraded'), 10_000)
    await night.ways.redis.heal()
    const recoveryMs = await redisIsBack()
    const how = 'black hole; torn connections stay dead (proxy)'
    expect(
      await scene.end({ line: 'F7', fault: 'The way to Redis is lost', how, recoveryMs }),
    ).toEqual([])
  },
  storyMs,
)
