import { descendantsOf } from './cpu.ts'
import { setStage, startHouse } from './house.ts'
import type { Servers } from './keeper.ts'
import type { Where } from './media/audience.ts'
import type { JanusPorts } from './media/janus.ts'
import { startWorker, type Worker } from './processes.ts'

export type Sfu = {
  who: 'ours' | 'bare mediasoup' | 'Janus'
  audience: Worker
  /** All that takes part, and of those the media workers and the process of Node that asks them. */
  pids: number[]
  workers(): number[]
  node?: number
}

/** Ours as `npm start` runs it, and mediasoup alone; to each a host who is sending. */
export async function openSfus(
  servers: Servers,
  open: AsyncDisposableStack,
  crowd: number,
): Promise<[ours: Sfu, bare: Sfu]> {
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

/** Debian's Janus with its streaming plugin; undefined where it cannot run. */
export async function openJanus(
  { folder }: Servers,
  open: AsyncDisposableStack,
): Promise<Sfu | undefined> {
  const server = startWorker('./media/janus-server.ts', [folder])
  open.defer(() => server.stop())
  const where = await server.ask<(JanusPorts & { pid: number }) | null>({})
  if (!where) return undefined
  const pids = [where.pid]
  return { who: 'Janus', audience: await audienceOf(where, open), pids, workers: () => pids }
}

async function seated(
  who: Sfu['who'],
  where: Where,
  pids: number[],
  open: AsyncDisposableStack,
): Promise<Sfu> {
  const node = pids[0] as number
  const audience = await audienceOf(where, open)
  return { who, audience, pids, node, workers: () => workersOf(node) }
}

async function audienceOf(where: Where, open: AsyncDisposableStack): Promise<Worker> {
  const audience = startWorker('./media/audience.ts')
  open.defer(() => audience.stop())
  await audience.ask({ do: 'publish', where })
  return audience
}

const workersOf = (node: number) =>
  descendantsOf(node).flatMap(({ pid, command }) =>
    command.includes('mediasoup-worker') ? [pid] : [],
  )
