import { afterAll, beforeAll, expect, test } from 'vitest'
import { createShows } from '../../server/features/shows/shows.ts'
import type { Show } from '../../shared/wire/shows.ts'
import { codeOf, type House, openHouse, type Person } from '../support/house.ts'
import { codeOf as refusalOf, tally } from '../support/shop.ts'

type Shows = { items: Show[]; nextCursor: string | null }

let house: House
let marta: Person

beforeAll(async () => {
  house = await openHouse()
  marta = await house.signUp('Marta')
})
afterAll(() => house.close())

const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
const plan = (title: string, startsAt?: string) =>
  house.as(marta).post<Show>('/shows', { title, lineup: [], ...(startsAt && { startsAt }) })
const ask = (query: string) => house.call<Shows>('GET', `/shows?${query}`)

/** All pages of it, so many shows a page. */
async function titles(query: string, limit: number): Promise<string[]> {
  const found: string[] = []
  let cursor = ''
  do {
    const page = await ask(`${query}&limit=${limit}${cursor}`)
    found.push(...page.items.map(({ title }) => title))
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
  } while (cursor !== '')
  return found
}

test('what comes next is told first, behind however many shows that are planned for later', async () => {
  await plan('soon', hours(1))
  await plan('forgotten', hours(-50))
  await plan('someday')
  const evening = hours(9)
  for (const title of ['twin', 'other twin']) await plan(title, evening)
  await plan('late', hours(-1))
  await plan('some other day')
  const { id } = await plan('called off', hours(2))
  await house.as(marta).patch(`/shows/${id}`, { status: 'canceled' })
  await plan('tomorrow', hours(24))
  const expected = [
    ...['late', 'soon', 'other twin', 'twin', 'tomorrow'],
    ...['some other day', 'someday'],
  ]
  for (const limit of [1, 2, 3, 100]) {
    expect(await titles('order=soonest', limit)).toEqual(expected)
  }
  expect(await titles('order=soonest&status=scheduled&q=TWIN', 1)).toEqual(['other twin', 'twin'])
  expect(await titles('status=scheduled', 2)).toEqual([
    ...['tomorrow', 'some other day', 'late', 'other twin', 'twin', 'someday'],
    ...['forgotten', 'soon'],
  ])
})

test("one host's next show is told, behind however many of all others", async () => {
  const jonas = await house.signUp('Jonas')
  const planned = (title: string, startsAt?: string) =>
    house.as(jonas).post('/shows', { title, lineup: [], ...(startsAt && { startsAt }) })
  await planned('evening fair', hours(40))
  await planned('one day')
  await planned('morning fair', hours(30))
  await plan('fair of Marta', hours(20))
  const his = `host=${jonas.id}`
  expect(await titles(`${his}&order=soonest`, 1)).toEqual([
    ...['morning fair', 'evening fair', 'one day'],
  ])
  expect(await titles(`${his}&order=soonest&q=FAIR`, 1)).toEqual(['morning fair', 'evening fair'])
  expect(await titles(`${his}&status=scheduled`, 2)).toEqual([
    ...['morning fair', 'one day', 'evening fair'],
  ])
  expect(await titles(`${his}&status=live`, 2)).toEqual([])
  for (const host of ['', 'jonas', jonas.id.toUpperCase()]) {
    expect(await codeOf(ask(`host=${host}`))).toBe('VALIDATION')
  }
})

test('a search by the hour goes on behind a thousand others', async () => {
  await house.pg.rest`insert into shows(id, host_id, title, status, starts_at, created_at)
    select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${marta.id},
      case n when 1 then 'Deep water' else 'Fair' end, 'scheduled',
      case when n > 400 then timestamptz '2099-11-23 20:00Z' end, now() from generate_series(1, 1100) n`
  const first = await ask('order=soonest&q=deep%20water')
  expect(first).toMatchObject({ items: [], nextCursor: expect.any(String) })
  const second = await ask(`order=soonest&q=deep%20water&cursor=${first.nextCursor}`)
  expect(second).toMatchObject({ items: [{ title: 'Deep water' }], nextCursor: null })
})

test('only what is planned is soon, and a cursor is good for its own order', async () => {
  expect(await codeOf(ask('order=soonest&status=live'))).toBe('VALIDATION')
  expect(await codeOf(ask('order=latest'))).toBe('VALIDATION')
  const newest = await ask('limit=1')
  const soonest = await ask('order=soonest&limit=1')
  expect(await codeOf(ask(`order=soonest&cursor=${newest.nextCursor}`))).toBe('VALIDATION')
  expect(await codeOf(ask(`cursor=${soonest.nextCursor}`))).toBe('VALIDATION')
  const id = newest.items[0]?.id
  const ages = ['+010000-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z']
  for (const at of ['2026-02-30T10:00:00.000Z', '2026-11-23', '-infinity', 'Infinity', ...ages]) {
    const cursor = Buffer.from(`${at} ${id}`).toString('base64url')
    expect(await codeOf(ask(`order=soonest&cursor=${cursor}`))).toBe('VALIDATION')
  }
})

/** The shows of a process of their own, whose viewers are counted when the test says so. */
function ownShows(counted: () => Promise<void> = async () => {}) {
  const none = async () => new Map<string, never>()
  return createShows({
    pg: house.pg,
    log: {} as never,
    accounts: { people: none },
    catalog: { publicProducts: none, mustOwn: async () => {} },
    inventory: {} as never,
    viewers: () => counted().then(none),
    mustNotBeBanned: async () => {},
  })
}

test('of however many searches at once, in whatever list, two are looked for and some wait; a show is looked at all the same', async () => {
  const { id } = await plan('in between')
  const shows = ownShows()
  const host = { accountId: marta.id } as never
  const searches = Array.from({ length: 300 }, (_, i) =>
    shows.list(null, { status: 'live', q: `x${i}` }),
  )
  const more = [
    shows.list(host, { mine: true, status: 'live', q: 'x' }),
    shows.inSearch(' x ', async () => 'replays'),
  ]
  const others = [
    shows.look(id),
    shows.list(host, { mine: true }),
    shows.inSearch(' ', async () => 1),
  ]
  const codes = Promise.all([...searches, ...more].map(refusalOf))
  expect((await Promise.allSettled(others)).map(({ status }) => status)).toEqual(
    Array(3).fill('fulfilled'),
  )
  expect(tally(await codes)).toEqual({ ok: 34, UNAVAILABLE: 268 })
})

test('who asks after a change is told of it, also while others are being told', async () => {
  const { id } = await plan('old name')
  const readings: PromiseWithResolvers<void>[] = []
  const shows = ownShows(() => {
    const reading = Promise.withResolvers<void>()
    readings.push(reading)
    return reading.promise
  })
  const asks = [
    () => shows.look(id),
    async () => (await shows.list(null, { status: 'scheduled', limit: 1 })).items[0],
  ]
  for (const ask of asks) {
    const title = `new name ${readings.length}`
    const before = ask()
    await expect.poll(() => readings.length % 2).toBe(1)
    await house.pg.rest`update shows set title = ${title} where id = ${id}`
    const after = ask()
    readings.at(-1)?.resolve()
    await before
    await expect.poll(() => readings.length % 2).toBe(0)
    readings.at(-1)?.resolve()
    expect((await after)?.title).toBe(title)
  }
})
