import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { descendantsOf } from './cpu.ts'

/**
 * Those who tell on the first core, their load on the others: where both move about, each delivery cost a tenth
 * more, and p99 was what one took from the other. A database stays where the kernel puts it, as in a real house.
 * Left as it is on a machine of one core.
 */
export function keepApart(tellers: number[], load: number): void {
  const last = availableParallelism() - 1
  if (last === 0) return
  for (const pid of tellers.flatMap((one) => [one, ...descendantsOf(one).map(({ pid }) => pid)])) {
    putOn('0', pid)
  }
  putOn(`1-${last}`, load)
}

/** taskset(1): all threads of a process, and so what it starts from now on. One that has ended meanwhile is left. */
function putOn(cores: string, pid: number): void {
  const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', cores, String(pid)])
  if (status === 0 || !existsSync(`/proc/${pid}`)) return
  const why = stderr?.toString().trim() || 'there is no taskset (Debian: util-linux)'
  throw new Error(`the load cannot be kept off the server: ${why}`)
}
