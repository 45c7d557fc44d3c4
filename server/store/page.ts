import { invalid } from '../base/refusal.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Opaque to clients; in here it is the last id of the page before. */
export function writeCursor(id: string): string {
  return Buffer.from(id).toString('base64url')
}

/** The id of a cursor; VALIDATION for one that we did not make. */
export function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!uuid.test(id)) throw invalid('/cursor', 'is not a cursor of ours. Start without one.')
  return id
}
