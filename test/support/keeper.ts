// A process that keeps the tests' Postgres and Redis, in a temporary folder of their own. It lives as
// long as the process that started it: should that be interrupted or killed, its end closes the
// channel between them, and the keeper stops both servers and removes the folder.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgres } from '../../scripts/dev/postgres.ts'
import { openRedis } from '../../scripts/dev/redis.ts'

export interface Addresses {
  database: string
  redis: string
}

/** Tests throw their database away: what a power cut would lose need not be waited for. */
const inHaste = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }

await using open = new AsyncDisposableStack()
const folder = mkdtempSync(join(tmpdir(), 'vitrine-test-'))
chmodSync(folder, 0o711)
open.defer(() => rmSync(folder, { recursive: true, force: true }))

const orphaned = new Promise<void>((resolve) => process.once('disconnect', () => resolve()))
const settings = { max_connections: '300', shared_buffers: '256MB', ...inHaste }
const database = await openPostgres(join(folder, 'postgres'), settings)
open.defer(() => database.stop())
const program = process.env.REDIS_SERVER_BIN || 'redis-server'
const redis = await openRedis(join(folder, 'redis'), { program, durable: false })
open.defer(() => redis.stop())

const addresses: Addresses = { database: database.url, redis: redis.url }
if (process.connected) process.send?.(addresses)
await orphaned
