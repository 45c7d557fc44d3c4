import { readFileSync } from 'node:fs'
import { commandOf } from '../../../scripts/dev/processes.ts'

/** The media workers of a web process. Linux tells; elsewhere none are found. */
export function mediaWorkersOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const pids = children.trim().split(' ').filter(Boolean).map(Number)
    return pids.filter((child) => commandOf(child).includes('mediasoup-worker'))
  } catch {
    return []
  }
}
