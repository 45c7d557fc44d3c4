import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import type { ShowStatus } from '../../../shared/wire/shows.ts'
import { isId } from '../../store/page.ts'
import type { Db } from '../../store/postgres.ts'
import { type Reach, type Searched, type Stretch, search } from '../../store/search.ts'
import { moderators, shows } from './schema.ts'
import type { ShowRow } from './store.ts'

/** An order of shows; a place in it is written in the cursor of what comes after. */
export type Order = {
  by: SQL[]
  placeOf(show: ShowRow): string
  isPlace(text: string): boolean
  isWithin(stretch: Stretch): SQL | undefined
}

/** Which shows are wanted: `host` hosts them, `mine` hosts or moderates them, `q` stands in what is told of them. */
export type Wanted = {
  status: ShowStatus | undefined
  host: string | undefined
  mine: string | undefined
  q: string | null
  order: Order
}

/** A show in whose line-up the words are not takes a twentieth of a millisecond, with a hundred products a third of one. */
const reach: Reach = { atOnce: 250, inAll: 1_000 }

export async function listShows(
  db: Db,
  { q, ...wanted }: Wanted,
  before: string | null,
  limit: number,
): Promise<Searched<ShowRow>> {
  const { order } = wanted
  const among = (stretch: Stretch, also?: SQL) => showsAmong(db, wanted, stretch, also)
  const says = q === null ? undefined : sql`show_says_v1(${shows.id}, ${q})`
  return search({
    words: q,
    reach,
    before,
    limit,
    async edge(before, rows) {
      const whole = among({ before, from: null })
      const [last] = await whole.offset(rows - 1).limit(1)
      return last ? order.placeOf(last) : null
    },
    look: (stretch, limit) => among(stretch, says).limit(limit),
  })
}

/** A stretch of the shows that are wanted, whatever is said in them. */
export function showsAmong(db: Db, wanted: Omit<Wanted, 'q'>, stretch: Stretch, also?: SQL) {
  const { order } = wanted
  return db
    .select()
    .from(shows)
    .where(and(isAmong(db, wanted), order.isWithin(stretch), also))
    .orderBy(...order.by)
}

function isAmong(db: Db, { status, host, mine }: Omit<Wanted, 'q' | 'order'>) {
  const moderated = (accountId: string) =>
    db.select({ id: moderators.showId }).from(moderators).where(eq(moderators.accountId, accountId))
  return and(
    status && eq(shows.status, status),
    host === undefined ? undefined : eq(shows.hostId, host),
    mine === undefined ? undefined : or(eq(shows.hostId, mine), inArray(shows.id, moderated(mine))),
  )
}

export const newest: Order = {
  by: [desc(shows.id)],
  placeOf: ({ id }) => id,
  isPlace: isId,
  isWithin: ({ from, before }) =>
    and(
      before === null ? undefined : lt(shows.id, before),
      from === null ? undefined : gte(shows.id, from),
    ),
}

/** The indexes `shows_due` and `shows_of_host_due` have it so. An hour is planned to the millisecond, as the wire tells it. */
const due = sql`coalesce(${shows.startsAt}, 'infinity')`
const never = 'infinity'
/** Of a year that Postgres reads too. */
const isInstant = (text: string) =>
  /^(?!0000)\d{4}-/.test(text) && text.endsWith('Z') && !Number.isNaN(Date.parse(text))
const isDue = (text: string | undefined) =>
  text === never || (text !== undefined && isInstant(text) && new Date(text).toISOString() === text)

/**
 * What is to come, by the hour it is due; without one it comes last, planned last first. A show that is late
 * is waited for as long as one that lost its picture; after that nobody expects it any more.
 */
export const soonest: Order = {
  by: [sql`${due}`, desc(shows.id)],
  placeOf: ({ startsAt, id }) => `${startsAt?.toISOString() ?? never} ${id}`,
  isPlace(text) {
    const [at, id, ...more] = text.split(' ')
    return isDue(at) && id !== undefined && isId(id) && more.length === 0
  },
  isWithin: ({ from, before }) =>
    and(
      before === null ? sql`${due} > now() - interval '2 hours'` : after(before),
      from === null ? undefined : upTo(from),
    ),
}

function after(place: string): SQL {
  const [at, id] = place.split(' ')
  return sql`${due} >= ${at}::timestamptz and (${due} > ${at}::timestamptz or ${shows.id} < ${id}::uuid)`
}

function upTo(place: string): SQL {
  const [at, id] = place.split(' ')
  return sql`${due} <= ${at}::timestamptz and (${due} < ${at}::timestamptz or ${shows.id} >= ${id}::uuid)`
}
