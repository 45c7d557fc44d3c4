import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/**
 * One result for each (principal, operation, key): written in the transaction of the effect. What is
 * done to an order has its key for as long as the order; the others go after a month.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    principal: uuid('principal').notNull(),
    operation: text('operation').notNull(),
    key: text('key').notNull(),
    bodyHash: text('body_hash').notNull(),
    /** Null only inside the transaction that is making it. */
    result: jsonb('result'),
    at: at('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.principal, t.operation, t.key] }),
    index('idempotency_keys_old')
      .on(t.at)
      .where(sql`${t.operation} not in ('refund', 'cancel', 'ship')`),
  ],
)
