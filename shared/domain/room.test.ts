import { describe, expect, test } from 'vitest'
import type { Event, Snapshot } from '../wire/events.ts'
import { applyFrame, applyPulse, type Room, roomFrom } from './room.ts'

const at = '2026-11-22T20:00:00.000Z'
const usd = (amount: number) => ({ amount, currency: 'USD' })

const snapshot: Snapshot = {
  show: {
    id: 's1',
    title: 'Autumn kiln opening',
    status: 'live',
    startsAt: null,
    startedAt: at,
    endedAt: null,
    host: { id: 'h1', displayName: 'Marta' },
    slowSeconds: 0,
    interruptedAt: null,
    sells: true,
  },
  pinned: 'p1',
  pinnedMessage: null,
  code: null,
  auction: null,
  poll: null,
  giveaway: null,
  products: [
    {
      id: 'p1',
      title: 'Low bowl',
      images: [],
      pulled: false,
      variants: [
        { id: 'v1', sku: 'B1', title: '18 cm', price: usd(4200), available: 24, limit: null },
      ],
    },
  ],
  sales: [],
  chat: [],
  media: { producers: [] },
  viewers: 3,
  reactions: { heart: 5 },
}

const event = (seq: number, type: string, fields: object = {}): Event => ({
  seq,
  type,
  at,
  ...fields,
})
const start = (): Room => roomFrom(snapshot, 10)
const apply = (room: Room, ...events: Event[]): Room => applyFrame(room, { events })[0]
const said = (seq: number, messageId: string, text: string) =>
  event(seq, 'chat.sent', { messageId, accountId: 'a', displayName: 'Noor', role: 'viewer', text })

describe('a frame of the log', () => {
  test('is applied from the next seq on, and what is older changes nothing', () => {
    const [room, gap] = applyFrame(start(), {
      events: [
        said(9, 'old', 'seen before'),
        said(10, 'old', 'seen before'),
        said(11, 'm', 'hello'),
      ],
    })
    expect(gap).toBe(false)
    expect(room.seq).toBe(11)
    expect(room.talk).toMatchObject([{ kind: 'message', text: 'hello' }])
  })

  test('with a gap is applied up to the gap, and the gap is told', () => {
    const [room, gap] = applyFrame(start(), { events: [said(11, 'm', 'a'), said(13, 'n', 'b')] })
    expect(gap).toBe(true)
    expect(room.seq).toBe(11)
    expect(room.talk).toHaveLength(1)
  })

  test('twice is the same as once', () => {
    const events = [
      said(11, 'm', 'hello'),
      event(12, 'product.pulled', { productId: 'p1' }),
      event(13, 'chat.slowed', { seconds: 5 }),
    ]
    const once = applyFrame(start(), { events })[0]
    expect(applyFrame(once, { events })[0]).toEqual(once)
  })

  test('with an event that this page does not know goes on behind it', () => {
    const room = apply(start(), event(11, 'poll.opened'), said(12, 'm', 'still here'))
    expect(room.seq).toBe(12)
    expect(room.talk).toHaveLength(1)
  })
})

describe('events', () => {
  test('a pull takes the product down from the ticket, a restore puts it back on sale only', () => {
    const pulled = apply(start(), event(11, 'product.pulled', { productId: 'p1' }))
    expect(pulled.pinned).toBeNull()
    expect(pulled.products[0]?.pulled).toBe(true)
    const back = apply(pulled, event(12, 'product.restored', { productId: 'p1' }))
    expect(back.products[0]?.pulled).toBe(false)
    expect(back.pinned).toBeNull()
  })

  test('a removed message leaves its sentence, and leaves the pin', () => {
    const room = apply(
      start(),
      said(11, 'm', 'rude'),
      event(12, 'chat.pinned', { messageId: 'm', text: 'rude' }),
      event(13, 'chat.deleted', { messageId: 'm' }),
    )
    expect(room.talk).toEqual([{ kind: 'removed', seq: 11, messageId: 'm' }])
    expect(room.pinnedMessage).toBeNull()
  })

  test('a message whose body was erased keeps its place', () => {
    const room = apply(start(), { ...event(11, 'chat.sent'), deleted: true })
    expect(room.talk).toEqual([{ kind: 'removed', seq: 11, messageId: null }])
  })

  test('a sale forgets the stock of the standing offer and is told in the talk', () => {
    const before = applyPulse(start(), {
      showId: 's1',
      at,
      viewers: 3,
      reactions: {},
      stock: { v1: { available: 30, held: 0 } },
    })
    const room = apply(
      before,
      event(11, 'sale.started', {
        saleId: 'x',
        variantId: 'v1',
        price: usd(2950),
        wasPrice: usd(4200),
        quantity: 24,
        perBuyer: 2,
        startsAt: at,
        endsAt: at,
        state: 'announced',
      }),
    )
    expect(room.stock['v1']).toBeUndefined()
    expect(room.sales).toMatchObject([{ saleId: 'x', quantity: 24 }])
    expect(room.sales[0]).not.toHaveProperty('seq')
    expect(room.talk.at(-1)).toMatchObject({ kind: 'sale', variantId: 'v1' })
  })

  test('sales within five seconds are one line in sum, later ones another', () => {
    const placed = (seq: number, second: number, quantity: number): Event => ({
      ...event(seq, 'order.placed', { items: [{ variantId: 'v1', quantity }] }),
      at: `2026-11-22T20:00:0${second}.000Z`,
    })
    const room = apply(
      start(),
      placed(11, 0, 1),
      said(12, 'm', 'got one'),
      placed(13, 3, 2),
      placed(14, 6, 1),
    )
    expect(room.talk).toMatchObject([{ quantity: 3 }, { kind: 'message' }, { quantity: 1 }])
  })

  test('while nothing else is said, what is sold stays one line', () => {
    const placed = (seq: number, second: number): Event => ({
      ...event(seq, 'order.placed', { items: [{ variantId: 'v1', quantity: 1 }] }),
      at: `2026-11-22T20:00:${second}.000Z`,
    })
    expect(apply(start(), placed(11, 10), placed(12, 30), placed(13, 50)).talk).toMatchObject([
      { kind: 'sold', quantity: 3 },
    ])
  })

  test('a change told without its content asks for a fresh snapshot', () => {
    expect(apply(start(), event(11, 'lineup.changed')).stale).toBe(true)
    expect(apply(start(), event(11, 'product.updated', { productId: 'p1' })).stale).toBe(true)
  })
})

test('a pulse that comes late never undoes a newer one', () => {
  const pulse = (second: number, available: number) => ({
    showId: 's1',
    at: `2026-11-22T20:00:0${second}.000Z`,
    viewers: 3,
    reactions: { heart: 6 },
    stock: { v1: { available, held: 1 } },
  })
  const room = applyPulse(applyPulse(start(), pulse(5, 8)), pulse(4, 9))
  expect(room.stock['v1']?.available).toBe(8)
})

test('the last code that is shown stands, until it is hidden or the show ends', () => {
  const code = { code: 'LIVE10', off: { percent: 10 }, minimum: null, productIds: null }
  const shown = apply(start(), event(11, 'code.shown', { ...code, perBuyer: 1, endsAt: null }))
  expect(shown.code).toEqual({ ...code, perBuyer: 1, endsAt: null })
  expect(apply(shown, event(12, 'code.hidden', { code: 'LIVE10' })).code).toBeNull()
  expect(apply(shown, event(12, 'show.ended')).code).toBeNull()
})

test('a poll counts by the pulse while it is open; its end has the last word', () => {
  const poll = {
    pollId: 'q1',
    question: 'Which?',
    answers: ['One', 'Two'],
    openedAt: at,
    endsAt: null,
  }
  const opened = apply(
    start(),
    event(11, 'poll.opened', { ...poll, counts: [0, 0], closedAt: null }),
  )
  const pulse = (counts: number[], pollId = 'q1') => ({
    showId: 's1',
    at,
    viewers: 3,
    reactions: {},
    stock: {},
    poll: { pollId, counts },
  })
  expect(applyPulse(opened, pulse([3, 1])).poll?.counts).toEqual([3, 1])
  expect(applyPulse(opened, pulse([3, 1], 'q0')).poll?.counts).toEqual([0, 0])
  const closed = apply(opened, event(12, 'poll.closed', { ...poll, counts: [4, 1], closedAt: at }))
  expect(applyPulse(closed, pulse([3, 1])).poll).toEqual({ ...poll, counts: [4, 1], closedAt: at })
  expect(apply(closed, event(13, 'show.ended')).poll).toBeNull()
})

test('a line goes with the pulse that has none, not with what the log says of stock', () => {
  const pulse = (line?: { next: number; waiting: number }) => ({
    showId: 's1',
    at,
    viewers: 3,
    reactions: {},
    stock: { v1: { available: 0, held: 1, ...(line && { line }) } },
  })
  const line = { next: 4, waiting: 2 }
  const lined = applyPulse(start(), pulse(line))
  const told = apply(lined, event(11, 'stock.sold-out', { variantId: 'v1', available: 0 }))
  expect(told.stock['v1']).toEqual({ available: 0, held: 1, line })
  expect(applyPulse(told, pulse()).stock['v1']?.line).toBeUndefined()
})
