import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

export const payments = pgTable(
  'payments',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id').notNull(),
    provider: text('provider').notNull(),
    /** The provider's own name for it; null until the provider has answered. */
    providerRef: text('provider_ref'),
    payUrl: text('pay_url'),
    status: text('status', {
      enum: ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'refunded'],
    }).notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    captured: bigint('captured', { mode: 'number' }).notNull().default(0),
    /** The provider's own count of its changes: what is older than it is old news. */
    version: integer('version').notNull().default(0),
    createdAt: at('created_at').notNull(),
    /** When the reconciler next reads it at the provider; null when it is settled. */
    dueAt: at('due_at'),
  },
  (t) => [
    index('payments_order').on(t.orderId),
    index('payments_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
  ],
)

/** Every verified webhook event, once; for as long as its provider may send it again, and longer. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    provider: text('provider').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    paymentId: uuid('payment_id'),
    receivedAt: at('received_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.eventId] }),
    index('webhook_events_old').on(t.receivedAt),
  ],
)

/** The money ledger: each transaction's debits equal its credits. Append-only. */
export const postings = pgTable(
  'postings',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    transactionId: uuid('transaction_id').notNull(),
    orderId: uuid('order_id').notNull(),
    account: text('account').notNull(),
    debit: bigint('debit', { mode: 'number' }).notNull().default(0),
    credit: bigint('credit', { mode: 'number' }).notNull().default(0),
    currency: text('currency').notNull(),
    at: at('at').notNull(),
  },
  (t) => [
    index('postings_order').on(t.orderId),
    index('postings_transaction').on(t.transactionId),
    check(
      'postings_one_side',
      sql`${t.debit} >= 0 and ${t.credit} >= 0 and (${t.debit} = 0) <> (${t.credit} = 0)`,
    ),
  ],
)

/** An intention to give money back; due until the provider has said yes. */
export const refunds = pgTable(
  'refunds',
  {
    id: uuid('id').primaryKey(),
    paymentId: uuid('payment_id').notNull(),
    orderId: uuid('order_id').notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    reason: text('reason').notNull(),
    status: text('status', { enum: ['pending', 'succeeded', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    createdAt: at('created_at').notNull(),
    dueAt: at('due_at'),
  },
  (t) => [
    index('refunds_order').on(t.orderId),
    index('refunds_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
  ],
)

/** The sandbox provider's own books: another company's database, as far as the shop goes. */
export const sandboxPayments = pgTable(
  'sandbox_payments',
  {
    id: text('id').primaryKey(),
    /** The shop's payment id: the provider's idempotency key. */
    reference: uuid('reference').notNull().unique(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    status: text('status', {
      enum: ['pending', 'requires_action', 'processing', 'succeeded', 'failed'],
    }).notNull(),
    /** Grows with each change of status. */
    version: integer('version').notNull().default(0),
    refunded: bigint('refunded', { mode: 'number' }).notNull().default(0),
    returnUrl: text('return_url').notNull(),
    /** A slow card succeeds then. */
    settlesAt: at('settles_at'),
    createdAt: at('created_at').notNull(),
  },
  // Not by status, which each card changes: such a change would then be written to every index.
  (t) => [index('sandbox_payments_due').on(t.settlesAt).where(sql`${t.settlesAt} is not null`)],
)

export const sandboxRefunds = pgTable('sandbox_refunds', {
  id: text('id').primaryKey(),
  reference: uuid('reference').notNull().unique(),
  paymentId: text('payment_id').notNull(),
  amount: bigint('amount', { mode: 'number' }).notNull(),
  createdAt: at('created_at').notNull(),
})

export const sandboxEvents = pgTable(
  'sandbox_events',
  {
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    body: jsonb('body').notNull(),
    attempts: integer('attempts').notNull().default(0),
    createdAt: at('created_at').notNull(),
    dueAt: at('due_at'),
    delivered: boolean('delivered').notNull().default(false),
  },
  (t) => [
    index('sandbox_events_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
    index('sandbox_events_old').on(t.createdAt).where(sql`${t.dueAt} is null`),
  ],
)
