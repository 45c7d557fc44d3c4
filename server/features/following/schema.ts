import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** Who wants a letter when a host begins a show. */
export const follows = pgTable(
  'follows',
  {
    accountId: uuid('account_id').notNull(),
    hostId: uuid('host_id').notNull(),
    /** In the link of each letter: ends them without signing in. */
    token: uuid('token').notNull().unique().default(sql`gen_random_uuid()`),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.hostId] }),
    index('follows_host').on(t.hostId, t.accountId),
  ],
)

/** Hosts whom somebody follows, or did. */
export const followedHosts = pgTable('followed_hosts', {
  hostId: uuid('host_id').primaryKey(),
  /** Counted as they come and go: rows of a hundred thousand are not counted for each who looks. */
  followers: integer('followers').notNull(),
  /** When followers were last written to. */
  toldAt: at('told_at'),
})

/** Shows that have begun, of which followers are still to be told. */
export const followNews = pgTable('follow_news', {
  showId: uuid('show_id').primaryKey(),
  hostId: uuid('host_id').notNull(),
  createdAt: at('created_at').notNull(),
  /** The last one told, by id; null: nobody yet. */
  told: uuid('told'),
})
