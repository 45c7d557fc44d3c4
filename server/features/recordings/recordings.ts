import type { Recording } from '../../../shared/wire/recordings.ts'
import { forEach } from '../../base/each.ts'
import type { Logger } from '../../base/log.ts'
import { invalid, notFound, Refusal } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import type { Who } from '../../base/who.ts'
import type { Deck } from '../../media/tape/deck.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Shows } from '../shows/shows.ts'
import type { FarNeeds } from './far.ts'
import { finishRecordings } from './finish.ts'
import { Shelf, type ShelfSettings } from './shelf.ts'
import {
  dropAll,
  mistold,
  moveRecording,
  outlived,
  type RecordingChange,
  type RecordingRow,
  recordingRow,
  type SegmentRow,
  saveRecording,
  segmentsOf,
  type TapedShow,
  tapedShow,
} from './store.ts'
import { sweepShelf } from './sweep.ts'
import { Taping } from './taping.ts'
import { cutOf, runsOf, within } from './timeline.ts'
import { viewing } from './viewing.ts'

export type RecordingsNeeds = {
  pg: Postgres
  shows: Pick<Shows, 'roleOf'>
  /** Throws BANNED or NOT_FOUND, as of at most a second ago. */
  mayLook(showId: string, who: Who): Promise<void>
  deck: () => Deck
  isHere(showId: string): boolean
  far: FarNeeds
  settings: {
    record: boolean
    live: boolean
    /** Recordings are deleted so many days after their show; 0: never. */
    keepDays: number
    shelf: ShelfSettings
    /** Draws stills of running shows. */
    program: string
  }
  /**
   * Everybody can watch the recording from now on, or no longer. Done before a change of it is answered;
   * may come more often than things change.
   */
  changed(showId: string): Promise<void>
  now(): number
  log: Logger
}

/** How large a recording is that nobody makes any more is told so long. */
const extentFreshMs = 1_000

export type Recordings = ReturnType<typeof createRecordings>

type Change = {
  record?: boolean
  hidden?: boolean
  cut?: { startMs: number; endMs: number } | null
}

/** What is recorded of shows: whether, how far, and what its host makes of it. */
export function createRecordings(needs: RecordingsNeeds) {
  const { pg, settings, log } = needs
  const shelf = new Shelf(settings.shelf)
  const tell = teller(needs)
  const taping = new Taping({ ...needs, ...settings, shelf })

  /** Nothing is left to be watched of some. */
  async function shrank(showId: string): Promise<void> {
    if ((await segmentsOf(pg.db, showId)).length > 0) return
    if (await moveRecording(pg.db, showId, ['ready'], 'none')) await needs.changed(showId)
  }

  async function remove(showId: string): Promise<void> {
    await saveRecording(pg.db, showId, { state: 'deleted', record: false, problem: null })
    await taping.consider(showId)
    await needs.changed(showId)
    const rows = await segmentsOf(pg.db, showId)
    await shelf.removeShow(
      showId,
      rows.map(({ n }) => n),
    )
    await dropAll(pg.db, showId)
    log.info({ show: showId }, 'a recording is deleted')
  }

  return {
    ...viewing(needs, shelf),
    taping,

    /** As public as the show's own page; its files are refused to who is banned. */
    get: async (who: Who | null, showId: string): Promise<Recording> =>
      tell(await subjectOf(needs, who, showId)),

    /** Hiding holds from its acknowledgement; a cut is seen by whoever opens the playlist next. */
    async change(who: Who, showId: string, change: Change): Promise<Recording> {
      const subject = await subjectOf(needs, who, showId)
      if (subject.role !== 'host') throw new Refusal('FORBIDDEN', 'Only the host can do this.')
      const row = await saveRecording(pg.db, showId, columnsOf(change))
      if (change.record !== undefined) await taping.consider(showId)
      if (change.hidden !== undefined) await needs.changed(showId)
      return tell({ ...subject, row })
    },

    /** Nobody gets any of it when this answers. */
    async delete(who: Who, showId: string): Promise<void> {
      const { role } = await subjectOf(needs, who, showId)
      if (role !== 'host' && role !== 'admin') {
        throw new Refusal('FORBIDDEN', 'Only the host can do this.')
      }
      await remove(showId)
    },

    /** Looks after the disk: what a crash left over, or took. */
    sweep: () => sweepShelf({ pg, shelf, remove, shrank, now: needs.now, log }),

    finish: () => finishRecordings({ pg, shelf, becameReady: needs.changed, log }),

    /** Tells the replays that were not told. */
    async tellAgain(): Promise<void> {
      await forEach(await mistold(pg.jobs), needs.changed)
    },

    /** Deletes what has been kept for long enough. */
    async forget(): Promise<void> {
      if (settings.keepDays === 0) return
      await forEach(await outlived(pg.jobs, settings.keepDays), remove)
    },
  }
}

type Subject = { showId: string; show: TapedShow; role: string; row: RecordingRow | undefined }

async function subjectOf(
  { pg, shows }: RecordingsNeeds,
  who: Who | null,
  showId: string,
): Promise<Subject> {
  const [show, row, role] = await Promise.all([
    tapedShow(pg.rest, showId),
    recordingRow(pg.db, showId),
    who ? shows.roleOf(showId, who.accountId) : 'guest',
  ])
  if (!show) throw notFound('show')
  return { showId, show, row, role }
}

function columnsOf({ record, hidden, cut }: Change): RecordingChange {
  if (cut && cut.endMs <= cut.startMs) throw invalid('/cut/endMs', 'must be after startMs')
  return {
    ...(record !== undefined && { record }),
    ...(hidden !== undefined && { hidden }),
    ...(cut !== undefined && { cutStartMs: cut?.startMs ?? null, cutEndMs: cut?.endMs ?? null }),
  }
}

function teller({ pg, settings, deck }: RecordingsNeeds) {
  const together = new Together()

  /** What there is of a recording; of one that is ready as it was a moment ago: everybody asks at once. */
  const extentOf = ({ showId, show, row }: Subject, cut: ReturnType<typeof cutOf>) =>
    together.ask(
      `${showId} ${row?.state} ${cut?.startMs} ${cut?.endMs}`,
      row?.state === 'ready' ? extentFreshMs : 0,
      async () => {
        const all = await segmentsOf(pg.db, showId)
        const shown = within(all, show.startedAt, cut)
        return {
          bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
          progress: progressOf(all),
          startedAt: shown[0]?.at.toISOString() ?? null,
          durationMs: Math.round(shown.reduce((sum, { durationMs }) => sum + durationMs, 0)),
          runs: runsOf(shown),
        }
      },
    )

  return async (subject: Subject): Promise<Recording> => {
    const { showId, show, row, role } = subject
    const isStaff = role === 'host' || role === 'admin' || role === 'moderator'
    const isTheirs = role === 'host' || role === 'admin'
    const record = row?.record ?? settings.record
    const common = { showId, record, available: settings.record }
    const expected = show.status === 'scheduled' && deck().lacksProgram ? 'no-program' : null
    const problem = isStaff ? ((row?.problem ?? expected) as Recording['problem']) : null
    const isThere = row && row.state !== 'none' && row.state !== 'deleted'
    if (!isThere || (row.hidden && !isTheirs)) return { ...nothing, ...common, problem }
    const cut = cutOf(row)
    const { bytes, progress, ...extent } = await extentOf(subject, cut)
    const isOver = row.state === 'finishing' || row.state === 'ready'
    const path = `/api/v1/shows/${showId}/recording/index.m3u8`
    return {
      ...common,
      ...extent,
      state:
        row.state === 'ready' ? 'ready' : row.state === 'finishing' ? 'finishing' : 'recording',
      hidden: row.hidden,
      progress: row.state === 'finishing' ? progress : null,
      problem,
      bytes: isStaff ? bytes : 0,
      cut,
      playlist: isOver && extent.runs.length > 0 ? path : null,
    }
  }
}

const nothing = {
  state: 'none',
  hidden: false,
  progress: null,
  bytes: 0,
  startedAt: null,
  durationMs: 0,
  cut: null,
  runs: [],
  playlist: null,
} satisfies Partial<Recording>

function progressOf(all: readonly SegmentRow[]): number {
  return all.length === 0 ? 0 : all.filter(({ settled }) => settled).length / all.length
}
