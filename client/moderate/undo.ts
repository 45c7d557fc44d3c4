import { serverNow } from '../api/clock.ts'
import { type Act, aboutOf, numberAbout } from './acts.ts'
import { pinMessage, restore, slow, unban, unmute } from './deeds.ts'
import type { Desk } from './desk.ts'

/** Acts about the same matter: only the newest of them can be taken back. */
const matters: Record<string, { about: string | null; types: readonly string[] }> = {
  'viewer.muted': { about: 'accountId', types: ['viewer.muted', 'viewer.unmuted'] },
  'viewer.banned': { about: 'accountId', types: ['viewer.banned', 'viewer.unbanned'] },
  'product.pulled': { about: 'productId', types: ['product.pulled', 'product.restored'] },
  'chat.slowed': { about: null, types: ['chat.slowed'] },
  'chat.pinned': { about: null, types: ['chat.pinned', 'chat.unpinned'] },
}

/** How to take an act back; null when it stands for good, or something newer replaced it. */
export function undoOf(desk: Desk, acts: readonly Act[], act: Act): (() => void) | null {
  const matter = matters[act.type]
  if (matter === undefined || !isNewest(acts, act, matter)) return null
  const accountId = aboutOf(act, 'accountId') ?? ''
  const who = { accountId, displayName: aboutOf(act, 'displayName') ?? '' }
  switch (act.type) {
    case 'viewer.muted': {
      const until = aboutOf(act, 'until')
      const over = until !== undefined && Date.parse(until) <= serverNow()
      return over ? null : () => void unmute(desk, who)
    }
    case 'viewer.banned':
      return () => void unban(desk, who)
    case 'product.pulled': {
      const id = aboutOf(act, 'productId') ?? ''
      const title = desk.store.room.value?.products.find((one) => one.id === id)?.title
      return title === undefined ? null : () => void restore(desk, { id, title })
    }
    case 'chat.slowed':
      return () => void slow(desk, secondsBefore(acts, act))
    default:
      return () => void pinMessage(desk, aboutOf(act, 'messageId') ?? null)
  }
}

function isNewest(
  acts: readonly Act[],
  act: Act,
  { about, types }: { about: string | null; types: readonly string[] },
): boolean {
  const newest = acts.find(
    (one) =>
      types.includes(one.type) && (about === null || aboutOf(one, about) === aboutOf(act, about)),
  )
  return newest?.seq === act.seq
}

/** What slow mode was before this act. */
function secondsBefore(acts: readonly Act[], act: Act): number {
  const earlier = acts.find((one) => one.type === 'chat.slowed' && one.seq < act.seq)
  return earlier === undefined ? 0 : (numberAbout(earlier, 'seconds') ?? 0)
}
