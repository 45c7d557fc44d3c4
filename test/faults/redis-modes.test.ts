import { afterEach, expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { areUp, keysHeard, openPair, type Pair, watch } from '../support/pair.ts'
import { openRedisCluster, openRedisSentinel } from '../support/redis-servers.ts'

let pair: Pair
afterEach(() => pair.close())

test('most of a cluster dies: what happens in a show is heard nevertheless', async () => {
  pair = await openPair(await openRedisCluster())
  const { here, there, redis, marta, showId } = pair
  const [viewer] = await there.crowd(1)
  const seen = await watch(there, viewer as Person, showId)
  await redis.servers[1]?.kill()
  await redis.servers[2]?.kill()
  await here.as(marta).patch(`/shows/${showId}`, { title: 'While nobody carries' })
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(1)
}, 60_000)

test('sentinels name another master when theirs dies, and events are carried again', async () => {
  pair = await openPair(await openRedisSentinel())
  const { here, there, redis, marta, showId } = pair
  const [viewer] = await there.crowd(1)
  const seen = await watch(there, viewer as Person, showId)
  await redis.servers[0]?.kill()
  await here.as(marta).patch(`/shows/${showId}`, { title: 'While nobody carries' })
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(1)
  await areUp(here, there)
  const keys = keysHeard(there)
  await here.as(marta).post(`/shows/${showId}/stream-key`)
  await expect.poll(() => keys, { timeout: 10_000 }).toEqual([showId])
}, 60_000)
