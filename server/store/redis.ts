import { Cluster, Redis } from 'ioredis'
import type { Logger } from '../base/log.ts'
import { type RedisAddress, readRedisAddress } from './redis-address.ts'

/** Redis answers in this time or the caller goes on without it: it carries, it never decides. */
const commandTimeoutMs = 1_000
/** Each connection is asked this often whether somebody is there. */
const beatMs = 1_000
/** A connection that was asked and says nothing is given up: TCP would take a quarter of an hour. */
const silentMs = 1_500

type Server = ReturnType<typeof serverOptions> & Patience
/** How long another library waits for Redis, and whether it waits at all. */
type Patience = {
  maxRetriesPerRequest: number | null
  socketTimeout: number
  enableOfflineQueue?: boolean
  commandTimeout?: number
}

export type RedisFloor = {
  /**
   * Commands: fails fast while Redis is away. It may be a cluster: each command, script and
   * pipeline keeps to one key, or to keys with the same `{tag}`.
   */
  main: Redis | Cluster
  /** Tells every node that subscribed; in a cluster by the shard that has the channel. */
  publish(channel: string, text: string): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  onMessage(ear: (channel: string, text: string) => void): void
  /** What another library opens connections of its own with. */
  connection(more: Patience): Server | Cluster
  isUp(): boolean
  close(): Promise<void>
}

const fast = {
  maxRetriesPerRequest: 1,
  commandTimeout: commandTimeoutMs,
  connectTimeout: 2_000,
  socketTimeout: silentMs,
  disconnectTimeout: 100,
}
const retryStrategy = (times: number) => Math.min(50 * 2 ** times, 1_000)

/** Opens the connections; does not wait for Redis, because everything works without it, only slower. */
export function openRedis(url: string, log: Logger): RedisFloor {
  const address = readRedisAddress(url)
  const floor = address.mode === 'cluster' ? openCluster(address) : openServer(address)
  const beat = setInterval(() => {
    for (const client of floor.clients()) {
      // No answer ends the connection, and its `error` tells of it.
      if (client.status === 'ready') client.ping().catch(() => undefined)
    }
  }, beatMs)
  beat.unref()
  let told = false
  floor.onError((err) => {
    if (!told) log.warn({ reason: err.message }, 'redis is away; going on without it')
    told = true
  })
  floor.main.on('ready', () => {
    if (told) log.info('redis is back')
    told = false
  })
  return {
    ...floor,
    async close() {
      clearInterval(beat)
      floor.disconnect()
    },
  }
}

type Opened = Omit<RedisFloor, 'close'> & {
  clients(): Redis[]
  onError(ear: (err: Error) => void): void
  disconnect(): void
}

/** One server, or the one that the sentinels name. */
function openServer(address: RedisAddress): Opened {
  const where = serverOptions(address)
  const main = new Redis({ ...where, ...fast, retryStrategy, enableOfflineQueue: false })
  const { commandTimeout: _, ...patient } = fast
  const listen = new Redis({ ...where, ...patient, retryStrategy, maxRetriesPerRequest: null })
  return {
    main,
    publish: (channel, text) => main.publish(channel, text),
    subscribe: (channel) => listen.subscribe(channel),
    unsubscribe: (channel) => listen.unsubscribe(channel),
    onMessage: (ear) => void listen.on('message', ear),
    connection: (more) => ({ ...where, ...more }),
    isUp: () => main.status === 'ready' && listen.status === 'ready',
    clients: () => [main, listen],
    onError(ear) {
      main.on('error', ear)
      listen.on('error', ear)
    },
    disconnect() {
      main.disconnect()
      listen.disconnect()
    },
  }
}

/** Sharded pub/sub: a channel is carried by the shard of its name, not by every node of the cluster. */
function openCluster(address: RedisAddress): Opened {
  const { username, password, tls } = address
  const login = {
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: {} }),
  }
  const open = (options: Patience, offline: boolean) =>
    new Cluster(address.nodes, {
      redisOptions: { ...login, ...options },
      enableOfflineQueue: offline,
      shardedSubscribers: true,
      clusterRetryStrategy: retryStrategy,
      retryDelayOnFailover: 200,
      slotsRefreshTimeout: 2_000,
      slotsRefreshInterval: 5_000,
      ...(tls && { dnsLookup: asItIs }),
    })
  const { commandTimeout: _, ...patient } = fast
  const main = open(fast, false)
  const listen = open(patient, true)
  return {
    main,
    publish: (channel, text) => main.spublish(channel, text),
    subscribe: (channel) => listen.ssubscribe(channel),
    unsubscribe: (channel) => listen.sunsubscribe(channel),
    onMessage: (ear) => void listen.on('smessage', ear),
    connection: (more) => open(more, more.enableOfflineQueue ?? true),
    isUp: () => main.status === 'ready' && listen.status === 'ready',
    clients: () => [main, listen].flatMap((cluster) => cluster.nodes('all')),
    onError(ear) {
      for (const cluster of [main, listen]) cluster.on('error', ear).on('node error', ear)
    },
    disconnect() {
      main.disconnect()
      listen.disconnect()
    },
  }
}

/** A certificate is for the name, so the name is kept. */
function asItIs(name: string, found: (err: null, address: string) => void): void {
  found(null, name)
}

function serverOptions(address: RedisAddress) {
  const { mode, nodes, master, username, password, db, tls } = address
  const login = { ...(username && { username }), ...(password && { password }), db }
  if (mode === 'sentinel') {
    return {
      ...login,
      sentinels: nodes,
      name: master as string,
      sentinelRetryStrategy: retryStrategy,
      ...(password && { sentinelPassword: password }),
      ...(tls && { tls: {}, enableTLSForSentinelMode: true, sentinelTLS: {} }),
    }
  }
  return { ...login, ...nodes[0], ...(tls && { tls: {} }) }
}
