import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import { type Allowance, allowances } from '../base/limits.ts'
import { networkOf } from '../base/network.ts'
import { Refusal } from '../base/refusal.ts'
import type { RedisFloor } from '../store/redis.ts'

export type Limits = {
  /** Counts one call; throws RATE_LIMITED with the wait. */
  count(name: string, subject: { accountId: string | undefined; address: string }): Promise<void>
}

/** Few enough calls to be worth a round trip, so that all nodes count together. */
const shared = new Set([
  'signUp',
  'signIn',
  'signInFromElsewhere',
  'signInAgain',
  'enterAsGuest',
  'forgotPassword',
  'resetPassword',
  'addPicture',
  'importProducts',
  'place',
  'typeCode',
  'typeCodeFromThere',
])

/**
 * Counts calls by name. `fallback` names the allowance of everything that has none of its own.
 * Without Redis each process counts alone.
 */
export function createLimits(
  settings: { on: boolean; fallback: 'http' | 'socket' },
  redis: RedisFloor,
): Limits {
  if (!settings.on) return { count: () => Promise.resolve() }
  const limiters = new Map<string, { allowance: Allowance; limiter: RateLimiterAbstract }>()
  for (const [name, allowance] of Object.entries(allowances)) {
    limiters.set(name, { allowance, limiter: limiterOf(name, allowance, redis) })
  }
  return {
    async count(name, subject) {
      const found = limiters.get(name) ?? limiters.get(settings.fallback)
      if (!found) return
      const { allowance, limiter } = found
      const network = networkOf(subject.address)
      const key = allowance.by === 'account' ? (subject.accountId ?? network) : network
      try {
        await limiter.consume(key)
      } catch (wait) {
        if (!(wait instanceof RateLimiterRes)) throw wait
        const seconds = Math.max(1, Math.ceil(wait.msBeforeNext / 1_000))
        throw new Refusal('RATE_LIMITED', `Too many at once. Try again in ${seconds} s.`, {
          retryAfterMs: wait.msBeforeNext,
        })
      }
    },
  }
}

function limiterOf(name: string, { points, seconds }: Allowance, redis: RedisFloor) {
  const options = { keyPrefix: `vitrine:limit:${name}`, points, duration: seconds }
  const memory = new RateLimiterMemory(options)
  if (!shared.has(name)) return memory
  return new RateLimiterRedis({
    ...options,
    storeClient: redis.main,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  })
}
