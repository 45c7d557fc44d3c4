// The launcher: brings up whatever is not given (Postgres, Redis, the built pages), runs the web
// processes, and puts everything away again. `npm start` calls it after scripts/setup has run.

import { styleText } from 'node:util'
import { connectionsPerProcess } from '../../server/store/postgres.ts'
import { buildClient, hasClient } from './client.ts'
import { type Demo, ensureDemo } from './demo/demo.ts'
import { welcome } from './demo/welcome.ts'
import { lockHouse } from './house-lock.ts'
import { isFree, keptSecret } from './keep.ts'
import { heardLater } from './later.ts'
import { openPostgres } from './postgres.ts'
import { waitUntil } from './processes.ts'
import { openRedis } from './redis.ts'
import { readSettings, type Settings } from './settings.ts'
import { WebPlace } from './web.ts'

const readyLimitMs = 60_000
const drainLimitMs = 20_000

// One press of Ctrl-C arrives up to four times: from the terminal, from npm and from start.mjs.
const samePressMs = 1_000

const settings = readSettings()
const stopping = new AbortController()
const hurry = new AbortController()
watchForStop()

try {
  await runHouse(settings)
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(styleText('red', `\n${error instanceof Error ? error.message : String(error)}`))
    process.exitCode = 1
  }
}
if (process.connected) process.disconnect()

/** Opens from the floor up. Leaving this function, for any reason, closes in reverse order. */
async function runHouse(settings: Settings): Promise<void> {
  await using open = new AsyncDisposableStack()
  open.use(lockHouse(settings.at('launcher.pid')))
  await refuseTakenPort(settings)

  const database = await openDatabase(settings, open)
  const redis = await openQueue(settings, open)
  stopping.signal.throwIfAborted()
  await preparePages(settings)
  stopping.signal.throwIfAborted()

  const env = {
    ...process.env,
    ...secrets(settings),
    DATABASE_URL: database,
    REDIS_URL: redis,
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
    WEB_PROCESSES: String(settings.webProcesses),
  }
  await runWeb(settings, env)
}

async function openDatabase(settings: Settings, open: AsyncDisposableStack): Promise<string> {
  if (settings.databaseUrl) return settings.databaseUrl
  const done = timed('Postgres')
  const database = await openPostgres(settings.at('postgres'), {
    max_connections: String(Math.max(100, 20 + settings.webProcesses * connectionsPerProcess)),
    shared_buffers: '256MB',
    max_wal_size: '2GB',
  })
  open.defer(() => database.stop())
  done(database.adopted ? 'found running, left by a former run' : 'started')
  return database.url
}

async function openQueue(settings: Settings, open: AsyncDisposableStack): Promise<string> {
  if (settings.redisUrl) return settings.redisUrl
  const done = timed('Redis')
  const options = { program: settings.redisProgram, durable: true }
  const redis = await openRedis(settings.at('redis'), options)
  open.defer(() => redis.stop())
  done('started')
  return redis.url
}

async function preparePages(settings: Settings): Promise<void> {
  const done = timed('Pages')
  if (settings.isDev) return
  if (!hasClient()) return done('none yet: client/index.html does not exist')
  done((await buildClient()) ? 'built' : 'up to date')
}

/** In production the server itself refuses to start without secrets of the operator's own. */
function secrets({ isProduction, at }: Settings): NodeJS.ProcessEnv {
  if (isProduction) return {}
  return {
    SESSION_SECRET: process.env.SESSION_SECRET || keptSecret(at('session-secret')),
    INTERNAL_SECRET: process.env.INTERNAL_SECRET || keptSecret(at('internal-secret')),
  }
}

async function runWeb(settings: Settings, env: NodeJS.ProcessEnv): Promise<void> {
  // On a terminal the log waits until the start has said where to go; a collector of logs has it at once.
  const log = heardLater((words) => process.stdout.write(words))
  const say = process.stdout.isTTY && !settings.isProduction ? log.say : undefined
  const places = Array.from({ length: settings.webProcesses }, (_, n) => new WebPlace(n, env, say))
  const ends = places.map((place) => place.start())
  try {
    await becomesReady(settings, ends)
    const kept = places.map((place, n) => place.keepFilled(ends[n] as Promise<string>))
    console.log(welcome(settings, settings.hasDemo ? await openDemo(settings) : undefined))
    log.now()
    await Promise.race([untilStopped(), ...kept])
  } finally {
    log.now()
    await Promise.all(places.map((place) => place.stop(drainLimitMs, hurry.signal)))
  }
}

/** A house without its demo still runs; the next start tries again. */
async function openDemo(settings: Settings): Promise<Demo | undefined> {
  try {
    return await ensureDemo(settings)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    console.error(`The demo shop could not be set up; the next start tries again. ${why}`)
    return undefined
  }
}

/** A process that dies before it was ever ready has something to say; starting it again has not. */
async function becomesReady({ localUrl }: Settings, ends: Promise<string>[]): Promise<void> {
  const ready = waitUntil(() => stopping.signal.aborted || isReady(localUrl), readyLimitMs)
  const died = Promise.race(ends).then((how) => {
    throw new Error(`The web process ended ${how} before it was ready; its own words are above.`)
  })
  const inTime = await Promise.race([ready, died, untilStopped()])
  stopping.signal.throwIfAborted()
  if (inTime !== true)
    throw new Error(`Not ready after ${readyLimitMs / 1000} s: ${localUrl}/readyz`)
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return answer.ok
  } catch {
    return false
  }
}

async function refuseTakenPort({ host, port }: Settings): Promise<void> {
  if (await isFree(host, port)) return
  throw new Error(
    `Port ${port} on ${host} is taken. Choose another one: PORT=${port + 1} npm start`,
  )
}

/** The first signal drains, a later one hurries. The end of whoever started us counts as the first. */
function watchForStop(): void {
  let firstAt = 0
  const stop = () => {
    firstAt ||= Date.now()
    if (stopping.signal.aborted && Date.now() - firstAt > samePressMs) hurry.abort()
    stopping.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('disconnect', stop)
  process.channel?.unref()
}

function untilStopped(): Promise<void> {
  if (stopping.signal.aborted) return Promise.resolve()
  return new Promise((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
}

function timed(what: string): (how: string) => void {
  const startedAt = Date.now()
  return (how) => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    console.log(`  ✓ ${what}: ${how} (${seconds} s)`)
  }
}
