import { asc, eq, sql } from 'drizzle-orm'
import type { EmbedPlace } from '../../../shared/wire/embeds.ts'
import type { Db, Tx } from '../../store/postgres.ts'
import { embedOrigins, embedRules } from './schema.ts'

export type RulesRow = { signedOnly: boolean; secretVersion: number; secretSince: Date | null }

const noRules: RulesRow = { signedOnly: false, secretVersion: 0, secretSince: null }

export async function rulesOf(db: Db | Tx, accountId: string): Promise<RulesRow> {
  const [row] = await db.select().from(embedRules).where(eq(embedRules.accountId, accountId))
  return row ?? noRules
}

export function originsOf(db: Db | Tx, accountId: string): Promise<EmbedPlace[]> {
  const { origin, showId, position } = embedOrigins
  return db
    .select({ origin, showId })
    .from(embedOrigins)
    .where(eq(embedOrigins.accountId, accountId))
    .orderBy(asc(position))
}

export async function saveRules(
  tx: Tx,
  accountId: string,
  { origins, signedOnly }: { origins: EmbedPlace[]; signedOnly: boolean },
): Promise<void> {
  // The row is the lock of what follows: two changes at once leave one of both, never a mixture.
  await tx
    .insert(embedRules)
    .values({ accountId, signedOnly })
    .onConflictDoUpdate({ target: embedRules.accountId, set: { signedOnly } })
  await tx.delete(embedOrigins).where(eq(embedOrigins.accountId, accountId))
  if (origins.length === 0) return
  const rows = origins.map((place, position) => ({ accountId, position, ...place }))
  await tx.insert(embedOrigins).values(rows)
}

export async function nextSecret(db: Db, accountId: string): Promise<RulesRow> {
  const now = sql`clock_timestamp()`
  const [row] = await db
    .insert(embedRules)
    .values({ accountId, secretVersion: 1, secretSince: now })
    .onConflictDoUpdate({
      target: embedRules.accountId,
      set: { secretVersion: sql`${embedRules.secretVersion} + 1`, secretSince: now },
    })
    .returning()
  return row as RulesRow
}
