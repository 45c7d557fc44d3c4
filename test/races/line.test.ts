import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Who } from '../../server/base/who.ts'
import { createLogbook } from '../../server/events/log.ts'
import { auditStock } from '../../server/features/inventory/audit.ts'
import { lineChecks } from '../../server/features/line/audit.ts'
import { serveLines } from '../../server/features/line/jobs.ts'
import { findAll } from '../../server/store/check.ts'
import { codeOf, openShop, type Shop, tally } from '../support/shop.ts'

let shop: Shop
let second: ReturnType<Shop['beside']>

beforeAll(async () => {
  shop = await openShop()
  second = shop.beside()
})

afterAll(async () => {
  await second.close()
  expect([...(await auditStock(shop.sql)), ...(await findAll(shop.sql, lineChecks))]).toEqual([])
  await shop.close()
})

const door = (i: number) => (i % 2 ? second : shop)

/** Every unit of a product held, one by one. */
async function soldOut(units: number) {
  const opened = await shop.open(units)
  const holders = await shop.people(units)
  const held = await Promise.all(holders.map((who) => shop.inventory.hold(who, opened.what, 'k')))
  const holds = held.map(({ holdId }, i) => ({ holdId, who: holders[i] as Who }))
  return { ...opened, holds }
}

/** Who waited for a variant, by number, and what became of it. */
const placesOf = (variantId: string) => shop.sql<
  { n: number; who: string; as: string | null; line: number | null }[]
>`select p.n, p.account_id as who, p.ended_as as as, l.n::int as line
  from line_places p left join stock_ledger l on l.hold_id = p.hold_id and l.kind = 'hold'
  where p.variant_id = ${variantId} order by p.n`

test('hundreds join, units come back, newcomers press, two processes serve: in the order of numbers, and to nobody else', async () => {
  const units = 60
  const { what, variantId, holds } = await soldOut(units)
  const { quantity: _, ...ware } = what
  const [joiners, newcomers] = [await shop.people(300), await shop.people(300)]
  const join = (who: Who, i: number) => door(i).line.join(who, { ...ware, key: 'k' })
  // More wait before the first unit comes back than come back in all: newcomers have no claim at any moment.
  await Promise.all(joiners.slice(0, units + 1).map(join))
  let busy = true
  const serving = [shop, second].map(async ({ serve }) => {
    while (busy) await serve()
  })
  try {
    const pressing = newcomers.map((who, i) => codeOf(door(i).inventory.hold(who, what, 'k')))
    const releasing = holds.map(({ who, holdId }, i) => door(i).inventory.release(who, holdId))
    await Promise.all([...joiners.slice(units + 1).map(join), ...releasing])
    expect(tally(await Promise.all(pressing))).toEqual({ SOLD_OUT: 300 })
  } finally {
    busy = false
    await Promise.all(serving)
  }
  await shop.serve()
  const places = await placesOf(variantId)
  expect(places.map(({ n }) => n)).toEqual(joiners.map((_, i) => i + 1))
  expect(places.map((place) => place.as)).toEqual(
    joiners.map((_, i) => (i < units ? 'served' : null)),
  )
  const lines = places.flatMap(({ line }) => (line === null ? [] : [line]))
  expect(lines).toEqual(lines.toSorted((a, b) => a - b))
  expect(await shop.stock(variantId)).toMatchObject({ held: units, sold: 0 })
})

test('who gives the place up while it is served has one or the other, and nobody waits for a ghost', async () => {
  const { what, variantId, holds } = await soldOut(20)
  const { quantity: _, ...ware } = what
  const joiners = await shop.people(40)
  for (const who of joiners) await shop.line.join(who, { ...ware, key: 'k' })
  await Promise.all([
    ...holds.map(({ who, holdId }, i) => door(i).inventory.release(who, holdId)),
    ...joiners.map((who, i) => (i % 2 ? door(i >> 1).line.leave(who, ware) : undefined)),
    ...[0, 1, 2, 3].map((i) => door(i).serve()),
  ])
  await shop.serve()
  const places = await placesOf(variantId)
  const count = tally(places.map((place) => place.as ?? 'waiting'))
  expect(count['served']).toBe(20)
  expect((count['left'] ?? 0) + (count['waiting'] ?? 0)).toBe(20)
  const [offer] = await shop.sql`select waiting from offers where variant_id = ${variantId}`
  expect(offer?.['waiting']).toBe(count['waiting'] ?? 0)
})

test('a crowd that joins at once leaves room for everything else', async () => {
  const { what, variantId } = await soldOut(1)
  const { quantity: _, ...ware } = what
  const crowd = await shop.people(30)
  const joined = await shop.pg.jobs.begin(async (tx) => {
    await tx`select from stock where variant_id = ${variantId} for no key update`
    const joining = Promise.all(crowd.map((who) => shop.line.join(who, { ...ware, key: 'k' })))
    const waiting = () =>
      tx`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`
    await expect.poll(async () => (await waiting()).length).toBeGreaterThan(0)
    // An answer, while they all wait.
    await shop.sql`select 1`
    return { joining }
  })
  expect((await joined.joining).map(({ number }) => number)).toEqual(crowd.map((_one, i) => i + 1))
})

test('who is banned is not served from the acknowledgement on', async () => {
  const { what, variantId, showId, host, holds } = await soldOut(10)
  const { quantity: _, ...ware } = what
  const joiners = await shop.people(10)
  for (const who of joiners) await shop.line.join(who, { ...ware, key: 'k' })
  const ban = ({ accountId }: Who) =>
    shop.log.call(second.pg.rest, 'ban_v1', { showId, by: host.accountId, accountId, reason: 'no' })
  const banning = joiners.map(ban)
  const releasing = holds.map(({ who, holdId }) => shop.inventory.release(who, holdId))
  const serving = [0, 1, 2, 3].map((i) => door(i).serve())
  await Promise.all([...banning, ...releasing, ...serving])
  await shop.serve()
  const [running] = await shop.sql`
    select count(*)::int as n from holds where variant_id = ${variantId} and state = 'active'`
  expect(running?.['n']).toBe(0)
  expect(await shop.stock(variantId)).toMatchObject({ held: 0 })
})

test('a process that dies after it served has served: the next one finds nothing to do twice', async () => {
  const { what, variantId, holds } = await soldOut(1)
  const { quantity: _, ...ware } = what
  const [first, other] = (await shop.people(2)) as [Who, Who]
  for (const who of [first, other]) await shop.line.join(who, { ...ware, key: newId() })
  const [{ who, holdId }] = holds as [(typeof holds)[0]]
  await shop.inventory.release(who, holdId)
  const dies = createLogbook({
    db: shop.pg.db,
    tell() {
      throw new Error('dead')
    },
  })
  await expect(serveLines({ sql: shop.pg.jobs, log: dies, holdMs: 60_000 })).rejects.toThrow('dead')
  await shop.serve()
  expect((await placesOf(variantId)).map((place) => place.as)).toEqual(['served', null])
  expect(await shop.stock(variantId)).toMatchObject({ held: 1 })
})
