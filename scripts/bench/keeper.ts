// A process that keeps the bench's own Postgres and Redis, both durable as `npm start` runs them. It
// lives as long as the process that started it: should that be killed, the channel between them
// closes, and the keeper stops both and removes their folder.

import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgres } from '../dev/postgres.ts'
import { openRedis } from '../dev/redis.ts'

export type Servers = {
  folder: string
  postgres: { url: string; pid: number }
  redis: { url: string; pid: number }
}

await using open = new AsyncDisposableStack()
const folder = mkdtempSync(join(tmpdir(), 'vitrine-bench-'))
chmodSync(folder, 0o711)
open.defer(() => rmSync(folder, { recursive: true, force: true }))
const orphaned = new Promise<void>((resolve) => process.once('disconnect', () => resolve()))

const settings = { max_connections: '100', shared_buffers: '256MB', max_wal_size: '2GB' }
const postgres = await openPostgres(join(folder, 'postgres'), settings)
open.defer(() => postgres.stop())
const program = process.env.REDIS_SERVER_BIN || 'redis-server'
const redis = await openRedis(join(folder, 'redis'), { program, durable: true })
open.defer(() => redis.stop())

const pidIn = (...path: string[]) => Number.parseInt(readFileSync(join(folder, ...path), 'utf8'))
const servers: Servers = {
  folder,
  postgres: { url: postgres.url, pid: pidIn('postgres', 'data', 'postmaster.pid') },
  redis: { url: redis.url, pid: pidIn('redis', 'pid') },
}
if (process.connected) process.send?.(servers)
await orphaned
