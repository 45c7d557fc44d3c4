// The web processes: started, watched, started again when one dies, and drained at the end.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { root } from './settings.ts'

const restartFirstMs = 1_000
const restartMostMs = 30_000
const goodLifeMs = 60_000
const leash = new URL('./leash.ts', import.meta.url).href

/**
 * What a web process is started with. `gc` is for the one time after the start: server/main.ts. The space for new
 * objects, in MB, is half of what V8 takes where memory is plenty: a crowd that comes fills it, and when it is quiet
 * again most of it is given back (server/base/space.ts). Less is collected more often, just when thousands come or
 * press at once. Interleaved, 8 / 32 MB: of the process's time a join 1.25 / 1 (medians of 7 storms of 1,000), a press
 * by HTTP 1.65 / 1 (of 4 times 8,000).
 */
export const webArguments = [
  '--expose-gc',
  '--max-semi-space-size=32',
  '--import',
  leash,
  'server/main.ts',
]

/**
 * Code as V8 compiled it and without its types, kept from the last start: no compiler for TypeScript is
 * in memory then (15 MB less). Two arenas of malloc and not eight a core: threads that seldom work hold on
 * to less (5 MB).
 */
export const webEnvironment = {
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'vitrine-code'),
  MALLOC_ARENA_MAX: '2',
}

/** One place for a web process, which is filled again whenever its process dies. */
export class WebPlace {
  readonly #index: number
  readonly #env: NodeJS.ProcessEnv
  readonly #say: ((words: Uint8Array) => void) | undefined
  readonly #closing = new AbortController()
  #child: ChildProcess | undefined
  #restartMs = restartFirstMs

  /** `say` hears its log; without one it goes where ours goes. */
  constructor(index: number, env: NodeJS.ProcessEnv, say?: (words: Uint8Array) => void) {
    this.#index = index
    this.#say = say
    this.#env = { ...webEnvironment, ...env, PROCESS_INDEX: String(index) }
  }

  /** Starts the process; the promise ends when the first one does, with how it ended. */
  async start(): Promise<string> {
    const startedAt = Date.now()
    const child = spawn(process.execPath, webArguments, {
      cwd: root,
      env: this.#env,
      // A group of its own: Ctrl-C in the terminal reaches the launcher alone, which then drains.
      detached: true,
      stdio: ['ignore', this.#say ? 'pipe' : 'inherit', 'inherit', 'ipc'],
    })
    if (this.#say) child.stdout?.on('data', this.#say)
    this.#child = child
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    this.#child = undefined
    if (Date.now() - startedAt > goodLifeMs) this.#restartMs = restartFirstMs
    return code === null ? `by ${signal}` : `with exit code ${code}`
  }

  /** Keeps the place filled, given how its present process ends, until `stop`. */
  async keepFilled(ended: Promise<string>): Promise<void> {
    for (let end = ended; ; end = this.start()) {
      const how = await end
      if (this.#closing.signal.aborted) return
      console.error(`web process ${this.#index} ended ${how}; again in ${this.#restartMs} ms`)
      await pause(this.#restartMs, undefined, { signal: this.#closing.signal }).catch(() => {})
      if (this.#closing.signal.aborted) return
      this.#restartMs = Math.min(this.#restartMs * 2, restartMostMs)
    }
  }

  /** Asks the process to drain and waits for it; past the limit, or when hurried, it is killed. */
  async stop(limitMs: number, hurry: AbortSignal): Promise<void> {
    this.#closing.abort()
    const child = this.#child
    if (!child) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const limit = AbortSignal.any([hurry, AbortSignal.timeout(limitMs)])
    const kill = () => child.kill('SIGKILL')
    if (limit.aborted) kill()
    limit.addEventListener('abort', kill, { once: true })
    await ended
    limit.removeEventListener('abort', kill)
  }
}
