import type { House, Stage } from '../house.ts'
import { startWorker } from '../processes.ts'
import type { Door, Tongue } from './viewers.ts'

export type Contestant = {
  who: string
  tongue: Tongue
  /** The processes that listen; then the servers that they use. */
  web: number[]
  pids: number[]
  door: Door
  stage?: Stage
}

export function ours({ pids, port, servers }: House, stage: Stage): Contestant {
  return {
    who: pids.length === 1 ? 'ours' : `ours, ${pids.length} processes`,
    tongue: 'ours',
    web: pids,
    pids: [...pids, servers.postgres.pid, servers.redis.pid],
    door: { port },
    stage,
  }
}

const tongues = {
  'Socket.IO': 'Socket.IO',
  'Socket.IO with state': 'joins',
  ws: 'WebSocket',
  'raw write': 'WebSocket',
  Centrifuge: 'Centrifuge',
  nchan: 'nchan',
} as const satisfies Record<string, Tongue>

type Peer = keyof typeof tongues
type Needs = { args?: string[]; servers?: number[]; stage?: Stage }

/** A peer in a process of its own; undefined where it is not installed. */
export async function peer(
  who: Peer,
  open: AsyncDisposableStack,
  { args = [], servers = [], stage }: Needs = {},
): Promise<Contestant | undefined> {
  const isStranger = who === 'Centrifuge' || who === 'nchan'
  const file = isStranger ? './fanout/stranger.ts' : './fanout/peer.ts'
  const worker = startWorker(file, [who, ...args])
  open.defer(() => worker.stop())
  const door = await worker.ask<Door | null>({})
  if (!door) return undefined
  const web = [worker.pid]
  return {
    who,
    tongue: tongues[who],
    web,
    pids: [...web, ...servers],
    door,
    ...(stage && { stage }),
  }
}
