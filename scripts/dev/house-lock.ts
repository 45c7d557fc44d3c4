import { linkSync, readFileSync, rmSync } from 'node:fs'
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
  const written = `${path}.new.${process.pid}`
  keep(written, String(process.pid))
  try {
    take(path, written)
  } finally {
    rmSync(written, { force: true })
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

/**
 * Takes a lock by a link, so that it never stands there without its pid. One whose holder is gone is removed
 * under a lock of its own, named after that holder: else two would see it, and the second remove what the
 * first has just taken.
 */
function take(path: string, written: string): void {
  if (linked(written, path)) return
  const pid = pidIn(path)
  const held = holderAs(pid)
  if (held) {
    throw new Misuse(
      `Vitrine ${held.does} this data folder (pid ${held.pid}). ` +
        'Stop it or let it end first, or choose another DATA_DIR and PORT.',
    )
  }
  const clearing = `${path}.${pid}`
  take(clearing, written)
  try {
    if (pidIn(path) === pid) rmSync(path, { force: true })
  } finally {
    rmSync(clearing, { force: true })
  }
  take(path, written)
}

function linked(written: string, path: string): boolean {
  try {
    linkSync(written, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** The launcher that holds it, by its pid, if that is who does. */
export function launcherOf(path: string): number | undefined {
  const held = holderAs(pidIn(path))
  return held?.program === launcher ? held.pid : undefined
}

/** 0 where there is no lock. */
function pidIn(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return 0
  }
}

/** Who of ours lives under this pid. Our own was noted by somebody who had it before us. */
function holderAs(pid: number): { pid: number; program: string; does: string } | undefined {
  const command = pid > 0 && pid !== process.pid ? commandOf(pid) : ''
  const [holder] = Object.entries(holders).filter(([program]) => command.includes(program))
  return holder && { pid, program: holder[0], does: holder[1] }
}
