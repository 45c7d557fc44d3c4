import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { descendantsOf } from './cpu.ts'

/**
 * A server with all its processes on the first core, its load on the others: where both move about, each delivery
 * cost a tenth more, and p99 was what one took from the other. Left as it is on a machine of one core.
 */
export function keepApart(servers: number[], load: number): void {
  const last = availableParallelism() - 1
  if (last === 0) return
  for (const pid of servers.flatMap((one) => [one, ...descendantsOf(one).map(({ pid }) => pid)])) {
    putOn('0', pid)
  }
  putOn(`1-${last}`, load)
}

/** taskset(1): all threads of a process, and so what it starts from now on. One that has ended meanwhile is left. */
function putOn(cores: string, pid: number): void {
  const { error } = spawnSync('taskset', ['-a', '-c', '-p', cores, String(pid)])
  if (error) throw new Error('taskset, of util-linux, is needed to keep the load off the server')
}
