import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moderatorsMax } from '../../shared/limits.ts'
import type { Event } from '../../shared/wire/events.ts'
import type { Act, PersonCard, Report } from '../../shared/wire/moderation.ts'
import { type House, type Line, openHouse, type Person } from '../support/house.ts'
import { setStage } from '../support/stage.ts'

let house: House
let second: House
let marta: Person
let mo: Person
let showId: string

beforeAll(async () => {
  house = await openHouse()
  second = await openHouse({}, {}, house)
  ;[marta, mo] = [await house.signUp('Marta'), await house.signUp('Mo')]
})
afterAll(async () => {
  await second.close()
  await house.close()
})

type Frame = { events: Event[] }

async function openShow(): Promise<string> {
  const host = house.as(marta)
  const { id } = await host.post<{ id: string }>('/shows', { title: 'Kiln', lineup: [] })
  await host.put(`/shows/${id}/moderators/${mo.id}`)
  await host.post(`/shows/${id}/start`)
  return id
}

async function enter(person: Person, at: House = house): Promise<Line> {
  const line = await at.socket(person)
  await line.ask('show:join', { showId })
  return line
}

async function hears(line: Line, type: string): Promise<Event> {
  const has = (frame: Frame) => frame.events.some((e) => e.type === type)
  const frame = await line.next<Frame>('show:events', has)
  return frame.events.find((e) => e.type === type) as Event
}

const say = (line: Line, text = 'hello') =>
  line.ack('chat:send', { showId, text, key: randomUUID() })

test('a muted person is muted on every node and after coming back; viewers learn only that it happened', async () => {
  showId = await openShow()
  const ann = await house.signUp('Ann')
  const [moderator, annLine] = [await enter(mo), await enter(ann, second)]
  const viewer = await enter(await house.guest(), second)
  const told = [hears(moderator, 'viewer.muted'), hears(viewer, 'viewer.muted')] as const
  const mute = { showId, accountId: ann.id, durationMs: 600_000, reason: 'insulting the host' }
  await moderator.ask('viewer:mute', mute)
  expect(await say(annLine)).toMatchObject({ ok: false, code: 'MUTED' })
  expect(await say(await enter(ann))).toMatchObject({
    code: 'MUTED',
    message: expect.stringContaining('insulting the host'),
    retryAfterMs: expect.any(Number),
  })
  const joined = await (await house.socket(ann)).ask<{ you: { mutedUntil: string | null } }>(
    'show:join',
    { showId },
  )
  const [forStaff, forViewers] = [await told[0], await told[1]]
  expect(forStaff).toMatchObject({ accountId: ann.id, by: mo.id, reason: mute.reason })
  expect(joined.you.mutedUntil).toBe(forStaff['until'])
  expect(Object.keys(forViewers).toSorted()).toEqual(['at', 'seq', 'type'])
  await moderator.ask('viewer:unmute', { showId, accountId: ann.id })
  expect(await say(annLine)).toMatchObject({ ok: true })
})

test('a banned person is out on every node within a second and cannot come back', async () => {
  showId = await openShow()
  const ann = await house.signUp('Ann')
  const [here, there] = [await enter(ann), await enter(ann, second)]
  const away = [here, there].map(({ socket }) =>
    Promise.all([
      new Promise((resolve) => socket.once('session:ended', resolve)),
      new Promise((resolve) => socket.once('disconnect', resolve)),
    ]),
  )
  const moderator = await enter(mo)
  const started = performance.now()
  await moderator.ask('viewer:ban', { showId, accountId: ann.id, reason: 'spam' })
  const goodbyes = await Promise.all(away)
  expect(performance.now() - started).toBeLessThan(2_000)
  const goodbye = { code: 'BANNED', reason: 'spam' }
  expect(goodbyes.map(([ended]) => ended)).toEqual([goodbye, goodbye])
  for (const at of [house, second]) {
    const line = await at.socket(ann)
    for (const [command, payload] of [
      ['show:join', {}],
      ['chat:send', { text: 'hello', key: randomUUID() }],
      ['reaction:send', { kind: 'heart' }],
      ['report:send', { about: { accountId: mo.id }, reason: 'revenge' }],
      ['media:capabilities', {}],
      ['hold:create', { variantId: randomUUID(), quantity: 1, key: randomUUID() }],
    ] as const) {
      expect([command, await line.ack(command, { showId, ...payload })]).toEqual([
        command,
        expect.objectContaining({ ok: false, code: 'BANNED' }),
      ])
    }
  }
  await moderator.ask('viewer:unban', { showId, accountId: ann.id })
  expect(await say(await enter(ann))).toMatchObject({ ok: true })
})

test('what a banned person holds goes back to the shelf', async () => {
  const stage = await setStage(house, { onHand: 1 })
  const ann = await house.signUp('Ann')
  const line = await house.socket(ann)
  const { variantId } = stage
  const hold = { showId: stage.showId, variantId, quantity: 1, key: randomUUID() }
  const { holdId } = await line.ask<{ holdId: string }>('hold:create', hold)
  const ended = line.next('hold:ended')
  const host = await house.socket(stage.host)
  const about = { showId: stage.showId, accountId: ann.id }
  await host.ask('viewer:ban', { ...about, reason: 'spam' })
  expect(await ended).toEqual({ holdId, reason: 'released' })
  const next = await house.socket(await house.signUp('Bea'))
  await next.ask('hold:create', { ...hold, key: randomUUID() })
})

test('a muted person hears until when and why, on its own screens, also on one that comes later', async () => {
  showId = await openShow()
  const ann = await house.signUp('Ann')
  const line = await enter(ann)
  const moderator = await enter(mo)
  const heard = line.next<{ mutedUntil: string; reason: string }>('you:changed')
  await moderator.ask('viewer:mute', {
    showId,
    accountId: ann.id,
    durationMs: 60_000,
    reason: 'shouting',
  })
  const { mutedUntil, reason } = await heard
  expect(reason).toBe('shouting')
  expect(Date.parse(mutedUntil)).toBeGreaterThan(Date.now() + 30_000)
  type Joined = { you: { mutedUntil: string | null; mutedFor: string | null } }
  const { you } = await (await house.socket(ann)).ask<Joined>('show:join', { showId })
  expect(you).toMatchObject({ mutedUntil, mutedFor: 'shouting' })
  const freed = line.next<{ mutedUntil: null }>('you:changed')
  await moderator.ask('viewer:unmute', { showId, accountId: ann.id })
  expect((await freed).mutedUntil).toBeNull()
})

test('a banned guest does not come back as another guest', async () => {
  showId = await openShow()
  const guest = await house.guest()
  await enter(guest)
  const moderator = await enter(mo)
  await moderator.ask('viewer:ban', { showId, accountId: guest.id, reason: 'spam' })
  const another = await second.socket(await second.guest())
  expect(await another.ack('show:join', { showId })).toMatchObject({ ok: false, code: 'BANNED' })
  expect(await say(await enter(await house.signUp('Neighbour')))).toMatchObject({ ok: true })
})

test('a report reaches the moderators with the words it is about', async () => {
  showId = await openShow()
  const [ann, ben] = [await house.signUp('Ann'), await house.signUp('Ben')]
  const [moderator, annLine, benLine] = [await enter(mo), await enter(ann), await enter(ben)]
  const { messageId } = await annLine.ask<{ messageId: string }>('chat:send', {
    ...{ showId, text: 'you are all ugly', key: randomUUID() },
  })
  const told = hears(moderator, 'report.sent')
  await benLine.ask('report:send', { showId, about: { messageId }, reason: 'rude' })
  expect(await told).toMatchObject({ excerpt: 'you are all ugly', by: ben.id, reason: 'rude' })
  const { items } = await house.as(mo).get<{ items: Report[] }>(`/shows/${showId}/reports`)
  expect(items).toMatchObject([
    { by: { accountId: ben.id, displayName: 'Ben' }, about: { messageId }, reason: 'rude' },
  ])
})

test('who did what when, in one list; and one person with their history', async () => {
  showId = await openShow()
  const ann = await house.signUp('Ann')
  const [host, moderator, annLine] = [await enter(marta), await enter(mo), await enter(ann)]
  const { messageId } = await annLine.ask<{ messageId: string }>('chat:send', {
    ...{ showId, text: 'hello', key: randomUUID() },
  })
  await moderator.ask('chat:delete', { showId, messageId, reason: 'off topic' })
  const person = { showId, accountId: ann.id }
  await moderator.ask('viewer:mute', { ...person, durationMs: 60_000, reason: 'again' })
  await host.ask('viewer:unmute', person)
  const { items } = await house.as(mo).get<{ items: Act[] }>(`/shows/${showId}/audit`)
  expect(items.map((a) => [a.type, a.by?.displayName, a.reason])).toEqual([
    ['viewer.unmuted', 'Marta', null],
    ['viewer.muted', 'Mo', 'again'],
    ['chat.deleted', 'Mo', 'off topic'],
    ['show.started', 'Marta', null],
    ['staff.changed', 'Marta', null],
  ])
  const card = await house.as(mo).get<PersonCard>(`/shows/${showId}/people/${ann.id}`)
  expect(card).toMatchObject({ displayName: 'Ann', messages: 1, removed: 1, mutedUntil: null })
  expect(card.firstSeenAt).not.toBeNull()
  expect(card.history.map((a) => a.type)).toEqual([
    'viewer.unmuted',
    'viewer.muted',
    'chat.deleted',
  ])
})

test("the show's own words are listed, used and forgotten", async () => {
  showId = await openShow()
  const ann = await enter(await house.signUp('Ann'))
  const desk = house.as(mo)
  const word = await desk.post<{ id: string }>(`/shows/${showId}/words`, {
    ...{ text: 'refund', action: 'refuse' },
  })
  expect(await desk.get(`/shows/${showId}/words`)).toEqual({ items: [word], nextCursor: null })
  expect(await say(ann, 'I want a R3FUND')).toMatchObject({ ok: false, code: 'VALIDATION' })
  await desk.delete(`/shows/${showId}/words/${word.id}`)
  expect(await say(ann, 'I want a R3FUND')).toMatchObject({ ok: true })
})

test('a moderator who is taken back acts no more', async () => {
  showId = await openShow()
  const ann = await house.signUp('Ann')
  const moderator = await enter(mo)
  await house.as(marta).delete(`/shows/${showId}/moderators/${mo.id}`)
  const mute = { showId, accountId: ann.id, durationMs: 60_000, reason: 'late' }
  expect(await moderator.ack('viewer:mute', mute)).toMatchObject({ ok: false, code: 'FORBIDDEN' })
  const audit = house.as(mo).get(`/shows/${showId}/audit`)
  await expect(audit).rejects.toMatchObject({ status: 403 })
})

test('a show has so many moderators and no more; who is one already stays one', async () => {
  showId = await openShow()
  const more = await house.crowd(moderatorsMax)
  const put = ({ id }: Person) => house.as(marta).put(`/shows/${showId}/moderators/${id}`)
  for (const person of more.slice(1)) await put(person)
  await expect(put(more[0] as Person)).rejects.toMatchObject({ problem: { code: 'CONFLICT' } })
  await put(mo)
  await house.as(marta).delete(`/shows/${showId}/moderators/${mo.id}`)
  await put(more[0] as Person)
})
