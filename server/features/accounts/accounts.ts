import { createHmac, randomInt } from 'node:crypto'
import { and, asc, count, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import { addressesMax } from '../../../shared/limits.ts'
import type { Account, Address, Me, SavedAddress, SignedIn } from '../../../shared/wire/accounts.ts'
import { newId, newToken, sha256 } from '../../base/ids.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { batchedLookup } from '../../store/lookup.ts'
import { asRefusal, type Postgres, postgresState, type Tx } from '../../store/postgres.ts'
import { displayName } from './names.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { accounts, addresses, passwordResets, sessions } from './schema.ts'

const sessionMs = 30 * 86_400_000
const resetMs = 3_600_000
const uniqueViolation = '23505'

type Needs = {
  pg: Postgres
  mail: { write(tx: Tx, letter: { to: string; kind: 'password'; facts: object }): Promise<void> }
  publicUrl: string
  /** Keys the hashes of addresses: what is stored about a guest's address can not be read back. */
  secret: string
  /** Closes what is open with these sessions, on every node. */
  endSession(sessionId: string, code: string): void
}

export type Accounts = ReturnType<typeof createAccounts>

/** Who someone is: accounts, sessions, guests, address book, forgotten passwords. */
export function createAccounts({ pg, mail, publicUrl, secret, endSession }: Needs) {
  const { db } = pg
  const lookUp = batchedLookup(findSessions)

  async function findSessions(hashes: string[]): Promise<Map<string, Omit<Who, 'address'>>> {
    const rows = await db
      .select({
        hash: sessions.tokenHash,
        sessionId: sessions.id,
        accountId: accounts.id,
        kind: accounts.kind,
        displayName: accounts.displayName,
      })
      .from(sessions)
      .innerJoin(accounts, eq(accounts.id, sessions.accountId))
      .where(
        and(
          inArray(
            sessions.tokenHash,
            hashes.map((h) => Buffer.from(h, 'hex')),
          ),
          gt(sessions.expiresAt, sql`clock_timestamp()`),
        ),
      )
    return new Map(rows.map(({ hash, ...who }) => [hash.toString('hex'), who]))
  }

  async function openSession(tx: Tx, account: Account): Promise<SignedIn> {
    const token = newToken()
    await tx.insert(sessions).values({
      tokenHash: sha256(token),
      id: newId(),
      accountId: account.id,
      createdAt: sql`clock_timestamp()`,
      expiresAt: sql`clock_timestamp() + ${sessionMs} * interval '1 ms'`,
    } as never)
    return { account, token }
  }

  async function savedAddresses(accountId: string): Promise<SavedAddress[]> {
    const rows = await db
      .select()
      .from(addresses)
      .where(eq(addresses.accountId, accountId))
      .orderBy(asc(addresses.id))
    return rows.map((row) => ({ ...row.address, id: row.id }))
  }

  async function me(who: Who): Promise<Me> {
    const [row] = await db.select().from(accounts).where(eq(accounts.id, who.accountId))
    if (!row) throw notFound('account')
    return {
      account: { id: row.id, displayName: row.displayName, kind: row.kind },
      ...(row.email !== null && { email: row.email }),
      addresses: await savedAddresses(who.accountId),
    }
  }

  return {
    me,

    /** Opens an account and signs it in. An email that has one already is a CONFLICT. */
    async signUp(given: {
      email: string
      password: string
      displayName: string
    }): Promise<SignedIn> {
      const name = displayName(given.displayName)
      const passwordHash = await hashPassword(given.password)
      const account: Account = { id: newId(), displayName: name, kind: 'account' }
      try {
        return await db.transaction(async (tx) => {
          const row = {
            ...account,
            email: given.email.trim(),
            passwordHash,
            createdAt: sql`clock_timestamp()`,
          }
          await tx.insert(accounts).values(row as never)
          return openSession(tx, account)
        })
      } catch (error) {
        if (postgresState(error) !== uniqueViolation) throw asRefusal(error)
        throw new Refusal(
          'CONFLICT',
          'There is an account with this address already. Sign in instead.',
          {
            errors: [{ pointer: '/email', detail: 'is taken' }],
          },
        )
      }
    },

    /** The same answer, in the same time, for a wrong address and a wrong password. */
    async signIn(given: { email: string; password: string }): Promise<SignedIn> {
      const [row] = await db
        .select()
        .from(accounts)
        .where(sql`lower(${accounts.email}) = lower(${given.email.trim()})`)
      if (!(await isPassword(given.password, row?.passwordHash ?? undefined)) || !row) {
        throw new Refusal('UNAUTHENTICATED', 'This address and password do not fit together.')
      }
      const { id, kind } = row
      return db.transaction((tx) => openSession(tx, { id, kind, displayName: row.displayName }))
    },

    async enterAsGuest(): Promise<SignedIn> {
      const account: Account = {
        id: newId(),
        displayName: `Guest ${randomInt(1_000, 10_000)}`,
        kind: 'guest',
      }
      return db.transaction(async (tx) => {
        await tx.insert(accounts).values({ ...account, createdAt: sql`clock_timestamp()` } as never)
        return openSession(tx, account)
      })
    },

    async signOut(who: Who): Promise<void> {
      await db.delete(sessions).where(eq(sessions.id, who.sessionId))
      endSession(who.sessionId, 'UNAUTHENTICATED')
    },

    /** The session of a token; null when there is none or its time is over. */
    async findSession(token: string): Promise<Omit<Who, 'address'> | null> {
      try {
        return (await lookUp(sha256(token).toString('hex'))) ?? null
      } catch (error) {
        throw asRefusal(error)
      }
    },

    /** Which of these sessions still stand: sockets outlive the request that opened them. */
    async standing(sessionIds: string[]): Promise<Set<string>> {
      if (sessionIds.length === 0) return new Set()
      const rows = await db
        .select({ id: sessions.id })
        .from(sessions)
        .where(
          and(inArray(sessions.id, sessionIds), gt(sessions.expiresAt, sql`clock_timestamp()`)),
        )
      return new Set(rows.map((row) => row.id))
    },

    async rename(who: Who, name: string): Promise<Me> {
      const shown = displayName(name)
      await db.update(accounts).set({ displayName: shown }).where(eq(accounts.id, who.accountId))
      return me(who)
    },

    addresses: (who: Who) => savedAddresses(who.accountId),

    async addAddress(who: Who, address: Address): Promise<SavedAddress> {
      const id = newId()
      await db.transaction(async (tx) => {
        await tx.select().from(accounts).where(eq(accounts.id, who.accountId)).for('update')
        const mine = eq(addresses.accountId, who.accountId)
        const [found] = await tx.select({ n: count() }).from(addresses).where(mine)
        if ((found?.n ?? 0) >= addressesMax) {
          throw new Refusal('CONFLICT', `You have ${addressesMax} addresses. Remove one first.`)
        }
        const row = { id, accountId: who.accountId, address, createdAt: sql`clock_timestamp()` }
        await tx.insert(addresses).values(row as never)
      })
      return { ...address, id }
    },

    async changeAddress(who: Who, id: string, address: Address): Promise<SavedAddress> {
      const mine = and(eq(addresses.id, id), eq(addresses.accountId, who.accountId))
      const changed = await db
        .update(addresses)
        .set({ address })
        .where(mine)
        .returning({ id: addresses.id })
      if (changed.length === 0) throw notFound('address')
      return { ...address, id }
    },

    async removeAddress(who: Who, id: string): Promise<void> {
      const mine = and(eq(addresses.id, id), eq(addresses.accountId, who.accountId))
      const gone = await db.delete(addresses).where(mine).returning({ id: addresses.id })
      if (gone.length === 0) throw notFound('address')
    },

    /** Mails a link when the address is known. Says nothing about whether it is. */
    async forgotPassword(email: string): Promise<void> {
      const [row] = await db
        .select({ id: accounts.id, email: accounts.email })
        .from(accounts)
        .where(sql`lower(${accounts.email}) = lower(${email.trim()})`)
      if (!row?.email) return
      const to = row.email
      const token = newToken()
      await db.transaction(async (tx) => {
        await tx.insert(passwordResets).values({
          tokenHash: sha256(token),
          accountId: row.id,
          expiresAt: sql`clock_timestamp() + ${resetMs} * interval '1 ms'`,
        } as never)
        await mail.write(tx, {
          to,
          kind: 'password',
          facts: { link: `${publicUrl}/reset#${token}` },
        })
      })
    },

    /** The mailed token works once and for an hour; every older session ends. */
    async resetPassword(token: string, password: string): Promise<SignedIn> {
      const passwordHash = await hashPassword(password)
      const { signedIn, ended } = await db.transaction(async (tx) => {
        const valid = and(
          eq(passwordResets.tokenHash, sha256(token)),
          isNull(passwordResets.usedAt),
          gt(passwordResets.expiresAt, sql`clock_timestamp()`),
        )
        const [reset] = await tx
          .update(passwordResets)
          .set({ usedAt: sql`clock_timestamp()` } as never)
          .where(valid)
          .returning()
        if (!reset)
          throw new Refusal('GONE', 'This link was used or is too old. Ask for a new one.')
        const { accountId } = reset
        const [row] = await tx
          .update(accounts)
          .set({ passwordHash })
          .where(eq(accounts.id, accountId))
          .returning()
        if (!row) throw notFound('account')
        const ended = await tx
          .delete(sessions)
          .where(eq(sessions.accountId, accountId))
          .returning({ id: sessions.id })
        const { id, kind } = row
        return {
          signedIn: await openSession(tx, { id, kind, displayName: row.displayName }),
          ended,
        }
      })
      for (const { id } of ended) endSession(id, 'UNAUTHENTICATED')
      return signedIn
    },

    /** What is kept of a guest's address, so that a ban covers the next guest from there. */
    addressHash: (address: string) =>
      createHmac('sha256', secret).update(`address:${address}`).digest('base64url'),
  }
}
