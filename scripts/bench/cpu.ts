import { readdirSync, readFileSync } from 'node:fs'
import { commandOf } from '../dev/processes.ts'

/** Linux counts CPU time of processes in hundredths of a second, whatever the kernel's own tick. */
const msPerTick = 10

/**
 * CPU time in ms of processes with all their children, also of those that have ended and were waited
 * for. A process whose time is not ours (its pid is gone) counts nothing.
 */
export function cpuMsOf(roots: number[]): number {
  return familyOf(roots).reduce((sum, p) => sum + p.ticks * msPerTick, 0)
}

function familyOf(roots: number[]): Process[] {
  const all = processes()
  const wanted = new Set(roots)
  for (let grew = true; grew; ) {
    grew = false
    for (const { pid, parent } of all) {
      if (wanted.has(parent) && !wanted.has(pid)) {
        wanted.add(pid)
        grew = true
      }
    }
  }
  return all.filter((p) => wanted.has(p.pid))
}

/** A process with all its children and theirs, each with its command line. */
export function descendantsOf(root: number): { pid: number; command: string }[] {
  return familyOf([root]).map(({ pid }) => ({ pid, command: commandOf(pid) }))
}

/** CPU time in ms of one process by itself, without its children. */
export function ownCpuMsOf(pid: number): number {
  return (read(pid)?.own ?? 0) * msPerTick
}

type Process = { pid: number; parent: number; ticks: number; own: number }

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? [])
}

/** proc(5): after the name in brackets come state, ppid …, utime, stime, cutime, cstime. */
function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = rest.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    const own = Number(rest[11]) + Number(rest[12])
    return { pid, parent: Number(rest[1]), ticks, own }
  } catch {
    return undefined // it ended meanwhile
  }
}

/** Resident memory of one process, in bytes. */
export function memoryOf(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb) * 1024
}
