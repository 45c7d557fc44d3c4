import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openCounter } from '../../../test/support/counter.ts'
import { codeOf, openShop, type Shop, tally } from '../../../test/support/shop.ts'
import { createLog } from '../../base/log.ts'
import type { Sql } from '../../store/postgres.ts'
import { createAnalytics } from './analytics.ts'

const none = { rooms: () => [], counted: () => 0, now: () => 0, logger: createLog('silent') }

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

test('a report that takes long is not counted again beside itself, however many look again', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const host = await shop.person()
  const showId = await shop.show(host, [])
  const gate = Promise.withResolvers<void>()
  let counted = 0
  const slow = async (...args: Parameters<Sql>) => {
    if (String(args[0]).includes('report_sold')) {
      counted += 1
      await gate.promise
    }
    return (shop.sql as (...args: unknown[]) => Promise<unknown>)(...args)
  }
  const pg = { ...shop.pg, rest: slow as unknown as Sql }
  const analytics = createAnalytics({ ...none, pg })
  const looks: Promise<unknown>[] = []
  for (let n = 0; n < 20; n += 1) {
    looks.push(analytics.report(host, showId))
    await vi.waitUntil(() => counted > 0)
    vi.advanceTimersByTime(5_000)
  }
  gate.resolve()
  await Promise.all(looks)
  vi.useRealTimers()
  expect(counted).toBe(1)
})

test('reports of many shows wait for each other, and who would wait too long is told to come again', async () => {
  const { host, product } = await shop.open(1)
  const shows = await Promise.all(Array.from({ length: 40 }, () => shop.show(host, [product])))
  const analytics = createAnalytics({ ...none, pg: shop.pg })
  const codes = await Promise.all(shows.map((id) => codeOf(analytics.report(host, id))))
  expect(tally(codes)).toEqual({ ok: 17, UNAVAILABLE: 23 })
})

test('a piece that came back and was paid back is given back, also where the rest of its order was kept', async () => {
  const counter = await openCounter()
  const { ask, refund, refuse, host, showId } = await counter.sent()
  const backBy = async () => {
    const analytics = createAnalytics({ ...none, pg: counter.till.shop.pg })
    return (await analytics.report(host, showId)).products.map(({ back }) => back)
  }
  await refuse(await ask(1))
  expect(await backBy()).toEqual([0])
  await refund(await ask(1))
  expect(await backBy()).toEqual([1])
  await refund(await ask(1))
  expect(await backBy()).toEqual([2])
  await counter.close()
})
