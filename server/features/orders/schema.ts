import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Address } from '../../../shared/wire/accounts.ts'
import { at } from '../../store/columns.ts'

export const orders = pgTable(
  'orders',
  {
    id: uuid('id').primaryKey(),
    number: bigserial('number', { mode: 'number' }).notNull(),
    buyer: uuid('buyer').notNull(),
    merchantId: uuid('merchant_id').notNull(),
    showId: uuid('show_id').notNull(),
    status: text('status', {
      enum: ['pending', 'paid', 'shipped', 'delivered', 'expired', 'canceled', 'refunded'],
    }).notNull(),
    currency: text('currency').notNull(),
    subtotal: bigint('subtotal', { mode: 'number' }).notNull(),
    shipping: bigint('shipping', { mode: 'number' }).notNull(),
    discount: bigint('discount', { mode: 'number' }).notNull().default(0),
    /** The discount code that was typed; its terms never change. */
    code: text('code'),
    /** Whose link brought it: a partnership of its merchant. */
    via: uuid('via'),
    total: bigint('total', { mode: 'number' }).notNull(),
    refunded: bigint('refunded', { mode: 'number' }).notNull().default(0),
    shippingAddress: jsonb('shipping_address').$type<Address>().notNull(),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    paidAt: at('paid_at'),
    shippedAt: at('shipped_at'),
    /** Its buyer said so. */
    arrivedAt: at('arrived_at'),
    /** What the shop promised when it was sent: so long it may be given back after it arrived. */
    returnDays: integer('return_days'),
    carrier: text('carrier'),
    trackingNumber: text('tracking_number'),
    key: text('key').notNull(),
    bodyHash: text('body_hash').notNull(),
  },
  (t) => [
    // Also finds the orders of a buyer: nobody has so many that they may not be sorted.
    uniqueIndex('orders_key').on(t.buyer, t.key),
    index('orders_merchant').on(t.merchantId, t.id),
    index('orders_via').on(t.via, t.id).where(sql`${t.via} is not null`),
    index('orders_due').on(t.expiresAt).where(sql`${t.status} = 'pending'`),
    check('orders_add_up', sql`${t.total} = ${t.subtotal} + ${t.shipping} - ${t.discount}`),
    check('orders_refund_within', sql`${t.refunded} between 0 and ${t.total}`),
  ],
)

export const orderItems = pgTable(
  'order_items',
  {
    orderId: uuid('order_id').notNull(),
    holdId: uuid('hold_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    productId: uuid('product_id').notNull(),
    title: text('title').notNull(),
    sku: text('sku').notNull(),
    quantity: integer('quantity').notNull(),
    price: bigint('price', { mode: 'number' }).notNull(),
    /** The line's part of its order's discount: what was paid for it is its price less this. */
    discount: bigint('discount', { mode: 'number' }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.holdId] })],
)
