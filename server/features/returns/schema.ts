import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { returnReasons, returnStates } from '../../../shared/domain/returns.ts'
import { at } from '../../store/columns.ts'

export const orderReturns = pgTable(
  'order_returns',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id').notNull(),
    buyer: uuid('buyer').notNull(),
    merchantId: uuid('merchant_id').notNull(),
    state: text('state', { enum: returnStates }).notNull(),
    reason: text('reason', { enum: returnReasons }).notNull(),
    note: text('note').notNull(),
    /** What was paid for its pieces, and what of it this return has given back. */
    paid: bigint('paid', { mode: 'number' }).notNull(),
    refunded: bigint('refunded', { mode: 'number' }).notNull().default(0),
    sendTo: text('send_to'),
    carrier: text('carrier'),
    trackingNumber: text('tracking_number'),
    createdAt: at('created_at').notNull(),
    /** By when the next thing happens. */
    dueAt: at('due_at'),
    receivedAt: at('received_at'),
    disputedAt: at('disputed_at'),
    /** When the shop said its word to the house. */
    answeredAt: at('answered_at'),
  },
  (t) => [
    index('order_returns_order').on(t.orderId),
    uniqueIndex('order_returns_open')
      .on(t.orderId)
      .where(sql`${t.state} in ('asked', 'accepted', 'sent', 'disputed')`),
    index('order_returns_merchant').on(t.merchantId, t.id),
    index('order_returns_waiting')
      .on(t.merchantId, t.dueAt)
      .where(sql`${t.state} in ('asked', 'sent', 'disputed')`),
    index('order_returns_due').on(t.dueAt).where(sql`${t.state} in ('asked', 'accepted')`),
    index('order_returns_unconfirmed').on(t.dueAt).where(sql`${t.state} = 'sent'`),
    index('order_returns_house').on(t.state, t.id).where(sql`${t.disputedAt} is not null`),
    check('order_returns_within', sql`${t.refunded} between 0 and ${t.paid}`),
  ],
)

export const returnItems = pgTable(
  'return_items',
  {
    returnId: uuid('return_id').notNull(),
    holdId: uuid('hold_id').notNull(),
    quantity: integer('quantity').notNull(),
    /** What was paid for them: all parts of a line come to the whole of it. */
    paid: bigint('paid', { mode: 'number' }).notNull().default(0),
    /** Units that were whole and went back on the shelf. */
    restocked: integer('restocked').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.returnId, t.holdId] }),
    check('return_items_within', sql`${t.restocked} between 0 and ${t.quantity}`),
  ],
)

/** Append-only: who did what and said what, in order. */
export const returnSteps = pgTable(
  'return_steps',
  {
    returnId: uuid('return_id').notNull(),
    n: integer('n').notNull(),
    step: text('step').notNull(),
    by: text('by', { enum: ['buyer', 'merchant', 'house', 'time'] }).notNull(),
    accountId: uuid('account_id'),
    at: at('at').notNull(),
    words: text('words'),
    refundId: uuid('refund_id'),
  },
  (t) => [primaryKey({ columns: [t.returnId, t.n] })],
)
