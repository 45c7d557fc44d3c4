import { once } from 'node:events'
import type { RedisFloor } from './redis.ts'

/** A Redis that is not there by then is not waited for: everything works without it. */
const waitMs = 2_000

/**
 * Refuses a Redis that throws entries away when its memory is full: a queue would lose work and a
 * counter its count, and nobody would be told. One that is away, or will not say, is no reason to stay closed.
 */
export async function mustNotEvict(redis: RedisFloor['main']): Promise<void> {
  const policy = await policyOf(redis)
  if (policy === undefined || policy === 'noeviction') return
  throw new Error(
    `Redis may throw entries away: its maxmemory-policy is ${policy}. ` +
      'Set it to noeviction (redis.conf, or CONFIG SET maxmemory-policy noeviction).',
  )
}

async function policyOf(redis: RedisFloor['main']): Promise<string | undefined> {
  try {
    if (redis.status !== 'ready') {
      await once(redis, 'ready', { signal: AbortSignal.timeout(waitMs) })
    }
    return /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1]
  } catch {
    // Away: the floor tells of it.
    return undefined
  }
}
