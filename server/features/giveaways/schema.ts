import { sql } from 'drizzle-orm'
import {
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
import { at, bytea } from '../../store/columns.ts'

/** One unit before the room, for nothing. It runs while `endedAt` is null. */
export const giveaways = pgTable(
  'giveaways',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    productId: uuid('product_id').notNull(),
    /** The unit: the house's hold while it runs, then the winner's. */
    holdId: uuid('hold_id').notNull(),
    /** Told to nobody before the draw; its hash is told to everybody when the giveaway opens. */
    secret: bytea('secret').notNull(),
    openedAt: at('opened_at').notNull(),
    endsAt: at('ends_at').notNull(),
    /** Numbers that were given out. */
    numbers: integer('numbers').notNull().default(0),
    /** Entries that stand. */
    entries: integer('entries').notNull().default(0),
    endedAt: at('ended_at'),
    /** drawn · empty · canceled · pulled · ended */
    endedAs: text('ended_as'),
    entriesHash: text('entries_hash'),
    winner: uuid('winner'),
    /** The winner's. */
    number: integer('number'),
    /** Of one that was drawn: claimed · unclaimed. */
    settledAs: text('settled_as'),
  },
  (t) => [
    uniqueIndex('giveaways_running').on(t.showId).where(sql`${t.endedAt} is null`),
    index('giveaways_due').on(t.endsAt).where(sql`${t.endedAt} is null`),
    index('giveaways_owed')
      .on(t.holdId)
      .where(sql`${t.endedAs} = 'drawn' and ${t.settledAs} is null`),
    index('giveaways_show').on(t.showId, t.openedAt),
    check(
      'giveaways_drawn',
      sql`(${t.endedAs} is not distinct from 'drawn') = (${t.winner} is not null)`,
    ),
  ],
)

/** Who entered, in order; for good. */
export const giveawayEntries = pgTable(
  'giveaway_entries',
  {
    giveawayId: uuid('giveaway_id').notNull(),
    /** From 1. */
    n: integer('n').notNull(),
    accountId: uuid('account_id').notNull(),
    /** What everybody may know of it. */
    ticket: uuid('ticket').notNull(),
    /** What the entrant's browser brought to the draw. */
    nonce: text('nonce'),
    at: at('at').notNull(),
    /** Its owner was banned while the giveaway ran, or ran the show at its end. */
    void: boolean('void').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.giveawayId, t.n] }),
    uniqueIndex('giveaway_entries_account').on(t.giveawayId, t.accountId),
  ],
)
