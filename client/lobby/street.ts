import { searchMax } from '../../shared/limits.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { call } from '../api/http.ts'
import { asRefused } from '../api/refused.ts'
import { followedShows, nobodys } from './followed.ts'

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
  /** Shows of hosts whom one follows, which come first. */
  followed: ReadonlySet<string>
  lists: Lists
  /** Pages of each list that were looked through at most. */
  stretches: number
  /** They were not all: further back there may be more. */
  more: boolean
  /** Which walk it was seen on: the stills are of the same. */
  turn: number
}

/** `whole`: the server was asked for just this. */
export type Seen = Street & { whole: boolean }

/** How far back somebody asked to look, and for what. */
export type Reach = Pick<Street, 'of' | 'stretches'>

/** As far as a search looks by itself. */
export const near: Reach = { of: '', stretches: stretchesMax }

export const further = ({ of, stretches }: Street): Reach => ({
  of,
  stretches: stretches + stretchesMax,
})

export const isFar = ({ stretches }: Pick<Reach, 'stretches'>): boolean =>
  stretches > near.stretches

/** More letters look as far back as fewer did: what was found there stays found. */
export const reachFor = (wanted: string, asked: Reach): number =>
  wanted.includes(asked.of) ? asked.stretches : near.stretches

type Page = { items: Show[]; nextCursor: string | null }
type Query = { q?: string; limit: number; cursor?: string }
type Order = { order?: 'soonest' }

/** What was found, and where to look on: null once there is no more, or no room for it. */
type List = { shows: Show[]; next: string | null }
type Lists = Record<'live' | 'away' | 'later' | 'replays' | 'ended', List>

/** Goes on behind what is there; a page of a search may be empty and still not be the last. */
async function look(
  ask: (query: Query) => Promise<Page>,
  query: Query,
  pages: number,
  there: List | undefined,
): Promise<List> {
  const shows = [...(there?.shows ?? [])]
  let next = there?.next
  for (let n = 0; n < pages && next !== null && shows.length < query.limit; n += 1) {
    const page = await ask(next === undefined ? query : { ...query, cursor: next })
    shows.push(...page.items)
    next = page.nextCursor
  }
  const full = shows.length >= query.limit
  return { shows: shows.slice(0, query.limit), next: full ? null : (next ?? null) }
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
  stretches = near.stretches,
): Promise<Street> {
  const further = before?.of === wanted && before.stretches < stretches ? before : undefined
  const [lists, mine] = await Promise.all([
    lookThrough(wanted, stretches - (further?.stretches ?? 0), further?.lists),
    wanted === '' ? followedShows() : nobodys,
  ])
  const { live, away, later, replays, ended } = lists
  const places = new Map(before?.on.map(({ id }, i) => [id, i]))
  const place = ({ id }: Show) => places.get(id) ?? places.size
  const again = new Set(replays.shows.map(({ id }) => id))
  const missed = [...replays.shows, ...ended.shows.filter(({ id }) => !again.has(id))]
  const turn = before?.turn ?? 0
  return {
    of: wanted,
    on: [
      ...mine.on,
      ...withoutThose([...live.shows, ...away.shows], mine.on).toSorted(
        (a, b) => b.viewers - a.viewers,
      ),
    ].toSorted((a, b) => place(a) - place(b)),
    later: [...mine.later, ...withoutThose(later.shows, mine.later)],
    missed: missed.slice(0, pastMax(wanted)),
    replays: again,
    followed: new Set([...mine.on, ...mine.later].map(({ id }) => id)),
    lists,
    stretches,
    more: wanted !== '' && Object.values(lists).some(({ next }) => next !== null),
    turn: before?.of === wanted ? turn + 1 : turn,
  }
}

const withoutThose = (shows: Show[], those: Show[]) => {
  const ids = new Set(those.map(({ id }) => id))
  return shows.filter(({ id }) => !ids.has(id))
}

const pastMax = (wanted: string) => (wanted === '' ? endedMax : shownMax)

async function lookThrough(wanted: string, stretches: number, there?: Lists): Promise<Lists> {
  const search = wanted === '' ? {} : { q: wanted.slice(0, searchMax) }
  const pages = wanted === '' ? 1 : stretches
  const past = pastMax(wanted)
  const shows = (list: keyof Lists, status: Show['status'], limit: number, order: Order = {}) =>
    look(
      (query) => call('GET', '/shows', { query: { ...query, ...order, status } }),
      { ...search, limit },
      pages,
      there?.[list],
    )
  const [live, away, later, replays, ended] = await Promise.all([
    shows('live', 'live', shownMax),
    shows('away', 'interrupted', shownMax),
    shows('later', 'scheduled', shownMax, { order: 'soonest' }).catch(
      elseOf(() => shows('later', 'scheduled', shownMax)),
    ),
    look(
      (query) => call('GET', '/replays', { query }),
      { ...search, limit: past },
      pages,
      there?.replays,
    ).catch(elseOf((): List => ({ shows: [], next: null }))),
    shows('ended', 'ended', past),
  ])
  return { live, away, later, replays, ended }
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
