import { cursorAt, type Page, pageById } from './page.ts'
import type { Part, Sql } from './postgres.ts'

/** Rows from the first of a list on, mostly the newest, so many at a time and so many for one page. */
export type Reach = { atOnce: number; inAll: number }
/**
 * Rows of a list by their places in it, mostly their ids: what comes after `before`, to `from`, which is
 * among them; null: without that end.
 */
export type Stretch = { from: string | null; before: string | null }

type Walk<T> = {
  /** Null: everything is wanted, so the first rows are the page. */
  words: string | null
  reach: Reach
  before: string | null
  /** Wanted at most. */
  limit: number
  /** The place of the last of so many rows after that one; null: there are not so many. */
  edge(before: string | null, rows: number): Promise<string | null>
  /** Those of a stretch that are searched for, in the list's order. */
  look(stretch: Stretch, limit: number): Promise<T[]>
}

/** `rest`: where the next page goes on, when this one ended before everything was looked through. */
export type Searched<T> = { found: T[]; rest: string | null }

/**
 * Looks for words that no index knows: anywhere in a name, two letters of it or a Chinese one. It walks
 * from the first row on in stretches, so that no question takes long, however rare the words and large the
 * house are, and whoever waits for the connection has a turn between two.
 */
export async function search<T>(walk: Walk<T>): Promise<Searched<T>> {
  const { words, reach, limit, edge, look } = walk
  let { before } = walk
  if (words === null) return { found: await look({ from: null, before }, limit), rest: null }
  const found: T[] = []
  for (let rows = 0; rows < reach.inAll; rows += reach.atOnce) {
    const from = await edge(before, reach.atOnce)
    found.push(...(await look({ from, before }, limit - found.length)))
    if (from === null || found.length >= limit) return { found, rest: null }
    before = from
  }
  return { found, rest: before }
}

const least = '00000000-0000-0000-0000-000000000000'
const greatest = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** No `is null or` about it: a plan that is kept would walk to the stretch from the newest row. */
export const isWithin = (sql: Sql, id: Part, { from, before }: Stretch) =>
  sql`${id} >= ${from ?? least}::uuid and ${id} < ${before ?? greatest}::uuid`

/** A page of it, which may be short, or empty, and still not be the last. */
export function pageOfSearch<T>(
  { found, rest }: Searched<T>,
  limit: number,
  placeOf: (last: T) => string,
): Page<T> {
  const page = pageById(found, limit, placeOf)
  return { ...page, nextCursor: page.nextCursor ?? (rest && cursorAt(rest)) }
}
