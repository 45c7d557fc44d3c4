import { afterAll, beforeAll, expect, test } from 'vitest'
import { allChecks } from '../../server/app/checks.ts'
import { findAll } from '../../server/store/check.ts'
import { applyFrame, roomFrom } from '../../shared/domain/room.ts'
import type { Event, Snapshot } from '../../shared/wire/events.ts'
import type { DiscountCode } from '../../shared/wire/promotions.ts'
import { openFront, type Placed, pay, until, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person, Unexpected } from '../support/house.ts'
import { told } from '../support/letters.ts'

const approve = '4242424242424242'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  expect(await findAll(house.pg.rest, allChecks)).toEqual([])
  await house.close()
})

type Frame = { events: { type: string; code?: string }[] }
const tells = (type: string) => (frame: Frame) => frame.events.some((event) => event.type === type)

const make = (person: Person, body: object) =>
  house.as(person).post<DiscountCode>('/merchant/codes', { off: { percent: 10 }, ...body })

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (err) => err,
  )
  if (!(error instanceof Unexpected)) throw error ?? new Error('it was not refused')
  return error.problem
}

test('a code is shown, typed, paid with, and stands in the order, the letter and the books', async () => {
  const front = await openFront(house, 5)
  const { host, showId } = front
  const code = await make(host, { code: 'kiln10', quota: 1 })
  const buyer = await house.signUp('Aylin')
  const [desk, viewer] = [await house.socket(host), await house.socket(buyer)]
  await viewer.ask('show:join', { showId })
  const shown = viewer.next<Frame>('show:events', tells('code.shown'))
  await desk.ask('code:show', { showId, codeId: code.id })
  expect((await shown).events).toMatchObject([
    { code: 'KILN10', off: { percent: 10 }, minimum: null, productIds: null, endsAt: null },
  ])
  const late = await house.socket(await house.guest())
  type Joined = { seq: number; snapshot: Snapshot; events: Event[] }
  const { seq, snapshot, events } = await late.ask<Joined>('show:join', { showId })
  const [room] = applyFrame(roomFrom(snapshot, seq - events.length), { events })
  expect(room.code).toMatchObject({ code: 'KILN10' })

  const holdIds = [await front.hold(buyer, 2)]
  const asked = { holdIds, code: 'Kiln10' }
  const sums = { code: 'KILN10', discount: usd(590), total: usd(5_310) }
  expect(await house.as(buyer).post('/orders/quote', asked)).toMatchObject(sums)
  const hidden = viewer.next<Frame>('show:events', tells('code.hidden'))
  const body = { ...asked, shippingAddress: home }
  const { order, payment } = await house.as(buyer).post<Placed>('/orders', body)
  expect(order).toMatchObject(sums)
  // Its one use is taken: it leaves the room by itself.
  await hidden
  await pay(house, payment.payUrl, approve)
  const read = () => house.as(buyer).get<{ status: string }>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid')
  await told(house, buyer, 'Discount (KILN10)')
  const { items } = await house.as(host).get<{ items: DiscountCode[] }>('/merchant/codes')
  expect(items).toMatchObject([
    { uses: 1, state: 'used-up', paid: [{ orders: 1, given: usd(590), sold: usd(5_310) }] },
  ])
})

test('a refused code says so at its field, with quote and order alike, and what is not one is VALIDATION', async () => {
  const front = await openFront(house, 5)
  await make(front.host, { code: 'MUCH', minimum: usd(10_000) })
  const other = await openFront(house, 1)
  await make(other.host, { code: 'ELSEWHERE' })
  const buyer = await house.signUp('Bo')
  const holdIds = [await front.hold(buyer)]
  const said = async (code: string, path = '/orders/quote') => {
    const address = path === '/orders' ? { shippingAddress: home } : {}
    const { status, detail, errors } = await refusal(
      house.as(buyer).post(path, { holdIds, code, ...address }),
    )
    return { status, detail, at: errors?.map(({ pointer }) => pointer) }
  }
  const more = { status: 400, detail: 'This code needs $70.50 more.', at: ['/code'] }
  expect(await said('MUCH')).toEqual(more)
  expect(await said('MUCH', '/orders')).toEqual(more)
  const none = { status: 400, detail: 'There is no such code here.', at: ['/code'] }
  for (const code of ['ELSEWHERE', 'NOBODYS']) expect(await said(code)).toEqual(none)
  for (const code of ['no', 'a b c', "x' or 1=1", 'É'.repeat(8), 'A'.repeat(33), '']) {
    expect(await said(code)).toMatchObject({ status: 400, at: ['/code'] })
  }
})

test('a code that ends leaves the show, and nobody else can end or show it', async () => {
  const { host, desk, showId } = await openFront(house, 1)
  const code = await make(host, { code: 'BRIEF', endsAt: new Date(Date.now() + 900).toISOString() })
  const stranger = await house.signUp('Cem')
  const end = house.as(stranger).post(`/merchant/codes/${code.id}/end`)
  expect((await refusal(end)).code).toBe('NOT_FOUND')
  const line = await house.socket(host)
  await line.ask('show:join', { showId })
  const hidden = line.next<Frame>('show:events', tells('code.hidden'))
  await line.ask('code:show', { showId, codeId: code.id })
  await hidden
  expect(await desk.get('/merchant/codes?state=ended')).toMatchObject({
    items: [{ code: 'BRIEF' }],
  })
})

test('with limits on, codes are guessed so often and not oftener, and buying without one goes on', async () => {
  const limited = await openHouse({ RATE_LIMITS: 'on' })
  try {
    const front = await openFront(limited, 5)
    const buyer = limited.as(await limited.signUp('Aylin'))
    const { holdId } = await buyer.post<{ holdId: string }>('/holds', {
      showId: front.showId,
      variantId: front.variantId,
      quantity: 1,
    })
    const holdIds = [holdId]
    const codes: string[] = []
    for (let n = 0; n < 61; n++) {
      codes.push((await refusal(buyer.post('/orders/quote', { holdIds, code: `GUESS${n}` }))).code)
    }
    expect(codes.slice(0, 60)).toEqual(Array(60).fill('VALIDATION'))
    expect(codes[60]).toBe('RATE_LIMITED')
    const body = { holdIds, shippingAddress: home }
    const order = await refusal(buyer.post('/orders', { ...body, code: 'GUESS' }))
    expect(order.code).toBe('RATE_LIMITED')
    await buyer.post('/orders', body)
  } finally {
    await limited.close()
  }
})
