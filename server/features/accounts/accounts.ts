import { createHmac } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import type { Account, Me } from '../../../shared/wire/accounts.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Mail } from '../mail/mail.ts'
import { addressesOf, addressVerbs } from './addresses.ts'
import { displayName } from './names.ts'
import { resetVerbs } from './resets.ts'
import { accounts } from './schema.ts'
import { sessionVerbs } from './sessions.ts'

export type AccountNeeds = {
  pg: Postgres
  mail: Pick<Mail, 'write'>
  publicUrl: string
  /** Keys the hashes of network addresses: what is stored about a guest's cannot be read back. */
  secret: string
  /** Closes what is open with this session, on every node. */
  endSession(sessionId: string): void
}

export type Accounts = ReturnType<typeof createAccounts>

/** Who someone is: accounts, sessions, guests, address book, forgotten passwords. */
export function createAccounts(needs: AccountNeeds) {
  const { db } = needs.pg

  async function me(who: Who): Promise<Me> {
    const [row] = await db.select().from(accounts).where(eq(accounts.id, who.accountId))
    if (!row) throw notFound('account')
    return {
      account: { id: row.id, displayName: row.displayName, kind: row.kind },
      ...(row.email !== null && { email: row.email }),
      addresses: await addressesOf(db, who.accountId),
    }
  }

  return {
    ...sessionVerbs(needs),
    ...resetVerbs(needs),
    ...addressVerbs(db),
    me,

    async rename(who: Who, name: string): Promise<Me> {
      const shown = displayName(name)
      await db.update(accounts).set({ displayName: shown }).where(eq(accounts.id, who.accountId))
      return me(who)
    },

    /** Names and kinds of people; who is not known is not in the map. */
    async people(ids: string[]): Promise<Map<string, Account>> {
      if (ids.length === 0) return new Map()
      const { id, kind, displayName: name } = accounts
      const rows = await db
        .select({ id, kind, displayName: name })
        .from(accounts)
        .where(inArray(id, ids))
      return new Map(rows.map((row) => [row.id, row]))
    },

    /** What is kept of a guest's network address, so that a ban covers the next guest from there. */
    addressHash: (address: string) =>
      createHmac('sha256', needs.secret).update(`address:${address}`).digest('base64url'),
  }
}
