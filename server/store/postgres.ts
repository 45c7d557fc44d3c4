import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Sql as Client, Options, PendingQuery, Row } from 'postgres'
import { isCode, Refusal, unavailable } from '../base/refusal.ts'
import { postgres } from './driver.ts'

export type Sql = Client
/** A piece of a statement. */
export type Part = PendingQuery<Row[]>
export type Db = PostgresJsDatabase
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0]

/**
 * The clients of one process, apart so that a slow neighbour cannot take the connections of chat,
 * moderation or health. Sums to 21 connections: nodes × 21 must stay below max_connections.
 */
export type Postgres = {
  /** Holds, releases, orders: group commit. */
  hot: Sql
  /** Chat and moderation. */
  talk: Sql
  /** Everything else; `db` is Drizzle on it. */
  rest: Sql
  db: Db
  jobs: Sql
  health: Sql
  close(): Promise<void>
}

const connections = { hot: 4, talk: 2, rest: 6, forDrizzle: 6, jobs: 2, health: 1 }
/** What one process opens at most. */
export const connectionsPerProcess = Object.values(connections).reduce((sum, n) => sum + n)

export function openPostgres(url: string): Postgres {
  const open = (max: number, settings: object = {}) =>
    postgres(url, {
      max,
      // The driver queues up to 100 queries behind a slow one on the same connection. 0 ends that.
      max_pipeline: 0,
      connect_timeout: 5,
      backoff: (attempt: number) => Math.min(0.1 * 2 ** attempt, 2),
      onnotice: () => {},
      connection: {
        application_name: 'vitrine',
        statement_timeout: 4_000,
        lock_timeout: 2_000,
        idle_in_transaction_session_timeout: 1_000,
        ...settings,
      },
    } as Options<Record<string, never>>)
  const hot = open(connections.hot)
  const talk = open(connections.talk)
  const rest = open(connections.rest)
  // What is due is found by an index, where there is one, whatever the planner believes of how much there is.
  const jobs = open(connections.jobs, { enable_seqscan: 'off', jit: 'off' })
  const health = open(connections.health)
  // Drizzle changes the parsers of the client that it is given: it gets one of its own.
  const forDrizzle = open(connections.forDrizzle)
  const all = [hot, talk, rest, forDrizzle, jobs, health]
  return {
    hot,
    talk,
    rest,
    db: drizzle(forDrizzle),
    jobs,
    health,
    async close() {
      await Promise.all(all.map((client) => client.end({ timeout: 5 })))
    },
  }
}

/**
 * One connection for recounting everything. It cannot write, keeps one backend busy at most, and none of
 * its questions holds a lock or a snapshot for longer than its own answer takes.
 */
export function openForAudit(url: string): Sql {
  return postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
    connection: {
      application_name: 'vitrine verify',
      statement_timeout: 30_000,
      default_transaction_read_only: true,
      max_parallel_workers_per_gather: 0,
      jit: false,
    },
  })
}

/** Ids or numbers as Postgres reads an array; the driver's own way looks for quotes at every character. */
export function listed(plain: readonly (string | number)[]): string {
  return `{${plain.join(',')}}`
}

/** SQLSTATE of the refusals that our own functions raise: message = code, detail = sentence. */
const refusedState = 'VTRNE'

/**
 * SQLSTATEs that speak of the server and the moment, not of what was asked: connections (08), resources
 * (53), the operator (57P), the system (58), deadlocks and serialization (40), and by name: read-only,
 * lock and statement time, a transaction that a stopped process left idle.
 */
const awayStates = /^(08...|53...|57P..|58...|40...|25006|25P03|25P04|55P03|57014)$/
const awayCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECTION_SILENT',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'EMFILE',
  'ENFILE',
  'ENOENT',
])

/** Turns what Postgres or the way to it threw into a refusal where it is one; hands on the rest. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const found = postgresError(error)
  if (!found) return error
  const { code, message, detail, hint } = found
  if (code === refusedState && isCode(message)) {
    const retryAfterMs = hint ? Number(hint) : undefined
    return new Refusal(
      message,
      detail ?? message,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    )
  }
  if (isAway(error)) return unavailable(1_000, error)
  return error
}

/** For `catch` of a promise: throws on what was thrown, as a refusal where it is one. */
export function rethrow(error: unknown): never {
  throw asRefusal(error)
}

/** True when the answer is not known because of the way there, or because the server was busy or going down. */
export function isAway(error: unknown): boolean {
  const code = postgresError(error)?.code
  return code !== undefined && (awayStates.test(code) || awayCodes.has(code))
}

export function postgresState(error: unknown): string | undefined {
  return postgresError(error)?.code
}

type PostgresError = { code: string; message: string; detail?: string; hint?: string }

function postgresError(error: unknown): PostgresError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string') return e as Error & PostgresError
  }
  return undefined
}
