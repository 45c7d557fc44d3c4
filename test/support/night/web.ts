import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { root } from '../../../scripts/dev/settings.ts'
import type { Charge } from './guard.ts'
import { until } from './until.ts'

const leash = new URL('../../../scripts/dev/leash.ts', import.meta.url).href
const arm = new URL('./arm.ts', import.meta.url).href
/** A busy machine takes its time to load the server. */
const startMs = 120_000
/** pino's `error`. */
const errorLevel = 50

export type Ended = { code: number | null; signal: NodeJS.Signals | null; ms: number }
export type Readiness = {
  httpStatus: number
  status: string
  postgres: string
  redis: string
  media: { state: string }
}

type Needs = {
  index: number
  port: number
  env: Record<string, string>
  log: string
  guard(charge: Charge): void
}

/** One web process of the night: `node server/main.ts`, as npm start runs it. */
export class Web {
  readonly url: string
  readonly index: number
  /** Places where it stood still since it was armed, and went on. */
  readonly stallsOver = new Set<string>()
  readonly #needs: Needs
  #heard = 0
  #child: ChildProcess | undefined
  #ended: Promise<Ended> | undefined

  constructor(needs: Needs) {
    this.#needs = needs
    this.index = needs.index
    this.url = `http://127.0.0.1:${needs.port}`
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  get pid(): number {
    if (!this.#child?.pid) throw new Error(`web process ${this.index} does not run`)
    return this.#child.pid
  }

  /** How it ends, when it does. */
  get ended(): Promise<Ended> {
    if (!this.#ended) throw new Error(`web process ${this.index} was never started`)
    return this.#ended
  }

  /** Starts it and waits until it says that it can serve; `more` is for this life alone. */
  async start(more: Record<string, string> = {}): Promise<void> {
    this.launch(more)
    await this.ready()
  }

  /** Waits until it says that it can serve; fails when it ends first. */
  async ready(): Promise<void> {
    const { env } = this.#needs
    const isReady = async () => {
      if (!this.isRunning) return true
      const { httpStatus, media } = await this.readiness()
      return httpStatus === 200 && (env['MEDIA_WORKERS'] === '0' || media.state === 'ok')
    }
    await until(`web process ${this.index} is ready`, isReady, startMs).catch((error) => {
      throw new Error(`${error.message}\n${this.words()}`)
    })
    if (!this.isRunning) throw new Error(`web process ${this.index} ended:\n${this.words()}`)
  }

  /** Starts it and waits for nothing. */
  launch(more: Record<string, string> = {}): void {
    const { env, log, guard } = this.#needs
    const output = openSync(log, 'a')
    const child = spawn(process.execPath, ['--import', leash, '--import', arm, 'server/main.ts'], {
      cwd: root,
      env: { ...env, ...more },
      detached: true,
      stdio: ['ignore', output, output, 'ipc'],
    })
    const startedAt = performance.now()
    this.#child = child
    child.on('message', ({ stallOver }: { stallOver: string }) => this.stallsOver.add(stallOver))
    this.#ended = once(child, 'exit').then(([code, signal]) => {
      if (this.#child === child) this.#child = undefined
      return { code, signal, ms: performance.now() - startedAt } as Ended
    })
    if (child.pid) guard({ pid: child.pid, words: 'server/main.ts' })
    // The child has the log open for itself now.
    closeSync(output)
  }

  /** It dies, stands still or stumbles when it comes to these places: `hold.after-commit=kill`. */
  arm(failpoints: string): void {
    this.stallsOver.clear()
    this.#child?.send({ failpoints })
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name)
  }

  async kill(): Promise<void> {
    const ended = this.ended
    this.signal('SIGKILL')
    await ended
  }

  async readiness(ms = 3_000): Promise<Readiness> {
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(ms) })
    return {
      ...((await answer.json()) as Omit<Readiness, 'httpStatus'>),
      httpStatus: answer.status,
    }
  }

  /** What it wrote to its log last. */
  words(): string {
    return readFileSync(this.#needs.log, 'utf8').slice(-3_000)
  }

  /** What it logged as an error, or said outside its log, since this was asked last. */
  complaints(): string[] {
    const all = readFileSync(this.#needs.log, 'utf8').split('\n').filter(Boolean)
    const fresh = all.slice(this.#heard)
    this.#heard = all.length
    return fresh.filter((line) => !line.startsWith('{') || JSON.parse(line).level >= errorLevel)
  }
}
