import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, openTalk, refusal, type Talk, whoIs } from '../../../test/support/talk.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { auditLog } from '../../events/audit.ts'
import { asSeenBy } from '../../events/read.ts'

let talk: Talk

beforeAll(async () => {
  talk = await openTalk()
})
afterAll(() => talk.close())

const minute = 60_000
const because = 'insulting the host'
const react = (who: Who, showId: string) => codeOf(talk.chat.react(who, { showId, kind: 'heart' }))

test('a mute holds at once and everywhere, tells why and for how long, and ends when taken back', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const person = { showId, accountId: viewer.accountId }
  await talk.moderation.mute(moderator, { ...person, durationMs: minute, reason: because })
  for (const process of [talk, talk.beside()]) {
    const muted = await refusal(process.say(viewer, showId, 'hello'))
    expect(muted).toMatchObject({ code: 'MUTED', message: expect.stringContaining(because) })
    expect(muted.retryAfterMs).toBeGreaterThan(minute - 10_000)
    expect(muted.retryAfterMs).toBeLessThanOrEqual(minute)
  }
  expect(await react(viewer, showId)).toBe('ok')
  expect(await codeOf(talk.moderation.enter(showId, viewer))).toBe('ok')
  const until = await talk.moderation.mutedUntil(showId, viewer.accountId)
  await talk.moderation.unmute(moderator, person)
  await talk.moderation.unmute(moderator, person)
  expect(await talk.moderation.mutedUntil(showId, viewer.accountId)).toBeUndefined()
  expect(await codeOf(talk.say(viewer, showId, 'hello'))).toBe('ok')
  const [muted, unmuted] = await talk.events(showId)
  expect(muted).toMatchObject({ type: 'viewer.muted', body: {} })
  expect(muted?.staff).toEqual({
    accountId: viewer.accountId,
    displayName: viewer.displayName,
    until: until?.toISOString(),
    by: moderator.accountId,
    byName: moderator.displayName,
    reason: because,
  })
  expect(asSeenBy(muted as never, false)).toEqual({ seq: 1, type: 'viewer.muted', at: muted?.at })
  expect(unmuted).toMatchObject({ type: 'viewer.unmuted', body: {}, seq: 2 })
})

test('a mute in another show is none here, and one that is over is none at all', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const elsewhere = await talk.open()
  const mute = { accountId: viewer.accountId, durationMs: minute, reason: because }
  await talk.moderation.mute(elsewhere.moderator, { ...mute, showId: elsewhere.showId })
  await talk.moderation.mute(moderator, { ...mute, showId })
  await talk.pg.rest`update sanctions set until = now() where show_id = ${showId}`
  expect(await codeOf(talk.say(viewer, showId, 'hello'))).toBe('ok')
})

test('a second mute replaces the first', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const mute = { showId, accountId: viewer.accountId, reason: because }
  await talk.moderation.mute(moderator, { ...mute, durationMs: 60 * minute })
  await talk.moderation.mute(moderator, { ...mute, durationMs: minute })
  const muted = await refusal(talk.say(viewer, showId, 'hello'))
  expect(muted.retryAfterMs).toBeLessThanOrEqual(minute)
})

test('a banned person may not chat, react, report or come in, until the ban is taken back', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const person = { showId, accountId: viewer.accountId }
  const about = { accountId: moderator.accountId }
  expect(await react(viewer, showId)).toBe('ok')
  await talk.moderation.ban(moderator, { ...person, reason: because })
  await talk.moderation.ban(moderator, { ...person, reason: 'again' })
  const banned = await refusal(talk.say(viewer, showId, 'hello'))
  expect(banned).toMatchObject({ code: 'BANNED', message: expect.stringContaining(because) })
  expect(await react(viewer, showId)).toBe('BANNED')
  const report = talk.moderation.report(viewer, { showId, about, reason: 'revenge' })
  expect(await codeOf(report)).toBe('BANNED')
  expect(await codeOf(talk.beside().moderation.enter(showId, viewer))).toBe('BANNED')
  expect(await talk.moderation.isBanned(showId, viewer)).toBe(true)
  await talk.moderation.unban(moderator, person)
  expect(await codeOf(talk.moderation.enter(showId, viewer))).toBe('ok')
  expect(await codeOf(talk.say(viewer, showId, 'hello'))).toBe('ok')
  expect(await react(viewer, showId)).toBe('ok')
  const types = (await talk.events(showId)).map((e) => e.type)
  expect(types).toEqual(['viewer.banned', 'viewer.unbanned', 'chat.sent'])
})

test('a ban of a guest covers other guests from its address, in this show, but no accounts', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const guest = await talk.person('guest')
  const sameHouse = await talk.person('guest')
  const elsewhere = { ...(await talk.person('guest')), address: '198.51.100.1' }
  await talk.moderation.enter(showId, guest)
  const ban = { showId, accountId: guest.accountId, reason: because }
  await talk.moderation.ban(moderator, ban)
  expect(await codeOf(talk.moderation.enter(showId, guest))).toBe('BANNED')
  expect(await codeOf(talk.moderation.enter(showId, sameHouse))).toBe('BANNED')
  expect(await react(sameHouse, showId)).toBe('BANNED')
  expect(await codeOf(talk.moderation.enter(showId, elsewhere))).toBe('ok')
  expect(await codeOf(talk.moderation.enter(showId, viewer))).toBe('ok')
  expect(await codeOf(talk.moderation.enter(await talk.show(host), sameHouse))).toBe('ok')
  const [row] = await talk.pg.rest`select address from sanctions where show_id = ${showId}`
  expect(row?.['address']).toBe('hash of 203.0.113.7')
  await talk.moderation.unban(moderator, ban)
  expect(await codeOf(talk.moderation.enter(showId, sameHouse))).toBe('ok')
})

test('a thousand people at the door at once: the banned ones stay out', async () => {
  const { showId, moderator } = await talk.open()
  const people = await talk.people(1_000)
  const banned = people.filter((_, i) => i % 100 === 0)
  for (const { accountId } of banned) {
    await talk.moderation.ban(moderator, { showId, accountId, reason: because })
  }
  const codes = await Promise.all(people.map((who) => codeOf(talk.moderation.enter(showId, who))))
  expect(people.filter((_, i) => codes[i] === 'BANNED')).toEqual(banned)
  expect(codes.filter((code) => code === 'ok')).toHaveLength(990)
})

test('who may act against whom', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const second = await talk.moderator(showId)
  const admin = await talk.person('admin')
  const other = await talk.open()
  const mute = (who: Who, against: Who) =>
    codeOf(
      talk.moderation.mute(who, {
        showId,
        accountId: against.accountId,
        durationMs: minute,
        reason: because,
      }),
    )
  const unmute = (who: Who, of: Who) =>
    codeOf(talk.moderation.unmute(who, { showId, accountId: of.accountId }))
  const ban = (who: Who, against: Who) =>
    codeOf(talk.moderation.ban(who, { showId, accountId: against.accountId, reason: because }))
  // The ban last: it takes the second moderator's role.
  for (const act of [mute, unmute, ban]) {
    expect(await act(viewer, second)).toBe('FORBIDDEN')
    expect(await act(other.host, viewer)).toBe('FORBIDDEN')
    expect(await act(other.moderator, viewer)).toBe('FORBIDDEN')
    for (const above of [host, admin, second, moderator]) {
      expect(await act(moderator, above)).toBe('FORBIDDEN')
    }
    expect(await act(host, admin)).toBe('FORBIDDEN')
    expect(await act(host, host)).toBe('FORBIDDEN')
    expect(await act(admin, host)).toBe('FORBIDDEN')
    expect(await act(moderator, whoIs(newId(), 'Nobody'))).toBe('NOT_FOUND')
    expect(await act(admin, viewer)).toBe('ok')
    expect(await act(host, second)).toBe('ok')
  }
  const nowhere = { showId: newId(), accountId: viewer.accountId }
  expect(await codeOf(talk.moderation.unban(moderator, nowhere))).toBe('NOT_FOUND')
})

test('a moderator who is banned is one no longer, and the log says so', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const { accountId } = moderator
  await talk.moderation.ban(host, { showId, accountId, reason: because })
  const against = { showId, accountId: viewer.accountId, reason: because }
  expect(await codeOf(talk.moderation.ban(moderator, against))).toBe('FORBIDDEN')
  const events = await talk.events(showId)
  expect(events.map((e) => e.type)).toEqual(['viewer.banned', 'staff.changed'])
  expect(events[1]?.staff).toMatchObject({ accountId, moderator: false, by: host.accountId })
})

test('reports quote what they are about, once for each person and thing', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const [productId, elsewhere] = [newId(), newId()]
  for (const [id, title] of [
    [productId, 'Bowl'],
    [elsewhere, 'Secret'],
  ] as const) {
    await talk.pg
      .rest`insert into products(id, merchant_id, title, description, images, status, created_at)
      values (${id}, ${host.accountId}, ${title}, '', '[]', 'active', now())`
  }
  await talk.pg
    .rest`insert into lineup(show_id, product_id, position) values (${showId}, ${productId}, 1)`
  const said = await talk.say(host, showId, 'the best bowl')
  const messageId = 'messageId' in said ? said.messageId : ''
  const report = (about: Parameters<Talk['moderation']['report']>[1]['about'], reason = 'wrong') =>
    codeOf(talk.moderation.report(viewer, { showId, about, reason }))
  expect(await report({ messageId })).toBe('ok')
  expect(await report({ messageId }, 'still wrong')).toBe('ok')
  expect(await report({ accountId: host.accountId })).toBe('ok')
  expect(await report({ productId })).toBe('ok')
  expect(await report({ productId: elsewhere })).toBe('NOT_FOUND')
  expect(await report({ messageId: newId() })).toBe('NOT_FOUND')
  expect(await report({ accountId: newId() })).toBe('NOT_FOUND')
  const page = await talk.moderation.reports(moderator, showId, { limit: 2 })
  const rest = await talk.moderation.reports(moderator, showId, { cursor: page.nextCursor ?? '' })
  expect([...page.items, ...rest.items].map((r) => [r.excerpt, r.about, r.reason])).toEqual([
    ['Bowl', { productId }, 'wrong'],
    [host.displayName, { accountId: host.accountId }, 'wrong'],
    ['the best bowl', { messageId }, 'wrong'],
  ])
  expect(rest.nextCursor).toBeNull()
  const told = (await talk.events(showId)).filter((e) => e.type === 'report.sent')
  expect(told).toHaveLength(3)
  expect(told[0]).toMatchObject({ body: null, staff: { by: viewer.accountId, reason: 'wrong' } })
  expect(asSeenBy(told[0] as never, false)).not.toHaveProperty('reason')
})

test('the audit page has every act once, newest first, page by page; and nothing that viewers did', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const person = { showId, accountId: viewer.accountId }
  const said = await talk.say(viewer, showId, 'hello')
  const messageId = 'messageId' in said ? said.messageId : ''
  await talk.say(viewer, showId, 'x.com')
  await talk.chat.pin(moderator, { showId, messageId })
  await talk.moderation.mute(moderator, { ...person, durationMs: minute, reason: because })
  await talk.moderation.unmute(host, person)
  await talk.chat.slow(host, { showId, seconds: 5 })
  await talk.chat.remove(moderator, { showId, messageId, reason: 'off topic' })
  await talk.moderation.report(viewer, {
    showId,
    about: { accountId: host.accountId },
    reason: 'x',
  })
  const acts = []
  let cursor: string | undefined
  do {
    const page = await talk.moderation.audit(moderator, showId, {
      limit: 2,
      ...(cursor !== undefined && { cursor }),
    })
    acts.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(acts.map((a) => [a.type, a.by?.accountId, a.reason])).toEqual([
    ['chat.unpinned', moderator.accountId, null],
    ['chat.deleted', moderator.accountId, 'off topic'],
    ['chat.slowed', host.accountId, null],
    ['viewer.unmuted', host.accountId, null],
    ['viewer.muted', moderator.accountId, because],
    ['chat.pinned', moderator.accountId, null],
  ])
  expect(acts[4]?.about).toMatchObject({ accountId: viewer.accountId })
  expect(acts[4]?.by?.displayName).toBe(moderator.displayName)
  expect(acts[2]?.about).toEqual({ seconds: 5 })
})

test('the card of a person says what this show knows', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const person = { showId, accountId: viewer.accountId }
  const before = await talk.moderation.person(moderator, showId, viewer.accountId)
  expect(before).toMatchObject({ firstSeenAt: null, messages: 0, role: 'viewer', history: [] })
  await talk.moderation.enter(showId, viewer)
  const said = await talk.say(viewer, showId, 'one')
  await talk.say(viewer, showId, 'two')
  const messageId = 'messageId' in said ? said.messageId : ''
  await talk.chat.remove(moderator, { showId, messageId, reason: 'off topic' })
  await talk.moderation.mute(moderator, { ...person, durationMs: minute, reason: because })
  await talk.moderation.ban(moderator, { ...person, reason: because })
  const card = await talk.moderation.person(moderator, showId, viewer.accountId)
  expect(card).toMatchObject({ messages: 2, removed: 1, orders: 0, banned: true })
  expect(card.history.map((a) => a.type)).toEqual(['viewer.banned', 'viewer.muted', 'chat.deleted'])
  const [first] = await talk.events(showId)
  expect(Date.parse(card.firstSeenAt ?? '')).toBeLessThanOrEqual(Date.parse(first?.at ?? ''))
  expect(card.mutedUntil).not.toBeNull()
  const nobody = talk.moderation.person(moderator, showId, newId())
  expect(await codeOf(nobody)).toBe('NOT_FOUND')
})

test('what staff read is for staff of this show', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const stranger = (await talk.open()).moderator
  const admin = await talk.person('admin')
  const { moderation } = talk
  const reads = [
    (who: Who, id = showId) => moderation.held(who, id, {}),
    (who: Who, id = showId) => moderation.reports(who, id, {}),
    (who: Who, id = showId) => moderation.audit(who, id, {}),
    (who: Who, id = showId) => moderation.words(who, id),
    (who: Who, id = showId) => moderation.person(who, id, viewer.accountId),
    (who: Who, id = showId) => moderation.addWord(who, id, { text: 'x', action: 'hold' }),
  ]
  for (const read of reads) {
    for (const who of [host, moderator, admin]) expect(await codeOf(read(who))).toBe('ok')
    for (const who of [viewer, stranger]) expect(await codeOf(read(who))).toBe('FORBIDDEN')
    expect(await codeOf(read(moderator, newId()))).toBe('NOT_FOUND')
  }
  const bad = moderation.audit(moderator, showId, { cursor: 'nonsense' })
  expect(await codeOf(bad)).toBe('VALIDATION')
})

test('after all that the log of every show still verifies', async () => {
  expect(await auditLog(talk.pg.rest)).toEqual([])
})
