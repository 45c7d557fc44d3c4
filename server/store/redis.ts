import { Redis } from 'ioredis'
import type { Logger } from '../base/log.ts'

/** Redis answers in this time or the caller goes on without it: it carries, it never decides. */
const commandTimeoutMs = 1_000

export type RedisFloor = {
  /** Commands: fails fast while Redis is away. */
  main: Redis
  /** Subscriptions only. */
  listen: Redis
  url: string
  isUp(): boolean
  close(): Promise<void>
}

/** Opens the connections; does not wait for Redis, because everything works without it, only slower. */
export function openRedis(url: string, log: Logger): RedisFloor {
  const options = {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
    retryStrategy: (times: number) => Math.min(50 * 2 ** times, 1_000),
  }
  const main = new Redis(url, options)
  const listen = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: options.connectTimeout,
    retryStrategy: options.retryStrategy,
  })
  let told = false
  const away = (err: Error) => {
    if (!told) log.warn({ reason: err.message }, 'redis is away; going on without it')
    told = true
  }
  main.on('error', away)
  listen.on('error', away)
  main.on('ready', () => {
    if (told) log.info('redis is back')
    told = false
  })
  return {
    main,
    listen,
    url,
    isUp: () => main.status === 'ready' && listen.status === 'ready',
    async close() {
      main.disconnect()
      listen.disconnect()
    },
  }
}
