import { pageDefault } from '../../../shared/limits.ts'
import type { Show, ShowStatus } from '../../../shared/wire/shows.ts'
import { invalid, Refusal } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import { turnstile } from '../../base/turnstile.ts'
import type { Who } from '../../base/who.ts'
import { once } from '../../store/once.ts'
import { type Page, type PageQuery, placeBefore } from '../../store/page.ts'
import { pageOfSearch } from '../../store/search.ts'
import { listShows, newest, soonest } from './lists.ts'
import type { ShowNeeds } from './shows.ts'
import { howManyFit, insertShow, type Plan, type ShowRow, showRow, showRows } from './store.ts'

type ListQuery = PageQuery & {
  status?: ShowStatus
  host?: string
  mine?: boolean
  q?: string
  order?: 'soonest'
}

/** A search is eight queries, of a third of a second together: more at once would leave sign-in no connection. */
const searchesAtOnce = 2
/** A lobby asks five at a time; the last of these waits 5 s at worst, 1 s where titles are few. */
const searchesWaiting = 32

/** Planning, running and ending a show, and telling of it. */
export function planVerbs(needs: ShowNeeds) {
  const { pg, log, catalog } = needs
  const { db } = pg
  const { tell, get } = teller(needs)

  return {
    get,
    ...windowVerbs(needs, { tell, get }),

    /** How many of these shows, from the first, make a page that can be sent: a line-up may be a whole shop. */
    fit: (ids: string[]) => howManyFit(pg.rest, ids),

    /** These shows, in the order asked; what does not exist is passed over. */
    async many(ids: string[]): Promise<Show[]> {
      const found = new Map((await tell(await showRows(db, ids))).map((show) => [show.id, show]))
      return ids.flatMap((id) => found.get(id) ?? [])
    },

    async create(who: Who, plan: Plan, key?: string): Promise<Show> {
      await catalog.mustOwn(who.accountId, plan.lineup)
      const intent = { principal: who.accountId, operation: 'createShow', key, body: plan }
      return get(
        await db.transaction((tx) => once(tx, intent, () => insertShow(tx, who.accountId, plan))),
      )
    },

    /** All that is named, or nothing of it. */
    async change(
      who: Who,
      id: string,
      given: Partial<Plan> & { status?: 'canceled' },
    ): Promise<Show> {
      const { hostId } = await showRow(db, id)
      if (hostId !== who.accountId) throw new Refusal('FORBIDDEN', 'Only the host can do this.')
      if (Object.keys(given).length === 0) return get(id)
      const { lineup: productIds, title, ...changes } = given
      if (productIds) await catalog.mustOwn(who.accountId, productIds)
      const args = { ...changes, title: title?.trim(), productIds }
      await log.call(pg.rest, 'show_change_v1', { ...args, showId: id, accountId: who.accountId })
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
  }
}

/** What everybody looks at: many at the same moment, and all are told alike. */
function windowVerbs({ pg }: ShowNeeds, { tell, get }: ReturnType<typeof teller>) {
  const looks = new Together()
  const lists = new Together()
  const inTurn = turnstile(searchesAtOnce, searchesWaiting)

  /** Searches among shows wait for each other and for nobody else; one that is not for words does not wait. */
  const inSearch = <T>(q: string | undefined, act: (words: string | null) => Promise<T>) => {
    const words = q?.trim() || null
    return words === null ? act(null) : inTurn(() => act(words))
  }

  const page = ({ q, ...query }: Omit<ListQuery, 'mine'>, mine?: string) =>
    inSearch(q, (words) => pageOf(query, words, mine))

  async function pageOf(
    { cursor, limit = pageDefault, host, ...query }: Omit<ListQuery, 'mine' | 'q'>,
    q: string | null,
    mine: string | undefined,
  ): Promise<Page<Show>> {
    const sorted = orderOf(query)
    const wanted = { ...sorted, host, mine, q }
    const before = placeBefore(cursor, sorted.order.isPlace)
    const rows = await listShows(pg.db, wanted, before, limit + 1)
    const ids = rows.found.map(({ id }) => id)
    const fit = Math.min(limit, await howManyFit(pg.rest, ids))
    const { items, nextCursor } = pageOfSearch(rows, fit, sorted.order.placeOf)
    return { items: await tell(items), nextCursor }
  }

  return {
    inSearch,

    /** The same for many who ask at once: when a product is shown, a whole audience opens its sheet. */
    look: (id: string): Promise<Show> => looks.askAnew(id, () => get(id)),

    /** What everybody is told alike is read once for all who ask at the same moment: a lobby asks every minute. */
    async list(who: Who | null, { mine, ...query }: ListQuery): Promise<Page<Show>> {
      if (!mine) return lists.askAnew(JSON.stringify(query), () => page(query))
      if (!who) throw new Refusal('UNAUTHENTICATED', 'Sign in first.')
      return page(query, who.accountId)
    },
  }
}

/** Only what is planned can be soon. */
function orderOf({ status, order }: Pick<ListQuery, 'status' | 'order'>) {
  if (order === undefined) return { status, order: newest }
  if (status !== undefined && status !== 'scheduled') {
    throw invalid('/status', 'is not to come: only planned shows have an order of soonest.')
  }
  return { status: 'scheduled' as const, order: soonest }
}

/** Rows as the wire tells them, with line-up, host and viewers. */
function teller({ pg, accounts, catalog, viewers }: ShowNeeds) {
  async function tell(rows: ShowRow[]): Promise<Show[]> {
    const ids = rows.map((row) => row.id)
    const [lineups, watching, hosts] = await Promise.all([
      catalog.publicProducts(ids),
      viewers(ids),
      accounts.people(rows.map((row) => row.hostId)),
    ])
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      status: row.status,
      startsAt: row.startsAt?.toISOString() ?? null,
      startedAt: row.startedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
      host: { id: row.hostId, displayName: hosts.get(row.hostId)?.displayName ?? '' },
      lineup: lineups.get(row.id) ?? [],
      viewers: watching.get(row.id) ?? 0,
      viewersPeak: row.viewersPeak,
      pinned: row.pinnedProduct,
    }))
  }

  async function get(id: string): Promise<Show> {
    const [show] = await tell([await showRow(pg.db, id)])
    return show as Show
  }

  return { tell, get }
}
