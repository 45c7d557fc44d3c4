import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import type { SignedIn } from '../../../shared/wire/accounts.ts'
import { newToken, sha256 } from '../../base/ids.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { AccountNeeds } from './accounts.ts'
import { hashPassword } from './passwords.ts'
import { accounts, passwordResets, sessions } from './schema.ts'
import { hasEmail, openSession } from './sessions.ts'

const resetMs = 3_600_000
const now = sql`clock_timestamp()` as never

/** Forgotten passwords: a mailed token that works once, for an hour. */
export function resetVerbs({ pg: { db }, mail, publicUrl, endSession }: AccountNeeds) {
  return {
    /** Mails a link when the address is known. Says nothing about whether it is. */
    async forgotPassword(email: string): Promise<void> {
      const [row] = await db.select().from(accounts).where(hasEmail(email))
      if (!row?.email) return
      const { id: accountId, email: to } = row
      const token = newToken()
      const expiresAt = sql`clock_timestamp() + ${resetMs} * interval '1 ms'` as never
      await db.transaction(async (tx) => {
        await tx.insert(passwordResets).values({ tokenHash: sha256(token), accountId, expiresAt })
        // Behind a #: it reaches no server's log.
        await mail.write(tx, {
          to,
          kind: 'password',
          facts: { link: `${publicUrl}/reset#${token}` },
        })
      })
    },

    /** Sets the new password; every older session ends, on every node. */
    async resetPassword(token: string, password: string): Promise<SignedIn> {
      const passwordHash = await hashPassword(password)
      const { signedIn, ended } = await db.transaction(async (tx) => {
        const unused = and(
          eq(passwordResets.tokenHash, sha256(token)),
          isNull(passwordResets.usedAt),
          gt(passwordResets.expiresAt, sql`clock_timestamp()`),
        )
        const [reset] = await tx
          .update(passwordResets)
          .set({ usedAt: now })
          .where(unused)
          .returning()
        if (!reset)
          throw new Refusal('GONE', 'This link was used or is too old. Ask for a new one.')
        const isThis = eq(accounts.id, reset.accountId)
        const [row] = await tx.update(accounts).set({ passwordHash }).where(isThis).returning()
        if (!row) throw notFound('account')
        const old = eq(sessions.accountId, row.id)
        const ended = await tx.delete(sessions).where(old).returning({ id: sessions.id })
        const { id, kind, displayName } = row
        return { signedIn: await openSession(tx, { id, kind, displayName }), ended }
      })
      for (const { id } of ended) endSession(id, 'UNAUTHENTICATED')
      return signedIn
    },
  }
}
