import { existsSync, readFileSync, rmSync } from 'node:fs'
import { Misuse } from './arguments.ts'
import { keep } from './keep.ts'
import { commandOf } from './processes.ts'

const launcher = 'scripts/dev/run.ts'

/** Who may hold a data folder, and what they do there. */
const holders = {
  [launcher]: 'already runs on',
  'scripts/backup/main.ts': 'is making a copy of',
  'scripts/dev/rows.ts': 'is looking at',
  'scripts/doctor/main.ts': 'is looking at',
}

/** Refuses a second one on a data folder: it would stop the first one's database, or have its own stopped. */
export function lockHouse(path: string): Disposable {
  const held = holderOf(path)
  if (held) {
    throw new Misuse(
      `Vitrine ${held.does} this data folder (pid ${held.pid}). ` +
        'Stop it or let it end first, or choose another DATA_DIR and PORT.',
    )
  }
  keep(path, String(process.pid))
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

/** The launcher that holds it, by its pid, if that is who does. */
export function launcherOf(path: string): number | undefined {
  const held = holderOf(path)
  return held?.program === launcher ? held.pid : undefined
}

/** Who holds it now, if they live. */
function holderOf(path: string): { pid: number; program: string; does: string } | undefined {
  const pid = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  const command = pid > 0 ? commandOf(pid) : ''
  const [holder] = Object.entries(holders).filter(([program]) => command.includes(program))
  return holder && { pid, program: holder[0], does: holder[1] }
}
