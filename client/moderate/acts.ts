import type { Act } from '../../shared/wire/moderation.ts'
import { type Fresh, keepFresh } from '../api/fresh.ts'
import { call } from '../api/http.ts'

export type { Act }
export type Acts = Fresh<Act>

/** What the log tells of the staff's doings; each of them stands in the audit. */
const actTypes = [
  'show.started',
  'show.ended',
  'show.interrupted',
  'show.resumed',
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'product.restored',
  'sale.started',
  'sale.ended',
  'auction.opened',
  'auction.ended',
  'auction.offered',
  'giveaway.opened',
  'giveaway.ended',
  'code.shown',
  'code.hidden',
  'poll.opened',
  'poll.closed',
  'chat.deleted',
  'chat.approved',
  'chat.refused',
  'chat.pinned',
  'chat.unpinned',
  'chat.slowed',
  'viewer.muted',
  'viewer.unmuted',
  'viewer.banned',
  'viewer.unbanned',
  'staff.changed',
] as const

/** A screen's worth of history; the rest is a page of its own. */
export const actsShown = 100

/** Who did what when in this show, newest first, kept fresh by the log. */
export function openActs(showId: string): Acts {
  return keepFresh({
    showId,
    types: actTypes,
    ask: async () => {
      const page = await call('GET', '/shows/:id/audit', {
        params: { id: showId },
        query: { limit: actsShown },
      })
      return page.items
    },
  })
}

/** One field of what an act is about, when it is there. */
export function aboutOf(act: Act, name: string): string | undefined {
  const value = (act.about as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}

export function numberAbout(act: Act, name: string): number | undefined {
  const value = (act.about as Record<string, unknown>)[name]
  return typeof value === 'number' ? value : undefined
}

/** The newest act of some types about one thing: who pulled it, and why. */
export function lastAct(
  acts: readonly Act[] | null,
  types: readonly string[],
  about: { name: string; value: string },
): Act | undefined {
  return acts?.find((act) => types.includes(act.type) && aboutOf(act, about.name) === about.value)
}
