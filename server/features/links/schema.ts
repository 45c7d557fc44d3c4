import { pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** Short names of shows, and of products in them. */
export const links = pgTable(
  'links',
  {
    code: text('code').primaryKey(),
    showId: uuid('show_id').notNull(),
    productId: uuid('product_id'),
    createdAt: at('created_at').notNull(),
  },
  (t) => [unique('links_target').on(t.showId, t.productId).nullsNotDistinct()],
)
