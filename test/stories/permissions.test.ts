import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Command, Route } from '../../shared/wire/contract.ts'
import { allCommands, allRoutes } from '../../shared/wire/wire.ts'
import { type House, openHouse, type Person, Unexpected } from '../support/house.ts'
import { admin, type Stage, sanction, setStage } from '../support/stage.ts'
import { commandPayloads, pathOf, routeCalls, type Scene } from '../support/verbs.ts'

/**
 * Every verb against every kind of person, made from the contract: who is refused, and by which
 * code. A new route or command is in the matrix at once; without a payload here the test is red.
 */

const actors = [
  'anonymous',
  'guest',
  'viewer',
  'muted',
  'banned',
  'moderator',
  'moderatorElsewhere',
  'host',
  'hostElsewhere',
  'admin',
] as const
type Actor = (typeof actors)[number]

let house: House
let elsewhere: Stage
let people: Record<'viewer' | 'muted' | 'banned' | 'guest' | 'admin', Person>

beforeAll(async () => {
  house = await openHouse()
  elsewhere = await setStage(house)
  people = {
    viewer: await house.signUp('Aylin'),
    muted: await house.signUp('Loud'),
    banned: await house.signUp('Gone'),
    guest: await house.guest(),
    admin: await admin(house),
  }
})
afterAll(() => house.close())

/** A show of its own for every verb: what one verb does must not help or hurt the next. */
async function scene(): Promise<Scene> {
  const stage = await setStage(house)
  await sanction(house, stage.showId, people.muted, 'mute')
  await sanction(house, stage.showId, people.banned, 'ban')
  const { viewer: victim } = people
  return { ...stage, messageId: newId(), saleId: newId(), victim, stranger: elsewhere.moderator }
}

const personOf = (actor: Actor, stage: Stage): Person | null =>
  ({
    anonymous: null,
    ...people,
    moderator: stage.moderator,
    host: stage.host,
    moderatorElsewhere: elsewhere.moderator,
    hostElsewhere: elsewhere.host,
  })[actor]

const isAccount = (actor: Actor) => actor !== 'anonymous' && actor !== 'guest'

/** The code that refuses this actor, or undefined where the verb is theirs. */
function refusedBy(verb: Route | Command, actor: Actor): string | undefined {
  const { may, admin: adminMay = false } = verb
  if (may === 'anyone') return undefined
  if (actor === 'anonymous') return 'UNAUTHENTICATED'
  if (may !== 'guest' && !isAccount(actor)) return 'UNAUTHENTICATED'
  const notWhen = ('notWhen' in verb && verb.notWhen) || []
  if (actor === 'banned' && notWhen.includes('banned')) return 'BANNED'
  if (actor === 'muted' && notWhen.includes('muted')) return 'MUTED'
  if (may === 'guest' || may === 'account') return undefined
  if (actor === 'host' && may !== 'admin') return undefined
  if (actor === 'admin' && adminMay) return undefined
  if (may === 'moderator' && actor === 'moderator') return undefined
  if (may === 'owner')
    return actor === 'admin' && 'method' in verb && verb.method === 'GET' ? undefined : 'NOT_FOUND'
  return 'FORBIDDEN'
}

const refusals = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'BANNED', 'MUTED'])

/** What a verb that is theirs may still say, because the scene is small (no worker, no such message). */
function judge(code: string | undefined, expected: string | undefined): string {
  if (expected !== undefined)
    return code === expected ? 'right' : `answered ${code}, not ${expected}`
  return code !== undefined && (refusals.has(code) || code === 'INTERNAL')
    ? `refused with ${code}`
    : 'right'
}

const key = () => randomUUID()

describe('commands', () => {
  test.each(Object.entries(allCommands) as [keyof typeof allCommands, Command][])(
    '%s',
    async (name, command) => {
      const stage = await scene()
      const wrong: string[] = []
      for (const actor of actors) {
        const line = await house.socket(personOf(actor, stage))
        const answer = await line.ack(name, commandPayloads[name](stage))
        const verdict = judge(answer.ok ? undefined : answer.code, refusedBy(command, actor))
        if (verdict !== 'right') wrong.push(`${actor}: ${verdict}`)
        line.socket.disconnect()
      }
      expect(wrong).toEqual([])
    },
  )
})

describe('routes', () => {
  const cells = Object.entries(allRoutes).filter(([name]) => name !== 'signOut')
  test.each(cells as [keyof typeof allRoutes, Route][])('%s', async (name, route) => {
    const stage = await scene()
    const wrong: string[] = []
    for (const actor of actors) {
      const code = await ask(name, route, personOf(actor, stage), stage)
      const verdict = judge(code, refusedBy(route, actor))
      if (verdict !== 'right') wrong.push(`${actor}: ${verdict}`)
    }
    expect(wrong).toEqual([])
  })
})

async function ask(
  name: keyof typeof allRoutes,
  route: Route,
  person: Person | null,
  stage: Scene,
) {
  const { params = {}, query = {}, body } = routeCalls[name](stage)
  const path = `${pathOf(route.path, params)}?${new URLSearchParams(query)}`
  const isCsv = route.takes === 'text/csv'
  try {
    await house.call(route.method, path, {
      ...(person && { token: person.token }),
      ...(route.key && { key: key() }),
      ...(isCsv ? { headers: { 'content-type': 'text/csv' } } : {}),
      ...(body !== undefined && { body }),
    })
    return undefined
  } catch (error) {
    if (error instanceof Unexpected) return error.problem.code
    throw error
  }
}
