import { expect, it } from 'vitest'
import type { You } from '../../shared/wire/events.ts'
import { Refusal } from '../base/refusal.ts'
import { Feed } from '../events/feed.ts'
import type { Appended } from '../events/log.ts'
import type { Relay } from '../events/relay.ts'
import { Audience } from './audience.ts'
import type { Line } from './gateway.ts'

const showId = 'kiln'

/** One show, followed for as long as somebody holds it; each reading of who somebody is waits for the test. */
function openHouse() {
  let feed: Feed | undefined
  let users = 0
  const ears: ((events: Appended[], showId: string) => void)[] = []
  const relay = {
    onEvents: (ear: (typeof ears)[number]) => ears.push(ear),
    async follow() {
      users += 1
      feed ??= new Feed({
        showId,
        from: 0,
        read: async () => [],
        deliver: (events) => ears.forEach((ear) => ear(events, showId)),
        failed: (error) => expect.fail(String(error)),
      })
      const release = () => {
        users -= 1
        if (users === 0) feed?.close()
        if (users === 0) feed = undefined
      }
      return { feed, release }
    },
  }
  const asked: { accountId: string; answer: PromiseWithResolvers<You> }[] = []
  const audience = new Audience({
    relay: relay as unknown as Relay,
    now: () => 0,
    readSnapshot: async () => ({ seq: feed?.delivered ?? 0, snapshot: {} as never }),
    readYou(_showId, accountId) {
      const answer = Promise.withResolvers<You>()
      asked.push({ accountId, answer })
      return answer.promise
    },
    readEvents: async () => [],
  })
  /** The next question about somebody, once it was asked. */
  const next = async (accountId: string) => {
    const isTheirs = (one: (typeof asked)[number]) => one.accountId === accountId
    await expect.poll(() => asked.some(isTheirs)).toBe(true)
    const [one] = asked.splice(asked.findIndex(isTheirs), 1)
    return (one as (typeof asked)[number]).answer
  }
  return { audience, next, offer: (events: Appended[]) => feed?.offer(events) }
}

const lineOf = (accountId: string) => {
  const net = { writableLength: 0, write: () => true }
  const conn = { readyState: 'open', writeBuffer: [] }
  const socket = { id: accountId, connected: true }
  return { id: accountId, who: { accountId }, socket, conn, net, fd: -1 } as unknown as Line
}
const viewer = { role: 'viewer' } as You
const happened = (seq: number, type: string, staff: object) =>
  ({ showId, seq, type, at: '', body: {}, staff }) as Appended

it('who cannot come in closes the show on nobody who is on the way in', async () => {
  const { audience, next, offer } = openHouse()
  const [ann, bob] = [lineOf('ann'), lineOf('bob')]
  const anns = audience.join(ann, showId, undefined)
  const bobs = audience.join(bob, showId, undefined)
  ;(await next('bob')).reject(new Refusal('BANNED', 'You were removed from this show.'))
  await expect(bobs).rejects.toMatchObject({ code: 'BANNED' })
  ;(await next('ann')).resolve(viewer)
  await anns
  offer([happened(1, 'product.pinned', {})])
  expect(audience.room(showId)?.feed.delivered).toBe(1)
  audience.leave(ann, showId)
  expect(audience.rooms()).toEqual([])
})

it('who leaves before it is let in is not in', async () => {
  const { audience, next } = openHouse()
  const ann = lineOf('ann')
  const joining = audience.join(ann, showId, undefined)
  const reading = await next('ann')
  audience.leave(ann, showId)
  reading.resolve(viewer)
  await joining
  expect(audience.isIn(ann, showId)).toBe(false)
  expect(audience.rooms()).toEqual([])
})

it('a line that tries twice at once is in when one of the two lets it in', async () => {
  const { audience, next } = openHouse()
  const ann = lineOf('ann')
  const [first, second] = [1, 2].map(() => audience.join(ann, showId, undefined))
  const [good, bad] = [await next('ann'), await next('ann')]
  bad.reject(new Refusal('UNAVAILABLE', 'Try again.'))
  await expect(second).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  good.resolve(viewer)
  await first
  expect(audience.isIn(ann, showId)).toBe(true)
  audience.close()
})

it('who is banned or made staff while it comes in is let in as what it is by then, or not at all', async () => {
  const { audience, next, offer } = openHouse()
  const [ann, bob, eve] = ['ann', 'bob', 'eve'].map(lineOf) as [Line, Line, Line]
  const eves = audience.join(eve, showId, undefined)
  ;(await next('eve')).resolve(viewer)
  await eves
  const anns = audience.join(ann, showId, undefined)
  const bobs = audience.join(bob, showId, undefined)
  const [early, stale] = [await next('ann'), await next('bob')]
  offer([
    happened(1, 'viewer.banned', { accountId: 'ann' }),
    happened(2, 'staff.changed', { accountId: 'bob', moderator: true }),
  ])
  early.resolve(viewer)
  stale.resolve(viewer)
  ;(await next('ann')).reject(new Refusal('BANNED', 'You were removed from this show.'))
  await expect(anns).rejects.toMatchObject({ code: 'BANNED' })
  ;(await next('bob')).resolve({ role: 'moderator' } as You)
  expect(await bobs).toMatchObject({ you: { role: 'moderator' } })
  expect([ann, bob, eve].map((line) => audience.isIn(line, showId))).toEqual([false, true, true])
  const staff = audience.room(showId)?.members.filter((member) => member.staff)
  expect(staff?.map(({ accountId }) => accountId)).toEqual(['bob'])
  audience.close()
})
