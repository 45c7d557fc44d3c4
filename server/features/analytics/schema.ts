import { bigint, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** How many watched a show in one minute of the wall clock. No row: nobody counted. */
export const showMinutes = pgTable(
  'show_minutes',
  {
    showId: uuid('show_id').notNull(),
    minute: at('minute').notNull(),
    /** The most at one moment. */
    most: integer('most').notNull(),
    /** For how much of the minute somebody counted. */
    countedMs: integer('counted_ms').notNull(),
    /** What all viewers together watched in that time. */
    watchedMs: bigint('watched_ms', { mode: 'number' }).notNull(),
    /** Viewers who were never seen in this show before. */
    came: integer('came').notNull(),
  },
  (t) => [primaryKey({ columns: [t.showId, t.minute] })],
)

/** Who was seen in a show that runs, so that each is counted once. Gone soon after it. */
export const showViewers = pgTable(
  'show_viewers',
  {
    showId: uuid('show_id').notNull(),
    accountId: uuid('account_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.showId, t.accountId] })],
)
