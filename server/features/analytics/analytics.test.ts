import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openShop, type Shop } from '../../../test/support/shop.ts'
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
