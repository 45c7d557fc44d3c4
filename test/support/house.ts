import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { io, type Socket } from 'socket.io-client'
import { type App, createApp, type Given } from '../../server/app.ts'
import { createLog } from '../../server/base/log.ts'
import { readConfig } from '../../server/config.ts'
import { migrateDatabase } from '../../server/store/migrate.ts'
import type { Ack, Problem } from '../../shared/wire/base.ts'

type Settings = Record<string, string>

/** A running house of its own: own database, own port, real Postgres and Redis, media on demand. */
export type House = Awaited<ReturnType<typeof openHouse>>
/** What a second process shares with the first. */
type Beside = { env: Settings }

export type Person = { id: string; name: string; email: string; token: string }

/** An answer that was not the one the test asked for. */
export class Unexpected extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(what: string, status: number, problem: Problem) {
    super(`${what} → ${status} ${JSON.stringify(problem)}`)
    this.status = status
    this.problem = problem
  }
}

/** A new empty database with everything in it; answers its address and how to drop it. */
export async function openDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = process.env.TEST_DATABASE_URL
  if (!admin) throw new Error('TEST_DATABASE_URL is not set: run the tests by `npm test`')
  const template = await ensureTemplate(admin)
  const name = `t_${randomUUID().replaceAll('-', '')}`
  const sql = postgres(admin, { max: 1, onnotice: () => {} })
  await sql.unsafe(`create database ${name} template ${template}`)
  await sql.end()
  const url = new URL(admin)
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      const again = postgres(admin, { max: 1, onnotice: () => {} })
      await again.unsafe(`drop database if exists ${name} with (force)`)
      await again.end()
    },
  }
}

/** Migrated once for the whole run: each house then is a copy, made in a tenth of a second. */
async function ensureTemplate(admin: string): Promise<string> {
  const name = 'vitrine_template'
  const sql = postgres(admin, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(1)`
    const [found] = await sql`select 1 from pg_database where datname = ${name} and datistemplate`
    if (found) return name
    await sql.unsafe(`drop database if exists ${name}`)
    await sql.unsafe(`create database ${name}`)
    const url = new URL(admin)
    url.pathname = `/${name}`
    await migrateDatabase(url.href)
    await sql.unsafe(`alter database ${name} is_template true`)
    return name
  } finally {
    await sql.end()
  }
}

let redisDatabases = 0

/**
 * Opens a house. `beside` opens a second process's worth of it on the same database and Redis.
 * Media is off unless MEDIA_WORKERS says otherwise, because a worker takes a core.
 */
export async function openHouse(settings: Settings = {}, given: Given = {}, beside?: Beside) {
  const database = beside ? undefined : await openDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-test-'))
  const redisUrl = beside?.env.REDIS_URL ?? ownRedis()
  const env: Settings = {
    DATABASE_URL: beside?.env.DATABASE_URL ?? (database?.url as string),
    REDIS_URL: redisUrl,
    DATA_DIR: beside?.env.DATA_DIR ?? dataDir,
    SESSION_SECRET: 'for tests only: thirty-two characters',
    PORT: '0',
    PUBLIC_URL: 'http://shop.test',
    RATE_LIMITS: 'off',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    MEDIA_WORKERS: '0',
    ...settings,
  } as Settings
  const app: App = await createApp(readConfig(env), {
    logger: createLog(env.LOG_LEVEL ?? 'error'),
    ...given,
  })
  await app.http.listen({ host: '127.0.0.1', port: Number(env.PORT) })
  const { port } = app.http.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const sockets: Socket[] = []

  async function call<T>(
    method: string,
    path: string,
    {
      token,
      body,
      key,
      headers,
    }: { token?: string; body?: unknown; key?: string; headers?: Settings } = {},
  ): Promise<T> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(key && { 'idempotency-key': key }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = text ? JSON.parse(text) : undefined
    if (!answer.ok) throw new Unexpected(`${method} ${path}`, answer.status, json as Problem)
    return json as T
  }

  let people = 0
  return {
    app,
    url,
    env,
    pg: app.floor.pg,
    call,
    /** The same calls on behalf of somebody. */
    as: (person: { token: string }) => ({
      get: <T>(path: string) => call<T>('GET', path, { token: person.token }),
      post: <T>(path: string, body: unknown = {}, key: string = randomUUID()) =>
        call<T>('POST', path, { token: person.token, body, key }),
      put: <T>(path: string, body: unknown = {}) =>
        call<T>('PUT', path, { token: person.token, body }),
      patch: <T>(path: string, body: unknown = {}) =>
        call<T>('PATCH', path, { token: person.token, body }),
      delete: <T>(path: string) => call<T>('DELETE', path, { token: person.token }),
    }),
    async signUp(name = 'Somebody'): Promise<Person> {
      people += 1
      const email = `${name.toLowerCase().replaceAll(/[^a-z]/g, '')}.${people}.${randomUUID().slice(0, 8)}@example.test`
      const body = { email, password: 'correct horse', displayName: name }
      const { account, token } = await call<{ account: { id: string }; token: string }>(
        'POST',
        '/accounts',
        { body },
      )
      return { id: account.id, name, email, token }
    },
    /** Many accounts with sessions, straight into the rows: sign-up hashes passwords, which takes time. */
    async crowd(count: number): Promise<Person[]> {
      return makeCrowd(app, count)
    },
    async guest(): Promise<Person> {
      const { account, token } = await call<{
        account: { id: string; displayName: string }
        token: string
      }>('POST', '/sessions/guest', { body: {} })
      return { id: account.id, name: account.displayName, email: '', token }
    },
    /** A connected socket with acks as promises: `ask` throws on a refusal, `ack` answers it. */
    async socket(person: { token: string } | null): Promise<Line> {
      const socket = io(url, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        ...(person && { auth: { token: person.token } }),
      })
      sockets.push(socket)
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', () => resolve())
        socket.once('connect_error', reject)
      })
      return lineOf(socket)
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.disconnect()
      await app.close()
      rmSync(dataDir, { recursive: true, force: true })
      await database?.drop()
    },
  }
}

/** Redis has sixteen databases; publish and subscribe cross them, but ids are never the same. */
function ownRedis(): string {
  const base = process.env.TEST_REDIS_URL
  if (!base) throw new Error('TEST_REDIS_URL is not set: run the tests by `npm test`')
  const url = new URL(base)
  redisDatabases += 1
  url.pathname = `/${(redisDatabases + process.pid) % 16}`
  return url.href
}

export type Line = ReturnType<typeof lineOf>

function lineOf(socket: Socket) {
  const ack = <T = Record<string, unknown>>(command: string, payload: object): Promise<Ack<T>> =>
    socket.timeout(8_000).emitWithAck(command, payload)
  return {
    socket,
    ack,
    async ask<T = Record<string, unknown>>(command: string, payload: object): Promise<T> {
      const answer = await ack<T>(command, payload)
      if (!answer.ok)
        throw Object.assign(new Error(`${command} → ${answer.code} ${answer.message}`), {
          ack: answer,
        })
      return answer.value
    },
    /** Resolves with the first push of this name that `wanted` accepts; rejects after 5 s. */
    next<T>(event: string, wanted: (payload: T) => boolean = () => true, ms = 5_000): Promise<T> {
      return new Promise((resolve, reject) => {
        const hear = (payload: T) => {
          if (!wanted(payload)) return
          clearTimeout(timer)
          socket.off(event, hear)
          resolve(payload)
        }
        const timer = setTimeout(() => {
          socket.off(event, hear)
          reject(new Error(`no ${event} within ${ms} ms`))
        }, ms)
        socket.on(event, hear)
      })
    },
  }
}

async function makeCrowd(app: App, count: number): Promise<Person[]> {
  const { newId, newToken, sha256 } = await import('../../server/base/ids.ts')
  const crowd = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    name: `Buyer ${i + 1}`,
    email: '',
    token: newToken(),
  }))
  const { rest } = app.floor.pg
  await rest`insert into accounts(id, kind, display_name, created_at)
    select id, 'account', name, now() from unnest(${crowd.map((p) => p.id)}::uuid[], ${crowd.map((p) => p.name)}::text[]) c(id, name)`
  await rest`insert into sessions(token_hash, id, account_id, created_at, expires_at)
    select decode(hash, 'hex'), gen_random_uuid(), id, now(), now() + interval '1 day'
    from unnest(${crowd.map((p) => sha256(p.token).toString('hex'))}::text[], ${crowd.map((p) => p.id)}::uuid[]) c(hash, id)`
  return crowd
}
