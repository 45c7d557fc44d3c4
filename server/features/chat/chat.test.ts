import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf, openTalk, refusal, type Talk } from '../../../test/support/talk.ts'
import { newId } from '../../base/ids.ts'
import { auditLog } from '../../events/audit.ts'

let talk: Talk

beforeAll(async () => {
  talk = await openTalk()
})
afterAll(() => talk.close())

type Sent = { messageId: string; seq: number }

async function sent(work: ReturnType<Talk['say']>): Promise<Sent> {
  const answer = await work
  if ('held' in answer) throw new Error('held')
  return answer
}

test('a message stands in the log as it was said, with who said it and as what', async () => {
  const { showId, viewer, host, moderator } = await talk.open()
  const { messageId, seq } = await sent(talk.say(viewer, showId, '  How tall \u202Eis it? '))
  await talk.say(moderator, showId, '24 cm')
  await talk.say(host, showId, 'With the foot 26')
  const events = await talk.events(showId)
  expect(events.map((e) => [e.seq, e.type, e.body?.['role'], e.body?.['text']])).toEqual([
    [1, 'chat.sent', 'viewer', 'How tall is it?'],
    [2, 'chat.sent', 'moderator', '24 cm'],
    [3, 'chat.sent', 'host', 'With the foot 26'],
  ])
  expect(events[0]).toMatchObject({
    seq,
    body: { messageId, accountId: viewer.accountId, displayName: viewer.displayName },
    staff: null,
  })
  expect(talk.told.filter((e) => e.showId === showId)).toEqual(events)
})

test('a hundred people at once in two shows: gap-free, chained, everybody answered with their own', async () => {
  const people = await talk.people(100)
  const host = await talk.person()
  const shows = [await talk.show(host), await talk.show(host)]
  const other = talk.beside()
  const answers = await Promise.all(
    people.flatMap((who, i) =>
      shows.map((showId) => sent((i % 2 ? talk : other).say(who, showId, `I am ${i}`))),
    ),
  )
  for (const [n, showId] of shows.entries()) {
    const events = await talk.events(showId)
    expect(events.map((e) => e.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    for (const [i, who] of people.entries()) {
      const { seq, messageId } = answers[2 * i + n] as Sent
      expect(events[seq - 1]?.body).toMatchObject({ messageId, accountId: who.accountId })
    }
  }
  expect(await auditLog(talk.pg.rest)).toEqual([])
})

test('a key has one result: at once, later, from elsewhere, and after a ban', async () => {
  const { showId, viewer, host } = await talk.open()
  const other = talk.beside()
  const key = newId()
  const again = () => [talk, other].map((process) => process.say(viewer, showId, 'one bowl', key))
  const answers = await Promise.all([...again(), ...again(), ...again()])
  answers.push(...(await Promise.all(again())))
  await talk.moderation.ban(host, { showId, accountId: viewer.accountId, reason: 'spam' })
  answers.push(...(await Promise.all(again())))
  expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1)
  expect((await talk.events(showId)).filter((e) => e.type === 'chat.sent')).toHaveLength(1)
  expect(await codeOf(talk.say(viewer, showId, 'two bowls', key))).toBe('IDEMPOTENCY_MISMATCH')
})

test('the same two keys crosswise in two shows end, each used once', async () => {
  const [a, b] = await talk.people(2)
  const host = await talk.person()
  const shows = [await talk.show(host), await talk.show(host)] as [string, string]
  const other = talk.beside()
  for (let round = 0; round < 20; round += 1) {
    const keys = [newId(), newId()] as const
    const codes = await Promise.all([
      codeOf(talk.say(a as never, shows[0], `x${round}`, keys[0])),
      codeOf(talk.say(b as never, shows[0], `x${round}`, keys[1])),
      codeOf(other.say(b as never, shows[1], `x${round}`, keys[1])),
      codeOf(other.say(a as never, shows[1], `x${round}`, keys[0])),
    ])
    expect(codes.toSorted()).toEqual(['IDEMPOTENCY_MISMATCH', 'IDEMPOTENCY_MISMATCH', 'ok', 'ok'])
  }
})

test('who may chat where', async () => {
  const { showId, viewer, host } = await talk.open()
  const guest = await talk.person('guest')
  expect(await codeOf(talk.say(guest, showId, 'hello'))).toBe('UNAUTHENTICATED')
  expect(await codeOf(talk.say(viewer, newId(), 'hello'))).toBe('NOT_FOUND')
  expect(await codeOf(talk.say(viewer, await talk.show(host, 'scheduled'), 'hello'))).toBe('ok')
  for (const status of ['ended', 'canceled']) {
    const over = await talk.show(host, status)
    expect(await codeOf(talk.say(viewer, over, 'hello'))).toBe('SHOW_NOT_LIVE')
    expect(await codeOf(talk.say(host, over, 'hello'))).toBe('SHOW_NOT_LIVE')
  }
  const empty = await refusal(talk.say(viewer, showId, '\u200B'))
  expect(empty).toMatchObject({ code: 'VALIDATION', errors: [{ pointer: '/text' }] })
})

test('slow mode counts from the last message, tells the wait and spares staff', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  await talk.say(viewer, showId, 'first')
  await talk.chat.slow(moderator, { showId, seconds: 120 })
  const slowed = await refusal(talk.say(viewer, showId, 'second'))
  expect(slowed.code).toBe('RATE_LIMITED')
  expect(slowed.retryAfterMs).toBeGreaterThan(110_000)
  expect(slowed.retryAfterMs).toBeLessThanOrEqual(120_000)
  for (const staff of [moderator, host]) {
    await talk.say(staff, showId, 'one')
    await talk.say(staff, showId, 'two')
  }
  await talk.chat.slow(moderator, { showId, seconds: 120 })
  await talk.chat.slow(moderator, { showId, seconds: 0 })
  expect(await codeOf(talk.say(viewer, showId, 'third'))).toBe('ok')
  const slow = (await talk.events(showId)).filter((e) => e.type === 'chat.slowed')
  expect(slow.map((e) => e.body)).toEqual([{ seconds: 120 }, { seconds: 0 }])
  expect(slow[0]?.staff).toMatchObject({ by: moderator.accountId, byName: moderator.displayName })
})

test('two messages of one person at once in slow mode: one of them is said', async () => {
  const { showId, viewer, host } = await talk.open()
  await talk.chat.slow(host, { showId, seconds: 60 })
  const other = talk.beside()
  const codes = await Promise.all([
    codeOf(talk.say(viewer, showId, 'one')),
    codeOf(talk.say(viewer, showId, 'two')),
    codeOf(other.say(viewer, showId, 'three')),
  ])
  expect(codes.toSorted()).toEqual(['RATE_LIMITED', 'RATE_LIMITED', 'ok'])
})

test('the same text a third time within ten seconds is refused, unless staff say it', async () => {
  const strict = await openTalk({ flood: true })
  try {
    const { showId, viewer, host } = await strict.open()
    await strict.say(viewer, showId, 'sold?')
    await strict.say(viewer, showId, 'sold?')
    const flood = await refusal(strict.say(viewer, showId, ' sold? '))
    expect(flood.code).toBe('RATE_LIMITED')
    expect(flood.retryAfterMs).toBeLessThanOrEqual(10_000)
    expect(await codeOf(strict.say(viewer, showId, 'sold out?'))).toBe('ok')
    for (let i = 0; i < 3; i += 1) await strict.say(host, showId, 'welcome')
  } finally {
    await strict.close()
  }
})

test('a link waits for a moderator: staff see it, viewers see that something happened', async () => {
  const { showId, viewer, host } = await talk.open()
  const key = newId()
  expect(await talk.say(viewer, showId, 'cheaper at bowls.com', key)).toEqual({ held: true })
  expect(await talk.say(viewer, showId, 'cheaper at bowls.com', key)).toEqual({ held: true })
  expect(await codeOf(talk.say(host, showId, 'see bowls.com').then((a) => a))).toBe('ok')
  const [held, said] = await talk.events(showId)
  expect(held).toMatchObject({
    type: 'chat.held',
    body: null,
    staff: { text: 'cheaper at bowls.com', reason: 'link', marks: ['bowls.com'] },
  })
  expect(said).toMatchObject({ type: 'chat.sent', body: { role: 'host' } })
  expect(await auditLog(talk.pg.rest)).toEqual([])
})

test('five messages of one person wait; the sixth is told to wait', async () => {
  const { showId, viewer, moderator } = await talk.open()
  for (let i = 0; i < 5; i += 1) await talk.say(viewer, showId, `x${i}.com`)
  expect(await codeOf(talk.say(viewer, showId, 'x5.com'))).toBe('RATE_LIMITED')
  expect(await codeOf(talk.say(viewer, showId, 'no link'))).toBe('ok')
  const { items } = await talk.moderation.held(moderator, showId, { limit: 3 })
  expect(items.map((h) => h.text)).toEqual(['x0.com', 'x1.com', 'x2.com'])
  await talk.chat.refuse(moderator, { showId, messageId: items[0]?.messageId as string })
  expect(await codeOf(talk.say(viewer, showId, 'x6.com'))).toBe('ok')
})

async function holdOne(showId: string, who: Parameters<Talk['say']>[0], text = 'see x.com') {
  const key = newId()
  await talk.say(who, showId, text, key)
  const events = await talk.events(showId)
  const messageId = events.at(-1)?.staff?.['messageId'] as string
  return { messageId, key }
}

test('an approved message is said now, once, and its key still answers what it did', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const { messageId, key } = await holdOne(showId, viewer)
  await talk.say(viewer, showId, 'meanwhile')
  await Promise.all([
    talk.chat.approve(moderator, { showId, messageId }),
    talk.chat.approve(moderator, { showId, messageId }),
  ])
  const events = await talk.events(showId)
  expect(events.map((e) => e.type)).toEqual([
    'chat.held',
    'chat.sent',
    'chat.sent',
    'chat.approved',
  ])
  expect(events[2]?.body).toMatchObject({ messageId, text: 'see x.com', role: 'viewer' })
  expect(events[3]).toMatchObject({ body: null, staff: { by: moderator.accountId, messageId } })
  expect(await talk.say(viewer, showId, 'see x.com', key)).toEqual({ held: true })
  expect(await codeOf(talk.chat.refuse(moderator, { showId, messageId }))).toBe('CONFLICT')
  expect((await talk.moderation.held(moderator, showId, {})).items).toEqual([])
})

test('a message of somebody who was muted or banned since cannot be approved', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const { messageId } = await holdOne(showId, viewer)
  const person = { showId, accountId: viewer.accountId }
  await talk.moderation.mute(moderator, { ...person, durationMs: 60_000, reason: 'rude' })
  expect(await codeOf(talk.chat.approve(moderator, { showId, messageId }))).toBe('CONFLICT')
  await talk.moderation.unmute(moderator, person)
  await talk.moderation.ban(moderator, { ...person, reason: 'rude' })
  expect(await codeOf(talk.chat.approve(moderator, { showId, messageId }))).toBe('CONFLICT')
  await talk.moderation.unban(moderator, person)
  await talk.chat.approve(moderator, { showId, messageId })
})

test('a refused message is never said; nobody decides for another show', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const { messageId } = await holdOne(showId, viewer)
  const elsewhere = await talk.open()
  const there = { showId: elsewhere.showId, messageId }
  expect(await codeOf(talk.chat.approve(elsewhere.moderator, there))).toBe('NOT_FOUND')
  expect(await codeOf(talk.chat.approve(elsewhere.moderator, { showId, messageId }))).toBe(
    'FORBIDDEN',
  )
  expect(await codeOf(talk.chat.approve(viewer, { showId, messageId }))).toBe('FORBIDDEN')
  await talk.chat.refuse(moderator, { showId, messageId })
  await talk.chat.refuse(moderator, { showId, messageId })
  expect(await codeOf(talk.chat.approve(moderator, { showId, messageId }))).toBe('CONFLICT')
  const types = (await talk.events(showId)).map((e) => e.type)
  expect(types).toEqual(['chat.held', 'chat.refused'])
})

test('a deleted message leaves no word behind, keeps its place, and the chain still verifies', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const { messageId } = await holdOne(showId, viewer, 'secret at x.com')
  await talk.chat.approve(moderator, { showId, messageId })
  await talk.chat.pin(moderator, { showId, messageId })
  await talk.chat.remove(moderator, { showId, messageId, reason: 'a link' })
  await talk.chat.remove(moderator, { showId, messageId, reason: 'a link' })
  const events = await talk.events(showId)
  expect(JSON.stringify(events)).not.toContain('secret')
  expect(events.map((e) => e.type)).toEqual([
    ...['chat.held', 'chat.sent', 'chat.approved', 'chat.pinned', 'chat.deleted', 'chat.unpinned'],
  ])
  expect(events[1]).toMatchObject({ seq: 2, body: null, staff: null })
  expect(events[4]?.body).toEqual({ messageId })
  expect(events[4]?.staff).toMatchObject({ by: moderator.accountId, reason: 'a link' })
  const [row] = await talk.pg.rest`select text from held_messages where message_id = ${messageId}`
  expect(row?.['text']).toBe('')
  expect(await auditLog(talk.pg.rest)).toEqual([])
  const pin = talk.chat.pin(moderator, { showId, messageId })
  expect(await codeOf(pin)).toBe('NOT_FOUND')
})

test('whose message may be deleted', async () => {
  const { showId, viewer, moderator, host } = await talk.open()
  const second = await talk.moderator(showId)
  const admin = await talk.person('admin')
  const by = async (author: typeof host, who: typeof host) => {
    const { messageId } = await sent(talk.say(author, showId, `hello ${newId()}`))
    return codeOf(talk.chat.remove(who, { showId, messageId, reason: 'because' }))
  }
  expect(await by(viewer, moderator)).toBe('ok')
  expect(await by(viewer, host)).toBe('ok')
  expect(await by(viewer, admin)).toBe('ok')
  expect(await by(viewer, viewer)).toBe('FORBIDDEN')
  expect(await by(moderator, moderator)).toBe('ok')
  expect(await by(host, moderator)).toBe('FORBIDDEN')
  expect(await by(second, moderator)).toBe('FORBIDDEN')
  expect(await by(second, host)).toBe('ok')
  const remove = talk.chat.remove(host, { showId, messageId: newId(), reason: 'because' })
  expect(await codeOf(remove)).toBe('NOT_FOUND')
})

test('the last pin wins, a pin twice is one event, and none takes it down', async () => {
  const { showId, viewer, moderator } = await talk.open()
  const one = await sent(talk.say(viewer, showId, 'one'))
  const two = await sent(talk.say(viewer, showId, 'two'))
  for (const messageId of [one.messageId, two.messageId, two.messageId, null, null]) {
    await talk.chat.pin(moderator, { showId, messageId })
  }
  const pins = (await talk.events(showId)).slice(2).map((e) => [e.type, e.body])
  expect(pins).toEqual([
    ['chat.pinned', { messageId: one.messageId, text: 'one' }],
    ['chat.pinned', { messageId: two.messageId, text: 'two' }],
    ['chat.unpinned', {}],
  ])
})

test("the show's own words count from the answer on, in every process", async () => {
  const { showId, viewer, moderator } = await talk.open()
  const other = talk.beside()
  for (const process of [talk, other]) await process.say(viewer, showId, 'a fake')
  const held = await talk.moderation.addWord(moderator, showId, { text: ' Fake ', action: 'hold' })
  expect(held).toMatchObject({ text: 'Fake', action: 'hold' })
  for (const process of [other, talk]) {
    expect(await process.say(viewer, showId, 'a fake')).toEqual({ held: true })
  }
  const refused = await talk.moderation.addWord(moderator, showId, {
    text: 'fake',
    action: 'refuse',
  })
  expect(refused).toEqual({ ...held, action: 'refuse' })
  for (const process of [other, talk]) {
    const no = await refusal(process.say(viewer, showId, 'a FAKE'))
    expect(no).toMatchObject({ code: 'VALIDATION', errors: [{ pointer: '/text' }] })
    expect(await process.say(moderator, showId, 'a fake')).toHaveProperty('seq')
  }
  await talk.moderation.removeWord(moderator, showId, held.id)
  for (const process of [other, talk]) {
    expect(await process.say(viewer, showId, 'a fake')).toHaveProperty('seq')
  }
  expect((await talk.moderation.words(moderator, showId)).items).toEqual([])
  expect(await codeOf(talk.moderation.removeWord(moderator, showId, held.id))).toBe('NOT_FOUND')
  const changes = (await talk.events(showId)).filter((e) => e.type === 'words.changed')
  expect(changes.map((e) => [e.body, Object.keys(e.staff ?? {}).toSorted()])).toEqual([
    [null, ['added', 'by', 'byName']],
    [null, ['added', 'by', 'byName']],
    [null, ['by', 'byName', 'removed']],
  ])
})

test('reactions are added up over processes, and told only once they are written', async () => {
  const { showId, viewer, host } = await talk.open()
  const guest = await talk.person('guest')
  const other = talk.beside()
  for (let i = 0; i < 10; i += 1) {
    await talk.chat.react(i % 2 ? viewer : guest, { showId, kind: 'heart' })
    await other.chat.react(viewer, { showId, kind: 'heart' })
    await other.chat.react(viewer, { showId, kind: 'fire' })
  }
  await Promise.all([talk.chat.flushReactions(), other.chat.flushReactions()])
  await talk.chat.flushReactions()
  const totals = await talk.chat.readReactions([showId, newId()])
  expect([...totals]).toEqual([[showId, { heart: 20, fire: 10 }]])
  expect((await talk.events(showId)).length).toBe(0)
  const react = (id: string) => codeOf(talk.chat.react(viewer, { showId: id, kind: 'heart' }))
  expect(await react(newId())).toBe('NOT_FOUND')
  expect(await react(await talk.show(host, 'ended'))).toBe('SHOW_NOT_LIVE')
})

test('a reaction that could not be written is written next time', async () => {
  const { showId, viewer } = await talk.open()
  await talk.chat.react(viewer, { showId, kind: 'wow' })
  await talk.pg.rest`alter table reaction_totals rename to elsewhere`
  await expect(talk.chat.flushReactions()).rejects.toThrow()
  await talk.pg.rest`alter table elsewhere rename to reaction_totals`
  await talk.chat.flushReactions()
  expect((await talk.chat.readReactions([showId])).get(showId)).toEqual({ wow: 1 })
})
