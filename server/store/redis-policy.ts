import type { RedisFloor } from './redis.ts'

/** A Redis that is not there by then is not waited for: everything works without it. */
const waitMs = 5_000

/**
 * Refuses a Redis that throws entries away when its memory is full: a queue would lose work and a
 * counter its count, and nobody would be told. One that is away, or will not say, is no reason to stay closed.
 */
export async function mustNotEvict(redis: RedisFloor['main']): Promise<void> {
  if (!(await isThere(redis))) return
  // A Redis that does not tell is taken as it is.
  const info = await redis.info('memory').catch(() => '')
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1]
  if (policy === undefined || policy === 'noeviction') return
  throw new Error(
    `Redis may throw entries away: its maxmemory-policy is ${policy}. ` +
      'Set it to noeviction (redis.conf, or CONFIG SET maxmemory-policy noeviction).',
  )
}

/** Its first tries may fail: each is told by the floor and made again. */
async function isThere(redis: RedisFloor['main']): Promise<boolean> {
  if (redis.status === 'ready') return true
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const ready = () => resolve(true)
  const timer = setTimeout(() => resolve(false), waitMs)
  redis.once('ready', ready)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    redis.off('ready', ready)
  }
}
