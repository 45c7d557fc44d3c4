import type { RedisFloor } from '../store/redis.ts'
import type { Room } from './room.ts'

const beatMs = 1_000
/** A node that said nothing for this long is not counted any more. */
const staleMs = 6_000

const keyOf = (showId: string) => `vitrine:viewers:${showId}`

type Needs = { node: string; rooms(): Room[]; redis: RedisFloor; now(): number }

export type Presence = ReturnType<typeof startPresence>

/**
 * How many people watch a show: different accounts, tabs and reconnects counted once on a node,
 * nodes added up through Redis. Without Redis each node tells its own.
 */
export function startPresence({ node, rooms, redis, now }: Needs) {
  const others = new Map<string, number>()
  const timer = setInterval(() => void beat(), beatMs)
  timer.unref()

  async function beat(): Promise<void> {
    const open = rooms()
    if (open.length === 0) return
    if (!redis.isUp()) {
      others.clear()
      return
    }
    await Promise.all(open.map(exchange))
  }

  /** One key, one pipeline: shows may be on different nodes of a cluster. */
  async function exchange(room: Room): Promise<void> {
    const key = keyOf(room.showId)
    const pipe = redis.main.pipeline()
    pipe
      .hset(key, node, `${here(room)}:${now()}`)
      .pexpire(key, staleMs)
      .hgetall(key)
    const answers = await pipe.exec().catch(() => null)
    const all = answers?.[2]?.[1] as Record<string, string> | undefined
    if (all) others.set(room.showId, sumOf(all, node, now()))
  }

  return {
    count(showId: string): number {
      const room = rooms().find((r) => r.showId === showId)
      return (room ? here(room) : 0) + (others.get(showId) ?? 0)
    },
    /** For the lobby: shows that may have no room on this node. */
    async countMany(showIds: string[]): Promise<Map<string, number>> {
      if (showIds.length === 0 || !redis.isUp()) return new Map()
      const read = async (showId: string): Promise<[string, number]> => {
        const all = await redis.main.hgetall(keyOf(showId)).catch(() => ({}))
        return [showId, sumOf(all, undefined, now())]
      }
      return new Map(await Promise.all(showIds.map(read)))
    },
    close(): void {
      clearInterval(timer)
    },
  }
}

function here(room: Room): number {
  return new Set(room.members.map((m) => m.accountId)).size
}

function sumOf(all: Record<string, string>, except: string | undefined, now: number): number {
  let sum = 0
  for (const [node, text] of Object.entries(all)) {
    const [count, at] = text.split(':').map(Number)
    if (node !== except && now - (at ?? 0) < staleMs) sum += count ?? 0
  }
  return sum
}
