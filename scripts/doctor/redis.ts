import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { type Finding, fail, looked, ok, warn } from './finding.ts'

const versionMin = 7
const nearMs = 5

/** It carries and counts; what it must not do is throw entries of a queue away. */
export function checkRedis(url: string): Promise<Finding[]> {
  const advice = 'Start it, or correct REDIS_URL. Until then everything works, only slower.'
  return looked('redis', advice, async () => {
    const options = {
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      connectTimeout: 4_000,
    }
    const redis = new Redis(url, options)
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      const info = await redis.info()
      const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
      return [
        ...judgeVersion(fact('valkey_version'), fact('redis_version'), await quickest(redis)),
        judgePolicy(fact('maxmemory_policy')),
        ...judgeRoom(Number(fact('used_memory')), Number(fact('maxmemory'))),
        ...judgeWrites(fact('aof_last_write_status'), fact('role')),
        await checkRelay(redis),
      ]
    } finally {
      redis.disconnect()
    }
  })
}

function judgeVersion(valkey: string, redis: string, ms: number): Finding[] {
  const says = `${valkey ? `Valkey ${valkey}` : `Redis ${redis}`} answers in ${ms.toFixed(1)} ms`
  if (Number(redis.split('.')[0]) < versionMin)
    return [fail('redis', says, `Upgrade it to ${versionMin} or later, or use Valkey.`)]
  const advice = 'Put it on the same machine or network: every event passes through it.'
  return [ms > nearMs ? warn('redis', says, advice) : ok('redis', says)]
}

function judgePolicy(policy: string): Finding {
  const says = `maxmemory-policy is ${policy}`
  if (policy === 'noeviction') return ok('redis policy', says)
  return fail(
    'redis policy',
    `${says}: it may throw away queued work`,
    'redis-cli CONFIG SET maxmemory-policy noeviction; and the same line in redis.conf.',
  )
}

function judgeRoom(used: number, most: number): Finding[] {
  if (most === 0 || used < most * 0.8) return []
  const says = `${Math.round((used / most) * 100)} % of its memory are in use`
  return [warn('redis memory', says, 'Raise maxmemory, or see what else lives in it.')]
}

function judgeWrites(aof: string, role: string): Finding[] {
  if (role === 'slave')
    return [fail('redis role', 'it only follows another one', 'Point REDIS_URL at the primary.')]
  if (aof !== 'err') return []
  return [
    fail(
      'redis disk',
      'its last write to disk failed',
      'Free room on its disk; until then it takes no writes.',
    ),
  ]
}

async function quickest(redis: Redis): Promise<number> {
  let best = Infinity
  for (let n = 0; n < 5; n++) {
    const startedAt = performance.now()
    await redis.ping()
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}

/** What one node publishes another hears: between nodes there is no other way for events. */
async function checkRelay(redis: Redis): Promise<Finding> {
  const channel = `vitrine:doctor:${randomUUID()}`
  const ear = redis.duplicate()
  ear.on('error', () => undefined)
  try {
    await ear.subscribe(channel)
    const heard = new Promise<void>((resolve) => ear.once('message', () => resolve()))
    const ears = await redis.publish(channel, 'well')
    if (ears === 0)
      return fail(
        'redis relay',
        'what is published is not heard',
        'Allow SUBSCRIBE and PUBLISH on vitrine:* for its user.',
      )
    await heard
    return ok('redis relay', 'what is published is heard')
  } finally {
    ear.disconnect()
  }
}
