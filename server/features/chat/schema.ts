import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** One row a message: its key makes a repeat answer the first, its seq finds it in the log. */
export const chatKeys = pgTable(
  'chat_keys',
  {
    accountId: uuid('account_id').notNull(),
    key: text('key').notNull(),
    showId: uuid('show_id').notNull(),
    messageId: uuid('message_id').notNull(),
    /** Null while a moderator looks at it. */
    seq: bigint('seq', { mode: 'number' }),
    /** The same key with another text is refused. */
    textHash: text('text_hash').notNull(),
    at: at('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    uniqueIndex('chat_keys_message').on(t.messageId),
    index('chat_keys_last').on(t.showId, t.accountId, t.at),
    index('chat_keys_seq').on(t.showId, t.seq).where(sql`${t.seq} is not null`),
  ],
)

/** Hearts and the like, added up; written once a second, never in the log. */
export const reactionTotals = pgTable(
  'reaction_totals',
  {
    showId: uuid('show_id').notNull(),
    kind: text('kind').notNull(),
    total: bigint('total', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.showId, t.kind] })],
)
