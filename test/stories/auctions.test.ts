import { afterAll, beforeAll, expect, test } from 'vitest'
import { allChecks } from '../../server/app/checks.ts'
import { findAll } from '../../server/store/check.ts'
import { applyFrame, roomFrom } from '../../shared/domain/room.ts'
import type { Auction, Bid } from '../../shared/wire/auctions.ts'
import type { Event, Snapshot, You } from '../../shared/wire/events.ts'
import type { Hold } from '../../shared/wire/holds.ts'
import type { Replay } from '../../shared/wire/replay.ts'
import type { Report } from '../../shared/wire/report.ts'
import { openFront, type Placed, pay, until, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person } from '../support/house.ts'
import { told as letterOf } from '../support/letters.ts'

const approve = '4242424242424242'

let here: House
let there: House

beforeAll(async () => {
  here = await openHouse()
  there = await openHouse({}, {}, here)
})
afterAll(async () => {
  expect(await findAll(here.pg.rest, allChecks)).toEqual([])
  await there.close()
  await here.close()
})

type Frame = { events: Event[] }
type Joined = { seq: number; snapshot: Snapshot; events: Event[]; you: You }
const tells = (type: string) => (frame: Frame) => frame.events.some((one) => one.type === type)
const told = (frame: Frame, type: string) => frame.events.find((one) => one.type === type)

const terms = { opening: usd(1_000), step: usd(100), durationMs: 60_000, extendMs: 0 }

/** A show with so many of one piece, one of them at auction. */
async function openAuction(onHand: number) {
  const front = await openFront(here, onHand)
  const desk = await here.socket(front.host)
  await desk.ask('show:join', { showId: front.showId })
  const { showId, variantId } = front
  const open = () => desk.ask<Auction>('auction:open', { showId, variantId, ...terms })
  return { ...front, desk, open, ...(await open()) }
}
type Scene = Awaited<ReturnType<typeof openAuction>>

const bid = async (house: House, who: Person, { showId, auctionId }: Scene, amount: number) =>
  (await house.socket(who)).ask<Bid>('auction:bid', {
    showId,
    auctionId,
    price: usd(amount),
    key: `${amount}`,
  })

/** Its time is over: what happened in it was a minute earlier. */
const runOut = ({ auctionId }: Scene) =>
  here.pg.rest`with b as (
      update auction_bids set at = at - interval '1 min', ends_at = ends_at - interval '1 min' where auction_id = ${auctionId})
    update auctions set opened_at = opened_at - interval '1 min', ends_at = ends_at - interval '1 min' where id = ${auctionId}`

async function join(house: House, who: Person, showId: string) {
  const line = await house.socket(who)
  const { seq, snapshot, events, you } = await line.ask<Joined>('show:join', { showId })
  const [room] = applyFrame(roomFrom(snapshot, seq - events.length), { events })
  return { line, room, you }
}

test('a piece is opened, bid for on two processes, won, paid with a code, and counted as sold', async () => {
  const scene = await openAuction(2)
  const { host, showId, variantId } = scene
  await here.as(host).post('/merchant/codes', { code: 'TENTH', off: { percent: 10 } })
  const [noor, bo] = [await here.signUp('Noor'), await here.signUp('Bo')]
  const watching = await join(there, bo, showId)
  expect(watching.room.auction).toMatchObject({ variantId, price: null, next: usd(1_000), bids: 0 })
  await bid(here, noor, scene, 1_000)
  await bid(there, bo, scene, 4_000)
  const late = await join(here, await here.guest(), showId)
  const leader = { accountId: bo.id, displayName: 'Bo' }
  expect(late.room.auction).toMatchObject({ price: usd(4_000), next: usd(4_100), bids: 2, leader })

  const made = watching.line.next<Hold>('hold:made', () => true)
  const sold = late.line.next<Frame>('show:events', tells('auction.sold'))
  await runOut(scene)
  const hold = await made
  expect(hold).toMatchObject({ showId, variantId, quantity: 1, price: usd(4_000), state: 'active' })
  expect(told(await sold, 'auction.sold')).toMatchObject({ price: usd(4_000), winner: leader })
  await letterOf(here, bo, 'You won')
  // Who comes back finds it in the bag, and no auction in the room.
  const again = await join(there, bo, showId)
  expect(again.room.auction).toBeNull()
  expect(again.you.holds).toMatchObject([{ holdId: hold.holdId }])

  const body = { holdIds: [hold.holdId], shippingAddress: home, code: 'TENTH' }
  const { order, payment } = await here.as(bo).post<Placed>('/orders', body)
  expect(order).toMatchObject({ subtotal: usd(4_000), discount: usd(400) })
  await pay(here, payment.payUrl, approve)
  const read = () => here.as(bo).get<{ status: string }>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid')
  const settled = () => here.pg.rest`select settled_as from auctions where id = ${scene.auctionId}`
  await until(
    async () => [...(await settled())],
    ([row]) => row?.['settled_as'] === 'paid',
  )
  // What the house held for an auction that nobody won was in nobody's bag.
  const { auctionId } = await scene.open()
  await scene.desk.ask('auction:cancel', { showId, auctionId })
  const { figures, products } = await here.as(host).get<Report>(`/shows/${showId}/report`)
  expect(figures).toMatchObject({ orders: 1, units: 1, buyers: 1 })
  expect(products).toMatchObject([{ held: 1, ordered: 1, paid: 1, sales: [usd(3_600)] }])
  await here.as(host).post(`/shows/${showId}/end`)
  const { markers } = await here.as(host).get<Replay>(`/shows/${showId}/replay`)
  expect(markers.filter(({ kind }) => kind === 'auction')).toMatchObject([
    { variantId, price: usd(4_000) },
  ])
})

test('what was won and not paid is on the shelf again: staff hear of it, viewers do not, and it is opened anew', async () => {
  const scene = await openAuction(1)
  const { showId } = scene
  const noor = await here.signUp('Noor')
  const viewer = await join(there, await here.guest(), showId)
  await bid(here, noor, scene, 1_000)
  const sold = viewer.line.next<Frame>('show:events', tells('auction.sold'))
  await runOut(scene)
  await sold
  const forStaff = scene.desk.next<Frame>('show:events', tells('auction.unpaid'))
  const forAll = viewer.line.next<Frame>('show:events', tells('auction.unpaid'))
  await here.pg.rest`update holds set expires_at = clock_timestamp() where buyer = ${noor.id}`
  expect(told(await forStaff, 'auction.unpaid')).toMatchObject({
    auctionId: scene.auctionId,
    winner: { accountId: noor.id, displayName: 'Noor' },
  })
  const { seq, type, at, ...rest } = told(await forAll, 'auction.unpaid') as Event
  expect({ seq, type, at }).toBeDefined()
  expect(rest).toEqual({})
  expect(await scene.open()).toMatchObject({ bids: 0, leader: null })
})

test('what was won and not paid is offered on one process to whoever bid next on another, by letter too', async () => {
  const scene = await openAuction(1)
  const { showId, auctionId, desk } = scene
  const [noor, bo] = [await here.signUp('Noor'), await here.signUp('Bo')]
  const { line } = await join(there, noor, showId)
  await bid(there, noor, scene, 1_000)
  await bid(here, bo, scene, 1_100)
  const sold = desk.next<Frame>('show:events', tells('auction.sold'))
  await runOut(scene)
  await sold
  const unpaid = desk.next<Frame>('show:events', tells('auction.unpaid'))
  await here.pg.rest`update holds set expires_at = clock_timestamp() where buyer = ${bo.id}`
  await unpaid
  const made = line.next<Hold>('hold:made', () => true)
  const offered = line.next<Frame>('show:events', tells('auction.offered'))
  await desk.ask('auction:offer', { showId, auctionId })
  expect(await made).toMatchObject({ price: usd(1_000), state: 'active' })
  expect(told(await offered, 'auction.offered')).not.toHaveProperty('winner')
  await letterOf(here, noor, 'can be yours')
})
