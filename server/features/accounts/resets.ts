import { setTimeout as wait } from 'node:timers/promises'
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { SignedIn } from '../../../shared/wire/accounts.ts'
import { newToken, sha256 } from '../../base/ids.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../store/postgres.ts'
import type { AccountNeeds } from './accounts.ts'
import { hashPassword } from './passwords.ts'
import { accounts, passwordResets, sessions } from './schema.ts'
import { hasEmail, openSession } from './sessions.ts'

const resetMs = 3_600_000
/** A second letter within this time would only bury the first: nobody's mailbox is filled through us. */
const againMs = 60_000
/** Every answer takes as long as writing a letter does, also where there is nobody to write to. */
const answerMs = 250
const now = sql`clock_timestamp()` as never

/** Forgotten passwords: a mailed token that works once, for an hour. */
export function resetVerbs({ pg: { db }, mail, publicUrl, endSession }: AccountNeeds) {
  async function write(email: string): Promise<void> {
    const [row] = await db.select().from(accounts).where(hasEmail(email))
    if (!row?.email) return
    const { id: accountId, email: to } = row
    const token = newToken()
    const expiresAt = sql`clock_timestamp() + ${resetMs} * interval '1 ms'` as never
    await db.transaction(async (tx) => {
      await tx.select().from(accounts).where(eq(accounts.id, accountId)).for('no key update')
      const young = sql`clock_timestamp() + ${resetMs - againMs} * interval '1 ms'`
      const [asked] = await tx
        .select()
        .from(passwordResets)
        .where(and(eq(passwordResets.accountId, accountId), gt(passwordResets.expiresAt, young)))
        .limit(1)
      if (asked) return
      await tx.insert(passwordResets).values({ tokenHash: sha256(token), accountId, expiresAt })
      // Behind a #: it reaches no server's log.
      const facts = { link: `${publicUrl}/reset#${token}` }
      await mail.write(tx, { to, kind: 'password', facts })
    })
  }

  /** The account before its links, as where one is written: of two links that are used at once one waits for the other. */
  async function lockOwner(tx: Tx, token: string): Promise<void> {
    const owner = tx
      .select({ id: passwordResets.accountId })
      .from(passwordResets)
      .where(eq(passwordResets.tokenHash, sha256(token)))
    await tx.select().from(accounts).where(inArray(accounts.id, owner)).for('no key update')
  }

  return {
    /** Mails a link when the address is known. Neither the answer nor its time says whether it is. */
    async forgotPassword(email: string): Promise<void> {
      await Promise.all([write(email), wait(answerMs)])
    },

    /** Sets the new password; older links and sessions end, on every node. */
    async resetPassword(token: string, password: string): Promise<SignedIn> {
      const passwordHash = await hashPassword(password)
      const { signedIn, ended } = await db.transaction(async (tx) => {
        await lockOwner(tx, token)
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
        await tx
          .delete(passwordResets)
          .where(and(eq(passwordResets.accountId, reset.accountId), isNull(passwordResets.usedAt)))
        const isThis = eq(accounts.id, reset.accountId)
        const [row] = await tx.update(accounts).set({ passwordHash }).where(isThis).returning()
        if (!row) throw notFound('account')
        const old = eq(sessions.accountId, row.id)
        const ended = await tx.delete(sessions).where(old).returning({ id: sessions.id })
        const { id, kind, displayName } = row
        return { signedIn: await openSession(tx, { id, kind, displayName }), ended }
      })
      for (const { id } of ended) endSession(id)
      return signedIn
    },
  }
}
