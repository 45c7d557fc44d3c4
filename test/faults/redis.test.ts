import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Scene } from '../support/night/scene.ts'
import { lasts, until } from '../support/night/until.ts'
import { Watcher } from '../support/night/watcher.ts'
import { Night, nodesOr } from '../support/night.ts'

// Redis carries and never remembers alone: without it everything goes on, between processes too.

let night: Night
let scene: Scene
let inspector: Redis
beforeAll(async () => {
  night = await Night.open({ processes: nodesOr(2) })
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

async function allSay(words: string): Promise<boolean> {
  const all = await Promise.all(night.webs.map((web) => web.readiness()))
  return all.every(({ httpStatus, redis }) => `${httpStatus} ${redis}` === words)
}

/** Every process says so. */
const redisIsBack = () => until('Redis is back', () => allSay('200 ok'), 30_000)

/** Holds, orders, chat and the events of the other process, all while Redis is away. */
async function goesOnWithout(): Promise<void> {
  const [holds, said] = [scene.crowd.count('hold'), scene.talker.said]
  const seen = scene.watchers.map((watcher) => watcher.last)
  for (const { index } of night.webs) expect(await scene.decides(index)).toBe(true)
  await until('the talk goes on', () => scene.talker.said >= said + 3, 30_000)
  await until(
    'viewers on every process hear it',
    () => scene.watchers.every((w, n) => w.last >= (seen[n] as number) + 3),
    30_000,
  )
  await until('buyers go on', () => scene.crowd.count('hold') > holds || scene.crowd.isDone, 30_000)
  const newcomer = await Watcher.enter(night, scene.stage.showId, night.webs.length - 1)
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
    await until('it is told, and they still serve', () => allSay('200 degraded'), 30_000)
    await goesOnWithout()
    await lasts(Math.max(0, 10_000 - (performance.now() - died)))
    expect(await allSay('200 degraded')).toBe(true)
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
    expect(await inspector.exists('{vitrine}:vitrine-due:meta')).toBe(1)
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
    await until('it is told', () => allSay('200 degraded'), 30_000)
    await night.signalRedis('SIGCONT')
    const recoveryMs = await redisIsBack()
    expect(
      await scene.end({ line: 'F6', fault: 'Redis falls silent', how: '`kill -STOP`', recoveryMs }),
    ).toEqual([])
  },
  storyMs,
)

test(
  'Redis is slow, first a little and then much: nobody waits for it',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.redis.set({ kind: 'latency', ms: 200, jitterMs: 100 })
    await goesOnWithout()
    await night.ways.redis.set({ kind: 'latency', ms: 2_000 })
    await inspector.call('CLIENT', 'PAUSE', '2000', 'ALL')
    await goesOnWithout()
    await night.ways.redis.heal()
    const recoveryMs = await redisIsBack()
    const how = '200-300 ms each way, then 2 s (proxy) and `CLIENT PAUSE 2000 ALL`'
    const row = { line: 'F6', fault: 'Redis is slow', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'Redis cannot be reached for twenty seconds: nothing old comes in a burst when it can',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.redis.set({ kind: 'refuse' })
    const from = performance.now()
    await until('it is told', () => allSay('200 degraded'), 30_000)
    await goesOnWithout()
    await lasts(Math.max(0, 20_000 - (performance.now() - from)))
    await scene.crowd.done
    const before = await countHolds()
    await night.ways.redis.heal()
    const recoveryMs = await redisIsBack()
    expect(await countHolds()).toBe(before)
    const how = 'connections refused for 20 s (proxy; the matrix says 60)'
    const row = { line: 'F7', fault: 'Redis cannot be reached', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'connections to Redis are cut again and again: no subscription is lost',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    let cut = 0
    await lasts(6_000, async () => {
      for (const type of ['normal', 'pubsub']) {
        cut += Number(await inspector.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes'))
      }
      await lasts(500)
    })
    expect(cut).toBeGreaterThan(10)
    const recoveryMs = await redisIsBack()
    await goesOnWithout()
    const how = `\`CLIENT KILL\` of all, normal and pubsub, each 500 ms for 6 s (${cut} connections)`
    const row = { line: 'F8', fault: 'Connections to Redis are cut', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'Redis has no memory left: it refuses writes, and nothing depends on them',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await inspector.config('SET', 'maxmemory', '1mb')
    await expect(inspector.set('one-more', 'x')).rejects.toThrow('OOM')
    await goesOnWithout()
    await inspector.config('SET', 'maxmemory', '0')
    const recoveryMs = await redisIsBack()
    const how = '`CONFIG SET maxmemory 1mb`, policy noeviction'
    const row = { line: 'F9', fault: 'Redis has no memory left', how, recoveryMs }
    expect(await scene.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'a Redis that throws entries away is refused at the start, by name',
  async () => {
    await inspector.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const web = night.web(night.webs.length - 1)
    try {
      await web.kill()
      web.launch()
      const { code } = await web.ended
      expect(code).toBe(1)
      expect(web.words()).toContain('maxmemory-policy is allkeys-lru')
    } finally {
      await inspector.config('SET', 'maxmemory-policy', 'noeviction')
    }
    await web.start()
    // What was said meanwhile is no complaint of the next story.
    for (const one of night.webs) one.complaints()
  },
  storyMs,
)

async function countHolds(): Promise<number> {
  const [row] = await night.sql<{ n: number }[]>`
    select count(*)::int as n from holds where variant_id = ${scene.stage.variantId}`
  return row?.n ?? 0
}

test(
  'the way to Redis is lost for good: connections are made anew',
  async () => {
    scene = await Scene.open(night)
    await scene.inFullSwing()
    await night.ways.redis.set({ kind: 'black-hole' })
    await goesOnWithout()
    await until('it is told', () => allSay('200 degraded'), 30_000)
    await night.ways.redis.heal()
    const recoveryMs = await redisIsBack()
    const how = 'black hole; torn connections stay dead (proxy)'
    expect(
      await scene.end({ line: 'F7', fault: 'The way to Redis is lost', how, recoveryMs }),
    ).toEqual([])
  },
  storyMs,
)
