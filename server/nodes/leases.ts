import type { RedisFloor } from '../store/redis.ts'

/** Renewed every second: a node that misses three has gone, as far as the others are concerned. */
const leaseMs = 3_500

/** Where a show's picture comes in, by its newest owner's word. */
export type OriginLease = {
  node: string
  address: string
  epoch: number
  producers: { producerId: string; kind: 'audio' | 'video' }[]
}

const originKey = (showId: string) => `vitrine:{${showId}}:origin`
const nodeKey = (node: string) => `vitrine:node:${node}`

/**
 * Who is where, in Redis, for as long as it is said again and again. Nothing here decides: who may
 * send is a row in Postgres, which also answers when Redis is away or was emptied.
 */
export function createLeases({ main, isUp }: Pick<RedisFloor, 'main' | 'isUp'>) {
  const put = async (key: string, value: string) => {
    // Said again within the second; what Redis misses meanwhile, the row tells.
    if (isUp()) await main.set(key, value, 'PX', leaseMs).catch(() => undefined)
  }
  const read = async (key: string) => {
    if (!isUp()) return null
    return main.get(key).catch(() => null)
  }
  return {
    putNode: (node: string, address: string) => put(nodeKey(node), address),
    putOrigin: (showId: string, lease: OriginLease) =>
      put(originKey(showId), JSON.stringify(lease)),
    async dropOrigin(showId: string): Promise<void> {
      if (isUp()) await main.del(originKey(showId)).catch(() => undefined)
    },
    async origin(showId: string): Promise<OriginLease | undefined> {
      const text = await read(originKey(showId))
      return text === null ? undefined : (JSON.parse(text) as OriginLease)
    },
    async addressOf(node: string): Promise<string | undefined> {
      return (await read(nodeKey(node))) ?? undefined
    },
  }
}
