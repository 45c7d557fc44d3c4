import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Event } from '../../shared/wire/events.ts'
import { type House, type Line, openHouse, type Person } from '../support/house.ts'

let house: House
let marta: Person
let showId: string

beforeAll(async () => {
  house = await openHouse()
  marta = await house.signUp('Marta')
})
afterAll(() => house.close())

type Frame = { events: Event[] }
type Seen = { chat: Event[]; pinnedMessage: unknown; show: { slowSeconds: number } }
type Joined = { snapshot: Seen; events: Event[] }

async function openShow(): Promise<string> {
  const { id } = await house.as(marta).post<{ id: string }>('/shows', { title: 'Kiln', lineup: [] })
  await house.as(marta).post(`/shows/${id}/start`)
  return id
}

async function enter(person: Person): Promise<Line & { sees: Seen }> {
  const line = await house.socket(person)
  return { ...line, sees: seenBy(await line.ask<Joined>('show:join', { showId })) }
}

/** What a client has on its screen: the snapshot with the events after it. */
function seenBy({ snapshot, events }: Joined): Seen {
  return events.reduce<Seen>((seen, { type, at, ...event }) => {
    const { chat, show } = seen
    switch (type) {
      case 'chat.sent':
        return event.deleted ? seen : { ...seen, chat: [...chat, { type, at, ...event } as Event] }
      case 'chat.deleted':
        return { ...seen, chat: chat.filter((m) => m['messageId'] !== event['messageId']) }
      case 'chat.pinned':
        return { ...seen, pinnedMessage: { messageId: event['messageId'], text: event['text'] } }
      case 'chat.unpinned':
        return { ...seen, pinnedMessage: null }
      case 'chat.slowed':
        return { ...seen, show: { ...show, slowSeconds: event['seconds'] as number } }
      default:
        return seen
    }
  }, snapshot)
}

/** The first event of this type that arrives on a line. */
async function hears(line: Line, type: string): Promise<Event> {
  const has = (frame: Frame) => frame.events.some((e) => e.type === type)
  const frame = await line.next<Frame>('show:events', has)
  return frame.events.find((e) => e.type === type) as Event
}

test('what one says the others read, and who comes later reads it too', async () => {
  showId = await openShow()
  const [ann, ben] = await Promise.all([house.signUp('Ann'), house.signUp('Ben')])
  const [annLine, guestLine] = [await enter(ann), await enter(await house.guest())]
  const heard = Promise.all([hears(annLine, 'chat.sent'), hears(guestLine, 'chat.sent')])
  const benLine = await enter(ben)
  const text = 'Is it <b>really</b> blue? 👩‍👩‍👧'
  const { messageId, seq } = await benLine.ask('chat:send', { showId, text, key: randomUUID() })
  const [atAnn, atGuest] = await heard
  expect(atAnn).toMatchObject({ seq, messageId, accountId: ben.id, role: 'viewer', text })
  expect(atGuest).toEqual(atAnn)
  const { sees } = await enter(marta)
  expect(sees.chat).toEqual([expect.objectContaining({ messageId, seq, text, displayName: 'Ben' })])
})

test('a message is too long, empty, a broken character or a guest’s: each is told why', async () => {
  showId = await openShow()
  const line = await enter(await house.signUp('Ann'))
  const say = (text: unknown) => line.ack('chat:send', { showId, text, key: randomUUID() })
  for (const text of [
    'a'.repeat(301),
    '👩‍👩‍👧'.repeat(100),
    '',
    '  ',
    '\u200B',
    '\0',
    '\uD800',
    7,
  ]) {
    expect(await say(text)).toMatchObject({ ok: false, code: 'VALIDATION' })
  }
  expect(await say('a'.repeat(300))).toMatchObject({ ok: true })
  const guest = await enter(await house.guest())
  const answer = await guest.ack('chat:send', { showId, text: 'hello', key: randomUUID() })
  expect(answer).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' })
})

test('a held message is seen by staff alone until one of them lets it through', async () => {
  showId = await openShow()
  const [ann, ben] = await Promise.all([house.signUp('Ann'), house.signUp('Ben')])
  const [host, annLine, benLine] = [await enter(marta), await enter(ann), await enter(ben)]
  const [atHost, atBen] = [hears(host, 'chat.held'), hears(benLine, 'chat.held')]
  const text = 'cheaper at bowls.com'
  const key = randomUUID()
  expect(await annLine.ask('chat:send', { showId, text, key })).toEqual({ held: true })
  const held = await atHost
  expect(held).toMatchObject({ text, reason: 'link', marks: ['bowls.com'], displayName: 'Ann' })
  expect(Object.keys(await atBen).toSorted()).toEqual(['at', 'seq', 'type'])
  const queue = await house.as(marta).get<{ items: Event[] }>(`/shows/${showId}/held`)
  expect(queue.items).toMatchObject([{ messageId: held['messageId'], text }])
  const said = hears(benLine, 'chat.sent')
  await host.ask('chat:approve', { showId, messageId: held['messageId'] })
  expect(await said).toMatchObject({ text, accountId: ann.id })
  const after = await house.as(marta).get<{ items: Event[] }>(`/shows/${showId}/held`)
  expect(after.items).toEqual([])
})

test('a deleted message leaves the screens, the snapshot, the pin and the history', async () => {
  showId = await openShow()
  const ann = await house.signUp('Ann')
  const [host, annLine] = [await enter(marta), await enter(ann)]
  const message = { showId, text: 'my number is secret', key: randomUUID() }
  const { messageId, seq } = await annLine.ask<{ messageId: string; seq: number }>(
    'chat:send',
    message,
  )
  await host.ask('chat:pin', { showId, messageId })
  expect((await enter(marta)).sees.pinnedMessage).toEqual({ messageId, text: message.text })
  const deleted = hears(annLine, 'chat.deleted')
  await host.ask('chat:delete', { showId, messageId, reason: 'private' })
  expect(await deleted).toEqual(expect.not.objectContaining({ reason: 'private' }))
  expect((await enter(ann)).sees).toMatchObject({ chat: [], pinnedMessage: null })
  for (const person of [ann, marta]) {
    const { items } = await house.as(person).get<{ items: Event[] }>(`/shows/${showId}/events`)
    expect(JSON.stringify(items)).not.toContain('secret')
    expect(items.find((e) => e.seq === seq)).toEqual({
      ...{ seq, type: 'chat.sent', at: expect.any(String), deleted: true },
    })
  }
})

test('slow mode tells everybody, and the hasty how long', async () => {
  showId = await openShow()
  const [host, ann] = [await enter(marta), await enter(await house.signUp('Ann'))]
  const slowed = hears(ann, 'chat.slowed')
  await host.ask('chat:slow', { showId, seconds: 30 })
  expect(await slowed).toMatchObject({ seconds: 30 })
  await ann.ask('chat:send', { showId, text: 'one', key: randomUUID() })
  const answer = await ann.ack('chat:send', { showId, text: 'two', key: randomUUID() })
  expect(answer).toMatchObject({ ok: false, code: 'RATE_LIMITED' })
  const wait = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0
  expect(wait).toBeGreaterThan(20_000)
  expect(wait).toBeLessThanOrEqual(30_000)
  expect((await enter(marta)).sees.show.slowSeconds).toBe(30)
})

test('hearts of many are one number in the pulse', async () => {
  showId = await openShow()
  const [host, guest] = [await enter(marta), await enter(await house.guest())]
  type Pulse = { reactions: Record<string, number> }
  const pulse = host.next<Pulse>('show:pulse', (p) => p.reactions['heart'] === 50)
  const hearts = Array.from({ length: 50 }, (_, i) =>
    (i % 2 ? host : guest).ask('reaction:send', { showId, kind: 'heart' }),
  )
  await Promise.all(hearts)
  expect(await pulse).toMatchObject({ showId, reactions: { heart: 50 } })
})
