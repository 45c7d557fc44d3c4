import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type House, openHouse } from '../../../test/support/house.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import * as passwords from './passwords.ts'
import { sessionVerbs } from './sessions.ts'

vi.mock(import('./passwords.ts'), { spy: true })

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

function openVerbs() {
  return sessionVerbs({
    pg: house.pg,
    mail: { write: async () => undefined },
    publicUrl: house.url,
    secret: '',
    endSession: () => undefined,
  })
}

test('of many sessions those stand that are not over and not signed out', async () => {
  const people = [await house.signUp(), await house.signUp(), await house.signUp()]
  const verbs = openVerbs()
  const [here, over, left] = (await Promise.all(
    people.map((person) => verbs.findSession(person.token)),
  )) as [Who, Who, Who]
  await house.pg.rest`update sessions set expires_at = now() where id = ${over.sessionId}`
  await verbs.signOut(left)
  const stranger = { ...here, sessionId: newId() }
  const asking = [here, here, over, left, stranger]
  expect(await verbs.standing(asking)).toEqual(new Set([here.sessionId]))
  expect(await verbs.standing([])).toEqual(new Set())
})

test('an old password that is still being looked at when a new one is set opens nothing', async () => {
  const { id, email } = await house.signUp()
  const looking = Promise.withResolvers<void>()
  vi.mocked(passwords.isPassword).mockImplementationOnce(async () => {
    await looking.promise
    return true
  })
  const entering = openVerbs().signIn({ email, password: 'the old one' })
  await expect.poll(() => vi.mocked(passwords.isPassword)).toHaveBeenCalled()
  await house.pg.rest`update accounts set password_hash = 'another' where id = ${id}`
  await house.pg.rest`delete from sessions where account_id = ${id}`
  looking.resolve()
  await expect(entering).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await house.pg.rest`select from sessions where account_id = ${id}`).toHaveLength(0)
})
