import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Holds ended by one call: about 20 ms in Postgres, so that buyers hardly wait behind it. */
const biteMax = 500
/** Bites of one run; what is left has its turn a second later. */
const bitesMax = 40

export const holdsAreDue = `exists (
  select from holds where state = 'active' and expires_at <= now())`

/** Ends holds past their time that no buyer's demand has reclaimed. Answers how many. */
export async function sweepHolds({ sql, log }: { sql: Sql; log: Log }): Promise<number> {
  let ended = 0
  for (let bite = 0; bite < bitesMax; bite++) {
    const now = await log.call<number>(sql, 'sweep_holds_v1', { max: biteMax })
    ended += now
    if (now < biteMax) break
  }
  return ended
}
