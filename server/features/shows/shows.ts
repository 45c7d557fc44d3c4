import { and, asc, desc, eq, inArray, lt, or, sql } from 'drizzle-orm'
import { pageDefault } from '../../../shared/limits.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import type { Event, Producer, Snapshot, You } from '../../../shared/wire/events.ts'
import type { Show, ShowStatus } from '../../../shared/wire/shows.ts'
import { newId } from '../../base/ids.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Fact, Log } from '../../events/log.ts'
import { asSeenBy, readEvents } from '../../events/read.ts'
import { showHeads } from '../../events/schema.ts'
import { batchedLookup } from '../../store/lookup.ts'
import { once } from '../../store/once.ts'
import { readCursor, writeCursor } from '../../store/page.ts'
import { asRefusal, type Db, type Postgres } from '../../store/postgres.ts'
import { accounts } from '../accounts/schema.ts'
import { lineup, moderators, showMedia, shows } from './schema.ts'

type Needs = {
  pg: Postgres
  log: Log
  catalog: {
    /** Line-ups in order, as everybody sees them. */
    publicProducts(showIds: string[]): Promise<Map<string, Product[]>>
    /** Refuses unless all are active products of this merchant. */
    mustOwn(accountId: string, productIds: string[]): Promise<void>
  }
  viewers(showIds: string[]): Promise<Map<string, number>>
  /** Throws BANNED. */
  mustNotBeBanned(showId: string, who: Who): Promise<void>
}

type ShowRow = typeof shows.$inferSelect & { hostName: string }
type Changes = {
  title?: string
  startsAt?: string
  lineup?: string[]
  status?: 'canceled'
}

export type Shows = ReturnType<typeof createShows>

const staffRoles = new Set(['host', 'moderator', 'admin'])

/** A show's life, its line-up and its staff. */
export function createShows({ pg, log, catalog, viewers, mustNotBeBanned }: Needs) {
  const { db } = pg

  async function rowOf(id: string): Promise<ShowRow> {
    const [row] = await select(db).where(eq(shows.id, id))
    if (!row) throw notFound('show')
    return row
  }

  async function tell(rows: ShowRow[]): Promise<Show[]> {
    const ids = rows.map((row) => row.id)
    const [products, watching] = await Promise.all([catalog.publicProducts(ids), viewers(ids)])
    return rows.map((row) => showOf(row, products.get(row.id) ?? [], watching.get(row.id) ?? 0))
  }

  async function get(id: string): Promise<Show> {
    const [show] = await tell([await rowOf(id)])
    return show as Show
  }

  const lookUpYou = batchedLookup(async (keys: string[]) => {
    const pairs = keys.map((key) => key.split('|') as [string, string])
    const rows = await pg.rest<
      { show_id: string; account_id: string; you: You & { banned: boolean } }[]
    >`
      select * from you_v1(${pairs.map((p) => p[0])}::uuid[], ${pairs.map((p) => p[1])}::uuid[])`
    return new Map(rows.map((r) => [`${r.show_id}|${r.account_id}`, r.you]))
  })

  async function roleOf(showId: string, accountId: string): Promise<string> {
    const [row] = await pg.rest`select show_role_v1(${showId}, ${accountId}) as role`
    if (!row?.['role']) throw notFound('show')
    return row['role'] as string
  }

  /** A plain change of the show's own row, told as `show.updated`. */
  async function update(who: Who, id: string, changes: Changes): Promise<void> {
    await log.write(async (tx, append) => {
      const [row] = await tx.select().from(shows).where(eq(shows.id, id)).for('no key update')
      if (!row) throw notFound('show')
      if (row.status === 'ended' || row.status === 'canceled') {
        throw new Refusal('GONE', 'This show is over.')
      }
      if (changes.status === 'canceled' && row.status !== 'scheduled') {
        throw new Refusal('CONFLICT', 'A running show is ended, not called off.')
      }
      const set = {
        ...(changes.title !== undefined && { title: changes.title.trim() }),
        ...(changes.startsAt !== undefined && { startsAt: new Date(changes.startsAt) }),
        ...(changes.status !== undefined && { status: changes.status }),
      }
      const [now] = await tx.update(shows).set(set).where(eq(shows.id, id)).returning()
      const body = {
        title: now?.title,
        startsAt: now?.startsAt?.toISOString() ?? null,
        status: now?.status,
      }
      await append(id, [{ type: 'show.updated', body }], { actor: who.accountId, need: 'host' })
    })
  }

  async function changeStaff(who: Who, id: string, accountId: string, add: boolean): Promise<void> {
    await log.write(async (tx, append) => {
      const show = await rowOf(id)
      const [person] = await tx.select().from(accounts).where(eq(accounts.id, accountId))
      if (!person || person.kind === 'guest') throw notFound('account')
      if (show.hostId === accountId)
        throw new Refusal('CONFLICT', 'The host runs the show already.')
      const values = { showId: id, accountId, addedAt: sql`clock_timestamp()` } as never
      const isThis = and(eq(moderators.showId, id), eq(moderators.accountId, accountId))
      const changed = add
        ? await tx.insert(moderators).values(values).onConflictDoNothing().returning()
        : await tx.delete(moderators).where(isThis).returning()
      const fact: Fact = {
        type: 'staff.changed',
        body: null,
        staff: {
          accountId,
          displayName: person.displayName,
          moderator: add,
          by: who.accountId,
          byName: who.displayName,
        },
      }
      await append(id, changed.length > 0 ? [fact] : [], {
        actor: who.accountId,
        need: 'host+admin',
      })
    })
  }

  return {
    get,
    roleOf,

    async create(
      who: Who,
      given: { title: string; startsAt?: string; lineup: string[] },
      key?: string,
    ): Promise<Show> {
      await catalog.mustOwn(who.accountId, given.lineup)
      const id = await db.transaction((tx) =>
        once(
          tx,
          { principal: who.accountId, operation: 'createShow', key, body: given },
          async () => {
            const showId = newId()
            await tx.insert(shows).values({
              id: showId,
              hostId: who.accountId,
              title: given.title.trim(),
              status: 'scheduled',
              startsAt: given.startsAt === undefined ? null : new Date(given.startsAt),
              createdAt: sql`clock_timestamp()`,
            } as never)
            await tx.insert(showHeads).values({ showId })
            const rows = given.lineup.map((productId, i) => ({
              showId,
              productId,
              position: i + 1,
            }))
            if (rows.length > 0) await tx.insert(lineup).values(rows)
            return showId
          },
        ),
      )
      return get(id)
    },

    async list(
      who: Who | null,
      query: { status?: ShowStatus; mine?: boolean; cursor?: string; limit?: number },
    ): Promise<{ items: Show[]; nextCursor: string | null }> {
      const limit = query.limit ?? pageDefault
      if (query.mine && !who) throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
      const rows = await select(db)
        .where(
          and(
            query.status === undefined ? undefined : eq(shows.status, query.status),
            query.cursor === undefined ? undefined : lt(shows.id, readCursor(query.cursor)),
            query.mine && who ? isMine(db, who.accountId) : undefined,
          ),
        )
        .orderBy(desc(shows.id))
        .limit(limit + 1)
      const page = rows.slice(0, limit)
      const last = rows.length > limit ? page.at(-1) : undefined
      return { items: await tell(page), nextCursor: last ? writeCursor(last.id) : null }
    },

    async change(who: Who, id: string, changes: Changes): Promise<Show> {
      if ((await roleOf(id, who.accountId)) !== 'host') {
        throw new Refusal('FORBIDDEN', 'Only the host can do this.')
      }
      const { lineup: productIds, ...rest } = changes
      if (Object.keys(rest).length > 0) await update(who, id, rest)
      if (productIds) {
        await catalog.mustOwn(who.accountId, productIds)
        await log.call(pg.rest, 'show_lineup_v1', {
          showId: id,
          accountId: who.accountId,
          productIds,
        })
      }
      return get(id)
    },

    /** Live from now; the standing offers of the line-up are open when this answers. */
    async start(who: Who, id: string): Promise<Show> {
      await log.call(pg.rest, 'show_start_v1', { showId: id, accountId: who.accountId })
      return get(id)
    },

    /** All offers are closed when this answers; holds and orders run on. */
    async end(who: Who, id: string): Promise<Show> {
      await log.call(pg.rest, 'show_end_v1', { showId: id, accountId: who.accountId })
      return get(id)
    },

    async moderators(who: Who, id: string) {
      if (!staffRoles.has(await roleOf(id, who.accountId))) {
        throw new Refusal('FORBIDDEN', 'Only the host and moderators can do this.')
      }
      return db
        .select({ accountId: accounts.id, displayName: accounts.displayName })
        .from(moderators)
        .innerJoin(accounts, eq(accounts.id, moderators.accountId))
        .where(eq(moderators.showId, id))
        .orderBy(asc(moderators.addedAt))
    },

    addModerator: (who: Who, id: string, accountId: string) =>
      changeStaff(who, id, accountId, true),
    removeModerator: (who: Who, id: string, accountId: string) =>
      changeStaff(who, id, accountId, false),

    /** The log after a seq, as this person may see it. */
    async events(
      who: Who,
      id: string,
      { after = 0, limit = 200 }: { after?: number; limit?: number },
    ): Promise<{ items: Event[]; nextCursor: number | null }> {
      await mustNotBeBanned(id, who)
      const staff = staffRoles.has(await roleOf(id, who.accountId))
      const events = await readEvents(pg.rest, id, after, after + limit)
      return {
        items: events.map((e) => asSeenBy(e, staff)),
        nextCursor: events.at(-1)?.seq ?? null,
      }
    },

    async readSnapshot(id: string): Promise<{ seq: number; snapshot: Snapshot }> {
      const [row] = await pg.rest`select snapshot_v1(${id}) as snap`
      if (!row?.['snap']) throw notFound('show')
      const snap = row['snap'] as { seq: number; snapshot: Snapshot }
      const watching = await viewers([id])
      return { seq: snap.seq, snapshot: { ...snap.snapshot, viewers: watching.get(id) ?? 0 } }
    },

    /** Who somebody is in this show; throws BANNED for whom it is closed. */
    async readYou(id: string, accountId: string): Promise<You> {
      try {
        const found = await lookUpYou(`${id}|${accountId}`)
        if (!found?.role) throw notFound('show')
        const { banned, ...you } = found
        if (banned) throw new Refusal('BANNED', 'You were removed from this show.')
        return you
      } catch (error) {
        throw asRefusal(error)
      }
    },

    /** The picture went away or came back: live ⇄ interrupted, told by the log. */
    pictureIs: (id: string, here: boolean) =>
      log.call<boolean>(pg.rest, 'show_picture_v1', { showId: id, here }),

    /** What is on the air from this node, for snapshots of every node. */
    async noteProducers(id: string, node: string, producers: Producer[]): Promise<void> {
      const row = { showId: id, node, producers, changedAt: sql`clock_timestamp()` } as never
      await db
        .insert(showMedia)
        .values(row)
        .onConflictDoUpdate({
          target: showMedia.showId,
          set: { node, producers, changedAt: sql`clock_timestamp()` },
        })
    },

    /** Ends shows whose picture has been away for two hours. */
    async sweep(): Promise<void> {
      const due = await pg.jobs<{ id: string }[]>`
        select id from shows where status = 'interrupted' and interrupted_at < clock_timestamp() - interval '2 hours'`
      for (const { id } of due) await log.call(pg.jobs, 'show_end_v1', { showId: id })
    },
  }
}

function select(db: Db) {
  return db
    .select({
      id: shows.id,
      hostId: shows.hostId,
      title: shows.title,
      status: shows.status,
      startsAt: shows.startsAt,
      startedAt: shows.startedAt,
      interruptedAt: shows.interruptedAt,
      endedAt: shows.endedAt,
      slowSeconds: shows.slowSeconds,
      pinnedProduct: shows.pinnedProduct,
      pinnedMessage: shows.pinnedMessage,
      viewersPeak: shows.viewersPeak,
      createdAt: shows.createdAt,
      hostName: accounts.displayName,
    })
    .from(shows)
    .innerJoin(accounts, eq(accounts.id, shows.hostId))
    .$dynamic()
}

function isMine(db: Db, accountId: string) {
  const moderated = db
    .select({ id: moderators.showId })
    .from(moderators)
    .where(eq(moderators.accountId, accountId))
  return or(eq(shows.hostId, accountId), inArray(shows.id, moderated))
}

function showOf(row: ShowRow, products: Product[], watching: number): Show {
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    startsAt: row.startsAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    host: { id: row.hostId, displayName: row.hostName },
    lineup: products,
    viewers: watching,
    pinned: row.pinnedProduct,
  }
}
