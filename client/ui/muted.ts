import { serverNow } from '../api/clock.ts'
import { at } from './time.ts'
import { t } from './words.ts'

/** A clock time so far away would be read as one of today. */
const clockMaxMs = 12 * 3_600_000

/** Until when somebody may not write: `Muted until 20:17`, or for this show. */
export function mutedWords(until: string): string {
  const rest = Date.parse(until) - serverNow()
  return rest > clockMaxMs ? t('muted.show') : t('muted.until', { time: at(until) })
}
