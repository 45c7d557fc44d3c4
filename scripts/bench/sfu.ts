import { descendantsOf } from './cpu.ts'
import { setStage, startHouse } from './house.ts'
import type { Where } from './media/audience.ts'
import { openServers, startWorker, type Worker } from './processes.ts'

export type Sfu = {
  who: 'ours' | 'bare mediasoup'
  audience: Worker
  /** The process that speaks with clients, all that it uses, and of those the media workers. */
  node: number
  pids: number[]
  workers(): number[]
}

/** Ours as `npm start` runs it, and mediasoup alone; to each a host who is sending. */
export async function openSfus(
  open: AsyncDisposableStack,
  crowd: number,
): Promise<[ours: Sfu, bare: Sfu]> {
  const servers = await openServers(open)
  const house = await startHouse(servers, open, { media: true })
  const { showId, host, people } = await setStage(house, crowd)
  const bare = startWorker('./media/bare.ts')
  open.defer(() => bare.stop())
  const { port } = await bare.ask<{ port: number }>({})
  const all = [house.pid, servers.postgres.pid, servers.redis.pid]
  return [
    await seated('ours', { url: house.url, showId, host, people }, all, open),
    await seated('bare mediasoup', { bare: port }, [bare.pid], open),
  ]
}

async function seated(who: Sfu['who'], where: Where, pids: number[], open: AsyncDisposableStack) {
  const audience = startWorker('./media/audience.ts')
  open.defer(() => audience.stop())
  await audience.ask({ do: 'publish', where })
  const node = pids[0] as number
  return { who, audience, node, pids, workers: () => workersOf(node) }
}

const workersOf = (node: number) =>
  descendantsOf(node).flatMap(({ pid, command }) =>
    command.includes('mediasoup-worker') ? [pid] : [],
  )
