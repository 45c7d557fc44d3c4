import { Together } from '../../base/together.ts'
import type { Who } from '../../base/who.ts'
import type { TapeCaller, TapeFile } from '../../http/tape.ts'
import { keptPlaylist, readName } from '../../media/tape/playlist.ts'
import { asKept, initOf, missing, onShelf, whoIs } from './files.ts'
import { liveViewing } from './live.ts'
import type { RecordingsNeeds } from './recordings.ts'
import type { Shelf } from './shelf.ts'
import { stills } from './still.ts'
import { recordingRow, segmentRow, segmentsOf, tapedShow } from './store.ts'
import { cutOf, within } from './timeline.ts'

/** Playlists and their files, for whoever may see the show. */
export function viewing(needs: RecordingsNeeds, shelf: Shelf) {
  const live = liveViewing(needs, shelf)
  const { program } = needs.settings
  return { ...live, ...stills({ program, ...live }), ...keptViewing(needs, shelf) }
}

/** Who opens a replay within this gets the same playlist: of three hours it takes 25 ms of this process to write. */
const listFreshMs = 1_000

/** A recording: what its host left of it, and only while it is not hidden. */
function keptViewing(needs: RecordingsNeeds, shelf: Shelf) {
  const { pg, mayLook } = needs
  const together = new Together()

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
      return together.ask(`${showId} ${cut?.startMs} ${cut?.endMs}`, listFreshMs, async () => {
        const segments = within(await segmentsOf(pg.db, showId), startedAt, cut)
        if (segments.length === 0) throw missing()
        return keptPlaylist(segments.map(asKept), true)
      })
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

async function mayEdit(
  { shows }: RecordingsNeeds,
  showId: string,
  who: Who | null,
): Promise<boolean> {
  if (!who) return false
  const role = await shows.roleOf(showId, who.accountId)
  return role === 'host' || role === 'admin'
}
