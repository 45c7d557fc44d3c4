import { invalid } from '../base/refusal.ts'

export type Page<T> = { items: T[]; nextCursor: string | null }
export type PageQuery = { cursor?: string; limit?: number }

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const isId = (text: string) => uuid.test(text)

/** The last id of the page before, or null for the first page; VALIDATION for a cursor that we did not make. */
export function idBefore(cursor: string | undefined): string | null {
  return placeBefore(cursor, isId)
}

/** The same for lists in another order than that of their ids. */
export function placeBefore(
  cursor: string | undefined,
  isPlace: (text: string) => boolean,
): string | null {
  if (cursor === undefined) return null
  const place = Buffer.from(cursor, 'base64url').toString()
  if (!isPlace(place)) throw notOurs()
  return place
}

/** A place in a list by time: an instant to the microsecond, as `us` of Postgres tells it, and an id. */
export function isTimed(text: string): boolean {
  const [at, id, ...more] = text.split(' ')
  return /^\d{1,16}$/.test(at ?? '') && isId(id ?? '') && more.length === 0
}

/** The same for lists whose lines are numbered. */
export function numberBefore(cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  if (!/^\d{1,15}$/.test(cursor)) throw notOurs()
  return Number(cursor)
}

/** One row more than the limit was asked for: where it is there, so is a next page. */
export function pageById<T>(found: T[], limit: number, idOf: (last: T) => string): Page<T> {
  return pageOf(found, limit, (last) => cursorAt(idOf(last)))
}

/** The cursor of what comes after this place: mostly an id. */
export const cursorAt = (place: string) => Buffer.from(place).toString('base64url')

/** The same for lists whose lines are numbered. */
export function pageByNumber<T>(found: T[], limit: number, numberOf: (last: T) => number): Page<T> {
  return pageOf(found, limit, (last) => String(numberOf(last)))
}

function pageOf<T>(found: T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null }
}

const notOurs = () => invalid('/cursor', 'is not a cursor of ours. Start without one.')
