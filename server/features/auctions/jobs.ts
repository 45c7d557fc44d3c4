import type { Log } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

/** Auctions ended by one call; a show has one. */
const auctionsMax = 50

/** Their time is over, or the hold of what was sold has ended. */
export const auctionsAreDue = `(exists (select from auctions where ended_at is null and ends_at <= now())
  or exists (select from auctions a join holds h on h.id = a.hold_id
    where a.ended_as = 'sold' and a.settled_as is null and h.state not in ('active', 'ordered')))`

/** Gives the units of auctions whose time is over to their winners, and notes which were paid. Answers how many ended. */
export async function settleAuctions({ sql, log }: { sql: Sql; log: Log }): Promise<number> {
  const ended = await log.call<number>(sql, 'settle_auctions_v1', { max: auctionsMax })
  await log.call<number>(sql, 'note_unpaid_auctions_v1', { max: auctionsMax })
  return ended
}
