import { boolean, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

export const embedRules = pgTable('embed_rules', {
  accountId: uuid('account_id').primaryKey(),
  signedOnly: boolean('signed_only').notNull().default(false),
  /** The secret itself is nowhere: it is made from the house's own and this number. 0: none yet. */
  secretVersion: integer('secret_version').notNull().default(0),
  secretSince: at('secret_since'),
})

/** Pages of others that may show a merchant's shows; without a show: all of them. */
export const embedOrigins = pgTable(
  'embed_origins',
  {
    accountId: uuid('account_id').notNull(),
    position: integer('position').notNull(),
    origin: text('origin').notNull(),
    showId: uuid('show_id'),
  },
  (t) => [index('embed_origins_account').on(t.accountId)],
)
