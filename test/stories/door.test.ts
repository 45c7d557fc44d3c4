import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse, type Person, type Unexpected } from '../support/house.ts'

let house: House
let marta: Person

beforeAll(async () => {
  house = await openHouse()
  marta = await house.signUp('Marta')
})
afterAll(() => house.close())

test('an account signs up, signs in, and is who it says', async () => {
  const body = { email: marta.email.toUpperCase(), password: 'correct horse' }
  const { token } = await house.call<{ token: string }>('POST', '/sessions', { body })
  const me = await house.as({ token }).get<{ account: { id: string }; email: string }>('/me')
  expect(me.account.id).toBe(marta.id)
  expect(me.email).toBe(marta.email)
})

test('a show is planned, goes live, and its log says so on the socket', async () => {
  const show = await house
    .as(marta)
    .post<{ id: string; status: string }>('/shows', { title: 'Kiln', lineup: [] })
  expect(show.status).toBe('scheduled')
  const guest = await house.socket(await house.guest())
  const joined = await guest.ask<{ seq: number; snapshot: { show: { title: string } } }>(
    'show:join',
    { showId: show.id },
  )
  expect(joined.snapshot.show.title).toBe('Kiln')
  const heard = guest.next<{ from: number; events: { type: string }[] }>('show:events')
  await house.as(marta).post(`/shows/${show.id}/start`)
  const frame = await heard
  expect(frame.from).toBe(joined.seq + 1)
  expect(frame.events.map((e) => e.type)).toEqual(['show.started'])
})

test('what is not known is refused by name, and changes nothing', async () => {
  const wrong = house.as(marta).post('/shows', { title: '', lineup: [], host: 'me' })
  const error = (await wrong.catch((e) => e)) as Unexpected
  expect(error.status).toBe(400)
  expect(error.problem.code).toBe('VALIDATION')
  expect(error.problem.errors?.map((e) => e.pointer).sort()).toEqual(['/host', '/title'])
})
