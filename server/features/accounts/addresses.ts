import { and, asc, count, eq, sql } from 'drizzle-orm'
import { addressesMax } from '../../../shared/limits.ts'
import type { Address, SavedAddress } from '../../../shared/wire/accounts.ts'
import { newId } from '../../base/ids.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Db } from '../../store/postgres.ts'
import { accounts, addresses } from './schema.ts'

export async function addressesOf(db: Db, accountId: string): Promise<SavedAddress[]> {
  const rows = await db
    .select()
    .from(addresses)
    .where(eq(addresses.accountId, accountId))
    .orderBy(asc(addresses.id))
  return rows.map((row) => ({ ...row.address, id: row.id }))
}

/** A person's address book. Somebody else's address does not exist. */
export function addressVerbs(db: Db) {
  const isMine = (who: Who, id: string) =>
    and(eq(addresses.id, id), eq(addresses.accountId, who.accountId))
  return {
    addresses: (who: Who) => addressesOf(db, who.accountId),

    async addAddress({ accountId }: Who, address: Address): Promise<SavedAddress> {
      const id = newId()
      await db.transaction(async (tx) => {
        // One at a time for each person: the count below must still be true when the row is in.
        await tx.select().from(accounts).where(eq(accounts.id, accountId)).for('update')
        const [found] = await tx
          .select({ n: count() })
          .from(addresses)
          .where(eq(addresses.accountId, accountId))
        if ((found?.n ?? 0) >= addressesMax) {
          throw new Refusal('CONFLICT', `You have ${addressesMax} addresses. Remove one first.`)
        }
        const createdAt = sql`clock_timestamp()` as never
        await tx.insert(addresses).values({ id, accountId, address, createdAt })
      })
      return { ...address, id }
    },

    async changeAddress(who: Who, id: string, address: Address): Promise<SavedAddress> {
      const changed = await db
        .update(addresses)
        .set({ address })
        .where(isMine(who, id))
        .returning({ id: addresses.id })
      if (changed.length === 0) throw notFound('address')
      return { ...address, id }
    },

    async removeAddress(who: Who, id: string): Promise<void> {
      const gone = await db.delete(addresses).where(isMine(who, id)).returning({ id: addresses.id })
      if (gone.length === 0) throw notFound('address')
    },
  }
}
