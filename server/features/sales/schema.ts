import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** A flash sale. Whether it is announced, open or sold out follows from the clock and its offer. */
export const sales = pgTable(
  'sales',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    productId: uuid('product_id').notNull(),
    offerId: uuid('offer_id').notNull(),
    price: bigint('price', { mode: 'number' }).notNull(),
    wasPrice: bigint('was_price', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    quantity: integer('quantity').notNull(),
    perBuyer: integer('per_buyer'),
    announcedAt: at('announced_at').notNull(),
    startsAt: at('starts_at').notNull(),
    endsAt: at('ends_at').notNull(),
    endedAt: at('ended_at'),
    endedAs: text('ended_as'),
  },
  (t) => [
    index('sales_show').on(t.showId),
    // One announced or open sale of a variant in a show.
    uniqueIndex('sales_running').on(t.showId, t.variantId).where(sql`${t.endedAt} is null`),
  ],
)
