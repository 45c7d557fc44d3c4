import { expect, test } from 'vitest'
import { newId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Media } from '../../media/media.ts'
import { Feeds } from './feeds.ts'

const showId = newId()

/** An encoder on the air; what is asked about its key next is what `answer` says. */
async function onAir() {
  const closed: string[] = []
  const keys = { answer: async (): Promise<string | undefined> => showId }
  const feeds = new Feeds({
    node: newId(),
    broadcasts: { mayWatch: async () => undefined, mayPublish: async () => undefined },
    keys: { showOf: () => keys.answer() },
    media: {
      publishOffer: async () => ({ transportId: 't', iceSession: 'i', answer: '' }),
      closePeer: (peerId: string) => void closed.push(peerId),
      iceServers: () => [],
    } as unknown as Media,
    findSession: async () => null,
    mustNotBeBanned: async () => undefined,
    follow: async () => ({ release: () => undefined }),
    askNode: async () => undefined,
    networkOf: (address) => address,
  })
  const caller = { token: 'key', who: null, address: '127.0.0.1' }
  await feeds.open(caller, { kind: 'whip', showId, offer: '' })
  return { feeds, keys, closed }
}

test('a database that is away for a moment takes no show off the air', async () => {
  const { feeds, keys, closed } = await onAir()
  const away = Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' })
  keys.answer = () => Promise.reject(new Error('Failed query', { cause: away }))
  await feeds.reconsider(showId)
  expect(closed).toEqual([])
})

test('a key that is another one ends what the old one sends', async () => {
  const { feeds, keys, closed } = await onAir()
  keys.answer = async () => undefined
  await feeds.reconsider(showId)
  expect(closed).toHaveLength(1)
})

test('a key that was changed while nobody could be told of it ends what it sends all the same', async () => {
  const { feeds, keys, closed } = await onAir()
  await feeds.lookAfter()
  expect(closed).toEqual([])
  keys.answer = async () => undefined
  await feeds.lookAfter()
  expect(closed).toHaveLength(1)
})

test('who may no longer send is off the air', async () => {
  const { feeds, keys, closed } = await onAir()
  keys.answer = () => Promise.reject(new Refusal('FORBIDDEN', 'Only the host can do this.'))
  await feeds.reconsider(showId)
  expect(closed).toHaveLength(1)
})
