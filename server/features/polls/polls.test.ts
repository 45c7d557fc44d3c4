import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pollsMax } from '../../../shared/limits.ts'
import type { ShownPoll } from '../../../shared/wire/polls.ts'
import { codeOf, openShop, type Shop, tally } from '../../../test/support/shop.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { findAll } from '../../store/check.ts'
import { pollChecks } from './audit.ts'
import { sweepPolls } from './jobs.ts'
import { createPolls, type Polls } from './polls.ts'

let shop: Shop
let polls: Polls

beforeAll(async () => {
  shop = await openShop()
  polls = createPolls({ ...shop, moderation: { mayReact: async () => {} } })
})
afterAll(async () => {
  await polls.end()
  expect(await findAll(shop.sql, pollChecks)).toEqual([])
  await shop.close()
})

const asked = { question: 'Which glaze?', answers: ['Celadon', 'Tenmoku', 'Shino'] }

async function ready() {
  const { host, showId } = await shop.open(1)
  const poll = await polls.open(host, { showId, ...asked })
  const answer = (who: Who, n: number) =>
    polls.answer(who, { showId, pollId: poll.pollId, answer: n })
  return { host, showId, poll, answer }
}

async function shown(showId: string): Promise<ShownPoll | null> {
  const [row] = await shop.sql`select snapshot_v1(${showId}) -> 'snapshot' -> 'poll' as poll`
  return row?.['poll']
}

async function votedIn(showId: string, who: Who) {
  const [row] = await shop.sql`
    select you -> 'answered' as answered from you_v1(array[${showId}]::uuid[], array[${who.accountId}]::uuid[])`
  return row?.['answered']
}

describe('a poll', () => {
  test('is asked, answered, closed, and the log tells the two ends of it', async () => {
    const { host, showId, poll, answer } = await ready()
    expect(poll).toMatchObject({ ...asked, counts: [0, 0, 0], endsAt: null, closedAt: null })
    const crowd = await shop.people(30)
    await Promise.all(crowd.map((who, i) => answer(who, i % 3 === 0 ? 0 : 2)))
    expect(await polls.readCounts([showId])).toEqual(
      new Map([[showId, { pollId: poll.pollId, counts: [10, 0, 20] }]]),
    )
    await polls.close(host, { showId, pollId: poll.pollId })
    await polls.close(host, { showId, pollId: poll.pollId })
    expect(await shown(showId)).toMatchObject({
      counts: [10, 0, 20],
      closedAt: expect.any(String),
    })
    expect((await shop.told(showId)).slice(1)).toEqual(['poll.opened', 'poll.closed'])
    expect(shop.events.findLast(({ type }) => type === 'poll.closed')?.body).toMatchObject({
      pollId: poll.pollId,
      counts: [10, 0, 20],
    })
    expect((await polls.readCounts([showId])).size).toBe(0)
    expect(await codeOf(answer(await shop.person(), 0))).toBe('CONFLICT')
  })

  test('has one vote of a person, the first, whatever they press and how often', async () => {
    const { showId, poll, answer } = await ready()
    const [one, two] = (await shop.people(2)) as [Who, Who]
    expect(await votedIn(showId, one)).toBeNull()
    expect(await answer(one, 1)).toEqual({ pollId: poll.pollId, answer: 1 })
    expect(await answer(one, 2)).toEqual({ pollId: poll.pollId, answer: 1 })
    const pressed = await Promise.all([0, 1, 2, 0, 1, 2].map((n) => answer(two, n)))
    expect(new Set(pressed.map((vote) => vote.answer)).size).toBe(1)
    expect((await shown(showId))?.counts.reduce((a, b) => a + b)).toBe(2)
    expect(await votedIn(showId, one)).toEqual({ pollId: poll.pollId, answer: 1 })
  })

  test('is one at a time, of a running show, and of so many', async () => {
    const { host, showId, poll } = await ready()
    const open = (who: Who, of = showId) => codeOf(polls.open(who, { showId: of, ...asked }))
    expect(await open(host)).toBe('CONFLICT')
    await polls.close(host, { showId, pollId: poll.pollId })
    expect(tally(await Promise.all([open(host), open(host), open(host)]))).toEqual({
      ok: 1,
      CONFLICT: 2,
    })
    const planned = await shop.show(host, [], false)
    expect(await open(host, planned)).toBe('SHOW_NOT_LIVE')
    await shop.sql`update polls set closed_at = now() where show_id = ${showId} and closed_at is null`
    await shop.sql`delete from polls where show_id = ${showId}`
    await shop.sql`insert into polls(id, show_id, question, answers, counts, opened_at, closed_at)
      select gen_random_uuid(), ${planned}, 'Q', array['a', 'b'], array[0, 0], now(), now() from generate_series(1, ${pollsMax})`
    await shop.log.call(shop.sql, 'show_start_v1', { showId: planned, accountId: host.accountId })
    expect(await open(host, planned)).toBe('CONFLICT')
    await shop.sql`delete from polls where show_id = ${planned}`
  })

  test('is the staff’s to open and close, and anybody’s to answer but who was silenced', async () => {
    const { host, showId, poll, answer } = await ready()
    const [muted, banned] = (await shop.people(2)) as [Who, Who]
    const moderator = await shop.moderator(showId)
    const by = { showId, by: moderator.accountId, reason: 'noise' }
    await shop.log.call(shop.sql, 'mute_v1', {
      ...by,
      accountId: muted.accountId,
      durationMs: 60_000,
    })
    await shop.log.call(shop.sql, 'ban_v1', { ...by, accountId: banned.accountId })
    expect(await codeOf(answer(muted, 0))).toBe('MUTED')
    expect(await codeOf(answer(banned, 0))).toBe('BANNED')
    expect(await codeOf(answer(host, 3))).toBe('VALIDATION')
    const elsewhere = await ready()
    const crossed = { showId, pollId: elsewhere.poll.pollId, answer: 0 }
    expect(await codeOf(polls.answer(host, crossed))).toBe('NOT_FOUND')
    const close = (who: Who, pollId = poll.pollId) => codeOf(polls.close(who, { showId, pollId }))
    expect(await close(muted)).toBe('FORBIDDEN')
    expect(await close(moderator, newId())).toBe('NOT_FOUND')
    expect(await close(moderator)).toBe('ok')
    expect(await codeOf(polls.open(muted, { showId, ...asked }))).toBe('FORBIDDEN')
    expect(await codeOf(polls.open(moderator, { showId, ...asked }))).toBe('ok')
  })

  test('ends with its time, and with its show', async () => {
    const { host, showId, poll, answer } = await ready()
    await shop.sql`update polls set ends_at = clock_timestamp() where id = ${poll.pollId}`
    expect(await codeOf(answer(host, 0))).toBe('CONFLICT')
    const sweep = () => sweepPolls({ sql: shop.sql, log: shop.log })
    expect((await Promise.all([sweep(), sweep()])).toSorted()).toEqual([0, 1])
    const next = await polls.open(host, { showId, ...asked, durationMs: 60_000 })
    expect(Date.parse(next.endsAt ?? '') - Date.parse(next.openedAt)).toBe(60_000)
    await shop.log.call(shop.sql, 'show_end_v1', { showId, accountId: host.accountId })
    expect((await shop.told(showId)).slice(1)).toEqual([
      'poll.opened',
      'poll.closed',
      'poll.opened',
      'poll.closed',
      'show.ended',
    ])
    expect(await shown(showId)).toBeNull()
  })
})
