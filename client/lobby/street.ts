import { searchMax } from '../../shared/limits.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { call } from '../api/http.ts'
import { asRefused } from '../api/refused.ts'

/** A street has room for so many windows before it has to be searched. */
const shownMax = 24
const endedMax = 6
/** The server looks through a thousand shows a page, and so many pages are looked through at a time for one search. */
const stretchesMax = 3

/** What stands in the street, or what was found in it. */
export type Street = {
  /** What was searched for; empty when nothing was. */
  of: string
  on: Show[]
  later: Show[]
  missed: Show[]
  replays: ReadonlySet<string>
  /** Pages of each list that were looked through at most. */
  stretches: number
  /** They were not all: further back there may be more. */
  more: boolean
  /** Which walk it was seen on: the stills are of the same. */
  turn: number
}

/** `whole`: the server was asked for just this. */
export type Seen = Street & { whole: boolean }

type Page = { items: Show[]; nextCursor: string | null }
type Query = { q?: string; limit: number; cursor?: string }
type Order = { order?: 'soonest' }

/** `more`: there was room for more, and pages that were not looked through. */
type Found = { shows: Show[]; more: boolean }

/** A page of a search may be empty and still not be the last. */
async function look(
  ask: (query: Query) => Promise<Page>,
  query: Query,
  stretches: number,
): Promise<Found> {
  const first = await ask(query)
  const shows = first.items
  let cursor = first.nextCursor
  for (let n = 1; n < stretches && cursor !== null && shows.length < query.limit; n += 1) {
    const page = await ask({ ...query, cursor })
    shows.push(...page.items)
    cursor = page.nextCursor
  }
  const more = cursor !== null && shows.length < query.limit
  return { shows: shows.slice(0, query.limit), more }
}

/** While a house is renewed, a server of before refuses what it does not know yet. */
const elseOf =
  <T>(other: () => T) =>
  (thrown: unknown): T => {
    if (asRefused(thrown).code !== 'VALIDATION') throw thrown
    return other()
  }

/** What is on stays where it hung before: nothing moves under a hand. */
export async function walk(
  wanted: string,
  before: Street | undefined,
  stretches = stretchesMax,
): Promise<Street> {
  const q = wanted.slice(0, searchMax)
  const search = q === '' ? {} : { q }
  const pages = q === '' ? 1 : stretches
  const shows = (status: Show['status'], limit: number, order: Order = {}) =>
    look(
      (query) => call('GET', '/shows', { query: { ...query, ...order, status } }),
      { ...search, limit },
      pages,
    )
  const past = q === '' ? endedMax : shownMax
  const [live, away, later, replays, ended] = await Promise.all([
    shows('live', shownMax),
    shows('interrupted', shownMax),
    shows('scheduled', shownMax, { order: 'soonest' }).catch(
      elseOf(() => shows('scheduled', shownMax)),
    ),
    look((query) => call('GET', '/replays', { query }), { ...search, limit: past }, pages).catch(
      elseOf((): Found => ({ shows: [], more: false })),
    ),
    shows('ended', past),
  ])
  const places = new Map(before?.on.map(({ id }, i) => [id, i]))
  const place = ({ id }: Show) => places.get(id) ?? places.size
  const again = new Set(replays.shows.map(({ id }) => id))
  const turn = before?.turn ?? 0
  return {
    of: wanted,
    on: [...live.shows, ...away.shows]
      .toSorted((a, b) => b.viewers - a.viewers)
      .toSorted((a, b) => place(a) - place(b)),
    later: later.shows,
    missed: [...replays.shows, ...ended.shows.filter(({ id }) => !again.has(id))].slice(0, past),
    replays: again,
    stretches,
    more: q !== '' && [live, away, later, replays, ended].some(({ more }) => more),
    turn: before?.of === wanted ? turn + 1 : turn,
  }
}

/** The same search, as far again. */
export const walkFurther = (street: Street): Promise<Street> =>
  walk(street.of, street, street.stretches + stretchesMax)

/** Somebody asked to look further back than a search does by itself. */
export const isFar = ({ stretches }: Street): boolean => stretches > stretchesMax

/** Until the server has answered: what is known of it already. */
export function among(street: Street, wanted: string): Seen {
  if (street.of === wanted) return { ...street, whole: true }
  const found = (shows: Show[]) => shows.filter((show) => isFound(show, wanted.toLocaleLowerCase()))
  return {
    ...street,
    of: wanted,
    on: found(street.on),
    later: found(street.later),
    missed: found(street.missed),
    whole: false,
  }
}

/** As the server finds it. */
function isFound({ title, host, lineup }: Show, wanted: string): boolean {
  return [title, host.displayName, ...lineup.map((product) => product.title)].some((name) =>
    name.toLocaleLowerCase().includes(wanted),
  )
}
