import { existsSync, readFileSync, rmSync } from 'node:fs'
import { keep } from './keep.ts'
import { commandOf } from './processes.ts'

/** Who may hold a data folder: a launcher, or a backup of it. */
const holders = ['scripts/dev/run.ts', 'scripts/backup/main.ts']

/** Refuses a second one on a data folder: it would stop the first one's database. */
export function lockHouse(path: string): Disposable {
  const holder = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  const command = holder > 0 ? commandOf(holder) : ''
  if (holders.some((program) => command.includes(program))) {
    const what = command.includes(holders[0] as string) ? 'already runs on' : 'is making a copy of'
    throw new Error(
      `Vitrine ${what} this data folder (pid ${holder}). ` +
        'Stop it first, or choose another DATA_DIR and PORT.',
    )
  }
  keep(path, String(process.pid))
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}
