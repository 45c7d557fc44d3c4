import { afterEach, expect, test } from 'vitest'
import { type House, openHouse, type Person } from '../support/house.ts'
import { openRedisCluster, type RedisServers } from '../support/redis-servers.ts'

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

test('a cluster of Redis carries events and people, each show by the shard of its name', async () => {
  const { marta, showId } = await openBoth(await openRedisCluster())
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
  await expect.poll(() => [near.seen, far.seen].map((seen) => seen.length)).toEqual([1, 1])
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
