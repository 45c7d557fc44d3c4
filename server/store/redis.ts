import { Redis } from 'ioredis'
import type { Logger } from '../base/log.ts'

/** Redis answers in this time or the caller goes on without it: it carries, it never decides. */
const commandTimeoutMs = 1_000
/** Each connection is asked this often whether somebody is there. */
const beatMs = 1_000
/** A connection that was asked and says nothing is given up: TCP would take a quarter of an hour. */
const silentMs = 1_500

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
    socketTimeout: silentMs,
    disconnectTimeout: 100,
    retryStrategy: (times: number) => Math.min(50 * 2 ** times, 1_000),
  }
  const main = new Redis(url, options)
  const listen = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: options.connectTimeout,
    socketTimeout: silentMs,
    disconnectTimeout: options.disconnectTimeout,
    retryStrategy: options.retryStrategy,
  })
  const beat = setInterval(() => {
    for (const client of [main, listen]) {
      // No answer ends the connection, and its `error` tells of it.
      if (client.status === 'ready') client.ping().catch(() => undefined)
    }
  }, beatMs)
  beat.unref()
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
      clearInterval(beat)
      main.disconnect()
      listen.disconnect()
    },
  }
}
