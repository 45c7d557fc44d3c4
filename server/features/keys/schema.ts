import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from '../../store/columns.ts'

/** What programs of a merchant come with. Revoked: the row is gone. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    merchantId: uuid('merchant_id').notNull(),
    name: text('name').notNull(),
    keyHash: bytea('key_hash').notNull().unique(),
    lastFour: text('last_four').notNull(),
    writes: boolean('writes').notNull(),
    createdAt: at('created_at').notNull(),
    usedAt: at('used_at'),
  },
  (t) => [index('api_keys_merchant').on(t.merchantId, t.id)],
)
