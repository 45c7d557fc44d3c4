import { and, eq, sql } from 'drizzle-orm'
import { fingerprint } from '../base/ids.ts'
import { Refusal } from '../base/refusal.ts'
import { forget } from './forget.ts'
import type { Sql, Tx } from './postgres.ts'
import { idempotencyKeys } from './schema.ts'

export type Once = {
  principal: string
  operation: string
  /** Undefined: the caller sent none, so each call is its own. */
  key: string | undefined
  body: unknown
}

/**
 * Runs `act` once for each (principal, operation, key), in the caller's transaction: a repeat gets
 * the first result, also after a crash. The same key with another body is refused. A refusal is not
 * a result: it rolls the key back with everything else.
 */
export async function once<T>(tx: Tx, what: Once, act: () => Promise<T>): Promise<T> {
  if (what.key === undefined) return act()
  const { principal, operation, key } = what
  const bodyHash = fingerprint(what.body ?? null)
  // The insert waits for a neighbour with the same key, so that only one of them acts.
  const mine = await tx
    .insert(idempotencyKeys)
    .values({ principal, operation, key, bodyHash, result: null, at: sql`clock_timestamp()` })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  const isThis = and(
    eq(idempotencyKeys.principal, principal),
    eq(idempotencyKeys.operation, operation),
    eq(idempotencyKeys.key, key),
  )
  if (mine.length === 0) {
    const [first] = await tx.select().from(idempotencyKeys).where(isThis)
    return resultOf<T>(first, bodyHash)
  }
  const result = await act()
  await tx.update(idempotencyKeys).set({ result }).where(isThis)
  return result
}

/**
 * The first result of a key that was used already. For who must look at things as they are before acting: a repeat
 * would find them changed by the first.
 */
export async function before<T>(
  sql: Sql,
  { principal, operation, key, body }: Once & { key: string },
): Promise<T | undefined> {
  const [first] = await sql<{ bodyHash: string; result: unknown }[]>`
    select body_hash as "bodyHash", result from idempotency_keys
    where principal = ${principal} and operation = ${operation} and key = ${key}`
  return first && resultOf<T>(first, fingerprint(body ?? null))
}

function resultOf<T>(first: { bodyHash: string; result: unknown } | undefined, hash: string): T {
  if (first?.bodyHash !== hash) {
    throw new Refusal('IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.')
  }
  return first.result as T
}

/** Nobody repeats after a month what was done once. What is done to an order keeps its key with the order. */
export function forgetOldKeys({ sql: jobs }: { sql: Sql }): Promise<void> {
  const only = "operation not in ('refund', 'cancel', 'ship')"
  return forget(jobs, { table: 'idempotency_keys', from: 'at', keep: '30 days', only })
}
