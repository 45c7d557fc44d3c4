import { randomUUID } from 'node:crypto'
import { Cluster, type Redis } from 'ioredis'
import { createLog } from '../../server/base/log.ts'
import { openRedis, type RedisFloor } from '../../server/store/redis.ts'
import { type Finding, fail, looked, ok, warn } from './finding.ts'
import { judgeNearness } from './near.ts'

const versionMin = 7
const readyMs = 2_000

/** It carries and counts; what it must not do is throw entries of a queue away. */
export function checkRedis(url: string): Promise<Finding[]> {
  const advice = 'Start it, or correct REDIS_URL. Until then everything works, only slower.'
  return looked('redis', advice, async () => {
    const redis = openRedis(url, createLog('silent'))
    try {
      await ready(redis.main)
      const { main } = redis
      const isCluster = main instanceof Cluster
      const servers = isCluster ? main.nodes('master') : [main]
      const each = await Promise.all(servers.map((server) => checkServer(server, isCluster)))
      const whole = isCluster ? [await checkCluster(servers)] : []
      return [...each.flat(), ...whole, await checkRelay(redis)]
    } finally {
      await redis.close()
    }
  })
}

/** As the server opens it, which tries again and again: here for a moment, and then why not. */
async function ready(main: RedisFloor['main']): Promise<void> {
  if (main.status === 'ready') return
  let reason = 'it does not answer'
  main.on('error', ({ message }: Error) => {
    reason = message
  })
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(reason)), readyMs)
    main.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** One server; of several each says who it is. */
async function checkServer(redis: Redis, isOneOfMany: boolean): Promise<Finding[]> {
  const { host, port } = redis.options
  const who = isOneOfMany ? `${host}:${port} ` : ''
  const info = await redis.info()
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
  const findings = [
    judgeVersion(fact('valkey_version'), fact('redis_version'), {
      ms: await quickest(redis),
      host: host ?? '',
    }),
    judgePolicy(fact('maxmemory_policy')),
    ...judgeRoom(Number(fact('used_memory')), Number(fact('maxmemory'))),
    ...judgeWrites(fact('aof_last_write_status'), fact('role')),
  ]
  return findings.map((finding) => ({ ...finding, says: `${who}${finding.says}` }))
}

function judgeVersion(valkey: string, redis: string, answered: { ms: number; host: string }) {
  const name = valkey ? `Valkey ${valkey}` : `Redis ${redis}`
  const says = `${name} answers in ${answered.ms.toFixed(1)} ms`
  if (Number(redis.split('.')[0]) < versionMin)
    return fail('redis', says, `Upgrade it to ${versionMin} or later, or use Valkey.`)
  return judgeNearness('redis', says, { ...answered, waits: 'every event passes through it' })
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

/** A slot that nobody serves is a show of which the other nodes hear late. */
async function checkCluster(masters: Redis[]): Promise<Finding> {
  const told = await Promise.all(masters.map((master) => master.cluster('INFO')))
  const says = `a cluster of ${masters.length} masters`
  if (told.every((info) => /cluster_state:ok/.test(info)))
    return ok('redis cluster', `${says} that serves every slot`)
  const advice = '`redis-cli --cluster check` names the slots without a master: bring them back.'
  return fail('redis cluster', `${says} that does not serve every slot`, advice)
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
async function checkRelay(redis: RedisFloor): Promise<Finding> {
  const channel = `vitrine:doctor:${randomUUID()}`
  const heard = new Promise<void>((resolve) => redis.onMessage(() => resolve()))
  await redis.subscribe(channel)
  if ((await redis.publish(channel, 'well')) === 0)
    return fail(
      'redis relay',
      'what is published is not heard',
      'Allow SUBSCRIBE and PUBLISH (of a cluster SSUBSCRIBE and SPUBLISH) on vitrine:* for its user.',
    )
  await heard
  return ok('redis relay', 'what is published is heard')
}
