import { expect, test } from 'vitest'
import { Refusal } from '../base/refusal.ts'
import { GroupCommit } from './group-commit.ts'

type Ask = { id: number; slot?: string; same?: string }

/** What Postgres throws, as the driver hands it on. */
const failed = (code: string) => Object.assign(new Error(code), { code })

function open(run: (asks: Ask[]) => Promise<(number | Refusal)[]>, gatherMs = 0) {
  const batches: number[][] = []
  const commit = new GroupCommit<Ask, number>({
    slots: ({ id, slot }) => [slot ?? String(id)],
    same: ({ id, same }) => same ?? String(id),
    gatherMs: () => gatherMs,
    run: (asks) => {
      batches.push(asks.map((a) => a.id))
      return run(asks)
    },
  })
  return { commit, batches }
}

const double = async (asks: Ask[]) => asks.map(({ id }) => id * 2)

test('what is asked in one moment is decided in one call', async () => {
  const { commit, batches } = open(double)
  const answers = await Promise.all([1, 2, 3].map((id) => commit.ask({ id })))
  expect(answers).toEqual([2, 4, 6])
  expect(batches).toEqual([[1, 2, 3]])
})

test('of one slot only one stands in a batch: the second waits for the next', async () => {
  const { commit, batches } = open(double)
  await Promise.all([1, 2, 3].map((id) => commit.ask({ id, slot: id === 2 ? 'b' : 'a' })))
  expect(batches).toEqual([[1, 2], [3]])
})

test('where nobody is in a hurry, what is asked after a call gathers until the time of the next', async () => {
  const gatherMs = 200
  const { commit, batches } = open(double, gatherMs)
  const startedAt = performance.now()
  await commit.ask({ id: 1 })
  const second = commit.ask({ id: 2 })
  await new Promise((resolve) => setImmediate(resolve))
  expect(await Promise.all([second, commit.ask({ id: 3 })])).toEqual([4, 6])
  // A timer counts from when its turn of the loop began, which may be some milliseconds ago.
  expect(performance.now() - startedAt).toBeGreaterThan(gatherMs / 2)
  expect(batches).toEqual([[1], [2, 3]])
})

test('an equal repeat joins the first', async () => {
  const { commit, batches } = open(double)
  const answers = await Promise.all([1, 2].map((id) => commit.ask({ id, same: 'x' })))
  expect(answers).toEqual([2, 2])
  expect(batches).toEqual([[1]])
})

test('a refusal is one entry\u2019s own', async () => {
  const { commit } = open(async (asks) =>
    asks.map(({ id }) => (id === 2 ? new Refusal('SOLD_OUT', 'gone') : id)),
  )
  const [first, second] = await Promise.allSettled([commit.ask({ id: 1 }), commit.ask({ id: 2 })])
  expect(first).toMatchObject({ value: 1 })
  expect(second).toMatchObject({ reason: { code: 'SOLD_OUT' } })
})

test('one entry that the database cannot take fails alone', async () => {
  const { commit, batches } = open(async (asks) => {
    if (asks.some(({ id }) => id === 37)) throw failed('22P05')
    return double(asks)
  })
  const asked = Array.from({ length: 100 }, (_, id) => commit.ask({ id }))
  const answers = await Promise.allSettled(asked)
  expect(answers.filter((a) => a.status === 'rejected')).toHaveLength(1)
  expect(answers[37]?.status).toBe('rejected')
  expect(batches.length).toBeLessThan(20)
})

test('an unknown outcome is asked again unchanged, then told as UNAVAILABLE', async () => {
  let calls = 0
  const twice = open(async (asks) => {
    calls += 1
    if (calls < 3) throw failed('CONNECTION_CLOSED')
    return double(asks)
  })
  expect(await twice.commit.ask({ id: 1 })).toBe(2)
  const never = open(async () => {
    throw failed('57P01')
  })
  await expect(never.commit.ask({ id: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(never.batches).toEqual([[1], [1], [1]])
})

test('two calls are in flight at most, and closing waits for what was asked', async () => {
  const going: (() => void)[] = []
  let most = 0
  let now = 0
  const { commit } = open(async (asks) => {
    now += 1
    most = Math.max(most, now)
    await new Promise<void>((resolve) => going.push(resolve))
    now -= 1
    return double(asks)
  })
  const answers = [1, 2, 3, 4].map((id) => commit.ask({ id, slot: 'one' }))
  await expect.poll(() => going.length).toBe(2)
  const closed = commit.close()
  await expect(commit.ask({ id: 9 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  for (let done = 0; done < 4; done++) {
    await expect.poll(() => going.length).toBeGreaterThan(done)
    going[done]?.()
  }
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8])
  await closed
  expect(most).toBe(2)
})

test('beyond its bound the queue refuses at once', async () => {
  const { commit } = open(() => new Promise(() => {}))
  const asks = Array.from({ length: 25_000 }, (_, id) =>
    commit.ask({ id, slot: 'one' }).catch((e: Refusal) => e.code),
  )
  expect(await asks[24_999]).toBe('UNAVAILABLE')
  expect(commit.waiting).toBeLessThanOrEqual(20_000)
})
