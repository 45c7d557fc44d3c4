import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp, type Given } from '../../server/app.ts'
import { newId, newToken, sha256 } from '../../server/base/ids.ts'
import { createLog } from '../../server/base/log.ts'
import { readConfig } from '../../server/config.ts'
import type { Sql } from '../../server/store/postgres.ts'
import type { Problem } from '../../shared/wire/base.ts'
import { openDatabase } from './database.ts'
import { type Line, openLine } from './line.ts'

export type { Line }
export type Person = { id: string; name: string; email: string; token: string }

type Settings = Record<string, string>
type Call = { token?: string; body?: unknown; key?: string; headers?: Settings }

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

/** How a call ended: 'ok' or the code of its refusal. Anything else that is thrown is thrown on. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'ok',
    (error) => {
      if (error instanceof Unexpected) return error.problem.code
      throw error
    },
  )
}

/**
 * Opens a house: own database, own port, real Postgres and Redis. `beside` opens a second process's
 * worth of it on the same database. Media is off unless MEDIA_WORKERS says otherwise: a worker
 * takes a core.
 */
export async function openHouse(
  settings: Settings = {},
  given: Given = {},
  beside?: { env: Settings },
) {
  const database = beside ? undefined : await openDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-test-'))
  const env: Settings = {
    DATABASE_URL: database?.url ?? (beside?.env.DATABASE_URL as string),
    REDIS_URL: beside?.env.REDIS_URL ?? ownRedis(),
    DATA_DIR: beside?.env.DATA_DIR ?? dataDir,
    SESSION_SECRET: 'for tests only: thirty-two characters',
    PORT: '0',
    PUBLIC_URL: 'http://shop.test',
    RATE_LIMITS: 'off',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
    MEDIA_WORKERS: '0',
    RECORD: 'off',
    HLS: 'off',
    ...settings,
  }
  const logger = createLog(env.LOG_LEVEL as string)
  const app = await createApp(readConfig(env), { logger, ...given })
  await app.http.listen({ host: '127.0.0.1', port: Number(env.PORT) })
  return new House(app, env, async () => {
    rmSync(dataDir, { recursive: true, force: true })
    await database?.drop()
  })
}

/** A running house, and what tests do in it. */
export class House {
  readonly app: App
  readonly env: Settings
  readonly url: string
  readonly #lines: Line[] = []
  readonly #cleanUp: () => Promise<void>
  #people = 0

  constructor(app: App, env: Settings, cleanUp: () => Promise<void>) {
    this.app = app
    this.env = env
    this.#cleanUp = cleanUp
    this.url = `http://127.0.0.1:${(app.http.server.address() as AddressInfo).port}`
  }

  get pg() {
    return this.app.floor.pg
  }

  async call<T>(
    method: string,
    path: string,
    { token, body, key, headers }: Call = {},
  ): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
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

  /** The same calls on behalf of somebody; each POST has a key of its own unless one is given. */
  as({ token }: { token: string }) {
    return {
      get: <T>(path: string) => this.call<T>('GET', path, { token }),
      post: <T>(path: string, body: unknown = {}, key: string = randomUUID()) =>
        this.call<T>('POST', path, { token, body, key }),
      put: <T>(path: string, body: unknown = {}) => this.call<T>('PUT', path, { token, body }),
      patch: <T>(path: string, body: unknown = {}) => this.call<T>('PATCH', path, { token, body }),
      delete: <T>(path: string) => this.call<T>('DELETE', path, { token }),
    }
  }

  async signUp(name = 'Somebody'): Promise<Person> {
    this.#people += 1
    const email = `${this.#people}.${randomUUID().slice(0, 8)}@example.test`
    const body = { email, password: 'correct horse', displayName: name }
    const signedIn = await this.call<{ account: { id: string }; token: string }>(
      'POST',
      '/accounts',
      { body },
    )
    return { id: signedIn.account.id, name, email, token: signedIn.token }
  }

  async guest(): Promise<Person> {
    const { account, token } = await this.call<{
      account: { id: string; displayName: string }
      token: string
    }>('POST', '/sessions/guest', { body: {} })
    return { id: account.id, name: account.displayName, email: '', token }
  }

  /** Many accounts with sessions, straight into the rows: sign-up hashes passwords, which takes time. */
  crowd(count: number): Promise<Person[]> {
    return makeCrowd(this.pg.rest, count)
  }

  async socket(person: { token: string } | null): Promise<Line> {
    const line = await openLine(this.url, person?.token)
    this.#lines.push(line)
    return line
  }

  /** Everybody who came by `socket` goes. */
  hangUp(): void {
    for (const { socket } of this.#lines) socket.disconnect()
  }

  async close(): Promise<void> {
    this.hangUp()
    await this.app.close()
    await this.#cleanUp()
  }
}

/** Accounts with sessions, as rows. */
export async function makeCrowd(sql: Sql, count: number): Promise<Person[]> {
  const crowd = Array.from({ length: count }, (_, i) => {
    return { id: newId(), name: `Buyer ${i + 1}`, email: '', token: newToken() }
  })
  const ids = crowd.map((p) => p.id)
  const hashes = crowd.map((p) => sha256(p.token).toString('hex'))
  await sql`insert into accounts(id, kind, display_name, created_at)
    select id, 'account', name, now() from unnest(${ids}::uuid[], ${crowd.map((p) => p.name)}::text[]) c(id, name)`
  await sql`insert into sessions(token_hash, id, account_id, created_at, expires_at)
    select decode(hash, 'hex'), gen_random_uuid(), id, now(), now() + interval '1 day'
    from unnest(${hashes}::text[], ${ids}::uuid[]) c(hash, id)`
  return crowd
}

let redisDatabases = 0

/** Redis has sixteen databases; publish and subscribe cross them, but ids are never the same. */
function ownRedis(): string {
  const base = process.env.TEST_REDIS_URL
  if (!base) throw new Error('TEST_REDIS_URL is not set: run the tests by `npm test`')
  const url = new URL(base)
  redisDatabases += 1
  url.pathname = `/${(redisDatabases + process.pid) % 16}`
  return url.href
}
