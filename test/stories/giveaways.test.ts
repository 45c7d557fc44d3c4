import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allChecks } from '../../server/app/checks.ts'
import { findAll } from '../../server/store/check.ts'
import { drawAgain } from '../../shared/domain/draw.ts'
import type { Event, Snapshot, You } from '../../shared/wire/events.ts'
import type { Entered, Giveaway, GiveawayRecord } from '../../shared/wire/giveaways.ts'
import type { Hold } from '../../shared/wire/holds.ts'
import type { Order, Payment, Quote } from '../../shared/wire/orders.ts'
import type { Report } from '../../shared/wire/report.ts'
import { openFront, type Placed, usd } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person } from '../support/house.ts'
import { told as letterOf } from '../support/letters.ts'

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
type Joined = { snapshot: Snapshot; you: You }
const tells = (type: string) => (frame: Frame) => frame.events.some((one) => one.type === type)

async function openGiveaway(onHand: number) {
  const front = await openFront(here, onHand)
  const { host, showId, variantId } = front
  await here.as(host).put('/merchant', {
    name: 'The shop',
    address: '',
    shipping: [{ price: usd(590) }],
    countries: [],
    taxNote: '',
    terms: '',
    returns: '',
    returnDays: 30,
  })
  const desk = await here.socket(host)
  await desk.ask('show:join', { showId })
  const asked = { showId, variantId, durationMs: 60_000 }
  return { ...front, desk, ...(await desk.ask<Giveaway>('giveaway:open', asked)) }
}
type Scene = Awaited<ReturnType<typeof openGiveaway>>

async function enter(house: House, who: Person, { showId, giveawayId }: Scene) {
  const line = await house.socket(who)
  await line.ask('show:join', { showId })
  const made = line.next<Hold>('hold:made', () => true)
  const entered = await line.ask<Entered>('giveaway:enter', { showId, giveawayId })
  return { who, entered, made }
}

const script = resolve(import.meta.dirname, '../../scripts/draw-check.mjs')

/** What the script that anybody may run says of a giveaway: its exit code and its words. */
const checkedBy = (url: string, commitment: string) =>
  promisify(execFile)(process.execPath, [script, url, commitment]).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  )

/** Its time is over: what happened in it was a minute earlier. */
const runOut = ({ giveawayId }: Scene) =>
  here.pg.rest`with e as (
      update giveaway_entries set at = at - interval '1 min' where giveaway_id = ${giveawayId})
    update giveaways set opened_at = opened_at - interval '1 min', ends_at = ends_at - interval '1 min' where id = ${giveawayId}`

test('a piece is given away over two processes, drawn so that anybody can check it, claimed, sent and has arrived', async () => {
  const scene = await openGiveaway(2)
  const { host, showId, giveawayId, commitment } = scene
  const people = [await here.signUp('Noor'), await here.signUp('Bo')]
  const entries = await Promise.all(people.map((who, n) => enter(n ? here : there, who, scene)))
  expect(entries.map(({ entered }) => entered.number).sort()).toEqual([1, 2])
  const guest = await here.guest()
  const stranger = await here.socket(guest)
  const refused = stranger.ask('giveaway:enter', { showId, giveawayId })
  await expect(refused).rejects.toThrow('Sign in first.')
  const joined = await (await there.socket(people[0] as Person)).ask<Joined>('show:join', {
    showId,
  })
  expect(joined.snapshot.giveaway).toMatchObject({ giveawayId, commitment, draw: null })
  expect(joined.you.entered).toEqual(entries[0]?.entered)

  const over = scene.desk.next<Frame>('show:events', tells('giveaway.ended'))
  await runOut(scene)
  await over
  const { giveaway, list } = await here
    .as(guest)
    .get<GiveawayRecord>(`/shows/${showId}/giveaways/${giveawayId}`)
  const { draw } = giveaway
  expect(giveaway).toMatchObject({ commitment, reason: 'drawn', entries: 2 })
  if (draw === null || list === null) throw new Error('not drawn')
  expect(await drawAgain({ ...giveaway, ...draw, list })).toEqual({ number: draw.number })
  const url = `${here.url}/api/v1/shows/${showId}/giveaways/${giveawayId}`
  expect(await checkedBy(url, commitment)).toEqual({
    code: 0,
    said: expect.stringContaining(`ticket ${draw.number} of 2`),
  })
  expect(await checkedBy(url, '0'.repeat(64))).toMatchObject({ code: 1 })
  for (const { ticket } of entries.map(({ entered }) => entered)) expect(list).toContain(ticket)

  const winner = entries.find(({ entered }) => entered.number === draw.number)
  if (winner === undefined) throw new Error('nobody won')
  const { holdId, price } = await winner.made
  expect(price).toEqual(usd(0))
  await letterOf(here, winner.who, 'You won')
  const mine = here.as(winner.who)
  const body = { holdIds: [holdId], shippingAddress: home }
  expect(await mine.post<Quote>('/orders/quote', { holdIds: [holdId] })).toMatchObject({
    total: usd(0),
    shipping: usd(0),
  })
  const placed = await mine.post<Placed>('/orders', body, 'claim')
  expect(placed.order).toMatchObject({ status: 'paid', total: usd(0), shipping: usd(0) })
  expect(placed.payment).toMatchObject({ provider: 'none', status: 'succeeded', payUrl: null })
  expect(await mine.post<Placed>('/orders', body, 'claim')).toEqual(placed)
  const id = placed.order.id
  expect(await mine.get<Payment>(`/orders/${id}/payment`)).toEqual(placed.payment)
  await letterOf(here, winner.who, 'is placed')

  const desk = here.as(host)
  const refund = desk.post(`/merchant/orders/${id}/refund`, {})
  await expect(refund).rejects.toThrow('Nothing was paid for this order')
  await desk.post(`/merchant/orders/${id}/ship`, { carrier: 'Post', trackingNumber: '1' })
  await mine.post(`/orders/${id}/arrived`)
  expect(await mine.get<Order>(`/orders/${id}`)).toMatchObject({ status: 'delivered' })
  const asked = { items: [{ holdId, quantity: 1 }], reason: 'changed-mind' }
  await expect(mine.post(`/orders/${id}/returns`, asked)).rejects.toThrow('It cost nothing')
  const { figures, products } = await desk.get<Report>(`/shows/${showId}/report`)
  expect(figures).toMatchObject({ orders: 1, units: 1, buyers: 1 })
  expect(products).toMatchObject([{ held: 1, ordered: 1, paid: 1, sales: [usd(0)] }])
})

test('what was won travels with what was bought: one parcel, one sum, and no code takes anything off it', async () => {
  const scene = await openGiveaway(2)
  const { host, showId, giveawayId, variantId } = scene
  await here.as(host).post('/merchant/codes', { code: 'TENTH', off: { percent: 10 } })
  const noor = await here.signUp('Noor')
  const { made } = await enter(here, noor, scene)
  await scene.desk.ask('giveaway:draw', { showId, giveawayId })
  const { holdId } = await made
  const mine = here.as(noor)
  const alone = mine.post('/orders/quote', { holdIds: [holdId], code: 'TENTH' })
  await expect(alone).rejects.toThrow('This code is for none of these pieces.')
  const line = await here.socket(noor)
  const ware = { showId, variantId, quantity: 1, key: 'one' }
  const bought = await line.ask<Hold>('hold:create', ware)
  const quote = await mine.post<Quote>('/orders/quote', { holdIds: [holdId, bought.holdId] })
  expect(quote).toMatchObject({ subtotal: bought.price, shipping: usd(590) })
})
