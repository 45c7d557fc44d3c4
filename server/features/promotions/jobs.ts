import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Codes looked at by one call; a show has one. */
const codesMax = 50

/** Each is looked at while a room is shown it. */
export const codesAreShown = 'exists (select from shown_codes)'

/** Takes down the shown codes that are over or used up. Answers how many. */
export function sweepCodes({ sql, log }: { sql: Sql; log: Log }): Promise<number> {
  return log.call<number>(sql, 'sweep_codes_v1', { max: codesMax })
}
