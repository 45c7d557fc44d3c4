import type { Sql } from '../../store/postgres.ts'
import { forgetExpired, forgetGuests } from './sessions.ts'

/** Takes away rows of sessions and reset links that have run out, then guests who have none left. */
export async function forgetOldSessions({ sql }: { sql: Sql }): Promise<void> {
  await forgetExpired(sql)
  await forgetGuests(sql)
}
