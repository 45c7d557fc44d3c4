import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** One numbered place in the line for one piece of an offer. It waits while `endedAt` is null. */
export const linePlaces = pgTable(
  'line_places',
  {
    offerId: uuid('offer_id').notNull(),
    /** The number on the ticket: from 1, in the order of coming. */
    n: integer('n').notNull(),
    showId: uuid('show_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    accountId: uuid('account_id').notNull(),
    joinedAt: at('joined_at').notNull(),
    key: text('key').notNull(),
    endedAt: at('ended_at'),
    /** served · left · over · banned · limit */
    endedAs: text('ended_as'),
    /** What its owner was served. */
    holdId: uuid('hold_id'),
  },
  (t) => [
    primaryKey({ columns: [t.offerId, t.n] }),
    uniqueIndex('line_places_key').on(t.accountId, t.key),
    uniqueIndex('line_places_own').on(t.accountId, t.offerId).where(sql`${t.endedAt} is null`),
    index('line_places_waiting').on(t.offerId, t.n).where(sql`${t.endedAt} is null`),
  ],
)
