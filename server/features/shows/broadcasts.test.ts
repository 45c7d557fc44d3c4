import { expect, test } from 'vitest'
import { Refusal } from '../../base/refusal.ts'
import type { Media } from '../../media/media.ts'
import { Broadcasts } from './broadcasts.ts'

const who = {
  accountId: 'a',
  sessionId: 's',
  kind: 'account' as const,
  displayName: 'Ada',
  address: '127.0.0.1',
}
const banned = () => Promise.reject(new Refusal('BANNED', 'Out.'))
const opening = { showId: 'show', direction: 'recv' as const }

/** Broadcasts whose media opens what it is asked for, and what happens there in its order. */
function broadcastsWhere(rights: { mayWatch?: typeof banned; mustNotBeBanned?: typeof banned }) {
  const happened: string[] = []
  const note = <T>(what: string, value: T) => {
    happened.push(what)
    return Promise.resolve(value)
  }
  const media = {
    openTransport: () => note('opened', { transportId: 't' }),
    consume: () => note('consumed', { consumers: [] }),
    closeTransport: () => note('closed', undefined),
    closePeer: () => undefined,
  } as unknown as Media
  const right = (refused?: typeof banned) => () =>
    note('rights read', undefined).then(() => refused?.())
  const broadcasts = new Broadcasts({
    shows: { roleOf: () => Promise.resolve('viewer') },
    media,
    mayWatch: right(rights.mayWatch),
    mustNotBeBanned: right(rights.mustNotBeBanned),
    follow: () => note('followed', { release: () => void happened.push('let go') }),
  })
  return { broadcasts, happened }
}

test('rights are read when the media room knows of a transport, and who has none has it closed', async () => {
  const { broadcasts, happened } = broadcastsWhere({ mayWatch: banned })
  const opened = broadcasts.openTransport(who, 'line', opening)
  await expect(opened).rejects.toMatchObject({ code: 'BANNED' })
  expect(happened).toEqual(['followed', 'opened', 'rights read', 'closed', 'let go'])
})

test('who is banned gets nothing to hear, and his transport is closed', async () => {
  const { broadcasts, happened } = broadcastsWhere({ mustNotBeBanned: banned })
  await broadcasts.openTransport(who, 'line', opening)
  const consumed = broadcasts.consume(who, 'line', { transportId: 't', rtpCapabilities: {} })
  await expect(consumed).rejects.toMatchObject({ code: 'BANNED' })
  expect(happened.slice(-2)).toEqual(['closed', 'let go'])
})

test('who has the right gets both', async () => {
  const { broadcasts, happened } = broadcastsWhere({})
  expect(await broadcasts.openTransport(who, 'line', opening)).toEqual({ transportId: 't' })
  expect(await broadcasts.consume(who, 'line', { transportId: 't', rtpCapabilities: {} })).toEqual({
    consumers: [],
  })
  expect(happened).not.toContain('closed')
  expect(happened).not.toContain('let go')
})

test('who closes the last transport of a show, or has it closed, lets the show go', async () => {
  const { broadcasts, happened } = broadcastsWhere({})
  const letGo = () => happened.filter((what) => what === 'let go').length
  await broadcasts.openTransport(who, 'line', opening)
  broadcasts.closed('line', 'another')
  expect([letGo(), broadcasts.uses('line', 'show')]).toEqual([0, true])
  await broadcasts.close(who, 'line', { transportId: 't' })
  expect([letGo(), broadcasts.uses('line', 'show')]).toEqual([1, false])
  await broadcasts.openTransport(who, 'line', opening)
  broadcasts.closed('line', 't')
  expect([letGo(), broadcasts.uses('line', 'show')]).toEqual([2, false])
})

test('a transport that dies while the right to it is read keeps no show', async () => {
  const right = Promise.withResolvers<never>()
  const { broadcasts, happened } = broadcastsWhere({ mayWatch: () => right.promise })
  const opened = broadcasts.openTransport(who, 'line', opening)
  await expect.poll(() => happened).toContain('rights read')
  broadcasts.closed('line', 't')
  right.resolve(undefined as never)
  await opened
  expect(broadcasts.uses('line', 'show')).toBe(false)
})

test('a line that left while its transport was opened lets the show go when it leaves again', async () => {
  const { broadcasts, happened } = broadcastsWhere({})
  const opened = broadcasts.openTransport(who, 'line', opening)
  broadcasts.drop('line')
  await opened
  broadcasts.drop('line')
  expect(happened.filter((what) => what === 'let go')).toHaveLength(1)
  expect(broadcasts.uses('line', 'show')).toBe(false)
})
