import { newId } from '../../base/ids.ts'
import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Places ended by one call, so that buyers hardly wait behind it. */
const biteMax = 100
/** Bites of one run; what is left has its turn a second later. */
const bitesMax = 40

export const linesAreWaiting = 'exists (select from line_places where ended_at is null)'

type Needs = { sql: Sql; log: Log; holdMs: number }

/** Gives units that came back to those who wait. Answers how many places ended. */
export async function serveLines({ sql, log, holdMs }: Needs): Promise<number> {
  let ended = 0
  for (let bite = 0; bite < bitesMax; bite++) {
    const ids = Array.from({ length: biteMax }, newId)
    const now = await log.call<number>(sql, 'serve_lines_v1', { ids, holdMs })
    ended += now
    if (now < biteMax) break
  }
  return ended
}
