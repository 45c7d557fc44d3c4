import { newId } from '../../server/base/ids.ts'
import { Refusal } from '../../server/base/refusal.ts'
import type { Who } from '../../server/base/who.ts'
import { type Appended, createLogbook } from '../../server/events/log.ts'
import { createChat } from '../../server/features/chat/chat.ts'
import { createModeration } from '../../server/features/moderation/moderation.ts'
import { openPostgres } from '../../server/store/postgres.ts'
import { openDatabase } from './database.ts'

export type Talk = Awaited<ReturnType<typeof openTalk>>

/**
 * Chat and moderation on a real Postgres, without doors: for tests that look closely. People and
 * shows are rows, made the way their rooms make them.
 */
export async function openTalk({ flood = false } = {}) {
  const database = await openDatabase()
  const rooms = openRooms(database.url, flood)
  const { pg } = rooms
  const beside: { close(): Promise<void> }[] = []
  let made = 0

  async function people(count: number, kind: Who['kind'] = 'account'): Promise<Who[]> {
    const crowd = Array.from({ length: count }, () => whoIs(newId(), `Person ${++made}`, kind))
    await pg.rest`insert into accounts(id, kind, display_name, created_at)
      select id, ${kind}, name, now()
      from unnest(${crowd.map((p) => p.accountId)}::uuid[], ${crowd.map((p) => p.displayName)}::text[]) c(id, name)`
    return crowd
  }

  async function person(kind: Who['kind'] = 'account'): Promise<Who> {
    const [somebody] = await people(1, kind)
    return somebody as Who
  }

  async function show(host: Who, status = 'live'): Promise<string> {
    const id = newId()
    await pg.rest`insert into shows(id, host_id, title, status, created_at)
      values (${id}, ${host.accountId}, 'A show', ${status}, now())`
    await pg.rest`insert into show_heads(show_id) values (${id})`
    return id
  }

  async function moderator(showId: string): Promise<Who> {
    const who = await person()
    await pg.rest`insert into moderators(show_id, account_id, added_at)
      values (${showId}, ${who.accountId}, now())`
    return who
  }

  return {
    ...rooms,
    url: database.url,
    people,
    person,
    show,
    moderator,
    /** A live show with its people: what most tests begin with. */
    async open() {
      const host = await person()
      const showId = await show(host)
      const [marta, viewer] = [await moderator(showId), await person()]
      return { host, moderator: marta, viewer, showId }
    },
    /** The log of a show as it stands in the rows. */
    async events(showId: string): Promise<Appended[]> {
      const rows = await pg.rest<Appended[]>`
        select show_id as "showId", seq::float8 as seq, type, iso(at) as at, body, staff
        from show_events where show_id = ${showId} order by seq`
      return [...rows]
    },
    /** A second process on the same database. */
    beside() {
      const other = openRooms(database.url, flood)
      beside.push(other)
      return other
    },
    async close(): Promise<void> {
      for (const other of beside) await other.close()
      await rooms.close()
      await database.drop()
    },
  }
}

function openRooms(url: string, flood: boolean) {
  const pg = openPostgres(url)
  const told: Appended[] = []
  const log = createLogbook({ db: pg.db, tell: (events) => told.push(...events) })
  const addressHash = (network: string) => `hash of ${network}`
  const now = () => performance.now()
  const moderation = createModeration({ pg, log, addressHash, now })
  const chat = createChat({ pg, log, moderation, flood, gatherMs: () => 0 })
  return {
    pg,
    log,
    told,
    moderation,
    chat,
    say: (who: Who, showId: string, text: string, key: string = newId()) =>
      chat.send(who, { showId, text, key }),
    async close(): Promise<void> {
      await chat.close()
      await pg.close()
    },
  }
}

export function whoIs(accountId: string, displayName: string, kind: Who['kind'] = 'account'): Who {
  return { accountId, sessionId: newId(), kind, displayName, address: '203.0.113.7' }
}

/** What a verb refused with; fails when it did not refuse. */
export async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome && outcome.error instanceof Refusal) return outcome.error
  throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`, { cause: outcome })
}

/** What a verb answered with: `ok` or a code. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: unknown) => {
      if (error instanceof Refusal) return error.code
      throw error
    },
  )
}
