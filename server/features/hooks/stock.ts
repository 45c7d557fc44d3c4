import type { Logger } from '../../base/log.ts'
import type { Sql } from '../../store/postgres.ts'
import { claimStock, putOffStock, tellStock } from './store.ts'

/** A variant is told of so often and not oftener. */
const everyMs = 5_000
const endpointsMax = 50
/** Of one look; the rest has the next. And no more wait for one endpoint. */
const variantsMax = 500
/** A look at all the variants of a great shop is followed by a rest so many times as long. */
const restTimes = 20

/** Writes down whose stock is not what they were told. */
export async function tellDueStock(sql: Sql, logger: Logger): Promise<void> {
  for (const endpointId of await claimStock(sql, { everyMs, limit: endpointsMax })) {
    const from = performance.now()
    await tellStock(sql, endpointId, variantsMax).catch((err: unknown) =>
      logger.warn({ err, endpointId }, 'stock could not be told just now'),
    )
    const restMs = (performance.now() - from) * restTimes
    if (restMs > everyMs) await putOffStock(sql, endpointId, restMs)
  }
}
