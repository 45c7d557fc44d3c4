import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from '../../scripts/dev/keep.ts'
import { type Database, openPostgres } from '../../scripts/dev/postgres.ts'
import { commandOf, signal } from '../../scripts/dev/processes.ts'
import { openRedis, type Redis } from '../../scripts/dev/redis.ts'
import { root } from '../../scripts/dev/settings.ts'
import { makeCrowd, type Person } from './house.ts'
import { FaultProxy } from './night/fault-proxy.ts'
import type { Charge } from './night/guard.ts'
import { randomOf, seedOfTonight } from './night/random.ts'
import { until } from './night/until.ts'
import { Web } from './night/web.ts'

type Settings = { processes?: number; env?: Record<string, string> }

/** The shop's own role: what is done to it is not done to those who look on. */
const role = { name: 'shop', password: 'only for this night' }

/** Committed means committed, also when the postmaster is killed; a power cut is not on the list. */
const postgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '120',
  shared_buffers: '64MB',
}

/**
 * A running house that may be hurt: a Postgres and a Redis of its own, each behind a fault proxy,
 * and web processes as `npm start` runs them. Everything ends with it, also when a test fails.
 */
export class Night {
  readonly seed: number
  readonly random: () => number
  readonly folder: string
  readonly webs: Web[] = []
  readonly #guard: ChildProcess
  readonly #guarding: (charge: Charge) => void
  #database: Database | undefined
  #redis: Redis | undefined
  #sql: postgres.Sql | undefined
  #ways: { postgres: FaultProxy; redis: FaultProxy } | undefined

  static async open({ processes = 1, env = {} }: Settings = {}): Promise<Night> {
    const night = new Night()
    try {
      await night.#begin(processes, env)
      return night
    } catch (error) {
      await night.close()
      throw error
    }
  }

  private constructor() {
    this.seed = seedOfTonight()
    this.random = randomOf(this.seed)
    this.folder = mkdtempSync(join(tmpdir(), 'vitrine-night-'))
    chmodSync(this.folder, 0o711)
    const guard = new URL('./night/guard.ts', import.meta.url)
    this.#guard = fork(guard, { detached: true, execArgv: [] })
    this.#guarding = (charge) => void this.#guard.send(charge)
    this.#guarding({ folder: this.folder })
  }

  /** For those who look on: as superuser, past the proxy. */
  get sql(): postgres.Sql {
    if (!this.#sql) throw new Error('Postgres was never opened')
    return this.#sql
  }

  get ways(): { postgres: FaultProxy; redis: FaultProxy } {
    if (!this.#ways) throw new Error('nothing was opened')
    return this.#ways
  }

  web(index: number): Web {
    const web = this.webs[index]
    if (!web) throw new Error(`there is no web process ${index}`)
    return web
  }

  async killPostgres(): Promise<void> {
    signal(this.#postmaster, 'SIGKILL')
    const pid = this.#postmaster
    await until('Postgres is gone', () => commandOf(pid) === '', 10_000)
  }

  async startPostgres(): Promise<void> {
    this.#database = await openPostgres(join(this.folder, 'postgres'), postgresSettings)
    this.#guarding({ pid: this.#postmaster, words: this.folder })
  }

  async signalRedis(name: NodeJS.Signals): Promise<void> {
    const pid = this.#redisPid
    signal(pid, name)
    if (name === 'SIGKILL') await until('Redis is gone', () => commandOf(pid) === '', 10_000)
  }

  async startRedis(): Promise<void> {
    const program = process.env.REDIS_SERVER_BIN || 'redis-server'
    this.#redis = await openRedis(join(this.folder, 'redis'), { program, durable: true })
    this.#guarding({ pid: this.#redisPid, words: 'redis' })
  }

  /** As in the evening: every way open, every process running. For the next story, whatever became of this one. */
  async restore(): Promise<void> {
    await Promise.all([this.ways.postgres.heal(), this.ways.redis.heal()])
    if (!this.#isRunning(this.#postmaster)) await this.startPostgres()
    if (this.#isRunning(this.#redisPid)) await this.signalRedis('SIGCONT')
    else await this.startRedis()
    for (const web of this.webs) {
      if (web.isRunning) web.signal('SIGCONT')
      else await web.start()
    }
  }

  /** Redis' own address, past the proxy. */
  get redisUrl(): string {
    return this.#redis?.url ?? ''
  }

  /** People with sessions, straight into the rows. */
  people(count: number): Promise<Person[]> {
    return makeCrowd(this.sql, count)
  }

  /** `npm run verify`, on this night's rows. Answers what it said when it found anything. */
  async verify(): Promise<string[]> {
    const child = spawn(process.execPath, ['server/verify.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, DATABASE_URL: this.#databaseUrl },
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
    await this.#sql?.end({ timeout: 1 })
    this.#ways?.postgres.close()
    this.#ways?.redis.close()
    await this.#database?.stop()
    await this.#redis?.stop()
    if (this.#guard.exitCode !== null) return
    const gone = once(this.#guard, 'exit')
    this.#guard.disconnect()
    await gone
  }

  get #databaseUrl(): string {
    return this.#database?.url ?? ''
  }

  get #postmaster(): number {
    const path = join(this.folder, 'postgres', 'data', 'postmaster.pid')
    return Number(readFileSync(path, 'utf8').split('\n', 1)[0])
  }

  #isRunning(pid: number): boolean {
    return commandOf(pid) !== ''
  }

  get #redisPid(): number {
    return Number(readFileSync(join(this.folder, 'redis', 'pid'), 'utf8'))
  }

  async #begin(processes: number, env: Record<string, string>): Promise<void> {
    await Promise.all([this.startPostgres(), this.startRedis()])
    this.#sql = postgres(this.#databaseUrl, { max: 3, onnotice: () => {} })
    await this.#makeRole()
    const ways = {
      postgres: await FaultProxy.open(this.#databaseUrl, this.random),
      redis: await FaultProxy.open(this.redisUrl, this.random),
    }
    this.#ways = ways
    const database = new URL(ways.postgres.in(this.#databaseUrl))
    database.username = role.name
    database.password = role.password
    const shared = {
      PATH: process.env.PATH ?? '',
      HOST: '127.0.0.1',
      DATABASE_URL: database.href,
      REDIS_URL: ways.redis.in(this.redisUrl),
      DATA_DIR: join(this.folder, 'data'),
      SESSION_SECRET: 'for one night only: thirty-two characters',
      PUBLIC_URL: 'http://shop.test',
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'info',
      MEDIA_WORKERS: '0',
      ...env,
    }
    for (let index = 0; index < processes; index++) {
      const port = await freePort()
      const own = { ...shared, PORT: String(port), PROCESS_INDEX: String(index) }
      const log = join(this.folder, `web-${index}.log`)
      this.webs.push(new Web({ index, port, env: own, log, guard: this.#guarding }))
    }
    await Promise.all(this.webs.map((web) => web.start()))
  }

  async #makeRole(): Promise<void> {
    await this.sql.unsafe(`create role ${role.name} login password '${role.password}'`)
    await this.sql.unsafe(`alter database vitrine owner to ${role.name}`)
  }
}
