import { afterEach, expect, test } from 'vitest'
import type { Person } from '../support/house.ts'
import { keysHeard, openPair, type Pair, watch } from '../support/pair.ts'
import { openRedisCluster } from '../support/redis-servers.ts'

let pair: Pair
afterEach(() => pair.close())

test('a cluster of Redis carries events and people, each show by the shard of its name', async () => {
  pair = await openPair(await openRedisCluster())
  const { here, there, redis, marta, showId } = pair
  const viewers = await there.crowd(2)
  const near = await watch(here, viewers[0] as Person, showId)
  const far = await watch(there, viewers[1] as Person, showId)
  const rename = (title: string) => here.as(marta).patch(`/shows/${showId}`, { title })
  const channels = async () => {
    const all = redis.servers.map(({ client }) => client.call('pubsub', 'shardchannels'))
    return (await Promise.all(all)).flat().map(String)
  }
  await expect.poll(channels).toContain(`vitrine:show:${showId}`)

  await rename('Kiln opening')
  await expect.poll(() => [near.length, far.length]).toEqual([1, 1])
  const keys = keysHeard(there)
  await here.as(marta).post(`/shows/${showId}/stream-key`)
  await expect.poll(() => keys).toEqual([showId])
  await expect
    .poll(async () => (await here.as(marta).get<{ viewers: number }>(`/shows/${showId}`)).viewers)
    .toBe(2)

  // Five a minute and address: neither process alone is asked more often than that.
  const body = { email: 'nobody@example.test' }
  const tries = Array.from({ length: 8 }, (_, i) =>
    (i % 2 ? here : there).call('POST', '/passwords/forgotten', { body }).catch((no) => no.status),
  )
  expect((await Promise.all(tries)).filter((status) => status === 429)).toHaveLength(3)
}, 60_000)
