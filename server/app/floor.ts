import { type Clock, systemClock } from '../base/clock.ts'
import { createLog, type Logger } from '../base/log.ts'
import type { Config } from '../config.ts'
import { createLogbook } from '../events/log.ts'
import { Relay } from '../events/relay.ts'
import { openPostgres } from '../store/postgres.ts'
import { openRedis } from '../store/redis.ts'

/** For tests: time, pages of their own build, and a hand on what comes from other nodes. */
export type Given = {
  clock?: Clock
  logger?: Logger
  pages?: string
  onParcel?: (showId: string, take: () => void) => void
}

export type Floor = ReturnType<typeof openFloor>

/** What everything stands on: time, log lines, Postgres, Redis, the shows' log. */
export function openFloor(config: Config, given: Given, building: AsyncDisposableStack) {
  const clock = given.clock ?? systemClock
  const logger = given.logger ?? createLog(config.LOG_LEVEL)
  const pg = openPostgres(config.DATABASE_URL)
  building.defer(() => pg.close())
  const redis = openRedis(config.REDIS_URL, logger)
  building.defer(() => redis.close())
  const { onParcel } = given
  const relay = new Relay({ sql: pg.talk, redis, log: logger, ...(onParcel && { onParcel }) })
  building.defer(() => relay.close())
  const log = createLogbook({ db: pg.db, tell: (events, notices) => relay.tell(events, notices) })
  const now = () => clock.now().getTime()
  // The port that was really taken: PORT may be 0.
  const self = { port: config.PORT }
  return { config, self, clock, now, logger, pg, redis, relay, log, pages: given.pages }
}
