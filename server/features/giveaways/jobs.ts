import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Giveaways ended by one call; a show has one. */
const giveawaysAtOnce = 50

/** Their time is over, or the hold of what was won has ended. */
export const giveawaysAreDue = `(exists (select from giveaways where ended_at is null and ends_at <= now())
  or exists (select from giveaways g join holds h on h.id = g.hold_id
    where g.ended_as = 'drawn' and g.settled_as is null and h.state not in ('active', 'ordered')))`

/** Draws those whose time is over, and notes which were claimed. Answers how many ended. */
export async function settleGiveaways({ sql, log }: { sql: Sql; log: Log }): Promise<number> {
  const ended = await log.call<number>(sql, 'settle_giveaways_v1', { max: giveawaysAtOnce })
  await log.call<number>(sql, 'note_unclaimed_v1', { max: giveawaysAtOnce })
  return ended
}
