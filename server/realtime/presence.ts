import { readFileSync } from 'node:fs'
import type { RedisFloor } from '../store/redis.ts'
import type { Room } from './room.ts'

const beatMs = 1_000
/** Who is still there is said again this often, */
const sayAgainMs = 5_000
/** and who was not said to be there for this long has gone, with his node. */
const rememberedMs = 15_000
/** Accounts in one call: Redis does nothing else meanwhile. */
const perCall = 1_000

const script = readFileSync(new URL('./presence.lua', import.meta.url), 'utf8')
const keysOf = (showId: string) => [`vitrine:{${showId}}:present`, `vitrine:{${showId}}:lines`]

type Needs = {
  node: string
  rooms(): Pick<Room, 'showId' | 'viewers'>[]
  redis: RedisFloor
  now(): number
}

/** What Redis was told of a show, when, and how many there were by its count then. */
type Told = { here: ReadonlySet<string>; saidAt: number; total: number }
type Change = { came: string[]; stayed: string[]; left: string[] }

export type Presence = ReturnType<typeof startPresence>

/**
 * How many people watch a show: different accounts over all nodes, each once; its staff are no
 * viewers. Nodes tell Redis who came and who left, so a reconnect to another node counts nobody
 * twice, also before the first one notices. Without Redis each node tells its own.
 */
export function startPresence({ node, rooms, redis, now }: Needs) {
  const told = new Map<string, Told>()
  let beating = false
  const timer = setInterval(() => void beat(), beatMs)
  timer.unref()

  async function beat(): Promise<void> {
    if (beating) return
    if (!redis.isUp()) return told.clear()
    beating = true
    const open = new Map(rooms().map((room) => [room.showId, room.viewers]))
    const closed = [...told.keys()].filter((showId) => !open.has(showId))
    await Promise.all([
      ...[...open].map(([showId, here]) => exchange(showId, here)),
      ...closed.map((showId) => exchange(showId, new Set()).then(() => told.delete(showId))),
    ]).finally(() => {
      beating = false
    })
  }

  async function exchange(showId: string, here: ReadonlySet<string>): Promise<void> {
    const before = told.get(showId)
    // Fewer than we alone told of: Redis was emptied.
    const forgot = before !== undefined && before.total < before.here.size
    const again = !before || forgot || now() - before.saidAt >= sayAgainMs
    const change = changeOf(forgot ? undefined : before?.here, here, again)
    let total = 0
    try {
      for (const args of calls(change)) total = await tell(showId, args)
    } catch {
      // It carries, it never decides: until it is back, everybody is said again.
      told.delete(showId)
      return
    }
    told.set(showId, { here, saidAt: again ? now() : before.saidAt, total })
  }

  async function tell(showId: string, { came, stayed, left }: Change): Promise<number> {
    // A text each: a thousand arguments by themselves take three times the memory, twice the time.
    const args = [node, rememberedMs, came.join(), stayed.join(), left.join()]
    return (await redis.main.eval(script, 2, ...keysOf(showId), ...args)) as number
  }

  return {
    /** Right to the second over all nodes, and at once for this one. */
    count(showId: string): number {
      const room = rooms().find((one) => one.showId === showId)
      const here = room?.viewers.size ?? 0
      const known = told.get(showId)
      return known ? Math.max(here, known.total + here - known.here.size) : here
    },
    /** As Redis counted last: for what is kept, because who has just come may be known elsewhere. */
    counted(showId: string): number {
      return told.get(showId)?.total ?? this.count(showId)
    },
    /** For the lobby: shows that may have no room on this node. */
    async countMany(showIds: string[]): Promise<Map<string, number>> {
      if (showIds.length === 0 || !redis.isUp()) return new Map()
      const read = async (showId: string): Promise<[string, number]> => {
        const [present] = keysOf(showId)
        return [showId, await redis.main.zcard(present as string).catch(() => 0)]
      }
      return new Map(await Promise.all(showIds.map(read)))
    },
    close(): void {
      clearInterval(timer)
    },
  }
}

function changeOf(
  before: ReadonlySet<string> = new Set(),
  here: ReadonlySet<string>,
  again: boolean,
): Change {
  // A large room that only watches is gone through every few seconds, not at every beat.
  if (before === here && !again) return { came: [], stayed: [], left: [] }
  const came = [...here].filter((id) => !before.has(id))
  const stayed = again ? [...here].filter((id) => before.has(id)) : []
  return { came, stayed, left: [...before].filter((id) => !here.has(id)) }
}

/** At least one, which asks how many there are. */
function calls({ came, stayed, left }: Change): Change[] {
  const longest = Math.max(came.length, stayed.length, left.length, 1)
  return Array.from({ length: Math.ceil(longest / perCall) }, (_, i) => {
    const part = (all: string[]) => all.slice(i * perCall, (i + 1) * perCall)
    return { came: part(came), stayed: part(stayed), left: part(left) }
  })
}
