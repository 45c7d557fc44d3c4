import type { Sql } from '../../store/postgres.ts'
import { forgetExpired } from './sessions.ts'

/** Takes away rows of sessions and reset links that have run out. */
export function forgetOldSessions({ sql }: { sql: Sql }): Promise<void> {
  return forgetExpired(sql)
}
