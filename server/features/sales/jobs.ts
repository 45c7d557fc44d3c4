import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Sales ended by one call; a show has a handful. */
const salesMax = 50
/** A sale that still counts down while the host is away is cancelled after this: WIRE, States. */
const hostAwayMs = 30_000

/** Each is looked at while it runs: how it ends, its rows together say. */
export const salesAreRunning = 'exists (select from sales where ended_at is null)'

/** Ends the sales whose time is over, whose units are all paid, or whose host is away. Answers how many. */
export function sweepSales({ sql, log }: { sql: Sql; log: Log }): Promise<number> {
  return log.call<number>(sql, 'sweep_sales_v1', { max: salesMax, awayMs: hostAwayMs })
}
