import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogbook } from '../../server/events/log.ts'
import { pollChecks } from '../../server/features/polls/audit.ts'
import { createPolls, type Polls } from '../../server/features/polls/polls.ts'
import { findAll } from '../../server/store/check.ts'
import { openPostgres, type Postgres } from '../../server/store/postgres.ts'
import { codeOf, openShop, type Shop, tally } from '../support/shop.ts'

let shop: Shop
let elsewhere: Postgres
let doors: [Polls, Polls]

beforeAll(async () => {
  shop = await openShop()
  elsewhere = openPostgres(shop.url)
  const quiet = createLogbook({ db: elsewhere.db, tell: () => {} })
  const moderation = { mayReact: async () => {} }
  doors = [
    createPolls({ ...shop, moderation }),
    createPolls({ pg: elsewhere, log: quiet, moderation }),
  ]
})
afterAll(async () => {
  await Promise.all(doors.map((door) => door.end()))
  expect(await findAll(shop.sql, pollChecks)).toEqual([])
  await elsewhere.close()
  await shop.close()
})

async function ready() {
  const { host, showId } = await shop.open(1)
  const asked = { showId, question: 'Which?', answers: ['One', 'Two'] }
  const { pollId } = await doors[0].open(host, asked)
  const counts = async () => {
    const [row] = await shop.sql<
      { counts: number[] }[]
    >`select counts from polls where id = ${pollId}`
    return row?.counts ?? []
  }
  return { host, showId, pollId, counts }
}

test('400 people press twice on two processes: each is counted once', async () => {
  const { host, showId, pollId, counts } = await ready()
  const crowd = await shop.people(400)
  const pressed = await Promise.all(
    crowd.map((who, n) =>
      Promise.all(
        doors.map((door, d) => door.answer(who, { showId, pollId, answer: (n + d) % 2 })),
      ),
    ),
  )
  const standing = pressed.map(([here, there]) => {
    expect(there).toEqual(here)
    return String(here?.answer)
  })
  const { 0: one, 1: two } = tally(standing)
  expect(await counts()).toEqual([one, two])
  expect((one ?? 0) + (two ?? 0)).toBe(400)
  await doors[1].close(host, { showId, pollId })
  expect(await shop.told(showId)).toEqual(['show.started', 'poll.opened', 'poll.closed'])
})

test('a vote that was on its way when the poll was closed does not count', async () => {
  const { host, showId, pollId, counts } = await ready()
  const late = await shop.person()
  let vote: Promise<string> | undefined
  await shop.sql.begin(async (tx) => {
    const args = { showId, pollId, by: host.accountId }
    await tx`select poll_close_v1(${tx.json(args)}::jsonb)`
    vote = codeOf(doors[1].answer(late, { showId, pollId, answer: 0 }))
    const waiting = () => elsewhere.jobs`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%answer_polls_v1%'`
    await expect.poll(async () => (await waiting()).length).toBe(1)
  })
  expect(await vote).toBe('CONFLICT')
  expect(await counts()).toEqual([0, 0])
})
