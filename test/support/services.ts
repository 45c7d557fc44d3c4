// One Postgres and one Redis for the whole run of tests. vitest calls `setup` before the first file
// and `teardown` after the last; the tests find the addresses in their environment.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Addresses } from './keeper.ts'

let keeper: ChildProcess | undefined

export async function setup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL && process.env.TEST_REDIS_URL) return
  // Apart from our terminal: Ctrl-C must not take the database from tests that are still closing.
  keeper = fork(new URL('./keeper.ts', import.meta.url), { detached: true, execArgv: [] })
  const { database, redis } = await addressesFrom(keeper)
  process.env.TEST_DATABASE_URL ||= database
  process.env.TEST_REDIS_URL ||= redis
}

export async function teardown(): Promise<void> {
  if (!keeper || keeper.exitCode !== null) return
  const ended = once(keeper, 'exit')
  keeper.disconnect()
  await ended
}

async function addressesFrom(child: ChildProcess): Promise<Addresses> {
  const died = once(child, 'exit').then(() => {
    throw new Error('Postgres or Redis for the tests did not start, see above')
  })
  const [addresses] = (await Promise.race([once(child, 'message'), died])) as [Addresses]
  return addresses
}
