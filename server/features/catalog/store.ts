import { eq, sql } from 'drizzle-orm'
import type { Merchant, Product } from '../../../shared/wire/catalog.ts'
import { Refusal } from '../../base/refusal.ts'
import { asRefusal, type Db, postgresState, type Sql, type Tx } from '../../store/postgres.ts'
import type { Shop } from './import/apply.ts'
import type { NewVariant, Status } from './rules.ts'
import { merchants, pictures } from './schema.ts'

/** A product to insert: ids are made by the caller. */
export type ProductRow = {
  id: string
  merchantId: string
  title: string
  description: string
  images: string[]
  status: Status
  handle: string | null
  variants: (NewVariant & { id: string })[]
}

/** As one value a table: a file's ten thousand variants have more fields than a statement takes values. */
export async function insertProducts(tx: Tx, rows: ProductRow[]): Promise<void> {
  const listed = rows.map(({ variants: _, ...row }) => row)
  await tx.execute(sql`
    insert into products(id, merchant_id, title, description, images, status, handle, created_at)
    select id, "merchantId", title, description, images, status, handle, clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(listed)}::jsonb) p(id uuid, "merchantId" uuid, title text,
      description text, images jsonb, status text, handle text)`)
  const variants = rows.flatMap(({ id: productId, merchantId, variants }) =>
    variants.map(({ id, sku, title, price }, i) => ({
      ...price,
      ...{ id, productId, merchantId, sku, title, position: i + 1 },
    })),
  )
  await tx.execute(sql`
    insert into variants(id, product_id, merchant_id, sku, title, price, currency, position)
    select id, "productId", "merchantId", sku, title, amount, currency, position
    from jsonb_to_recordset(${JSON.stringify(variants)}::jsonb) v(id uuid, "productId" uuid, "merchantId" uuid,
      sku text, title text, amount bigint, currency text, position int)`)
}

/** Counts up to one above `most`: enough to know whether it is passed. */
export async function countProducts(tx: Tx, merchantId: string, most: number): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      select from products where merchant_id = ${merchantId} limit ${most + 1}) counted`)
  return row?.n ?? 0
}

/** A product as its merchant sees it, as the transaction has it. */
export async function readInside(tx: Tx, id: string): Promise<Product> {
  const [row] = await tx.execute<{ product: Product }>(
    sql`select product_view_v1(${id}::uuid) as product`,
  )
  return row?.product as Product
}

export async function readOwn(
  client: Sql,
  id: string,
  merchantId: string | null,
): Promise<Product | undefined> {
  const [row] = await client<{ product: Product }[]>`
    select product_view_v1(id) as product from products
    where id = ${id} and (${merchantId}::uuid is null or merchant_id = ${merchantId}::uuid)`
  return row?.product
}

type Slice = { merchantId: string; before: string | null; like: string | null; limit: number }

/** A merchant's products, newest first; `like` is a pattern for titles and SKUs. */
export async function readPage(
  client: Sql,
  { merchantId, before, like, limit }: Slice,
): Promise<Product[]> {
  const rows = await client<{ product: Product }[]>`
    select product_view_v1(p.id) as product from (
      select p.id from products p
      where p.merchant_id = ${merchantId} and (${before}::uuid is null or p.id < ${before}::uuid)
        and (${like}::text is null or p.title ilike ${like}::text
          or exists (select from variants v where v.product_id = p.id and v.sku ilike ${like}::text))
      order by p.id desc limit ${limit}) p
    order by p.id desc`
  return rows.map((row) => row.product)
}

/** Line-ups in order, as everybody sees them: without what only the merchant may know. */
export async function readLineups(client: Sql, showIds: string[]): Promise<Map<string, Product[]>> {
  const rows = await client<{ id: string; products: Product[] }[]>`
    select s.id, jsonb_agg(x.value - 'pulled' || jsonb_build_object(
        'description', p.description, 'status', p.status,
        'variants', (select coalesce(jsonb_agg(v.value - 'limit' order by v.n), '[]'::jsonb)
          from jsonb_array_elements(x.value -> 'variants') with ordinality v(value, n))) order by x.n) as products
    from unnest(${showIds}::uuid[]) s(id)
    cross join lateral jsonb_array_elements(shown_products_v1(s.id, null)) with ordinality x(value, n)
    join products p on p.id = (x.value ->> 'id')::uuid
    group by s.id`
  return new Map(rows.map((row) => [row.id, row.products]))
}

/** Which of these are active products of the merchant, and how many variants each has. */
export async function activeOf(
  client: Sql,
  merchantId: string,
  ids: string[],
): Promise<Map<string, { variants: number }>> {
  const rows = await client<{ id: string; variants: number }[]>`
    select id, (select count(*)::int from variants v where v.product_id = p.id) as variants from products p
    where id = any(${ids}::uuid[]) and merchant_id = ${merchantId} and status = 'active'`
  return new Map(rows.map((row) => [row.id, row]))
}

/** Which of these are pictures that the account uploaded. */
export async function picturesOf(
  client: Sql,
  accountId: string,
  ids: string[],
): Promise<Set<string>> {
  const rows = await client<{ id: string }[]>`
    select id from pictures where id = any(${ids}::uuid[]) and account_id = ${accountId}`
  return new Set(rows.map((row) => row.id))
}

export type PictureRow = Omit<typeof pictures.$inferInsert, 'createdAt'>

export async function insertPicture(db: Db, row: PictureRow): Promise<void> {
  await db.insert(pictures).values({ ...row, createdAt: sql`clock_timestamp()` } as never)
}

/** Counts up to one above `most`: enough to know whether it is reached. */
export async function countPictures(client: Sql, accountId: string, most: number): Promise<number> {
  const [row] = await client<{ n: number }[]>`
    select count(*)::int as n from (
      select from pictures where account_id = ${accountId} limit ${most + 1}) counted`
  return row?.n ?? 0
}

export async function readMerchant(db: Db, accountId: string): Promise<Merchant | undefined> {
  const [row] = await db.select().from(merchants).where(eq(merchants.accountId, accountId))
  return row?.settings
}

export async function saveMerchant(db: Db, accountId: string, settings: Merchant): Promise<void> {
  const changedAt = sql`clock_timestamp()` as never
  await db
    .insert(merchants)
    .values({ accountId, settings, changedAt })
    .onConflictDoUpdate({ target: merchants.accountId, set: { settings, changedAt } })
}

/** What an import needs to know of the shop: the named products, SKUs and pictures, as they stand. */
export async function readShop(
  client: Sql,
  merchantId: string,
  named: { handles: string[]; skus: string[]; pictures: string[] },
): Promise<Shop> {
  const known = await client<{ handle: string; product: Product }[]>`
    select handle, product_view_v1(id) as product from products
    where merchant_id = ${merchantId} and handle = any(${named.handles}::text[])`
  const skus = await client<{ sku: string; product: string }[]>`
    select sku, product_id as product from variants
    where merchant_id = ${merchantId} and sku = any(${named.skus}::text[])`
  const pictureIds = await picturesOf(client, merchantId, named.pictures)
  return {
    products: new Map(known.map((row) => [row.handle, row.product])),
    skus: new Map(skus.map((row) => [row.sku, row.product])),
    pictures: new Set([...pictureIds].map((id) => `/pictures/${id}.webp`)),
  }
}

const uniqueViolation = '23505'

/** Turns "that SKU is another variant's" into CONFLICT that names it; hands on everything else. */
export function skuTaken(variants: { sku?: string }[]): (error: unknown) => never {
  return (error) => {
    const { constraint, detail } = violation(error)
    if (constraint === 'products_handle') {
      throw new Refusal('CONFLICT', 'This handle was imported a moment ago. Send the file again.')
    }
    if (constraint !== 'variants_sku') throw asRefusal(error)
    const sku = /\)=\([0-9a-f-]{36}, (.*)\) already exists/s.exec(detail)?.[1] ?? ''
    const i = variants.findIndex((variant) => variant.sku === sku)
    const sentence = `The SKU ${sku} is another variant's already.`
    const errors = i === -1 ? [] : [{ pointer: `/variants/${i}/sku`, detail: sentence }]
    throw new Refusal('CONFLICT', sentence, { errors })
  }
}

function violation(error: unknown): { constraint?: string; detail: string } {
  if (postgresState(error) !== uniqueViolation) return { detail: '' }
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('constraint_name' in e) {
      return {
        constraint: String(e.constraint_name),
        detail: 'detail' in e ? String(e.detail) : '',
      }
    }
  }
  return { detail: '' }
}
