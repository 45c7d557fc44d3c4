import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { lockHouse } from '../dev/house-lock.ts'
import { openPostgres, postgresOwner } from '../dev/postgres.ts'
import { copyIn, copyOut, type Manifest, Refused } from './folder.ts'

/** Also what stands beside it for a moment, while somebody takes it. */
const lock = 'launcher.pid'

/** Redis remembers nothing that Postgres does not; the rest is of the moment. */
const left = ['redis', join('postgres', 'log'), join('postgres', 'data', 'postmaster.pid')]

/**
 * Copies a closed house: its database after a clean stop, pictures, letters, recordings, secrets. A running
 * one is refused, and none can start meanwhile.
 */
export async function backUp(dataDir: string, out: string): Promise<Manifest> {
  if (!existsSync(join(dataDir, 'postgres', 'data')))
    throw new Refused(`There is no house in ${dataDir}.`)
  if (existsSync(out)) throw new Refused(`${out} is there already: name a new folder.`)
  if (`${out}${sep}`.startsWith(`${dataDir}${sep}`))
    throw new Refused(`${out} is inside of what is copied.`)
  using _lock = lockHouse(join(dataDir, lock))
  // Up and down again: what a kill or a power cut left half done is recovered, and all is on disk.
  const database = await openPostgres(join(dataDir, 'postgres'))
  await database.stop()
  return copyOut(dataDir, out, (path) => left.includes(path) || path.startsWith(lock))
}

/** Puts a copy into an empty DATA_DIR. Nothing stands there until all of it has been checked. */
export async function putBack(from: string, dataDir: string): Promise<Manifest> {
  return copyIn(from, dataDir, async (folder) => {
    await mkdir(join(folder, 'redis'), { recursive: true })
    const owner = postgresOwner(join(folder, 'postgres'))
    if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, join(folder, 'postgres')])
  })
}
