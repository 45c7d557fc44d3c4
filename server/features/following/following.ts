import { followsMax, pageDefault } from '../../../shared/limits.ts'
import type { HostCard } from '../../../shared/wire/following.ts'
import { notFound } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { isTimed, type Page, type PageQuery, pageById, placeBefore } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Shows } from '../shows/shows.ts'
import { followedBy, hostCard, letterHost, showsFollowed } from './store.ts'

/** Letters of one call, and letters that wait to be sent when no more of these are written. */
const callMax = 500
/** Who opens every evening, some minutes earlier than yesterday, is told of every evening. */
const restHours = 18

type Host = { id: string; displayName: string }
type Needs = { pg: Postgres; log: Log; shows: Pick<Shows, 'many'> }

export type Following = ReturnType<typeof createFollowing>

/** Who follows which host, and the letters that tell them when one begins. */
export function createFollowing({ pg, log, shows }: Needs) {
  const sql = pg.rest
  const looks = new Together()

  return {
    host: (hostId: string): Promise<HostCard> =>
      looks.askAnew(hostId, async () => {
        const card = await hostCard(sql, hostId)
        if (!card) throw notFound('host')
        return card
      }),

    /** CONFLICT for oneself, and for more hosts than anybody follows. */
    async follow({ accountId }: Who, hostId: string): Promise<void> {
      await log.call(sql, 'follow_v1', { accountId, hostId, most: followsMax })
    },

    /** No letter that is not written by then is written. */
    async unfollow({ accountId }: Who, hostId: string): Promise<void> {
      await log.call(sql, 'unfollow_v1', { accountId, hostId })
    },

    async following(who: Who, { cursor, limit = pageDefault }: PageQuery): Promise<Page<Host>> {
      const before = placeBefore(cursor, isTimed)
      const found = await followedBy(sql, who.accountId, before, limit + 1)
      const { items, nextCursor } = pageById(found, limit, ({ place }) => place)
      return { items: items.map(({ id, displayName }) => ({ id, displayName })), nextCursor }
    },

    async shows(who: Who) {
      const { on, later } = await showsFollowed(sql, who.accountId)
      const found = await shows.many([...on, ...later])
      const isLater = new Set(later)
      return {
        on: found.filter(({ id }) => !isLater.has(id)),
        later: found.filter(({ id }) => isLater.has(id)),
      }
    },

    /** How many letters this show will be, as things stand: whole before its host goes live. */
    async showLetters({ accountId }: Who, showId: string): Promise<{ people: number }> {
      const args = { showId, accountId, restHours }
      return { people: await log.call<number>(sql, 'show_letters_v1', args) }
    },

    /** Whose letters the link in one of them ends; null once it has. */
    letterHost: (token: string): Promise<Host | null> => letterHost(sql, token),

    async endLetters(token: string): Promise<void> {
      await log.call(sql, 'unfollow_v1', { token })
    },

    /** Writes to those whose host has begun a show, as many as the post has room for. */
    async tellFollowers(): Promise<void> {
      const args = { most: callMax, restHours }
      while (await log.call<boolean>(pg.jobs, 'tell_followers_v1', args));
    },
  }
}
