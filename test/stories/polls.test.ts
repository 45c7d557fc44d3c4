import { afterAll, beforeAll, expect, test } from 'vitest'
import { allChecks } from '../../server/app/checks.ts'
import { findAll } from '../../server/store/check.ts'
import { applyFrame, roomFrom } from '../../shared/domain/room.ts'
import type { Event, ShowPulse, Snapshot, You } from '../../shared/wire/events.ts'
import type { Answered, ShownPoll } from '../../shared/wire/polls.ts'
import { openFront } from '../support/front.ts'
import { type House, openHouse } from '../support/house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  expect(await findAll(house.pg.rest, allChecks)).toEqual([])
  await house.close()
})

type Frame = { events: (Event & Partial<ShownPoll>)[] }
type Joined = { seq: number; snapshot: Snapshot; events: Event[]; you: You }
const tells = (type: string) => (frame: Frame) => frame.events.some((event) => event.type === type)

test('a host asks, the room answers, a guest too; all see it grow, and who comes later sees it with their own', async () => {
  const { host, showId } = await openFront(house, 5)
  const [aylin, guest] = [await house.signUp('Aylin'), await house.guest()]
  const [desk, phone, other] = await Promise.all(
    [host, aylin, guest].map((who) => house.socket(who)),
  )
  if (!desk || !phone || !other) throw new Error('no sockets')
  await Promise.all([phone, other].map((line) => line.ask('show:join', { showId })))
  const opened = other.next<Frame>('show:events', tells('poll.opened'))
  const asked = { showId, question: 'Which glaze next?', answers: ['Celadon', 'Shino'] }
  const { pollId } = await desk.ask<ShownPoll>('poll:open', asked)
  expect((await opened).events).toMatchObject([{ pollId, counts: [0, 0], closedAt: null }])

  const grown = other.next<ShowPulse>('show:pulse', ({ poll }) => String(poll?.counts) === '0,2')
  await phone.ask('poll:answer', { showId, pollId, answer: 1 })
  expect(await other.ask<Answered>('poll:answer', { showId, pollId, answer: 1 })).toEqual({
    pollId,
    answer: 1,
  })
  expect((await grown).poll).toEqual({ pollId, counts: [0, 2] })
  const again = await house.socket(aylin)
  const { seq, snapshot, events, you } = await again.ask<Joined>('show:join', { showId })
  const [room] = applyFrame(roomFrom(snapshot, seq - events.length), { events })
  expect(room.poll).toMatchObject({ question: 'Which glaze next?', closedAt: null })
  expect(you.answered).toEqual({ pollId, answer: 1 })

  const closed = phone.next<Frame>('show:events', tells('poll.closed'))
  await desk.ask('poll:close', { showId, pollId })
  expect((await closed).events).toMatchObject([{ pollId, counts: [0, 2] }])
})

test('a poll with a length closes by itself', async () => {
  const { host, showId } = await openFront(house, 1)
  const desk = await house.socket(host)
  await desk.ask('show:join', { showId })
  const closed = desk.next<Frame>('show:events', tells('poll.closed'))
  const asked = { showId, question: 'Now?', answers: ['Yes', 'No'], durationMs: 10_000 }
  const { pollId } = await desk.ask<ShownPoll>('poll:open', asked)
  await house.pg.rest`update polls set ends_at = clock_timestamp() where id = ${pollId}`
  expect((await closed).events).toMatchObject([{ pollId, counts: [0, 0] }])
})
