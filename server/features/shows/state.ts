import type { Event, Snapshot, You } from '../../../shared/wire/events.ts'
import type { InBags } from '../../../shared/wire/holds.ts'
import { forEach } from '../../base/each.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { asSeenBy, readEvents } from '../../events/read.ts'
import { batchedLookup } from '../../store/lookup.ts'
import { asRefusal, type Postgres } from '../../store/postgres.ts'
import { isStaff, mustBeHost, roleOf } from './roles.ts'
import type { ShowNeeds } from './shows.ts'
import { listLostPictures } from './store.ts'

/** Shows whose peak is remembered, so that it is not written again. */
const peaksMax = 10_000

type Snap = { seq: number; snapshot: Snapshot }

/** A show as it is now, and what becomes of it by itself. */
export function stateVerbs({ pg, log, inventory, viewers, mustNotBeBanned }: ShowNeeds) {
  /** What this node has written, so that it writes only when it is more. */
  const peaks = new Map<string, number>()
  const lookUpYou = batchedLookup((keys: string[]) => youOf(pg, keys))

  return {
    roleOf: (showId: string, accountId: string) => roleOf(pg, showId, accountId),

    /** What is held in this show and not paid yet. */
    async bags(who: Who, id: string): Promise<InBags> {
      await mustBeHost(pg, id, who)
      return inventory.inBags(id)
    },

    /** The log after a seq, as this person may see it. */
    async events(
      who: Who,
      id: string,
      { after = 0, limit = 200 }: { after?: number; limit?: number },
    ) {
      await mustNotBeBanned(id, who)
      const staff = isStaff(await roleOf(pg, id, who.accountId))
      const events = await readEvents(pg.rest, id, after, after + limit)
      const items: Event[] = events.map((e) => asSeenBy(e, staff))
      return { items, nextCursor: events.at(-1)?.seq ?? null }
    },

    /** The state, and the seq that it is exactly the state at. */
    async readSnapshot(id: string): Promise<Snap> {
      const [row] = await pg.rest`select snapshot_v1(${id}) as snap`
      const snap = row?.['snap'] as Snap | null
      if (!snap) throw notFound('show')
      const watching = await viewers([id])
      return { seq: snap.seq, snapshot: { ...snap.snapshot, viewers: watching.get(id) ?? 0 } }
    },

    /** Who somebody is in this show; BANNED for whom it is closed. */
    async readYou(id: string, accountId: string): Promise<You> {
      const found = await lookUpYou(`${id}|${accountId}`).catch((error) => {
        throw asRefusal(error)
      })
      if (!found?.role) throw notFound('show')
      const { banned, ...you } = found
      if (banned) throw new Refusal('BANNED', 'You were removed from this show.')
      return you
    },

    /** The picture went away or came back: live ⇄ interrupted. Answers whether that was news. */
    pictureIs: (id: string, here: boolean) =>
      log.call<boolean>(pg.rest, 'show_picture_v1', { showId: id, here }),

    /** Pictures whose node is gone: their shows are interrupted, as if the picture had stopped; `tell` hears of each. */
    async sweepPictures(tell: (showId: string) => void): Promise<void> {
      await forEach(await listLostPictures(pg.jobs), async (showId) => {
        const isNews = await log.call<boolean>(pg.jobs, 'show_picture_lost_v1', { showId })
        if (isNews) tell(showId)
      })
    },

    /** So many watch now: the most at a time is kept, from the show's begin to its end. */
    async notePeak(id: string, viewers: number): Promise<void> {
      if (viewers <= (peaks.get(id) ?? 0)) return
      const [kept] = await pg.jobs<{ peak: number }[]>`
        update shows set viewers_peak = greatest(viewers_peak, ${viewers})
        where id = ${id} and status in ('live', 'interrupted') returning viewers_peak as peak`
      if (!kept) return // who waits is counted when it begins
      peaks.set(id, kept.peak)
      for (const oldest of peaks.keys()) {
        if (peaks.size <= peaksMax) break
        peaks.delete(oldest)
      }
    },

    /** Ends shows whose picture has been away for two hours. */
    async sweep(): Promise<void> {
      const due = await pg.jobs<{ id: string }[]>`
        select id from shows where status = 'interrupted' and interrupted_at < now() - interval '2 hours'`
      await forEach(due, ({ id }) => log.call(pg.jobs, 'show_end_v1', { showId: id }))
    },
  }
}

type YouRow = { show_id: string; account_id: string; you: You & { banned: boolean } }

/** Many at once: `showId|accountId`. */
async function youOf(pg: Postgres, keys: string[]): Promise<Map<string, YouRow['you']>> {
  const pairs = keys.map((key) => key.split('|'))
  const rows = await pg.rest<YouRow[]>`
    select * from you_v1(${pairs.map((p) => p[0] as string)}::uuid[], ${pairs.map((p) => p[1] as string)}::uuid[])`
  return new Map(rows.map((r) => [`${r.show_id}|${r.account_id}`, r.you]))
}
