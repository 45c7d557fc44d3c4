import { afterEach, expect, test } from 'vitest'
import { type House, openHouse, type Person } from '../support/house.ts'
import { openRedisCluster, openRedisSentinel, type RedisServers } from '../support/redis-servers.ts'

/** Two processes that share a Redis of several servers. */

type Event = { seq: number; type: string; title?: string }

let redis: RedisServers
let here: House
let there: House

afterEach(async () => {
  await there.close()
  await here.close()
  await redis.close()
})

async function openBoth(opened: RedisServers): Promise<{ marta: Person; showId: string }> {
  redis = opened
  here = await openHouse({ REDIS_URL: redis.url, RATE_LIMITS: 'on' })
  there = await openHouse({ RATE_LIMITS: 'on' }, {}, here)
  for (const { app } of [here, there]) {
    await expect.poll(() => app.floor.redis.isUp(), { timeout: 10_000 }).toBe(true)
  }
  const [marta] = await here.crowd(1)
  const { id } = await here.as(marta as Person).post<{ id: string }>('/shows', {
    title: 'Kiln',
    lineup: [],
  })
  return { marta: marta as Person, showId: id }
}

async function watch(house: House, person: Person, showId: string) {
  const line = await house.socket(person)
  const { seq } = await line.ask<{ seq: number }>('show:join', { showId })
  const seen: Event[] = []
  line.socket.on('show:events', ({ events }: { events: Event[] }) => seen.push(...events))
  return { line, seq, seen }
}

/** Shows whose stream key changed, as a process hears it from the other. */
function keysHeard({ app }: House): string[] {
  const heard: string[] = []
  app.floor.relay.onSignal((signal) => {
    if (signal.about === 'stream-key') heard.push(signal.showId)
  })
  return heard
}

test('most of a cluster dies: what happens in a show is heard nevertheless', async () => {
  const { marta, showId } = await openBoth(await openRedisCluster())
  const [viewer] = await there.crowd(1)
  const far = await watch(there, viewer as Person, showId)
  await redis.servers[1]?.kill()
  await redis.servers[2]?.kill()
  await here.as(marta).patch(`/shows/${showId}`, { title: 'While nobody carries' })
  await expect.poll(() => far.seen.length, { timeout: 10_000 }).toBe(1)
}, 60_000)

test('sentinels name another master when theirs dies, and events are carried again', async () => {
  const { marta, showId } = await openBoth(await openRedisSentinel())
  const [viewer] = await there.crowd(1)
  const far = await watch(there, viewer as Person, showId)
  await redis.servers[0]?.kill()
  await here.as(marta).patch(`/shows/${showId}`, { title: 'While nobody carries' })
  await expect.poll(() => far.seen.length, { timeout: 10_000 }).toBe(1)
  for (const { app } of [here, there]) {
    await expect.poll(() => app.floor.redis.isUp(), { timeout: 30_000 }).toBe(true)
  }
  const keys = keysHeard(there)
  await here.as(marta).post(`/shows/${showId}/stream-key`)
  await expect.poll(() => keys, { timeout: 10_000 }).toEqual([showId])
}, 60_000)
