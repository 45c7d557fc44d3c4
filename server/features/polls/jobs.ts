import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Polls closed by one call; a show has one. */
const pollsAtOnce = 50

export const pollsAreDue = 'exists (select from polls where closed_at is null and ends_at <= now())'

/** Closes the polls whose time is over. Answers how many. */
export function sweepPolls({ sql, log }: { sql: Sql; log: Log }): Promise<number> {
  return log.call<number>(sql, 'sweep_polls_v1', { max: pollsAtOnce })
}
