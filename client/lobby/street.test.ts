import { beforeEach, expect, test, vi } from 'vitest'
import type { Show } from '../../shared/wire/shows.ts'
import { Refused } from '../api/refused.ts'
import { among, further, near, reachFor, walk } from './street.ts'

type Asked = {
  path: string
  query: { q?: string; status?: string; cursor?: string; order?: string }
}
type Page = { items: Show[]; nextCursor: string | null }

/** The shows the server has; a search looks through one of them a page. */
const house = {
  shows: [] as Show[],
  followed: { on: [] as Show[], later: [] as Show[] },
  asked: [] as Asked[],
  refuses: (_asked: Asked): Refused | undefined => undefined,
}

vi.mock('./followed.ts', () => ({
  nobodys: { on: [], later: [] },
  followedShows: async () => house.followed,
}))

vi.mock('../api/http.ts', () => ({
  async call(_method: string, path: string, { query }: Pick<Asked, 'query'>): Promise<Page> {
    house.asked.push({ path, query })
    const refused = house.refuses({ path, query })
    if (refused) throw refused
    const all = path === '/shows' ? house.shows.filter((one) => one.status === query.status) : []
    if (query.q === undefined) return { items: all, nextCursor: null }
    const at = Number(query.cursor ?? 0)
    const nextCursor = at + 1 < all.length ? String(at + 1) : null
    return { items: all.slice(at, at + 1).filter(({ title }) => title === query.q), nextCursor }
  },
}))

const show = (title: string, status: Show['status'] = 'live', viewers = 0) =>
  ({
    id: title,
    title,
    status,
    viewers,
    host: { displayName: 'Marta' },
    lineup: [],
  }) as never as Show
const titles = (shows: Show[]) => shows.map(({ title }) => title)

beforeEach(() => {
  house.asked = []
  house.refuses = () => undefined
  house.followed = { on: [], later: [] }
  house.shows = [show('cups', 'live', 3), show('plates', 'live', 9), show('bowls', 'interrupted')]
})

test('a search goes on behind a page in which nothing was found', async () => {
  const found = await walk('plates', undefined)
  expect(titles(found.on)).toEqual(['plates'])
  expect(found.of).toBe('plates')
})

test('what is further back than one search looks is found by looking further', async () => {
  house.shows = Array.from({ length: 4 }, (_, n) => show(`cup ${n}`)).concat(show('plates'))
  const first = await walk('plates', undefined)
  expect([first.on, first.more]).toEqual([[], true])
  house.asked = []
  const far = await walk('plates', first, further(first).stretches)
  expect([titles(far.on), far.more]).toEqual([['plates'], false])
  const read = house.asked.flatMap(({ query }) => (query.status === 'live' ? [query.cursor] : []))
  expect(read).toEqual(['3', '4'])
})

test('what was found before stands when it was looked further', async () => {
  house.shows = [show('plates'), ...Array.from({ length: 4 }, (_, n) => show(`cup ${n}`))]
  const first = await walk('plates', undefined)
  const far = await walk('plates', first, further(first).stretches)
  expect([titles(far.on), far.more]).toEqual([['plates'], false])
})

test('who typed on looks as far back as before, who looks for something else does not', async () => {
  const asked = further(await walk('cup', undefined))
  expect(reachFor('cup f', asked)).toBe(asked.stretches)
  expect(asked.stretches).toBeGreaterThan(near.stretches)
  expect(reachFor('plate', asked)).toBe(near.stretches)
  expect(reachFor('', asked)).toBe(near.stretches)
})

test('without a search each list is asked for once', async () => {
  await walk('', undefined)
  expect(house.asked.length).toBe(5)
})

test('of what is planned the soonest is asked for, and hangs in the order of the answer', async () => {
  house.shows = [show('today', 'scheduled'), show('tomorrow', 'scheduled')]
  expect(titles((await walk('', undefined)).later)).toEqual(['today', 'tomorrow'])
  const orders = house.asked.flatMap(({ query }) => (query.order ? [query] : []))
  expect(orders).toEqual([{ status: 'scheduled', order: 'soonest', limit: 24 }])
})

test('a server of before, which knows no order and no search of replays, is asked for what it knows', async () => {
  const unknown = new Refused('VALIDATION', 'unknown')
  house.refuses = ({ path, query }) =>
    query.order || (path === '/replays' && query.q) ? unknown : undefined
  house.shows.push(show('plates', 'scheduled'))
  const found = await walk('plates', undefined)
  expect([found.on, found.later, found.missed].map(titles)).toEqual([['plates'], ['plates'], []])
  house.refuses = ({ query }) => (query.order ? new Refused('UNAVAILABLE', 'away') : undefined)
  await expect(walk('', undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('what is on stays where it hung, and new windows come after it', async () => {
  const before = await walk('', undefined)
  expect(titles(before.on)).toEqual(['plates', 'cups', 'bowls'])
  house.shows = [show('cups', 'live', 90), show('vases', 'live', 50), ...house.shows.slice(1)]
  expect(titles((await walk('', before)).on)).toEqual(['plates', 'cups', 'bowls', 'vases'])
})

test('shows of hosts one follows come first, once each, also those for which there was no room', async () => {
  house.shows.push(show('today', 'scheduled'), show('tomorrow', 'scheduled'))
  house.followed = {
    on: [show('far back', 'live', 1), show('cups', 'live', 3)],
    later: [show('tomorrow', 'scheduled')],
  }
  const street = await walk('', undefined)
  expect(titles(street.on)).toEqual(['far back', 'cups', 'plates', 'bowls'])
  expect(titles(street.later)).toEqual(['tomorrow', 'today'])
  expect([...street.followed]).toEqual(['far back', 'cups', 'tomorrow'])
})

test('until the server has answered, what is known is looked through', async () => {
  const street = await walk('', undefined)
  expect(titles(among(street, 'CUP').on)).toEqual(['cups'])
  expect(among(street, 'CUP').whole).toBe(false)
  expect(among(street, '').whole).toBe(true)
})
