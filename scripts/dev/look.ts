import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Misuse } from './arguments.ts'
import { launcherOf, lockHouse } from './house-lock.ts'
import { findPostgres, openPostgres } from './postgres.ts'
import type { Settings } from './settings.ts'

/**
 * The database in DATA_DIR for somebody who only looks: as its launcher runs it, or brought up for as long
 * as that takes, and then nobody else may use the folder, who would lose it with us. Undefined where there
 * is none yet.
 */
export async function openToLook(
  { at }: Pick<Settings, 'at'>,
  open: AsyncDisposableStack,
): Promise<string | undefined> {
  if (!existsSync(join(at('postgres'), 'data'))) return undefined
  const lock = at('launcher.pid')
  const launcher = launcherOf(lock)
  if (launcher !== undefined) return urlUnder(launcher, at('postgres'))
  open.use(lockHouse(lock))
  const database = await openPostgres(at('postgres'))
  if (!database.adopted) open.defer(() => database.stop())
  return database.url
}

/** Never brought up here: a launcher would take it over, and lose it with us. */
async function urlUnder(launcher: number, folder: string): Promise<string> {
  const database = await findPostgres(folder)
  if (database) return database.url
  throw new Misuse(
    `Vitrine runs on this data folder (pid ${launcher}) without the Postgres in it. ` +
      'Try again when it is ready; where it has another Postgres, set the same DATABASE_URL.',
  )
}
