import { afterAll, beforeAll, expect, test } from 'vitest'
import { allChecks } from '../../server/app/checks.ts'
import { findAll } from '../../server/store/check.ts'
import type { ShowPulse, You } from '../../shared/wire/events.ts'
import type { ChangedPlace, Place } from '../../shared/wire/line.ts'
import { openFront, type Placed, pay, until } from '../support/front.ts'
import { home } from '../support/home.ts'
import { type House, openHouse, type Person } from '../support/house.ts'

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

async function enter(house: House, who: Person, showId: string) {
  const line = await house.socket(who)
  const { you } = await line.ask<{ you: You }>('show:join', { showId })
  return { line, you }
}

test('what is sold out has a line: numbers, who is next, the turn on every screen, and the hold is paid like any other', async () => {
  const { showId, variantId, hold, ...front } = await openFront(here, 1)
  const [aylin, bo, cem] = [
    await here.signUp('Aylin'),
    await here.signUp('Bo'),
    await here.signUp('Cem'),
  ] as const
  const held = await hold(aylin)
  const [bos, cems, desk] = await Promise.all([
    enter(there, bo, showId),
    enter(here, cem, showId),
    enter(here, front.host, showId),
  ])
  expect(bos.you.places).toEqual([])
  const ware = { showId, variantId }
  const both = desk.line.next<ShowPulse>(
    'show:pulse',
    ({ stock }) => stock[variantId]?.line?.waiting === 2,
  )
  const place = await bos.line.ask<Place>('line:join', { ...ware, key: 'k' })
  expect(place).toEqual({ ...ware, number: 1, state: 'waiting' })
  await cems.line.ask('line:join', { ...ware, key: 'k' })
  expect((await both).stock[variantId]).toEqual({
    available: 0,
    held: 1,
    line: { next: 1, waiting: 2 },
  })
  const phone = await enter(here, bo, showId)
  expect(phone.you.places).toEqual([place])

  const turns = [bos, phone].map(({ line }) =>
    line.next<ChangedPlace>('line:changed', ({ state }) => state === 'served'),
  )
  const moved = cems.line.next<ShowPulse>(
    'show:pulse',
    ({ stock }) => stock[variantId]?.line?.next === 2,
  )
  await here.as(aylin).delete(`/holds/${held}`)
  await expect(hold(aylin)).rejects.toThrow('SOLD_OUT')
  const [turn, same] = await Promise.all(turns)
  expect(turn).toMatchObject({ ...place, state: 'served', hold: { ...ware, quantity: 1 } })
  expect(same).toEqual(turn)
  await moved

  const body = { holdIds: [turn?.hold?.holdId], shippingAddress: home }
  const { order, payment } = await here.as(bo).post<Placed>('/orders', body)
  await pay(here, payment.payUrl, '4242424242424242')
  const read = () => here.as(bo).get<{ status: string }>(`/orders/${order.id}`)
  await until(read, ({ status }) => status === 'paid')
  expect(await front.units()).toEqual({ onHand: 1, held: 0, sold: 1, available: 0 })

  const over = cems.line.next<ChangedPlace>('line:changed', ({ state }) => state === 'over')
  await here.as(front.host).post(`/shows/${showId}/end`)
  expect(await over).toEqual({ ...ware, number: 2, state: 'over' })
})

test('a line is for people with an account', async () => {
  const { showId, variantId, hold } = await openFront(here, 1)
  await hold(await here.signUp('Aylin'))
  const { line } = await enter(here, await here.guest(), showId)
  const asked = line.ask('line:join', { showId, variantId, key: 'k' })
  await expect(asked).rejects.toThrow('UNAUTHENTICATED')
})
