import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from '../store/columns.ts'

/** The head of a show's log. A table of its own, referenced by nothing: the last lock of every verb. */
export const showHeads = pgTable('show_heads', {
  showId: uuid('show_id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull().default(0),
  hash: bytea('hash').notNull().default(sql`''::bytea`),
})

export const showEvents = pgTable(
  'show_events',
  {
    showId: uuid('show_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    at: at('at').notNull(),
    actor: uuid('actor'),
    /** What everybody may know; null once erased, or where only staff may know. */
    body: jsonb('body'),
    /** What staff see instead; null: the same as everybody. */
    staff: jsonb('staff'),
    /** sha256 over body and staff as they were written: the chain still verifies after an erasure. */
    bodyHash: bytea('body_hash').notNull(),
    /** The chain: sha256 over the link before, seq, type, at, actor and body_hash. */
    hash: bytea('hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.showId, t.seq] }),
    index('show_events_chat')
      .on(t.showId, t.seq)
      .where(sql`${t.type} = 'chat.sent' and ${t.body} is not null`),
    index('show_events_actor').on(t.showId, t.actor),
    index('show_events_acts').on(t.showId, t.seq).where(sql`${t.type} <> 'chat.sent'`),
  ],
)
