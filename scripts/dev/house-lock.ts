import { existsSync, readFileSync, rmSync } from 'node:fs'
import { keep } from './keep.ts'
import { commandOf } from './processes.ts'

/** Who may hold a data folder, and what they do there. */
const holders = {
  'scripts/dev/run.ts': 'already runs on',
  'scripts/backup/main.ts': 'is making a copy of',
  'scripts/dev/rows.ts': 'is looking at',
  'scripts/doctor/main.ts': 'is looking at',
}

/** Refuses a second one on a data folder: it would stop the first one's database, or have its own stopped. */
export function lockHouse(path: string): Disposable {
  const held = holderOf(path)
  if (held) {
    throw new Error(
      `Vitrine ${held.does} this data folder (pid ${held.pid}). ` +
        'Stop it first, or choose another DATA_DIR and PORT.',
    )
  }
  keep(path, String(process.pid))
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

/** Who holds it now, if they live. */
export function holderOf(path: string): { pid: number; does: string } | undefined {
  const pid = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  const command = pid > 0 ? commandOf(pid) : ''
  const [, does] = Object.entries(holders).find(([program]) => command.includes(program)) ?? []
  return does === undefined ? undefined : { pid, does }
}
