import { and, eq, gt, sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { fingerprint, newId } from '../../../server/base/ids.ts'
import { products, variants } from '../../../server/features/catalog/schema.ts'
import { holds, stock } from '../../../server/features/inventory/schema.ts'
import { orderItems, orders } from '../../../server/features/orders/schema.ts'
import { payments } from '../../../server/features/payments/schema.ts'
import { type Bag, type Side, shippingAddress } from './side.ts'

const connections = 8
const pendingMax = 3
const payMs = 600_000

/** The ordinary way: a Drizzle transaction for each order, with the same locks, rules and rows. */
export function openTransaction(url: string): Side {
  const client = postgres(url, { max: connections, onnotice: () => {} })
  const db = drizzle(client)
  return {
    place: (bag) => db.transaction((tx) => placeOne(tx, bag)),
    close: () => client.end({ timeout: 5 }),
  }
}

type Tx = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0]

async function placeOne(tx: Tx, { buyer, holdId, key }: Bag): Promise<{ orderId: string }> {
  const bodyHash = fingerprint({ holdIds: [holdId], shippingAddress })
  const [first] = await tx
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.buyer, buyer), eq(orders.key, key)))
  if (first) return { orderId: first.id }
  const { hold, variant, product } = await heldUnit(tx, { buyer, holdId, key })
  const [orderId, paymentId, now] = [newId(), newId(), new Date()]
  const expiresAt = new Date(now.getTime() + payMs)
  const { currency, price, quantity, showId } = hold
  const total = price * quantity
  await tx.insert(orders).values({
    id: orderId,
    buyer,
    merchantId: variant.merchantId,
    showId,
    status: 'pending',
    currency,
    subtotal: total,
    shipping: 0,
    total,
    shippingAddress,
    createdAt: now,
    expiresAt,
    key,
    bodyHash,
  })
  const { id: productId, title } = product
  const item = { orderId, holdId, variantId: variant.id, productId, title, sku: variant.sku }
  await tx.insert(orderItems).values({ ...item, quantity, price })
  await tx.update(holds).set({ state: 'ordered', orderId, expiresAt }).where(eq(holds.id, holdId))
  await tx.insert(payments).values({
    id: paymentId,
    orderId,
    provider: 'sandbox',
    providerRef: paymentId,
    payUrl: `http://bank/${paymentId}`,
    status: 'pending',
    amount: total,
    currency,
    createdAt: now,
  })
  return { orderId }
}

/** The hold with what it is of, once its stock row is locked and all rules were looked at. */
async function heldUnit(tx: Tx, { buyer, holdId }: Bag) {
  const [held] = await tx
    .select({ hold: holds, variant: variants, product: products })
    .from(holds)
    .innerJoin(variants, eq(variants.id, holds.variantId))
    .innerJoin(products, eq(products.id, variants.productId))
    .where(and(eq(holds.id, holdId), eq(holds.buyer, buyer), gt(holds.expiresAt, sql`now()`)))
  if (!held) throw new Error('no such hold')
  const { variant } = held
  await tx
    .select({ id: stock.variantId })
    .from(stock)
    .where(eq(stock.variantId, variant.id))
    .for('no key update')
  const [again] = await tx.select({ state: holds.state }).from(holds).where(eq(holds.id, holdId))
  const waiting = await tx.$count(
    orders,
    and(eq(orders.buyer, buyer), eq(orders.status, 'pending')),
  )
  if (again?.state !== 'active' || waiting >= pendingMax) throw new Error('may not order')
  return held
}
