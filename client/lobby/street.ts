import { searchMax } from '../../shared/limits.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { call } from '../api/http.ts'
import { asRefused } from '../api/refused.ts'

/** A street has room for so many windows before it has to be searched. */
const shownMax = 24
const endedMax = 6
/** The server looks through a thousand shows a page, and so many pages are looked through for one search. */
const stretchesMax = 3

/** What stands in the street, or what was found in it. */
export type Street = {
  /** What was searched for; empty when nothing was. */
  of: string
  on: Show[]
  later: Show[]
  missed: Show[]
  replays: ReadonlySet<string>
  /** Which walk it was seen on: the stills are of the same. */
  turn: number
}

/** `whole`: the server was asked for just this. */
export type Seen = Street & { whole: boolean }

type Page = { items: Show[]; nextCursor: string | null }
type Query = { q?: string; limit: number; cursor?: string }
type Order = { order?: 'soonest' }

/** A page of a search may be empty and still not be the last. */
async function look(ask: (query: Query) => Promise<Page>, query: Query): Promise<Show[]> {
  const first = await ask(query)
  const found = first.items
  let cursor = first.nextCursor
  const stretches = query.q === undefined ? 1 : stretchesMax
  for (let n = 1; n < stretches && cursor !== null && found.length < query.limit; n += 1) {
    const page = await ask({ ...query, cursor })
    found.push(...page.items)
    cursor = page.nextCursor
  }
  return found.slice(0, query.limit)
}

/** While a house is renewed, a server of before refuses what it does not know yet. */
const elseOf =
  <T>(other: () => T) =>
  (thrown: unknown): T => {
    if (asRefused(thrown).code !== 'VALIDATION') throw thrown
    return other()
  }

/** What is on stays where it hung before: nothing moves under a hand. */
export async function walk(wanted: string, before: Street | undefined): Promise<Street> {
  const q = wanted.slice(0, searchMax)
  const search = q === '' ? {} : { q }
  const shows = (status: Show['status'], limit: number, order: Order = {}) =>
    look((query) => call('GET', '/shows', { query: { ...query, ...order, status } }), {
      ...search,
      limit,
    })
  const past = q === '' ? endedMax : shownMax
  const [live, away, later, replays, ended] = await Promise.all([
    shows('live', shownMax),
    shows('interrupted', shownMax),
    shows('scheduled', shownMax, { order: 'soonest' }).catch(
      elseOf(() => shows('scheduled', shownMax)),
    ),
    look((query) => call('GET', '/replays', { query }), { ...search, limit: past }).catch(
      elseOf(() => []),
    ),
    shows('ended', past),
  ])
  const places = new Map(before?.on.map(({ id }, i) => [id, i]))
  const place = ({ id }: Show) => places.get(id) ?? places.size
  const again = new Set(replays.map(({ id }) => id))
  const turn = before?.turn ?? 0
  return {
    of: wanted,
    on: [...live, ...away]
      .toSorted((a, b) => b.viewers - a.viewers)
      .toSorted((a, b) => place(a) - place(b)),
    later,
    missed: [...replays, ...ended.filter(({ id }) => !again.has(id))].slice(0, past),
    replays: again,
    turn: before?.of === wanted ? turn + 1 : turn,
  }
}

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
