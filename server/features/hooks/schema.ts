import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** Where a merchant's news go. Who writes news for one holds its row `for share`: off means off. */
export const hookEndpoints = pgTable(
  'hook_endpoints',
  {
    id: uuid('id').primaryKey(),
    merchantId: uuid('merchant_id').notNull(),
    url: text('url').notNull(),
    types: text('types').array().notNull(),
    /** The secret itself is nowhere: it is made from the house's own and this number. */
    secretVersion: integer('secret_version').notNull().default(1),
    renewedAt: at('renewed_at'),
    createdAt: at('created_at').notNull(),
    /** Why nothing is sent; null: it is. */
    off: text('off', { enum: ['owner', 'gone', 'failing'] }),
    /** When its stock is looked at; null: never. */
    stockDueAt: at('stock_due_at'),
  },
  (t) => [
    index('hook_endpoints_merchant').on(t.merchantId, t.id),
    index('hook_endpoints_stock').on(t.stockDueAt).where(sql`${t.stockDueAt} is not null`),
  ],
)

/** What is sent, written with the change it tells of: waiting while it has a due time. */
export const hookDeliveries = pgTable(
  'hook_deliveries',
  {
    id: uuid('id').primaryKey(),
    endpointId: uuid('endpoint_id').notNull(),
    type: text('type').notNull(),
    /** As text: a signature covers bytes, and they are the same each time. */
    body: text('body').notNull(),
    createdAt: at('created_at').notNull(),
    dueAt: at('due_at'),
    attempts: integer('attempts').notNull().default(0),
    triedAt: at('tried_at'),
    deliveredAt: at('delivered_at'),
    status: integer('status'),
    answer: text('answer'),
  },
  (t) => [
    index('hook_deliveries_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
    index('hook_deliveries_turn').on(t.endpointId, t.dueAt).where(sql`${t.dueAt} is not null`),
    index('hook_deliveries_endpoint').on(t.endpointId, t.createdAt, t.id),
    index('hook_deliveries_old').on(t.createdAt).where(sql`${t.dueAt} is null`),
  ],
)

/** The stock of a variant as an endpoint was last told, and by which delivery. */
export const hookStock = pgTable(
  'hook_stock',
  {
    endpointId: uuid('endpoint_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    /** Null: what it was told of did not go out. */
    onHand: integer('on_hand'),
    available: integer('available').notNull(),
    deliveryId: uuid('delivery_id'),
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.variantId] })],
)
