import { notFound, Refusal, unavailable } from '../../base/refusal.ts'
import { nobodyAt, type Who } from '../../base/who.ts'
import type { TapeCaller, TapeFile, TapePosition } from '../../http/tape.ts'
import { keptPlaylist, readName } from '../../media/tape/playlist.ts'
import type { Db } from '../../store/postgres.ts'
import type { RecordingsNeeds } from './recordings.ts'
import type { Shelf } from './shelf.ts'
import {
  newestSegments,
  recordingRow,
  type SegmentRow,
  sectionInit,
  segmentRow,
  segmentsOf,
  tapedShow,
} from './store.ts'
import { cutOf, within } from './timeline.ts'

/** Segments of a show that another process has on tape, as its playlist here names them. */
const windowSegments = 6
/** Older than this it is not live any more, ms. */
const staleMs = 20_000
/** A player asks again for a show that is not on tape yet. */
const askAgainMs = 2_000

const whoIs = ({ who, address }: TapeCaller): Who => who ?? nobodyAt(address)

/** Playlists and their files, for whoever may see the show. */
export function viewing(needs: RecordingsNeeds, shelf: Shelf) {
  return { ...liveViewing(needs, shelf), ...keptViewing(needs, shelf) }
}

/** A running show: from memory where it is on tape, from the shelf elsewhere. */
function liveViewing(needs: RecordingsNeeds, shelf: Shelf) {
  const { pg, deck, mayLook, now } = needs

  /** What is kept of a running show that is on tape elsewhere. */
  async function keptLive(showId: string): Promise<SegmentRow[]> {
    const rows = await newestSegments(pg.db, showId, windowSegments)
    const last = rows.at(-1)
    if (!last || now() - last.at.getTime() > staleMs) return []
    const reached = await Promise.all(rows.map((row) => shelf.reaches(row)))
    return rows.slice(reached.lastIndexOf(false) + 1)
  }

  async function mustBeOn(showId: string): Promise<void> {
    const show = await tapedShow(pg.rest, showId)
    if (!show) throw notFound('show')
    if (show.status === 'ended' || show.status === 'canceled') {
      throw new Refusal('GONE', 'This show is over.')
    }
    if (!needs.settings.live || deck().status().reason !== null) throw unavailable()
  }

  return {
    async livePlaylist(caller: TapeCaller, showId: string, wanted: TapePosition | undefined) {
      await mayLook(showId, whoIs(caller))
      const reel = needs.settings.live ? deck().reel(showId) : undefined
      if (reel?.playable) {
        if (wanted && !reel.mayAsk(wanted)) {
          throw new Refusal('VALIDATION', '_HLS_msn is too far ahead.')
        }
        return reel.playlist(wanted)
      }
      await mustBeOn(showId)
      const kept = await keptLive(showId)
      if (kept.length > 0) return keptPlaylist(kept.map(asKept), false)
      throw new Refusal('CONFLICT', 'Nothing is on air here yet.', { retryAfterMs: askAgainMs })
    },

    async liveFile(caller: TapeCaller, showId: string, fileName: string): Promise<TapeFile> {
      await mayLook(showId, whoIs(caller))
      const name = readName(fileName)
      if (!name || !needs.settings.live) throw missing()
      const bytes = await deck().reel(showId)?.file(name)
      if (bytes) return inMemory(bytes)
      if (name.kind === 'part') throw missing()
      await mustBeOn(showId)
      if (name.kind === 'init') return initOf(pg.db, showId, name.section)
      const row = await segmentRow(pg.db, showId, name.n)
      if (!row || now() - row.at.getTime() > 2 * staleMs) throw missing()
      return onShelf(shelf, row)
    },
  }
}

/** A recording: what its host left of it, and only while it is not hidden. */
function keptViewing(needs: RecordingsNeeds, shelf: Shelf) {
  const { pg, mayLook } = needs

  async function shown(caller: TapeCaller, showId: string) {
    await mayLook(showId, whoIs(caller))
    const [show, row] = await Promise.all([tapedShow(pg.rest, showId), recordingRow(pg.db, showId)])
    const isOver = row?.state === 'finishing' || row?.state === 'ready'
    if (!show || !row || !isOver) throw missing()
    if (row.hidden && !(await mayEdit(needs, showId, caller.who))) throw missing()
    return { startedAt: show.startedAt, cut: cutOf(row) }
  }

  return {
    async playlist(caller: TapeCaller, showId: string): Promise<string> {
      const { startedAt, cut } = await shown(caller, showId)
      const segments = within(await segmentsOf(pg.db, showId), startedAt, cut)
      if (segments.length === 0) throw missing()
      return keptPlaylist(segments.map(asKept), true)
    },

    async file(caller: TapeCaller, showId: string, fileName: string): Promise<TapeFile> {
      const { startedAt, cut } = await shown(caller, showId)
      const name = readName(fileName)
      if (name?.kind === 'init') return initOf(pg.db, showId, name.section)
      const row = name?.kind === 'segment' ? await segmentRow(pg.db, showId, name.n) : undefined
      if (!row || within([row], startedAt, cut).length === 0) throw missing()
      return onShelf(shelf, row)
    },
  }
}

async function initOf(db: Db, showId: string, section: number): Promise<TapeFile> {
  const init = await sectionInit(db, showId, section)
  if (!init) throw missing()
  return inMemory(init)
}

function onShelf(shelf: Shelf, row: SegmentRow): TapeFile {
  return { bytes: row.bytes, read: (range) => shelf.stream(row, range) }
}

async function mayEdit(
  { shows }: RecordingsNeeds,
  showId: string,
  who: Who | null,
): Promise<boolean> {
  if (!who) return false
  const role = await shows.roleOf(showId, who.accountId)
  return role === 'host' || role === 'admin'
}

const asKept = ({ n, section, at, durationMs }: SegmentRow) => {
  return { n, section, atMs: at.getTime(), durationS: durationMs / 1_000 }
}

function inMemory(bytes: Buffer): TapeFile {
  return { bytes: bytes.length, read: async ({ from, to }) => bytes.subarray(from, to + 1) }
}

const missing = () =>
  new Refusal('NOT_FOUND', 'There is no such recording, or not that part of it.')
