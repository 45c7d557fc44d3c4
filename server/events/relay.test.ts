import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newId } from '../base/ids.ts'
import { createLog } from '../base/log.ts'
import type { Sql } from '../store/postgres.ts'
import type { RedisFloor } from '../store/redis.ts'
import { Relay } from './relay.ts'

/** A Redis that carries nothing, and remembers what it was asked to listen to and by whom. */
function silentRedis(channels: Set<string>): RedisFloor {
  return {
    onMessage: (ear: typeof say) => {
      say = ear
    },
    publish: async () => 0,
    subscribe: async (channel: string) => channels.add(channel),
    unsubscribe: async (channel: string) => channels.delete(channel),
    isUp: () => true,
  } as unknown as RedisFloor
}

const showId = newId()
const channels = new Set<string>()
let say: (channel: string, text: string) => void
let heads: { id: string; seq: number }[]
let relay: Relay

beforeEach(() => {
  vi.useFakeTimers()
  heads = []
  channels.clear()
  const sql = (async () => heads) as unknown as Sql
  relay = new Relay({ sql, redis: silentRedis(channels), log: createLog('silent') })
})
afterEach(() => {
  relay.close()
  vi.useRealTimers()
})

const followed = () => [...channels].filter((channel) => channel.includes(showId))

test('a show that does not exist is not listened to', async () => {
  await expect(relay.follow(showId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(followed()).toEqual([])
})

test('a first try that failed does not end what a second one opened', async () => {
  await expect(relay.follow(showId)).rejects.toThrow()
  heads = [{ id: showId, seq: 0 }]
  const { feed } = await relay.follow(showId)
  const told: number[] = []
  relay.onEvents((events) => told.push(...events.map((event) => event.seq)))
  await vi.advanceTimersByTimeAsync(60_000)
  const event = { showId, seq: 1, type: 'show.started', at: '', body: {}, staff: null }
  relay.tell([event], [])
  expect([told, feed.delivered, followed().length]).toEqual([[1], 1, 1])
})

test('a show that nobody watches any more is let go after a while', async () => {
  heads = [{ id: showId, seq: 0 }]
  const { release } = await relay.follow(showId)
  release()
  await vi.advanceTimersByTimeAsync(9_000)
  expect(followed()).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(followed()).toEqual([])
})

test('what is no word of ours is passed over, and the next one is heard', async () => {
  heads = [{ id: showId, seq: 0 }]
  const { feed } = await relay.follow(showId)
  const channel = `vitrine:show:${showId}`
  const unheardOf = ['{"events":7}', '{"events":[]}', '{"events":[null]}', '{"notices":[null]}']
  const half = `{"events":[{"showId":"${showId}"},null],"notices":[],"signal":7}`
  for (const text of ['', 'x', 'null', '7', '[]', '{}', ...unheardOf, half]) {
    for (const where of [channel, 'vitrine:people']) say(where, text)
  }
  const event = { showId, seq: 1, type: 'show.started', at: '', body: {}, staff: null }
  say(channel, JSON.stringify({ node: newId(), events: [event] }))
  expect(feed.delivered).toBe(1)
})
