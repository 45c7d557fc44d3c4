import { sql } from 'drizzle-orm'
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Producer } from '../../../shared/wire/events.ts'
import { at, bytea } from '../../store/columns.ts'

export const shows = pgTable(
  'shows',
  {
    id: uuid('id').primaryKey(),
    hostId: uuid('host_id').notNull(),
    title: text('title').notNull(),
    status: text('status', {
      enum: ['scheduled', 'live', 'interrupted', 'ended', 'canceled'],
    }).notNull(),
    startsAt: at('starts_at'),
    startedAt: at('started_at'),
    interruptedAt: at('interrupted_at'),
    endedAt: at('ended_at'),
    slowSeconds: integer('slow_seconds').notNull().default(0),
    pinnedProduct: uuid('pinned_product'),
    pinnedMessage: uuid('pinned_message'),
    /** Over, and its line-up is on sale in the replay. */
    sells: boolean('sells').notNull().default(false),
    viewersPeak: integer('viewers_peak').notNull().default(0),
    /** Since when those who asked to be reminded are to be told; null: nobody is, or all were. */
    tellAt: at('tell_at'),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    index('shows_due').on(t.status, sql`coalesce(${t.startsAt}, 'infinity')`, sql`${t.id} desc`),
    index('shows_of_host').on(t.hostId, t.id),
    index('shows_of_host_due').on(
      t.hostId,
      t.status,
      sql`coalesce(${t.startsAt}, 'infinity')`,
      sql`${t.id} desc`,
    ),
    index('shows_to_tell').on(t.tellAt).where(sql`${t.tellAt} is not null`),
  ],
)

export const lineup = pgTable(
  'lineup',
  {
    showId: uuid('show_id').notNull(),
    productId: uuid('product_id').notNull(),
    position: integer('position').notNull(),
    pulled: boolean('pulled').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.showId, t.productId] }),
    index('lineup_product').on(t.productId),
  ],
)

export const moderators = pgTable(
  'moderators',
  {
    showId: uuid('show_id').notNull(),
    accountId: uuid('account_id').notNull(),
    addedAt: at('added_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.showId, t.accountId] }),
    index('moderators_account').on(t.accountId),
  ],
)

/** Who wants a letter when a planned show begins, or is called off. */
export const showReminders = pgTable(
  'show_reminders',
  {
    showId: uuid('show_id').notNull(),
    accountId: uuid('account_id').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.showId, t.accountId] }),
    index('show_reminders_account').on(t.accountId, t.showId),
  ],
)

/** What is on the air, and where: written by the node that has the picture. */
export const showMedia = pgTable(
  'show_media',
  {
    showId: uuid('show_id').primaryKey(),
    node: text('node').notNull(),
    /** Where that node hears the others. */
    address: text('address').notNull().default(''),
    /** Who sends; nobody else may while this stands. */
    sender: text('sender'),
    /** Counts how often the picture moved: what a node says of an older one is void. */
    epoch: integer('epoch').notNull().default(0),
    producers: jsonb('producers').$type<Producer[]>().notNull(),
    changedAt: at('changed_at').notNull(),
  },
  // Those on the air, of all that ever were. Not by their time, which is said anew each second.
  (t) => [index('show_media_on').on(t.showId).where(sql`${t.producers} <> '[]'`)],
)

/** What lets an encoder send a show's picture. The key itself is nowhere. */
export const streamKeys = pgTable('stream_keys', {
  showId: uuid('show_id').primaryKey(),
  keyHash: bytea('key_hash').notNull().unique(),
  createdAt: at('created_at').notNull(),
})
