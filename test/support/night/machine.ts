import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Charge } from './guard.ts'

// What the machine itself can be short of. Each answers whether it can be brought about here: it takes
// Linux, and root for most of it.

/** Puts small disks of their own under folders of a night; false where nothing may be mounted. */
export function smallDisks(
  folder: string,
  guard: (charge: Charge) => void,
  sizes: Record<string, string>,
): boolean {
  return Object.entries(sizes).every(([name, size]) => {
    const path = join(folder, name)
    mkdirSync(path)
    const mounted = run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', path)
    if (!mounted) return false
    chmodSync(path, 0o711)
    guard({ mount: path })
    return true
  })
}

/** Whether somebody may mount a disk here. */
export function mayMount(folder: string): boolean {
  const path = join(folder, 'may-mount')
  mkdirSync(path, { recursive: true })
  const may = run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path)
  if (may) run('umount', path)
  return may
}

const fillName = 'full'
/** Left on a disk that is full: less than a page. */
const leftBytes = 4_096

/** Fills a disk to the last page. */
export function fill(path: string): void {
  const { bavail, bsize } = statfsSync(path)
  const bytes = bavail * bsize - leftBytes
  if (bytes <= 0) return
  try {
    writeFileSync(join(path, fillName), Buffer.alloc(bytes, 1), { flag: 'a' })
  } catch (error) {
    // Somebody else wrote meanwhile: full is full.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

export function makeRoom(path: string): void {
  rmSync(join(path, fillName), { force: true })
}

/** Files and sockets that a process has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** From now on it may have so many; false where that cannot be said. */
export function limitFiles(pid: number, most: number | 'unlimited'): boolean {
  return run('prlimit', `--pid=${pid}`, `--nofile=${most === 'unlimited' ? '20000' : most}:20000`)
}

/**
 * A group of processes that get so much more memory and then are killed, as in a container. Undefined
 * where no such group can be made.
 */
export function memoryGroup(
  name: string,
): { take(pid: number, bytes: number): void; end(): void } | undefined {
  const kinds = [
    {
      path: `/sys/fs/cgroup/memory/${name}`,
      limit: 'memory.limit_in_bytes',
      procs: 'cgroup.procs',
    },
    { path: `/sys/fs/cgroup/${name}`, limit: 'memory.max', procs: 'cgroup.procs' },
  ]
  for (const { path, limit, procs } of kinds) {
    try {
      mkdirSync(path)
    } catch {
      continue // Not this kind of machine.
    }
    if (!readdirSync(path).includes(limit)) {
      rmdir(path)
      continue
    }
    return {
      take(pid, bytes) {
        writeFileSync(join(path, limit), String(bytes))
        writeFileSync(join(path, procs), String(pid))
      },
      end: () => rmdir(path),
    }
  }
  return undefined
}

function rmdir(path: string): void {
  run('rmdir', path)
}

const fakeClocks = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
)

/** Environment of a process whose clock is wrong by so much; undefined without libfaketime. */
export function wrongClock(seconds: number): Record<string, string> | undefined {
  const library = fakeClocks.find((path) => existsSync(path))
  if (!library) return undefined
  const sign = seconds < 0 ? '-' : '+'
  return {
    LD_PRELOAD: library,
    FAKETIME: `${sign}${Math.abs(seconds)}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
}

function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
