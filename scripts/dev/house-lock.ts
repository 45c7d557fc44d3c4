import { existsSync, readFileSync, rmSync } from 'node:fs'
import { keep } from './keep.ts'
import { commandOf } from './processes.ts'

/** Refuses a second launcher on one data folder: it would stop the first one's database. */
export function lockHouse(path: string): Disposable {
  const holder = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  if (holder > 0 && commandOf(holder).includes('scripts/dev/run.ts')) {
    throw new Error(
      `Vitrine already runs on this data folder (pid ${holder}). ` +
        'Stop it first, or choose another DATA_DIR and PORT.',
    )
  }
  keep(path, String(process.pid))
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}
