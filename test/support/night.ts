import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type postgres from 'postgres'
import { root } from '../../scripts/dev/settings.ts'
import { makeCrowd, type Person } from './house.ts'
import { type Fault, FaultProxy } from './night/fault-proxy.ts'
import type { Charge } from './night/guard.ts'
import { Ports } from './night/ports.ts'
import { randomOf, seedOfTonight } from './night/random.ts'
import { Stores } from './night/stores.ts'
import { Web } from './night/web.ts'

type Settings = {
  processes?: number
  env?: Record<string, string>
  /** What one process has for itself. */
  envOf?: (index: number) => Record<string, string>
  /** What is done to the folder before anything is in it. */
  prepare?: (folder: string, guard: (charge: Charge) => void) => void
}

/** For stories that can be told of one process and of two: the usual number, or what was asked for. */
export const nodesOr = (usual: number) => Number(process.env.FAULTS_NODES ?? usual)

/** One process' own ways to Postgres and Redis. */
export type Ways = { postgres: FaultProxy; redis: FaultProxy }

/** The same fault on the ways of all processes. */
type All = { set(fault: Fault): Promise<void>; heal(): Promise<void> }

/**
 * A running house that may be hurt: a Postgres and a Redis of its own, behind fault proxies of each
 * web process, and these processes as `npm start` runs them. Everything ends with it, also when a
 * test fails.
 */
export class Night {
  readonly seed: number
  readonly random: () => number
  readonly folder: string
  readonly ports: Ports
  readonly stores: Stores
  readonly webs: Web[] = []
  readonly #waysOf: Ways[] = []
  readonly #guard: ChildProcess
  readonly #guarding: (charge: Charge) => void

  static async open(settings: Settings = {}): Promise<Night> {
    const night = new Night(await Ports.claim(), settings)
    process.stdout.write(`  a night of FAULTS_SEED=${night.seed}\n`)
    try {
      await night.#begin(settings)
      return night
    } catch (error) {
      await night.close()
      throw error
    }
  }

  private constructor(ports: Ports, { prepare }: Settings) {
    this.seed = seedOfTonight()
    this.random = randomOf(this.seed)
    this.ports = ports
    this.folder = mkdtempSync(join(tmpdir(), 'vitrine-night-'))
    chmodSync(this.folder, 0o711)
    const guard = new URL('./night/guard.ts', import.meta.url)
    this.#guard = fork(guard, { detached: true, execArgv: [] })
    this.#guarding = (charge) => void this.#guard.send(charge)
    this.#guarding({ folder: this.folder })
    prepare?.(this.folder, this.#guarding)
    this.stores = new Stores({ folder: this.folder, ports, guard: this.#guarding })
  }

  /** For those who look on: as superuser, past the proxies. */
  get sql(): postgres.Sql {
    return this.stores.sql
  }

  /** Redis' own address, past the proxies. */
  get redisUrl(): string {
    return this.stores.redisUrl
  }

  /** The ways of every process at once. */
  get ways(): { postgres: All; redis: All } {
    const all = (to: keyof Ways): All => ({
      set: async (fault) => void (await Promise.all(this.#waysOf.map((w) => w[to].set(fault)))),
      heal: async () => void (await Promise.all(this.#waysOf.map((w) => w[to].heal()))),
    })
    return { postgres: all('postgres'), redis: all('redis') }
  }

  waysOf(index: number): Ways {
    const ways = this.#waysOf[index]
    if (!ways) throw new Error(`there is no web process ${index}`)
    return ways
  }

  web(index: number): Web {
    const web = this.webs[index]
    if (!web) throw new Error(`there is no web process ${index}`)
    return web
  }

  killPostgres = () => this.stores.killPostgres()
  startPostgres = () => this.stores.startPostgres()
  signalRedis = (name: NodeJS.Signals) => this.stores.signalRedis(name)
  startRedis = () => this.stores.startRedis()

  /** As in the evening: every way open, every process running. For the next story, whatever became of this one. */
  async restore(): Promise<void> {
    await Promise.all([this.ways.postgres.heal(), this.ways.redis.heal()])
    await this.stores.restore()
    for (const web of this.webs) {
      if (web.isRunning) web.signal('SIGCONT')
      else await web.start()
    }
  }

  /** People with sessions, straight into the rows. */
  people(count: number): Promise<Person[]> {
    return makeCrowd(this.sql, count)
  }

  /** `npm run verify`, on this night's rows. Answers what it said when it found anything. */
  async verify(): Promise<string[]> {
    const child = spawn(process.execPath, ['server/verify.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, DATABASE_URL: this.stores.databaseUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk
      })
    }
    const [code] = (await once(child, 'close')) as [number | null]
    return code === 0 ? [] : [`verify ended with ${code}:\n${said}`]
  }

  async close(): Promise<void> {
    for (const web of this.webs) if (web.isRunning) await web.kill()
    for (const ways of this.#waysOf) {
      ways.postgres.close()
      ways.redis.close()
    }
    await this.stores.close()
    this.ports.release()
    if (this.#guard.exitCode !== null) return
    const gone = once(this.#guard, 'exit')
    this.#guard.disconnect()
    await gone
  }

  async #begin({ processes = 1, env = {}, envOf = () => ({}) }: Settings): Promise<void> {
    await this.stores.open()
    for (let index = 0; index < processes; index++) {
      await this.#prepareWeb(index, { ...env, ...envOf(index) })
    }
    await Promise.all(this.webs.map((web) => web.start()))
  }

  async #prepareWeb(index: number, env: Record<string, string>): Promise<void> {
    const ports = this.ports.of(index)
    const { shopUrl, redisUrl } = this.stores
    const ways = {
      postgres: await FaultProxy.open(shopUrl, this.random, ports.postgres),
      redis: await FaultProxy.open(redisUrl, this.random, ports.redis),
    }
    this.#waysOf.push(ways)
    const own = {
      PATH: process.env.PATH ?? '',
      HOST: '127.0.0.1',
      PORT: String(ports.web),
      PROCESS_INDEX: String(index),
      DATABASE_URL: ways.postgres.in(shopUrl),
      REDIS_URL: ways.redis.in(redisUrl),
      DATA_DIR: join(this.folder, 'data'),
      SESSION_SECRET: 'for one night only: thirty-two characters',
      PUBLIC_URL: 'http://shop.test',
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'info',
      MEDIA_WORKERS: '0',
      MEDIA_PORT: String(this.ports.media),
      ...env,
    }
    const log = join(this.folder, `web-${index}.log`)
    this.webs.push(new Web({ index, port: ports.web, env: own, log, guard: this.#guarding }))
  }
}
