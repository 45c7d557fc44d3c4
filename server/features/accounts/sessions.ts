import { hash, randomInt } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Account, SignedIn } from '../../../shared/wire/accounts.ts'
import { newId, newToken, sha256 } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { forget, forgetMax } from '../../store/forget.ts'
import { batchedLookup } from '../../store/lookup.ts'
import { asRefusal, listed, postgresState, type Sql, type Tx } from '../../store/postgres.ts'
import type { AccountNeeds } from './accounts.ts'
import { displayName } from './names.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { accounts, sessions } from './schema.ts'

const sessionMs = 30 * 86_400_000
const uniqueViolation = '23505'

/** What a session says of who is asking. */
export type Session = Omit<Who, 'address'>

/** Coming in and going out: accounts, guests, sessions. */
export function sessionVerbs({ pg: { db, rest }, endSession }: AccountNeeds) {
  const lookUp = batchedLookup((hashes: string[]) => findSessions(rest, hashes))
  return {
    /** Opens an account and signs it in. An email that has one already is a CONFLICT. */
    async signUp(given: {
      email: string
      password: string
      displayName: string
    }): Promise<SignedIn> {
      const name = displayName(given.displayName)
      const passwordHash = await hashPassword(given.password)
      const account: Account = { id: newId(), displayName: name, kind: 'account' }
      const row = { ...account, email: given.email.trim(), passwordHash }
      return db.transaction((tx) => insertAndSignIn(tx, account, row)).catch(tellTaken)
    },

    /** The same answer, in the same time, for a wrong address and a wrong password. */
    async signIn(given: { email: string; password: string }): Promise<SignedIn> {
      const [row] = await db.select().from(accounts).where(hasEmail(given.email))
      const right = await isPassword(given.password, row?.passwordHash ?? undefined)
      if (!right || !row) throw doNotFit()
      return db.transaction(async (tx) => {
        // A new password that was set meanwhile has ended all sessions: this one must not come after.
        const isThis = eq(accounts.id, row.id)
        const [now] = await tx.select().from(accounts).where(isThis).for('share')
        if (now?.passwordHash !== row.passwordHash) throw doNotFit()
        const { id, kind, displayName } = now
        return openSession(tx, { id, kind, displayName })
      })
    },

    enterAsGuest(): Promise<SignedIn> {
      const name = `Guest ${randomInt(1_000, 10_000)}`
      const account: Account = { id: newId(), displayName: name, kind: 'guest' }
      return db.transaction((tx) => insertAndSignIn(tx, account, account))
    },

    async signOut(who: Who): Promise<void> {
      await db.delete(sessions).where(sessionOf(who))
      endSession(who.sessionId)
    },

    /** The session of a token; null when there is none or its time is over. */
    async findSession(token: string): Promise<Session | null> {
      const found = await lookUp(hash('sha256', token, 'hex')).catch((error) => {
        throw asRefusal(error)
      })
      return found ?? null
    },

    /** Which of these sessions still stand: sockets outlive the request that opened them. */
    async standing(asking: Who[]): Promise<Set<string>> {
      if (asking.length === 0) return new Set()
      // By the account too, because that has the index.
      const rows = await rest<{ id: string }[]>`
        select s.id from unnest(
            (select ${listed(asking.map((who) => who.accountId))}::uuid[]),
            (select ${listed(asking.map((who) => who.sessionId))}::uuid[])) u(account, id)
          join sessions s on s.account_id = u.account and s.id = u.id
        where s.expires_at > clock_timestamp()`
      return new Set(rows.map((row) => row.id))
    },
  }
}

const doNotFit = () =>
  new Refusal('UNAUTHENTICATED', 'This address and password do not fit together.')

/** Sessions and reset links whose time is over open nothing any more: their rows go. */
export async function forgetExpired(sql: Sql): Promise<void> {
  await forget(sql, { table: 'sessions', from: 'expires_at', keep: '0' })
  await forget(sql, { table: 'password_resets', from: 'expires_at', keep: '0' })
}

/** A guest outlives the session by a day; whoever is banned somewhere stays, so that the ban has a name. */
export async function forgetGuests(sql: Sql): Promise<void> {
  await sql`delete from accounts where id in (
    select a.id from accounts a where a.kind = 'guest'
      and a.created_at < now() - ${sessionMs} * interval '1 ms' - interval '1 day'
      and not exists (select from sessions s where s.account_id = a.id)
      and a.id not in (select account_id from sanctions)
    order by a.created_at limit ${forgetMax} for update skip locked)`
}

/** By the account too, because that has the index. */
const sessionOf = ({ sessionId, accountId }: Who) =>
  and(eq(sessions.accountId, accountId), eq(sessions.id, sessionId))

export function hasEmail(email: string) {
  return sql`lower(${accounts.email}) = lower(${email.trim()})`
}

/** A new session in the caller's transaction; the token is told once and stored nowhere. */
export async function openSession(tx: Tx, account: Account): Promise<SignedIn> {
  const token = newToken()
  await tx.insert(sessions).values({
    tokenHash: sha256(token),
    id: newId(),
    accountId: account.id,
    createdAt: sql`clock_timestamp()` as never,
    expiresAt: sql`clock_timestamp() + ${sessionMs} * interval '1 ms'` as never,
  })
  return { account, token }
}

type NewAccount = Omit<typeof accounts.$inferInsert, 'createdAt'>

async function insertAndSignIn(tx: Tx, account: Account, row: NewAccount): Promise<SignedIn> {
  await tx.insert(accounts).values({ ...row, createdAt: sql`clock_timestamp()` as never })
  return openSession(tx, account)
}

/** The list stands in a sub-select: the planner need not plan anew for its length. */
async function findSessions(sql: Sql, hashes: string[]): Promise<Map<string, Session>> {
  const rows = await sql<(Session & { hash: string })[]>`
    select encode(s.token_hash, 'hex') as hash, s.id as "sessionId", a.id as "accountId", a.kind,
      a.display_name as "displayName"
    from unnest((select ${listed(hashes)}::text[])) u(hash)
      cross join lateral (select * from sessions where token_hash = decode(u.hash, 'hex') limit 1) s
      cross join lateral (select * from accounts where id = s.account_id limit 1) a
    where s.expires_at > clock_timestamp()`
  return new Map(rows.map(({ hash, ...session }) => [hash, session]))
}

function tellTaken(error: unknown): never {
  if (postgresState(error) !== uniqueViolation) throw asRefusal(error)
  throw new Refusal('CONFLICT', 'There is an account with this address already. Sign in instead.', {
    errors: [{ pointer: '/email', detail: 'is taken' }],
  })
}
