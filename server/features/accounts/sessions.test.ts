import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../../../test/support/house.ts'
import { newId } from '../../base/ids.ts'
import type { Who } from '../../base/who.ts'
import { sessionVerbs } from './sessions.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('of many sessions those stand that are not over and not signed out', async () => {
  const people = [await house.signUp(), await house.signUp(), await house.signUp()]
  const verbs = sessionVerbs({
    pg: house.pg,
    mail: { write: async () => undefined },
    publicUrl: house.url,
    secret: '',
    endSession: () => undefined,
  })
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
