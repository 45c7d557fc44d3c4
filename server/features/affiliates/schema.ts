import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { affiliateRateBpsMax } from '../../../shared/limits.ts'
import { at } from '../../store/columns.ts'

/** How somebody becomes an affiliate of a shop; no row: nobody ever could. */
export const affiliateTerms = pgTable('affiliate_terms', {
  merchantId: uuid('merchant_id').primaryKey(),
  entry: text('entry', { enum: ['open', 'invited', 'closed'] }).notNull(),
  changedAt: at('changed_at').notNull(),
})

/** Append-only but for what has not begun: what an order earns is told by when it was paid. */
export const affiliateRates = pgTable(
  'affiliate_rates',
  {
    merchantId: uuid('merchant_id').notNull(),
    /** The shop (its merchant's id), one of its products, or one partnership. */
    scope: uuid('scope').notNull(),
    since: at('since').notNull(),
    /** Hundredths of a percent; null: as the shop from here on. */
    rateBps: integer('rate_bps'),
  },
  (t) => [
    primaryKey({ columns: [t.merchantId, t.scope, t.since] }),
    check(
      'affiliate_rates_within',
      sql`${t.rateBps} between 0 and ${sql.raw(String(affiliateRateBpsMax))}`,
    ),
  ],
)

/** A partnership: one account with one shop. It ends and may begin again; it keeps its code. */
export const affiliates = pgTable(
  'affiliates',
  {
    id: uuid('id').primaryKey(),
    merchantId: uuid('merchant_id').notNull(),
    accountId: uuid('account_id').notNull(),
    /** What stands in their links. */
    code: text('code').notNull().unique(),
    /** The address that the shop invited. */
    invitedAs: text('invited_as'),
    joinedAt: at('joined_at').notNull(),
    endedAt: at('ended_at'),
    endedByShop: boolean('ended_by_shop').notNull().default(false),
  },
  (t) => [
    uniqueIndex('affiliates_pair').on(t.merchantId, t.accountId),
    index('affiliates_account').on(t.accountId, t.id),
    check('affiliates_two', sql`${t.merchantId} <> ${t.accountId}`),
  ],
)

/** Good for one person, once. */
export const affiliateInvitations = pgTable(
  'affiliate_invitations',
  {
    id: uuid('id').primaryKey(),
    merchantId: uuid('merchant_id').notNull(),
    token: text('token').notNull().unique(),
    /** Null: whoever has the link. */
    email: text('email'),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [index('affiliate_invitations_merchant').on(t.merchantId, t.id)],
)

/** Append-only: what a merchant says to have paid, held against what was owed at that moment. */
export const affiliatePayouts = pgTable(
  'affiliate_payouts',
  {
    id: uuid('id').primaryKey(),
    affiliateId: uuid('affiliate_id').notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    paidOn: date('paid_on').notNull(),
    note: text('note').notNull(),
    at: at('at').notNull(),
    /** In this currency: what they had earned for good by then, and what of it was paid before. */
    earned: bigint('earned', { mode: 'number' }).notNull(),
    before: bigint('before', { mode: 'number' }).notNull(),
  },
  (t) => [
    index('affiliate_payouts_affiliate').on(t.affiliateId, t.id),
    check(
      'affiliate_payouts_within',
      sql`${t.amount} > 0 and ${t.before} >= 0 and ${t.before} + ${t.amount} <= ${t.earned}`,
    ),
  ],
)
