import { sql } from 'drizzle-orm'
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Merchant } from '../../../shared/wire/catalog.ts'
import { at } from '../../store/columns.ts'

export const merchants = pgTable('merchants', {
  accountId: uuid('account_id').primaryKey(),
  settings: jsonb('settings').$type<Merchant>().notNull(),
  changedAt: at('changed_at').notNull(),
})

export const products = pgTable(
  'products',
  {
    id: uuid('id').primaryKey(),
    merchantId: uuid('merchant_id').notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    images: jsonb('images').$type<string[]>().notNull(),
    status: text('status', { enum: ['active', 'archived'] }).notNull(),
    /** The handle of an imported product: what makes an import repeatable. */
    handle: text('handle'),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    index('products_merchant').on(t.merchantId, t.id),
    uniqueIndex('products_handle').on(t.merchantId, t.handle).where(sql`${t.handle} is not null`),
  ],
)

export const variants = pgTable(
  'variants',
  {
    id: uuid('id').primaryKey(),
    productId: uuid('product_id')
      .notNull()
      .references(() => products.id),
    merchantId: uuid('merchant_id').notNull(),
    sku: text('sku').notNull(),
    title: text('title').notNull(),
    price: bigint('price', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    position: integer('position').notNull(),
  },
  (t) => [
    index('variants_product').on(t.productId, t.position),
    uniqueIndex('variants_sku').on(t.merchantId, t.sku),
  ],
)

export const pictures = pgTable(
  'pictures',
  {
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    bytes: integer('bytes').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [index('pictures_account').on(t.accountId)],
)
