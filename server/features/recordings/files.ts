import { Refusal } from '../../base/refusal.ts'
import { nobodyAt, type Who } from '../../base/who.ts'
import type { TapeCaller, TapeFile } from '../../http/tape.ts'
import type { Db } from '../../store/postgres.ts'
import type { Shelf } from './shelf.ts'
import { type SegmentRow, sectionInit } from './store.ts'

/** What stands behind the names in a playlist, running or kept. */

export const whoIs = ({ who, address }: TapeCaller): Who => who ?? nobodyAt(address)

export async function initOf(db: Db, showId: string, section: number): Promise<TapeFile> {
  const init = await sectionInit(db, showId, section)
  if (!init) throw missing()
  return inMemory(init)
}

export function onShelf(shelf: Shelf, row: SegmentRow): TapeFile {
  return { bytes: row.bytes, read: (range) => shelf.stream(row, range) }
}

export const asKept = ({ n, section, at, durationMs }: SegmentRow) => {
  return { n, section, atMs: at.getTime(), durationS: durationMs / 1_000 }
}

export function inMemory(bytes: Buffer): TapeFile {
  return { bytes: bytes.length, read: async ({ from, to }) => bytes.subarray(from, to + 1) }
}

export const missing = () =>
  new Refusal('NOT_FOUND', 'There is no such recording, or not that part of it.')
