import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../base/log.ts'
import { openRedis, type RedisFloor } from '../store/redis.ts'
import { startPresence } from './presence.ts'

let redis: RedisFloor
let showId: string
const open: { close(): void }[] = []

beforeEach(async () => {
  showId = randomUUID()
  redis = openRedis(process.env.TEST_REDIS_URL as string, createLog('silent'))
  await expect.poll(() => redis.isUp(), { timeout: 5_000 }).toBe(true)
})
afterEach(async () => {
  for (const one of open.splice(0)) one.close()
  await redis.close()
})

/** A node with a room in which tests put accounts; two of the same are two tabs. */
function aNode(floor = redis) {
  const accounts: string[] = []
  const staff = new Set<string>()
  const room = {
    showId,
    get viewers() {
      return new Set(accounts.filter((accountId) => !staff.has(accountId)))
    },
  }
  const node = randomUUID()
  const presence = startPresence({ node, rooms: () => [room], redis: floor, now: Date.now })
  open.push(presence)
  return { accounts, staff, presence, count: () => presence.count(showId) }
}

const soon = { timeout: 10_000, interval: 50 }

test('people on several nodes are added up; tabs, nodes and staff do not count twice', async () => {
  const [one, two] = [aNode(), aNode()]
  one.accounts.push('a', 'a', 'b', 'host')
  one.staff.add('host')
  two.accounts.push('b', 'c', 'moderator')
  two.staff.add('moderator')
  for (const node of [one, two]) await expect.poll(node.count, soon).toBe(3)
  expect(await one.presence.countMany([showId, randomUUID()])).toEqual(
    new Map([
      [showId, 3],
      [expect.any(String), 0],
    ]),
  )
})

test('who comes is counted at once where he comes, and who leaves is not', async () => {
  const [one, two] = [aNode(), aNode()]
  one.accounts.push('a')
  await expect.poll(two.count, soon).toBe(1)
  two.accounts.push('b')
  expect(two.count()).toBe(2)
  await expect.poll(one.count, soon).toBe(2)
  two.accounts.pop()
  expect(two.count()).toBe(1)
  await expect.poll(one.count, soon).toBe(1)
})

test('who comes back elsewhere stays counted when the node that he left notices later', async () => {
  const [one, two] = [aNode(), aNode()]
  one.accounts.push('a', 'b')
  await expect.poll(two.count, soon).toBe(2)
  two.accounts.push('b')
  const lines = `vitrine:{${showId}}:lines`
  const owner = () => redis.main.hget(lines, 'b')
  const before = await owner()
  await expect.poll(owner, soon).not.toBe(before)
  one.accounts.pop() // the old connection is found dead only now
  const told: number[] = []
  await expect
    .poll(() => {
      told.push(two.count())
      return told.length > 30
    }, soon)
    .toBe(true)
  expect(new Set(told)).toEqual(new Set([2]))
})

test('an emptied Redis is told again', async () => {
  const [one, two] = [aNode(), aNode()]
  one.accounts.push('a', 'b')
  two.accounts.push('c')
  await expect.poll(two.count, soon).toBe(3)
  await redis.main.del(`vitrine:{${showId}}:present`, `vitrine:{${showId}}:lines`)
  await expect.poll(() => redis.main.zcard(`vitrine:{${showId}}:present`), soon).toBe(3)
})

test('without Redis a node tells its own', async () => {
  const nowhere = openRedis('redis://127.0.0.1:1', createLog('silent'))
  open.push({ close: () => void nowhere.close() })
  const node = aNode(nowhere)
  node.accounts.push('a', 'b', 'b')
  expect(node.count()).toBe(2)
  expect(await node.presence.countMany([showId])).toEqual(new Map())
})
