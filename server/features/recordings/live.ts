import { notFound, Refusal, unavailable } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import type { TapeCaller, TapeFile, TapePosition } from '../../http/tape.ts'
import { type FileName, keptPlaylist, readName } from '../../media/tape/playlist.ts'
import { answersOfTapes, FarTape } from './far.ts'
import { asKept, initOf, inMemory, missing, onShelf, whoIs } from './files.ts'
import type { RecordingsNeeds } from './recordings.ts'
import type { Shelf } from './shelf.ts'
import { newestSegments, type SegmentRow, segmentRow, tapedShow } from './store.ts'

/** Segments of a show that nobody has on tape just now, as its playlist here names them. */
const windowSegments = 6
/** Older than this it is not live any more, ms. */
const staleMs = 20_000
/** Players that ask for the same within this get the same playlist: half a part, ms. */
const listFreshMs = 250
/** That a show is still on is believed for so long, ms. */
const onFreshMs = 1_000
/** A player asks again for a show that is not on tape yet. */
const askAgainMs = 2_000

/**
 * A running show: from memory where its picture comes in, else from the node that has it; from the
 * shelf where no node has it just now.
 */
export function liveViewing(needs: RecordingsNeeds, shelf: Shelf) {
  const { pg, mayLook, isHere, settings, now } = needs
  const own = ownTape(needs, shelf)
  const together = new Together()
  const far = new FarTape({ ...needs.far, together })

  async function mustBeOn(showId: string): Promise<void> {
    const show = await tapedShow(pg.rest, showId)
    if (!show) throw notFound('show')
    if (show.status === 'ended' || show.status === 'canceled') {
      throw new Refusal('GONE', 'This show is over.')
    }
  }

  async function playlistFromAnywhere(showId: string, wanted: TapePosition | undefined) {
    await mustBeOn(showId)
    return (await far.playlist(showId, wanted)) ?? own.playlist(showId, wanted)
  }

  /** What this node keeps of another's tape goes with the show. */
  async function passedOn(showId: string, fileName: string): Promise<Buffer | undefined> {
    await together.ask(`on ${showId}`, onFreshMs, () => mustBeOn(showId))
    return far.file(showId, fileName)
  }

  return {
    async livePlaylist(caller: TapeCaller, showId: string, wanted: TapePosition | undefined) {
      await mayLook(showId, whoIs(caller))
      if (!settings.live) throw unavailable()
      if (isHere(showId) && own.hasBegun(showId)) return own.playlist(showId, wanted)
      const key = `playlist ${showId} ${wanted?.n} ${wanted?.part}`
      return together.ask(key, listFreshMs, () => playlistFromAnywhere(showId, wanted))
    },

    async liveFile(caller: TapeCaller, showId: string, fileName: string): Promise<TapeFile> {
      await mayLook(showId, whoIs(caller))
      const name = readName(fileName)
      if (!name || !settings.live) throw missing()
      const passed = isHere(showId) ? undefined : await passedOn(showId, fileName)
      const bytes = passed ?? (await own.file(showId, name))
      if (bytes) return inMemory(bytes)
      if (name.kind === 'part') throw missing()
      await mustBeOn(showId)
      if (name.kind === 'init') return initOf(pg.db, showId, name.section)
      const row = await segmentRow(pg.db, showId, name.n)
      if (!row || now() - row.at.getTime() > 2 * staleMs) throw missing()
      return onShelf(shelf, row)
    },

    /** What the other nodes may ask. */
    answers: answersOfTapes(own),
  }
}

/** What this process has of a running show. */
function ownTape({ pg, deck, settings, now }: RecordingsNeeds, shelf: Shelf) {
  const reelOf = (showId: string) => (settings.live ? deck().reel(showId) : undefined)

  /** What is kept of a running show that came in elsewhere. */
  async function keptLive(showId: string): Promise<SegmentRow[]> {
    const rows = await newestSegments(pg.db, showId, windowSegments)
    const last = rows.at(-1)
    if (!last || now() - last.at.getTime() > staleMs) return []
    const reached = await Promise.all(rows.map((row) => shelf.reaches(row)))
    return rows.slice(reached.lastIndexOf(false) + 1)
  }

  return {
    hasBegun: (showId: string) => reelOf(showId)?.playable === true,

    async playlist(showId: string, wanted: TapePosition | undefined): Promise<string> {
      const reel = reelOf(showId)
      if (reel?.playable) {
        if (!wanted || reel.mayAsk(wanted)) return reel.playlist(wanted)
        throw new Refusal('VALIDATION', 'That is too far ahead of what there is.')
      }
      const kept = await keptLive(showId)
      if (kept.length > 0) return keptPlaylist(kept.map(asKept), false)
      if (deck().status().reason !== null) throw unavailable()
      throw new Refusal('CONFLICT', 'Nothing is on air here yet.', { retryAfterMs: askAgainMs })
    },

    file: async (showId: string, name: FileName) => reelOf(showId)?.file(name),
  }
}
