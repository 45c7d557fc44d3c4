import type { Logger } from '../../base/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Shelf } from './shelf.ts'
import {
  dropSegments,
  forgotten,
  moveRecording,
  noteProblem,
  recordingsIn,
  type SegmentRow,
  saveRecording,
  segmentsOf,
  settleSegments,
  unsettled,
} from './store.ts'

export type FinishNeeds = {
  pg: Postgres
  shelf: Shelf
  /** A recording can be watched now. */
  becameReady(showId: string): Promise<void>
  log: Logger
}

/** A show's own process finishes it at once; one that died leaves it to whoever looks after this, ms. */
const forgottenMs = 10_000
/** Looked at or carried in one go: progress is told this often. */
const stepSegments = 20

/**
 * Puts recordings away: carries what is still on this disk to the bucket, if there is one; makes
 * sure after the show that every segment is whole; then the recording is ready. Begins again where
 * a process that died was.
 */
export async function finishRecordings(needs: FinishNeeds): Promise<void> {
  const { pg, shelf } = needs
  for (const showId of await forgotten(pg.rest, forgottenMs)) {
    await moveRecording(pg.db, showId, ['recording'], 'finishing')
  }
  const states = shelf.bucket ? (['recording', 'finishing'] as const) : (['finishing'] as const)
  for (const row of await recordingsIn(pg.db, [...states])) {
    await finishOne(needs, row).catch((err: unknown) => fails(needs, row.showId, err))
  }
}

async function finishOne(
  needs: FinishNeeds,
  { showId, state }: { showId: string; state: string },
): Promise<void> {
  const { pg, shelf, becameReady, log } = needs
  const place = await shelf.disk.place
  for (;;) {
    const rows = await unsettled(pg.db, showId, place, stepSegments)
    if (rows.length === 0) break
    // Neither kept nor given up: it is being deleted, by whoever takes the rows away too.
    if (!(await settle(needs, rows))) return
  }
  if (state !== 'finishing') return
  const left = await segmentsOf(pg.db, showId)
  // What is on another machine's disk, that machine settles.
  if (left.some(({ settled }) => !settled)) return
  if (!(await moveRecording(pg.db, showId, ['finishing'], left.length > 0 ? 'ready' : 'none')))
    return
  await saveRecording(pg.db, showId, { problem: null })
  if (left.length > 0) await becameReady(showId)
  log.info({ show: showId, segments: left.length }, 'a recording is finished')
}

/**
 * Files that are not whole are given up: there is a gap then, and the rest plays. Answers whether the
 * recording has got any further.
 */
async function settle({ pg, shelf, log }: FinishNeeds, rows: SegmentRow[]): Promise<boolean> {
  const { disk, bucket } = shelf
  const whole: SegmentRow[] = []
  const broken: SegmentRow[] = []
  for (const row of rows) {
    const isWhole = (await disk.size(row.showId, row.n)) === row.bytes
    if (isWhole && bucket) await bucket.put(row.showId, row.n, await disk.read(row.showId, row.n))
    ;(isWhole ? whole : broken).push(row)
  }
  const showId = rows[0]?.showId ?? ''
  const ns = (some: SegmentRow[]) => some.map(({ n }) => n)
  if (broken.length > 0) log.warn({ show: showId, segments: ns(broken) }, 'segments are not whole')
  await dropSegments(pg.db, showId, ns(broken), await disk.place)
  const settled = await settleSegments(
    pg.rest,
    showId,
    ns(whole),
    bucket?.place ?? (await disk.place),
  )
  const isFurther = settled.length + broken.length > 0
  if (!bucket) return isFurther
  const unwanted = ns(whole).filter((n) => !settled.includes(n))
  await bucket.removeShow(showId, unwanted)
  for (const { n } of whole) await disk.remove(showId, n)
  return isFurther
}

async function fails({ pg, log }: FinishNeeds, showId: string, err: unknown): Promise<void> {
  log.warn({ err, show: showId }, 'a recording could not be put away; tried again')
  await noteProblem(pg.db, showId, 'storage')
}
