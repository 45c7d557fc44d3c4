import { pageDefault } from '../../../shared/limits.ts'
import type { Marker, Replay } from '../../../shared/wire/replay.ts'
import type { Show } from '../../../shared/wire/shows.ts'
import { Answers } from '../../base/answers.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, type Page, type PageQuery } from '../../store/page.ts'
import { type Postgres, rethrow } from '../../store/postgres.ts'
import { pageOfSearch } from '../../store/search.ts'
import type { Shows } from '../shows/shows.ts'
import { createPast } from './past.ts'
import { markersOf } from './rules.ts'
import { openReplays, type Place, placeOf, windowEvents } from './store.ts'

type Needs = {
  pg: Postgres
  log: Log
  shows: Pick<Shows, 'roleOf' | 'many' | 'fit' | 'inSearch'>
  /** Throws BANNED. */
  mustNotBeBanned(showId: string, who: Who): Promise<void>
}

type ListQuery = PageQuery & { q?: string; host?: string | null }

/**
 * Shows whose marks are remembered: what happened until a show's end stays as it was. Read for each who opens a
 * replay, the log of a busy hour (3,000 events) took 13 ms of this process and as long of Postgres.
 */
const markedMax = 200

export type Replays = ReturnType<typeof createReplays>

/** What is over and can be watched again, and bought from; and what anybody saw at any moment. */
export function createReplays({ pg, log, shows, mustNotBeBanned }: Needs) {
  const sql = pg.rest
  const past = createPast(sql)
  const marked = new Answers<Marker[]>({ max: markedMax })

  const isStaff = async (showId: string, who: Who) =>
    ['host', 'moderator', 'admin'].includes(await shows.roleOf(showId, who.accountId))

  /** A replay that is not open is not there, but for the show's staff. BANNED for whom the show is closed. */
  async function enter(who: Who, showId: string): Promise<Place> {
    const place = await placeOf(sql, showId)
    if (!place) throw notFound('show')
    await mustNotBeBanned(showId, who)
    const over = place.status === 'ended'
    if (!over || !(place.open || (await isStaff(showId, who)))) throw notFound('replay')
    return place
  }

  async function get(who: Who, showId: string): Promise<Replay> {
    const { title, host, open, sells, endedAt } = await enter(who, showId)
    const markers = await marked.of(showId, async () => {
      const events = await windowEvents(sql, showId, Number.MAX_SAFE_INTEGER)
      return markersOf({ id: showId, title, host }, events, endedAt ?? '')
    })
    return { showId, open, sells, markers }
  }

  return {
    get: (who: Who, showId: string) => get(who, showId).catch(rethrow),

    /** The window at a moment of the show; the log goes on from there. */
    async room(who: Who, showId: string, time: string) {
      const place = await enter(who, showId)
      return past.room(showId, place, time)
    },

    /** Whether the line-up is on sale in it. Off: no hold succeeds there after the answer. */
    async change(who: Who, showId: string, { sells }: { sells: boolean }): Promise<Replay> {
      await log.call(sql, 'replay_sell_v1', { showId, accountId: who.accountId, sells })
      const { open, endedAt } = (await placeOf(sql, showId)) as Place
      return endedAt === null
        ? { showId, open, sells, markers: [] }
        : get(who, showId).catch(rethrow)
    },

    /** Open where everybody can watch the recording as it is by now; today's offers open and close with that. */
    async follow(showId: string): Promise<void> {
      await log.call(sql, 'replay_follow_v1', { showId })
    },

    /** What can be watched again, newest first. */
    list: ({ cursor, limit = pageDefault, q, host = null }: ListQuery): Promise<Page<Show>> =>
      shows.inSearch(q, async (words) => {
        const ids = await openReplays(sql, { q: words, host }, idBefore(cursor), limit + 1)
        const fit = await shows.fit(ids.found)
        const { items, nextCursor } = pageOfSearch(ids, Math.min(limit, fit), (id) => id)
        return { items: await shows.many(items), nextCursor }
      }),

    /** For staff: what viewers saw at a moment or a seq, and what one person had just then. */
    at: past.at,
  }
}
