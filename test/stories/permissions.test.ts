import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import type { Command, Route } from '../../shared/wire/contract.ts'
import { allCommands, allRoutes } from '../../shared/wire/wire.ts'
import { type House, openHouse, type Person, Unexpected } from '../support/house.ts'
import { address, admin, type Stage, sanction, setStage } from '../support/stage.ts'

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

type Scene = Stage & { messageId: string; saleId: string }

/** A show of its own for every verb: what one verb does must not help or hurt the next. */
async function scene(): Promise<Scene> {
  const stage = await setStage(house)
  await sanction(house, stage.showId, people.muted, 'mute')
  await sanction(house, stage.showId, people.banned, 'ban')
  return { ...stage, messageId: newId(), saleId: newId() }
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
  if (may === 'guest' || may === 'account' || actor === 'host') return undefined
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

const reason = 'a reason'
const key = () => randomUUID()
const victim = () => people.viewer.id

const commandPayloads: Record<keyof typeof allCommands, (s: Scene) => object> = {
  'show:join': ({ showId }) => ({ showId }),
  'show:leave': ({ showId }) => ({ showId }),
  'clock:sync': () => ({ t0: 1 }),
  'product:pin': ({ showId, productId }) => ({ showId, productId }),
  'product:unpin': ({ showId, productId }) => ({ showId, productId }),
  'product:pull': ({ showId, productId }) => ({ showId, productId, reason }),
  'product:restore': ({ showId, productId }) => ({ showId, productId }),
  'sale:start': ({ showId, variantId }) => ({
    showId,
    variantId,
    price: { amount: 1_000, currency: 'EUR' },
    quantity: 2,
    countdownMs: 0,
    durationMs: 60_000,
  }),
  'sale:end': ({ showId, saleId }) => ({ showId, saleId }),
  'hold:create': ({ showId, variantId }) => ({ showId, variantId, quantity: 1, key: key() }),
  'hold:release': () => ({ holdId: newId() }),
  'chat:send': ({ showId }) => ({ showId, text: `hello ${key()}`, key: key() }),
  'chat:delete': ({ showId, messageId }) => ({ showId, messageId, reason }),
  'chat:approve': ({ showId, messageId }) => ({ showId, messageId }),
  'chat:refuse': ({ showId, messageId }) => ({ showId, messageId }),
  'chat:pin': ({ showId }) => ({ showId, messageId: null }),
  'chat:slow': ({ showId }) => ({ showId, seconds: 0 }),
  'reaction:send': ({ showId }) => ({ showId, kind: 'heart' }),
  'viewer:mute': ({ showId }) => ({ showId, accountId: victim(), durationMs: 60_000, reason }),
  'viewer:unmute': ({ showId }) => ({ showId, accountId: victim() }),
  'viewer:ban': ({ showId }) => ({ showId, accountId: elsewhere.moderator.id, reason }),
  'viewer:unban': ({ showId }) => ({ showId, accountId: elsewhere.moderator.id }),
  'report:send': ({ showId, productId }) => ({ showId, about: { productId }, reason }),
  'media:capabilities': ({ showId }) => ({ showId }),
  'media:transport': ({ showId }) => ({ showId, direction: 'recv' }),
  'media:connect': () => ({
    transportId: key(),
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AA' }] },
  }),
  'media:produce': () => ({ transportId: key(), kind: 'audio', rtpParameters: {} }),
  'media:consume': () => ({ transportId: key(), rtpCapabilities: {} }),
  'media:resume': () => ({ consumerIds: [key()] }),
  'media:layers': () => ({ consumerId: key(), spatialLayer: 0 }),
  'media:restart': () => ({ transportId: key() }),
  'media:close': () => ({ transportId: key() }),
  'media:health': ({ showId }) => ({ showId }),
}

type Asked = { params?: Record<string, string>; body?: unknown }

const shop = {
  name: '',
  address: '',
  shipping: [],
  countries: [],
  taxNote: '',
  terms: '',
  returns: '',
}
const routeCalls: Record<keyof typeof allRoutes, (s: Scene) => Asked> = {
  signUp: () => ({
    body: { email: `${key()}@example.test`, password: 'correct horse', displayName: 'New' },
  }),
  signIn: () => ({ body: { email: people.viewer.email, password: 'correct horse' } }),
  enterAsGuest: () => ({ body: {} }),
  // Signing out would end the actor's session for every later cell: it has its own test.
  signOut: () => ({}),
  me: () => ({}),
  rename: () => ({ body: { displayName: 'Renamed' } }),
  addresses: () => ({}),
  addAddress: () => ({ body: address }),
  changeAddress: () => ({ params: { id: newId() }, body: address }),
  removeAddress: () => ({ params: { id: newId() } }),
  forgotPassword: () => ({ body: { email: 'nobody@example.test' } }),
  resetPassword: () => ({ body: { token: 'x'.repeat(43), password: 'correct horse' } }),
  createProduct: () => ({
    body: {
      title: 'Cup',
      description: '',
      variants: [{ sku: key(), title: 'One', price: { amount: 1, currency: 'EUR' }, onHand: 1 }],
    },
  }),
  products: () => ({}),
  product: ({ productId }) => ({ params: { id: productId } }),
  changeProduct: ({ productId }) => ({ params: { id: productId }, body: { title: 'Changed' } }),
  importProducts: () => ({ body: 'Title\nCup\n' }),
  addPicture: () => ({}),
  merchant: () => ({}),
  changeMerchant: () => ({ body: shop }),
  correctStock: ({ variantId }) => ({ params: { id: variantId }, body: { delta: 1, reason } }),
  stockLedger: ({ variantId }) => ({ params: { id: variantId } }),
  hold: ({ showId, variantId }) => ({ body: { showId, variantId, quantity: 1 } }),
  holds: () => ({}),
  release: () => ({ params: { id: newId() } }),
  createShow: () => ({ body: { title: 'Mine', lineup: [] } }),
  shows: () => ({}),
  show: ({ showId }) => ({ params: { id: showId } }),
  changeShow: ({ showId }) => ({ params: { id: showId }, body: { title: 'Changed' } }),
  startShow: ({ showId }) => ({ params: { id: showId } }),
  endShow: ({ showId }) => ({ params: { id: showId } }),
  moderators: ({ showId }) => ({ params: { id: showId } }),
  addModerator: ({ showId }) => ({ params: { id: showId, accountId: elsewhere.host.id } }),
  removeModerator: ({ showId }) => ({ params: { id: showId, accountId: elsewhere.host.id } }),
  events: ({ showId }) => ({ params: { id: showId } }),
  held: ({ showId }) => ({ params: { id: showId } }),
  reports: ({ showId }) => ({ params: { id: showId } }),
  person: ({ showId }) => ({ params: { id: showId, accountId: victim() } }),
  audit: ({ showId }) => ({ params: { id: showId } }),
  words: ({ showId }) => ({ params: { id: showId } }),
  addWord: ({ showId }) => ({ params: { id: showId }, body: { text: key(), action: 'hold' } }),
  removeWord: ({ showId }) => ({ params: { id: showId, wordId: newId() } }),
  quote: () => ({ body: { holdIds: [newId()] } }),
  place: () => ({ body: { holdIds: [newId()], shippingAddress: address } }),
  orders: () => ({}),
  order: () => ({ params: { id: newId() } }),
  payment: () => ({ params: { id: newId() } }),
  cancel: () => ({ params: { id: newId() } }),
  merchantOrders: () => ({}),
  merchantOrder: () => ({ params: { id: newId() } }),
  ship: () => ({ params: { id: newId() }, body: { carrier: 'DHL', trackingNumber: '1' } }),
  refund: () => ({ params: { id: newId() } }),
  pay: () => ({
    params: { paymentId: `sbx_${'x'.repeat(43)}` },
    body: { card: '4242424242424242' },
  }),
  webhook: () => ({ params: { provider: 'sandbox' }, body: {} }),
}

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
  const { params = {}, body } = routeCalls[name](stage)
  const path = route.path.replaceAll(/:(\w+)/g, (_, param) => params[param] ?? '')
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
