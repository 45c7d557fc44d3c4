import { flushCompileCache } from 'node:module'
import { createApp } from './app.ts'
import { armFailpoints } from './base/failpoint.ts'
import { createLog } from './base/log.ts'
import { giveBackSpace } from './base/space.ts'
import { readConfig } from './config.ts'
import { migrateDatabase } from './store/migrate.ts'
import { mustNotEvict } from './store/redis-policy.ts'

/** All phases of closing together; after that the process ends anyway. */
const closeMs = 18_000
/** Connections that may wait to be taken: when a show begins, thousands come in the same second. */
const backlog = 4_096
/** Socket commands in flight may finish for this long. */
const drainMs = 5_000
/** Requests too, the slowest of which may take 10 s; who has not even sent all of his is cut off. */
const requestsMs = 11_000

const config = readConfig(process.env)
if (config.FAILPOINT !== undefined) armFailpoints(config.FAILPOINT)
await migrateDatabase(config.DATABASE_URL, createLog(config.LOG_LEVEL))
const app = await createApp(config)
const { logger } = app.floor
await mustNotEvict(app.floor.redis.main)

process.on('unhandledRejection', (err) => logger.error({ err }, 'a promise that nobody awaited'))
process.on('uncaughtException', (err) => {
  logger.fatal({ err }, 'unexpected; ending')
  process.exit(1)
})

leaveStartBehind()
giveBackSpace()
await app.http.listen({
  host: config.HOST,
  port: config.PORT,
  backlog,
  ...(config.WEB_PROCESSES > 1 && { reusePort: true }),
})
logger.info({ url: config.PUBLIC_URL }, 'open')
if (config.production) warnOfGaps()

let closing = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (closing) process.exit(1)
    closing = true
    void shut(signal)
  })
}

/**
 * Starting leaves 130 MB of garbage, most of it Drizzle's package.json, read for each of its files, and
 * the compiled code as it came from the disk. V8 keeps it for as long as little is asked. Dropped here,
 * before anybody waits for an answer, an idle process holds 150 MB and not 320; it takes 100 ms.
 */
function leaveStartBehind(): void {
  flushCompileCache()
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

/** What is allowed in production, but seldom meant. */
function warnOfGaps(): void {
  if (config.PAYMENTS === 'sandbox') {
    logger.warn('PAYMENTS=sandbox: test cards pay, no money is taken')
  }
  if (config.STRIPE_SECRET_KEY?.includes('_test_') && config.PAYMENTS === 'stripe') {
    logger.warn('STRIPE_SECRET_KEY is a test key: test cards pay, no money is taken')
  }
  if (config.TRUST_PROXY === undefined) {
    logger.warn(
      'TRUST_PROXY is not set: behind a proxy everybody shares one address, and its limits',
    )
  }
}

/** Readiness off, no new sockets, clients told to move, requests in flight finish, exit 0. */
async function shut(signal: string): Promise<void> {
  logger.info({ signal }, 'closing')
  const timer = setTimeout(() => {
    logger.error('closing took too long; ending')
    process.exit(1)
  }, closeMs)
  app.health.drain()
  setTimeout(() => app.http.server.closeAllConnections(), requestsMs).unref()
  await app.gateway.drain(drainMs)
  await app.close()
  clearTimeout(timer)
  logger.info('closed')
  process.exit(0)
}
