import { expect } from 'vitest'
import { type House, openHouse, type Person } from './house.ts'
import type { RedisServers } from './redis-servers.ts'

type Event = { seq: number; type: string; title?: string }

/** Two processes that share a Redis of several servers, and a show that Marta plans on the first. */
export type Pair = {
  redis: RedisServers
  here: House
  there: House
  marta: Person
  showId: string
  close(): Promise<void>
}

/** Both hear each other through Redis when this resolves. */
export async function openPair(redis: RedisServers): Promise<Pair> {
  const here = await openHouse({ REDIS_URL: redis.url, RATE_LIMITS: 'on' })
  const there = await openHouse({ RATE_LIMITS: 'on' }, {}, here)
  await areUp(here, there)
  const marta = (await here.crowd(1))[0] as Person
  const plan = { title: 'Kiln', lineup: [] }
  const { id } = await here.as(marta).post<{ id: string }>('/shows', plan)
  return {
    redis,
    here,
    there,
    marta,
    showId: id,
    async close() {
      await there.close()
      await here.close()
      await redis.close()
    },
  }
}

export async function areUp(...houses: House[]): Promise<void> {
  for (const { app } of houses) {
    await expect.poll(() => app.floor.redis.isUp(), { timeout: 30_000 }).toBe(true)
  }
}

/** What somebody in the show is told from now on. */
export async function watch(house: House, person: Person, showId: string): Promise<Event[]> {
  const line = await house.socket(person)
  await line.ask('show:join', { showId })
  const seen: Event[] = []
  line.socket.on('show:events', ({ events }: { events: Event[] }) => seen.push(...events))
  return seen
}

/** Shows whose stream key changed, as a process hears it from the other. */
export function keysHeard({ app }: House): string[] {
  const heard: string[] = []
  app.floor.relay.onSignal((signal) => {
    if (signal.about === 'stream-key') heard.push(signal.showId)
  })
  return heard
}
