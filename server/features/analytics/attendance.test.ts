import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openShop, type Shop } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import { createLog } from '../../base/log.ts'
import { forgetMax } from '../../store/forget.ts'
import type { Sql } from '../../store/postgres.ts'
import { createAnalytics } from './analytics.ts'
import { Attendance } from './attendance.ts'

const second = 1_000
const minute = 60 * second

let shop: Shop
let showId: string
/** The database's minute in which a test begins, so that none is cut by the clock. */
let startedAt: number
let clock: number

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())
beforeEach(async () => {
  const host = await shop.person()
  showId = await shop.show(host, [])
  const [row] = await shop.sql<{ at: number }[]>`
    update shows set started_at = date_trunc('minute', now()) - interval '1 hour' where id = ${showId}
    returning (extract(epoch from started_at) * 1000)::float8 as at`
  startedAt = row?.at ?? 0
  clock = startedAt
})

type Node = { attendance: Attendance; here: Set<string>; total: number | undefined }

/** A node whose clock is the test's; `sql` is the way to Postgres. */
function node(sql: Sql = shop.sql): Node {
  const made: Node = { attendance: undefined as never, here: new Set(), total: undefined }
  made.attendance = new Attendance({
    sql: inTime(sql),
    rooms: () => [{ showId, viewers: made.here }],
    counted: () => made.total ?? made.here.size,
    now: () => clock,
    logger: createLog('silent'),
  })
  return made
}

/** The database's clock goes with the test's: only its answers are changed. */
function inTime(sql: Sql): Sql {
  const ask = async (...args: Parameters<Sql>) => {
    const rows = await (sql as (...args: unknown[]) => Promise<{ clock?: number }[]>)(...args)
    return rows.map((row) => (row.clock === undefined ? row : { clock }))
  }
  return ask as unknown as Sql
}

/** Looks each second until then. */
async function live(ms: number, ...nodes: Node[]): Promise<void> {
  for (const end = clock + ms; clock < end; clock += second) {
    for (const { attendance } of nodes) await attendance.look()
  }
}

async function minutes() {
  const rows = await shop.sql`
    select (extract(epoch from minute) * 1000 - ${startedAt})::float8 / ${minute} as n, most, counted_ms, watched_ms::float8, came
    from show_minutes where show_id = ${showId} order by minute`
  return [...rows]
}

const people = (n: number) => new Set(Array.from({ length: n }, () => newId()))

test('a minute is written when it is over: the most, the time that somebody counted, and who came', async () => {
  const one = node()
  one.here = people(2)
  await live(30 * second, one)
  one.here = new Set([...one.here, newId()])
  await live(31 * second, one)
  expect(await minutes()).toEqual([
    { n: 0, most: 3, counted_ms: 59_000, watched_ms: 2 * 29_000 + 3 * 30_000, came: 3 },
  ])
})

test('who goes and comes again, here or on another node, came once', async () => {
  const [one, other] = [node(), node()]
  const [aylin, bo] = [newId(), newId()]
  one.here = new Set([aylin, bo])
  await live(61 * second, one, other)
  one.here = new Set([bo])
  await live(minute, one, other)
  other.here = new Set([aylin])
  await live(minute, one, other)
  one.here = new Set([aylin, bo])
  await live(minute, one, other)
  expect((await minutes()).map(({ came }) => came)).toEqual([2, 0, 0, 0])
})

test('two nodes that count the same people count nobody twice', async () => {
  const [one, other] = [node(), node()]
  one.here = people(2)
  other.here = people(3)
  one.total = 5
  other.total = 5
  await live(61 * second, one, other)
  expect(await minutes()).toEqual([
    { n: 0, most: 5, counted_ms: 59_000, watched_ms: 5 * 59_000, came: 5 },
  ])
})

test('while Postgres is away it waits, and after ten minutes is not known', async () => {
  let away = false
  const way = (async (...args: Parameters<Sql>) => {
    if (away) throw new Error('away')
    return (shop.sql as (...args: unknown[]) => Promise<unknown>)(...args)
  }) as unknown as Sql
  const one = node(way)
  one.here = people(4)
  await live(second, one)
  away = true
  await live(13 * minute, one)
  away = false
  await live(minute, one)
  const known = await minutes()
  expect(known.map(({ n }) => n)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
  expect(known.map(({ most }) => most)).toEqual(known.map(() => 4))
})

test('what is said again changes nothing', async () => {
  let lost = true
  const way = (async (...args: Parameters<Sql>) => {
    const answer = await (shop.sql as (...args: unknown[]) => Promise<unknown>)(...args)
    if (lost && String(args[0]).includes('attend')) {
      lost = false
      throw new Error('the answer was lost')
    }
    return answer
  }) as unknown as Sql
  const one = node(way)
  one.here = people(3)
  await live(61 * second, one)
  expect((await minutes()).map(({ came, most }) => [came, most])).toEqual([[3, 3]])
  await live(minute, one)
  expect((await minutes()).map(({ came, most }) => [came, most])).toEqual([
    [3, 3],
    [0, 3],
  ])
})

test('what is before the beginning or after the end of a show is not counted', async () => {
  const one = node()
  clock -= 2 * minute
  one.here = people(2)
  await live(2 * minute, one)
  await shop.sql`update shows set status = 'ended', ended_at = started_at + interval '2 minutes' where id = ${showId}`
  await live(5 * minute, one)
  expect((await minutes()).map(({ n }) => n)).toEqual([0, 1])
})

test('a show that is over is written down at once', async () => {
  const one = node()
  one.here = people(2)
  await live(5 * second, one)
  one.attendance.ended(showId)
  one.here = people(1)
  await live(second, one)
  expect(await minutes()).toMatchObject([{ n: 0, most: 2, came: 2 }])
})

/** A node on which nobody watches. */
const nobody = { rooms: () => [], counted: () => 0, now: () => 0, logger: createLog('silent') }

test('who was seen is let go when a show is over, and how many there were stays', async () => {
  const one = node()
  one.here = people(2)
  await live(61 * second, one)
  const seen = async () =>
    (await shop.sql`select from show_viewers where show_id = ${showId}`).length
  expect(await seen()).toBe(2)
  const analytics = createAnalytics({ pg: shop.pg, ...nobody })
  await analytics.forgetViewers()
  expect(await seen()).toBe(2)
  await shop.sql`update shows set status = 'ended', ended_at = now() - interval '2 hours' where id = ${showId}`
  await analytics.forgetViewers()
  expect(await seen()).toBe(0)
  expect((await minutes()).map(({ came }) => came)).toEqual([2])
})

test('a great crowd is let go in portions: no statement is long', async () => {
  const crowd = forgetMax + 1
  await shop.sql`insert into show_viewers(show_id, account_id)
    select ${showId}, gen_random_uuid() from generate_series(1, ${crowd})`
  await shop.sql`update shows set status = 'ended', ended_at = now() - interval '2 hours' where id = ${showId}`
  const analytics = createAnalytics({ pg: shop.pg, ...nobody })
  const left = async () =>
    (await shop.sql`select from show_viewers where show_id = ${showId}`).length
  await analytics.forgetViewers()
  expect(await left()).toBe(crowd - forgetMax)
  await analytics.forgetViewers()
  expect(await left()).toBe(0)
})
