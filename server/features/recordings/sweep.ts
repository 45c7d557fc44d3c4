import { forEach } from '../../base/each.ts'
import type { Logger } from '../../base/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Shelf } from './shelf.ts'
import { cutShort, dropSegments, readyAt, segmentsOf } from './store.ts'

type Needs = {
  pg: Postgres
  shelf: Shelf
  /** Deletes what is left of a recording. */
  remove(showId: string): Promise<void>
  /** Some of a recording is gone. */
  shrank(showId: string): Promise<void>
  now(): number
  log: Logger
}

/** A file comes a moment before its row; one without a row for so long was left by a crash. */
const orphanMs = 3_600_000

/**
 * Compares this disk with the rows, after crashes and whatever else befalls disks: ends deletions
 * that were cut short, removes files that no row names, and gives up segments whose file is gone.
 */
export async function sweepShelf(needs: Needs): Promise<void> {
  await forEach([endDeletions, sweepDisk], (part) => part(needs))
}

async function endDeletions({ pg, remove }: Needs): Promise<void> {
  await forEach(await cutShort(pg.jobs), remove)
}

async function sweepDisk(needs: Needs): Promise<void> {
  const { pg, shelf } = needs
  const place = await shelf.disk.place
  const named = await readyAt(pg.jobs, place)
  const shows = new Set([...named, ...(await shelf.disk.shows())])
  await forEach(shows, (showId) => sweepShow(needs, showId, place))
}

async function sweepShow(needs: Needs, showId: string, place: string): Promise<void> {
  const { pg, shelf, shrank, now, log } = needs
  // Rows first: what is written meanwhile is a file too many for now, and too young to be swept.
  const here = (await segmentsOf(pg.db, showId)).filter((row) => row.place === place)
  const files = new Set(await shelf.disk.segments(showId))
  const rows = new Set(here.map(({ n }) => n))
  for (const n of files) {
    if (rows.has(n) || now() - (await shelf.disk.writtenAt(showId, n)) < orphanMs) continue
    await shelf.disk.remove(showId, n)
    log.info({ show: showId, segment: n }, 'a file that no recording names is removed')
  }
  const lost = here.filter(({ n, settled }) => settled && !files.has(n)).map(({ n }) => n)
  if (lost.length === 0) return
  log.warn({ show: showId, segments: lost }, 'files of a recording are gone')
  await dropSegments(pg.db, showId, lost, place)
  await shrank(showId)
}
