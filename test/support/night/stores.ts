import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { isFree, keep } from '../../../scripts/dev/keep.ts'
import { type Database, openPostgres } from '../../../scripts/dev/postgres.ts'
import { commandOf, signal } from '../../../scripts/dev/processes.ts'
import { openRedis, type Redis } from '../../../scripts/dev/redis.ts'
import type { Charge } from './guard.ts'
import type { Ports } from './ports.ts'
import { until } from './until.ts'

/** The shop's own role: what is done to it is not done to those who look on. */
const role = { name: 'shop', password: 'only for this night' }

/** Committed means committed, also when the postmaster is killed; a power cut is not on the list. */
const postgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '160',
  shared_buffers: '64MB',
}

/** A busy machine takes its time to let go. */
const goneMs = 30_000

type Needs = { folder: string; ports: Ports; guard(charge: Charge): void }

/** A Postgres and a Redis of one night, each on its port for good. */
export class Stores {
  readonly #needs: Needs
  #database: Database | undefined
  #redis: Redis | undefined
  #sql: postgres.Sql | undefined

  constructor(needs: Needs) {
    this.#needs = needs
    const { folder, ports } = needs
    keep(join(folder, 'postgres', 'port'), String(ports.postgres))
    keep(join(folder, 'redis', 'port'), String(ports.redis))
  }

  async open(): Promise<void> {
    await Promise.all([this.startPostgres(), this.startRedis()])
    this.#sql = postgres(this.#database?.url ?? '', { max: 3, onnotice: () => {} })
    await this.#sql.unsafe(`create role ${role.name} login password '${role.password}'`)
    await this.#sql.unsafe(`alter database vitrine owner to ${role.name}`)
  }

  /** For those who look on: as superuser, past the proxies. */
  get sql(): postgres.Sql {
    if (!this.#sql) throw new Error('Postgres was never opened')
    return this.#sql
  }

  /** Where those who look on find Postgres. */
  get databaseUrl(): string {
    return this.#database?.url ?? ''
  }

  /** Where the shop finds it, before any proxy. */
  get shopUrl(): string {
    const url = new URL(this.databaseUrl)
    url.username = role.name
    url.password = role.password
    return url.href
  }

  get redisUrl(): string {
    return this.#redis?.url ?? ''
  }

  get postmaster(): number {
    const path = join(this.#needs.folder, 'postgres', 'data', 'postmaster.pid')
    return Number(readFileSync(path, 'utf8').split('\n', 1)[0])
  }

  async killPostgres(): Promise<void> {
    const pid = this.postmaster
    signal(pid, 'SIGKILL')
    await until('Postgres is gone', () => commandOf(pid) === '', goneMs)
  }

  /** Starts it where it was: whoever knew its address finds it again. */
  async startPostgres(): Promise<void> {
    const { folder, ports, guard } = this.#needs
    const isLetGo = () => isFree('127.0.0.1', ports.postgres)
    await until('the port of Postgres is free', isLetGo, goneMs)
    this.#database = await openPostgres(join(folder, 'postgres'), postgresSettings)
    guard({ pid: this.postmaster, words: folder })
  }

  async signalRedis(name: NodeJS.Signals): Promise<void> {
    const pid = this.#redisPid
    signal(pid, name)
    if (name === 'SIGKILL') await until('Redis is gone', () => commandOf(pid) === '', goneMs)
  }

  async startRedis(): Promise<void> {
    const { folder, ports, guard } = this.#needs
    const isLetGo = () => isFree('127.0.0.1', ports.redis)
    await until('the port of Redis is free', isLetGo, goneMs)
    const program = process.env.REDIS_SERVER_BIN || 'redis-server'
    this.#redis = await openRedis(join(folder, 'redis'), { program, durable: true })
    guard({ pid: this.#redisPid, words: 'redis' })
  }

  /** Both run, whatever became of them. */
  async restore(): Promise<void> {
    if (commandOf(this.postmaster) === '') await this.startPostgres()
    if (commandOf(this.#redisPid) === '') await this.startRedis()
    else await this.signalRedis('SIGCONT')
  }

  async close(): Promise<void> {
    await this.#sql?.end({ timeout: 1 })
    await this.#database?.stop()
    await this.#redis?.stop()
  }

  get #redisPid(): number {
    return Number(readFileSync(join(this.#needs.folder, 'redis', 'pid'), 'utf8'))
  }
}
