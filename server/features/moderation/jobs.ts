import type { Sql } from '../../store/postgres.ts'
import { forgetVisits } from './store.ts'

/** Takes away who was where, a month later. */
export function forgetOldVisits({ sql }: { sql: Sql }): Promise<void> {
  return forgetVisits(sql)
}
