import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { holderOf, lockHouse } from './house-lock.ts'
import { openPostgres } from './postgres.ts'
import type { Settings } from './settings.ts'

/**
 * The database in DATA_DIR for somebody who only looks: as it runs, or brought up for as long as that takes,
 * and then nobody may start a house on it, who would lose it with us. Undefined where there is none yet.
 */
export async function openToLook(
  { at }: Pick<Settings, 'at'>,
  open: AsyncDisposableStack,
): Promise<string | undefined> {
  if (!existsSync(join(at('postgres'), 'data'))) return undefined
  const lock = at('launcher.pid')
  if (!holderOf(lock)) open.use(lockHouse(lock))
  const database = await openPostgres(at('postgres'))
  if (!database.adopted) open.defer(() => database.stop())
  return database.url
}
