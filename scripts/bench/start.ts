import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../dev/keep.ts'
import { root } from '../dev/settings.ts'
import type { Asked } from './arguments.ts'
import { descendantsOf, memoryOf } from './cpu.ts'
import { Figures, judge, machine, type Report, type Target } from './report.ts'

/** An idle server is looked at when it has been idle for a while. */
const idleMs = 10_000
const readyLimitMs = 120_000

/**
 * `npm start` as a person types it, with a folder of its own. The first one makes databases and the
 * demo shop and does not count; each later one is timed from the key press to the first ready answer.
 */
export async function benchStart(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const runs = asked.quick ? 3 : 5
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-bench-start-'))
  chmodSync(folder, 0o711)
  open.defer(() => rmSync(folder, { recursive: true, force: true }))
  const figures = new Figures()
  await startOnce(folder, open, async () => {})
  for (let run = 0; run < runs; run += 1) {
    await startOnce(folder, open, async (pid, readyMs) => {
      figures.add('ours', 'second npm start: ready', 's', readyMs / 1000)
      await new Promise((resolve) => setTimeout(resolve, idleMs))
      const web = descendantsOf(pid).find(({ command }) => command.includes('server/main.ts'))
      if (!web) throw new Error('the web process is not among what npm start started')
      figures.add('ours', 'idle: memory of the web process', 'MB', memoryOf(web.pid) / 2 ** 20)
    })
    process.stderr.write('.')
  }
  return {
    name: 'start',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: ['From the command to the first 200 of /readyz; memory is resident memory (RSS).'],
  }
}

/** Starts, waits until it is ready, looks, and stops it as Ctrl-C does. */
async function startOnce(
  folder: string,
  open: AsyncDisposableStack,
  look: (pid: number, readyMs: number) => Promise<void>,
): Promise<void> {
  const port = await freePort()
  const mediaPort = await freePort()
  const { DATABASE_URL: _, REDIS_URL: __, ...others } = process.env
  const env = { ...others, PORT: String(port), MEDIA_PORT: String(mediaPort), DATA_DIR: folder }
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...env, LOG_LEVEL: 'error' },
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  let over = false
  const stop = async () => {
    if (over) return
    over = true
    child.kill('SIGTERM')
    await ended
  }
  open.defer(stop)
  const readyMs = await untilReady(`http://127.0.0.1:${port}/readyz`, startedAt)
  await look(child.pid as number, readyMs)
  await stop()
}

async function untilReady(url: string, startedAt: number): Promise<number> {
  for (;;) {
    const took = performance.now() - startedAt
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return performance.now() - startedAt
    if (took > readyLimitMs) throw new Error(`not ready after ${readyLimitMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const targets: Target[] = [
  {
    of: 'second npm start',
    to: 's to ready',
    target: 5,
    atMost: true,
    value: (f) => f.median('ours', 'second npm start: ready'),
  },
  {
    of: 'idle web process',
    to: 'MB',
    target: 150,
    atMost: true,
    value: (f) => f.median('ours', 'idle: memory of the web process'),
  },
]
