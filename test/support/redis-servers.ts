import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect } from 'vitest'
import { freePort } from '../../scripts/dev/keep.ts'

/** Redis servers of one test, each a process on loopback behind the same password. */
export type RedisServers = {
  /** REDIS_URL for all of them together. */
  url: string
  servers: RedisServer[]
  close(): Promise<void>
}

type RedisServer = { port: number; client: Redis; kill(): Promise<void> }

const redisPassword = 'for-tests-only'
const startMs = 20_000

/** A cluster of three masters that share the slots. */
export async function openRedisCluster(): Promise<RedisServers> {
  const farm = openFarm()
  const servers: RedisServer[] = []
  for (let n = 0; n < 3; n += 1) {
    servers.push(
      await farm.start(`node-${n}`, [
        'cluster-enabled yes',
        `cluster-port ${await freePort()}`,
        'cluster-node-timeout 1000',
      ]),
    )
  }
  const edges = [0, 5_461, 10_923, 16_384]
  for (const [n, { client }] of servers.entries()) {
    await client.call('cluster', 'set-config-epoch', String(n + 1))
    const range = [edges[n], (edges[n + 1] as number) - 1].map(String)
    await client.call('cluster', 'addslotsrange', ...range)
  }
  const [first, ...rest] = servers as [RedisServer, ...RedisServer[]]
  for (const { client } of rest)
    await client.call(
      'cluster',
      'meet',
      '127.0.0.1',
      String(first.port),
      String(await busOf(first)),
    )
  for (const { client } of servers) {
    await expect
      .poll(async () => String(await client.call('cluster', 'info')), { timeout: startMs })
      .toContain('cluster_state:ok')
    await expect
      .poll(async () => ((await client.call('cluster', 'slots')) as unknown[]).length, {
        timeout: startMs,
      })
      .toBe(3)
  }
  const nodes = rest.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const url = `redis://:${redisPassword}@127.0.0.1:${first.port}?mode=cluster&nodes=${nodes}`
  return { url, servers, close: farm.close }
}

async function busOf({ client }: RedisServer): Promise<number> {
  const [, port] = (await client.config('GET', 'cluster-port')) as [string, string]
  return Number(port)
}

/** A master, a replica, and a sentinel that is enough to make the replica master. */
export async function openRedisSentinel(): Promise<RedisServers> {
  const farm = openFarm()
  const auth = `masterauth ${redisPassword}`
  const master = await farm.start('master', [auth])
  const replica = await farm.start('replica', [auth, `replicaof 127.0.0.1 ${master.port}`])
  await expect
    .poll(async () => String(await replica.client.info('replication')), { timeout: startMs })
    .toContain('master_link_status:up')
  const sentinel = await farm.start(
    'sentinel',
    [
      `sentinel monitor shop 127.0.0.1 ${master.port} 1`,
      `sentinel auth-pass shop ${redisPassword}`,
      'sentinel down-after-milliseconds shop 1000',
      'sentinel failover-timeout shop 5000',
    ],
    ['--sentinel'],
  )
  await expect
    .poll(async () => String(await sentinel.client.info('sentinel')), { timeout: startMs })
    .toContain('slaves=1')
  const url = `redis://:${redisPassword}@127.0.0.1:${sentinel.port}?mode=sentinel&master=shop`
  return { url, servers: [master, replica, sentinel], close: farm.close }
}

function openFarm() {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-redis-'))
  const running: RedisServer[] = []
  return {
    async start(name: string, lines: string[], flags: string[] = []): Promise<RedisServer> {
      const own = join(folder, name)
      mkdirSync(own)
      const port = await freePort()
      const config = join(own, 'redis.conf')
      const all = ['bind 127.0.0.1', `port ${port}`, `requirepass ${redisPassword}`, `dir "${own}"`]
      writeFileSync(config, `${[...all, ...lines].join('\n')}\n`)
      const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server'
      const child = spawn(program, [config, ...flags], { stdio: 'ignore' })
      const server = { port, client: clientOf(port), kill: () => kill(child) }
      running.push(server)
      await expect
        .poll(() => server.client.ping().catch(() => 'not yet'), { timeout: startMs })
        .toBe('PONG')
      return server
    },
    async close(): Promise<void> {
      for (const { client } of running) client.disconnect()
      await Promise.all(running.map((server) => server.kill()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function clientOf(port: number): Redis {
  const client = new Redis({ port, password: redisPassword, retryStrategy: () => 100 })
  client.on('error', () => undefined) // it starts, or was killed
  return client
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
