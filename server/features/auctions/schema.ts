import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** One unit before the room. It runs while `endedAt` is null; who leads is its best bid that stands. */
export const auctions = pgTable(
  'auctions',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    productId: uuid('product_id').notNull(),
    /** The unit: the house's hold while it runs, then the winner's. */
    holdId: uuid('hold_id').notNull(),
    opening: bigint('opening', { mode: 'number' }).notNull(),
    step: bigint('step', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** A bid in the last so-many ms sets the clock back to that; 0: the end stays. */
    extendMs: integer('extend_ms').notNull(),
    openedAt: at('opened_at').notNull(),
    endsAt: at('ends_at').notNull(),
    price: bigint('price', { mode: 'number' }),
    leader: uuid('leader'),
    /** All that were made, those that a ban took away too. */
    bids: integer('bids').notNull().default(0),
    endedAt: at('ended_at'),
    /** sold · unsold · canceled · pulled · ended */
    endedAs: text('ended_as'),
    /** Of one that was sold: paid · unpaid. */
    settledAs: text('settled_as'),
    /** The hold of who won first and did not pay: its unit was offered to the next bidder, once. */
    unpaidHoldId: uuid('unpaid_hold_id'),
  },
  (t) => [
    uniqueIndex('auctions_running').on(t.showId).where(sql`${t.endedAt} is null`),
    index('auctions_due').on(t.endsAt).where(sql`${t.endedAt} is null`),
    index('auctions_owed')
      .on(t.holdId)
      .where(sql`${t.endedAs} = 'sold' and ${t.settledAs} is null`),
    index('auctions_show').on(t.showId),
    check('auctions_led', sql`(${t.price} is null) = (${t.leader} is null)`),
  ],
)

/** Every bid that was taken, in order. */
export const auctionBids = pgTable(
  'auction_bids',
  {
    auctionId: uuid('auction_id').notNull(),
    n: integer('n').notNull(),
    bidder: uuid('bidder').notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    at: at('at').notNull(),
    /** The end after it. */
    endsAt: at('ends_at').notNull(),
    key: text('key').notNull(),
    /** It stands no longer: its bidder was banned, ran the show at its end, or did not pay. */
    void: boolean('void').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.auctionId, t.n] }),
    uniqueIndex('auction_bids_key').on(t.bidder, t.key),
  ],
)
