import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** Terms are fixed once made; a code can only be ended early. */
export const discountCodes = pgTable(
  'discount_codes',
  {
    id: uuid('id').primaryKey(),
    merchantId: uuid('merchant_id').notNull(),
    /** Upper case; whatever somebody types. */
    code: text('code').notNull(),
    /** One of the two. */
    percent: integer('percent'),
    amount: bigint('amount', { mode: 'number' }),
    /** Of `amount` and `minimum`; null: prices in any currency. */
    currency: text('currency'),
    minimum: bigint('minimum', { mode: 'number' }),
    /** Null: the whole shop. */
    productIds: uuid('product_ids').array(),
    /** Null: everywhere. */
    showId: uuid('show_id'),
    startsAt: at('starts_at'),
    endsAt: at('ends_at'),
    quota: integer('quota'),
    perBuyer: integer('per_buyer').notNull(),
    /** Orders that have it and stand: what `quota` is held against. */
    uses: integer('uses').notNull().default(0),
    endedAt: at('ended_at'),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('discount_codes_code').on(t.merchantId, t.code),
    check('discount_codes_off', sql`(${t.percent} is null) <> (${t.amount} is null)`),
    check('discount_codes_uses', sql`${t.uses} >= 0`),
  ],
)

/** Which order used which code. */
export const codeUses = pgTable(
  'code_uses',
  {
    orderId: uuid('order_id').primaryKey(),
    codeId: uuid('code_id').notNull(),
    buyer: uuid('buyer').notNull(),
    at: at('at').notNull(),
    /** Since when the order has given its use back: it ended unpaid. */
    freedAt: at('freed_at'),
    /** Paid late: the use counts again, whatever the quota says. */
    takenAgainAt: at('taken_again_at'),
  },
  (t) => [index('code_uses_code').on(t.codeId, t.buyer)],
)

/** The code that a host shows to the room. */
export const shownCodes = pgTable('shown_codes', {
  showId: uuid('show_id').primaryKey(),
  codeId: uuid('code_id').notNull(),
})
