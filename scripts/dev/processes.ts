import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 50

/** The command line of a process, or '' when it is gone. A zombie has ended and has none. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/** Asks a process to end, waits, and after the limit ends it by force. */
export async function endProcess(
  pid: number,
  how: { ask: NodeJS.Signals; force: NodeJS.Signals; limitMs: number },
): Promise<void> {
  const isGone = () => commandOf(pid) === ''
  signal(pid, how.ask)
  if (await waitUntil(isGone, how.limitMs)) return
  signal(pid, how.force)
  await waitUntil(isGone, how.limitMs)
}

/** Sends a signal to a process that may have ended a moment ago. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Whether the condition came true within the limit. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  const deadline = Date.now() + limitMs
  while (!(await condition())) {
    if (Date.now() > deadline) return false
    await pause(pollMs)
  }
  return true
}
