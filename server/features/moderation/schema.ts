import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** Mutes and bans in force or past. A row is the truth; the log tells when it changed. */
export const sanctions = pgTable(
  'sanctions',
  {
    showId: uuid('show_id').notNull(),
    accountId: uuid('account_id').notNull(),
    kind: text('kind', { enum: ['mute', 'ban'] }).notNull(),
    /** Null: until it is taken back. */
    until: at('until'),
    /** A ban of a guest also covers the address it came from, kept as a keyed hash. */
    address: text('address'),
    reason: text('reason').notNull(),
    by: uuid('by').notNull(),
    at: at('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.showId, t.accountId, t.kind] }),
    index('sanctions_address').on(t.showId, t.address),
  ],
)

export const heldMessages = pgTable(
  'held_messages',
  {
    messageId: uuid('message_id').primaryKey(),
    showId: uuid('show_id').notNull(),
    accountId: uuid('account_id').notNull(),
    text: text('text').notNull(),
    reason: text('reason').notNull(),
    marks: jsonb('marks').$type<string[]>().notNull(),
    at: at('at').notNull(),
    decidedAt: at('decided_at'),
    decision: text('decision', { enum: ['approved', 'refused'] }),
  },
  (t) => [
    index('held_messages_waiting').on(t.showId, t.messageId).where(sql`${t.decidedAt} is null`),
    index('held_messages_author').on(t.showId, t.accountId).where(sql`${t.decidedAt} is null`),
  ],
)

export const reports = pgTable(
  'reports',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    byAccount: uuid('by_account').notNull(),
    about: jsonb('about').$type<Record<string, string>>().notNull(),
    excerpt: text('excerpt').notNull(),
    reason: text('reason').notNull(),
    at: at('at').notNull(),
  },
  (t) => [
    index('reports_show').on(t.showId, t.id),
    uniqueIndex('reports_once').on(t.showId, t.byAccount, t.about),
  ],
)

export const words = pgTable(
  'words',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    text: text('text').notNull(),
    action: text('action', { enum: ['hold', 'refuse'] }).notNull(),
    at: at('at').notNull(),
  },
  (t) => [uniqueIndex('words_once').on(t.showId, sql`lower(${t.text})`)],
)

/** Since when somebody is seen in a show; for guests also from where, as a keyed hash. For a month. */
export const visits = pgTable(
  'visits',
  {
    showId: uuid('show_id').notNull(),
    accountId: uuid('account_id').notNull(),
    /** Of guests only: what a ban of one covers. */
    address: text('address'),
    firstAt: at('first_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.showId, t.accountId] }), index('visits_old').on(t.firstAt)],
)
