import { networkInterfaces } from 'node:os'
import { notFound } from '../base/refusal.ts'
import type { Config } from '../config.ts'
import { openNodeDoor } from '../nodes/door.ts'
import { createLeases } from '../nodes/leases.ts'
import { createPost } from '../nodes/post.ts'
import { createSeal } from '../nodes/seal.ts'
import type { Floor } from './floor.ts'

export type Nodes = Awaited<ReturnType<typeof openNodes>>

/** This process among the others: its private door, where it is, and how to ask them. */
export async function openNodes(
  { config, relay, redis, now, logger }: Floor,
  building: AsyncDisposableStack,
) {
  const { INTERNAL_HOST: host, INTERNAL_PORT: port, PROCESS_INDEX: index } = config
  const seal = createSeal(config.INTERNAL_SECRET ?? config.SESSION_SECRET, now)
  const door = await openNodeDoor({
    host,
    reached: reachedAt(host),
    port: port && port + index,
    seal,
    log: logger,
  })
  building.defer(() => door.close())
  const leases = createLeases(redis)
  const ask = createPost(seal)
  return {
    node: relay.node,
    address: door.address,
    pipes: { ip: reachedAt(config.MEDIA_PIPE_IP ?? host), portRange: config.pipePorts },
    leases,
    ask,
    /** Asks a node by its name; NOT_FOUND when there is no such node any more. */
    async askAbout(word: string, node: string, what: unknown): Promise<unknown> {
      const there = await leases.addressOf(node)
      if (there === undefined) throw notFound('session')
      return ask(there, word, what)
    },
    answer: door.answer,
    /** Says where this process is, for as long as it is. */
    keep: () => leases.putNode(relay.node, door.address),
  }
}

/** Where the others find what listens on every address of this machine. */
function reachedAt(host: Config['INTERNAL_HOST']): string {
  if (host !== '0.0.0.0') return host
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
}
