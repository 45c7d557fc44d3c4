import { boolean, pgTable, uuid } from 'drizzle-orm/pg-core'

/** What a replay needs to know to sell. No row: its host sells in it, and nobody can watch it yet. */
export const replays = pgTable('replays', {
  showId: uuid('show_id').primaryKey(),
  /** Everybody can watch it: its recording is whole, and not hidden or deleted. */
  open: boolean('open').notNull().default(false),
  /** Its host wants the line-up to be on sale in it. */
  sells: boolean('sells').notNull().default(true),
})
