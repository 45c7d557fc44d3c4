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
import { at, bytea } from '../../store/columns.ts'

/** One row a variant: the one mutex of everything about it. Hot: no foreign keys point here. */
export const stock = pgTable(
  'stock',
  {
    variantId: uuid('variant_id').primaryKey(),
    onHand: integer('on_hand').notNull(),
    held: integer('held').notNull().default(0),
    sold: integer('sold').notNull().default(0),
    /** Last line of the ledger, and the hash of the last link of its chain. */
    n: bigint('n', { mode: 'number' }).notNull().default(0),
    hash: bytea('hash').notNull().default(sql`''::bytea`),
  },
  (t) => [
    check('stock_never_negative', sql`${t.held} >= 0 and ${t.sold} >= 0`),
    check('stock_never_oversold', sql`${t.held} + ${t.sold} <= ${t.onHand}`),
  ],
)

/** A variant in a show at a price. Windows of one variant in one show never overlap. */
export const offers = pgTable(
  'offers',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    productId: uuid('product_id').notNull(),
    kind: text('kind', { enum: ['standing', 'flash', 'auction', 'giveaway'] }).notNull(),
    price: bigint('price', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    startsAt: at('starts_at').notNull(),
    endsAt: at('ends_at'),
    cap: integer('cap'),
    /** Held + sold of this offer. */
    taken: integer('taken').notNull().default(0),
    /** Places in its line: so many units are not for newcomers. */
    waiting: integer('waiting').notNull().default(0),
    perBuyer: integer('per_buyer'),
    closedAt: at('closed_at'),
    closedAs: text('closed_as'),
  },
  (t) => [
    index('offers_open').on(t.variantId, t.showId).where(sql`${t.closedAt} is null`),
    index('offers_show').on(t.showId),
    check(
      'offers_within_cap',
      sql`${t.taken} >= 0 and (${t.cap} is null or ${t.taken} <= ${t.cap})`,
    ),
  ],
)

export const holds = pgTable(
  'holds',
  {
    id: uuid('id').primaryKey(),
    offerId: uuid('offer_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    showId: uuid('show_id').notNull(),
    buyer: uuid('buyer').notNull(),
    quantity: integer('quantity').notNull(),
    price: bigint('price', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    state: text('state').notNull().default('active'),
    orderId: uuid('order_id'),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    endedAt: at('ended_at'),
    key: text('key').notNull(),
  },
  (t) => [
    uniqueIndex('holds_key').on(t.buyer, t.key),
    index('holds_due').on(t.variantId, t.expiresAt).where(sql`${t.state} = 'active'`),
    index('holds_expiry').on(t.expiresAt).where(sql`${t.state} = 'active'`),
    // What a buyer has in hand or bought: what was given back again and again is not read with each hold.
    index('holds_kept').on(t.buyer).where(sql`${t.state} in ('active', 'ordered', 'confirmed')`),
    index('holds_ordered').on(t.offerId).where(sql`${t.state} = 'ordered'`),
  ],
)

/** Append-only: what happened to a variant's units, in order. */
export const stockLedger = pgTable(
  'stock_ledger',
  {
    variantId: uuid('variant_id').notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
    /** receive · correct · hold · release · expire · pull · confirm · take · return · ship */
    kind: text('kind').notNull(),
    quantity: integer('quantity').notNull(),
    holdId: uuid('hold_id'),
    reason: text('reason'),
    by: uuid('by'),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.variantId, t.n] })],
)

/** One link per variant and commit: hash over the link before and the lines since. */
export const stockChain = pgTable(
  'stock_chain',
  {
    variantId: uuid('variant_id').notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.variantId, t.n] })],
)
