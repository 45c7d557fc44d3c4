import { boolean, integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** What a host wants of the replay of a show. No row: nothing was changed, and nothing is ready. */
export const replays = pgTable('replays', {
  showId: uuid('show_id').primaryKey(),
  /** For the show's staff alone. */
  hidden: boolean('hidden').notNull().default(false),
  /** Its line-up is on sale in it. */
  sells: boolean('sells').notNull().default(true),
  /** What of the recording is shown: [fromMs, toMs) of its time; toMs null: to its end. */
  fromMs: integer('from_ms').notNull().default(0),
  toMs: integer('to_ms'),
  /** The recording is whole and can be watched. */
  readyAt: at('ready_at'),
  /** For good: the recording is gone with it. */
  deletedAt: at('deleted_at'),
})
