import { randomUUID } from 'node:crypto'
import { newId } from '../../server/base/ids.ts'
import type { allCommands, allRoutes } from '../../shared/wire/wire.ts'
import type { Person } from './house.ts'
import { address, type Stage } from './stage.ts'

/** What a payload may name: a stage, and somebody to act on. */
export type Scene = Stage & { messageId: string; saleId: string; victim: Person; stranger: Person }

const reason = 'a reason'
const key = () => randomUUID()

/** A sound payload for every command there is. */
export const commandPayloads: Record<keyof typeof allCommands, (s: Scene) => object> = {
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
  'code:show': ({ showId }) => ({ showId, codeId: null }),
  'hold:create': ({ showId, variantId }) => ({ showId, variantId, quantity: 1, key: key() }),
  'hold:release': () => ({ holdId: newId() }),
  'chat:send': ({ showId }) => ({ showId, text: `hello ${key()}`, key: key() }),
  'chat:delete': ({ showId, messageId }) => ({ showId, messageId, reason }),
  'chat:approve': ({ showId, messageId }) => ({ showId, messageId }),
  'chat:refuse': ({ showId, messageId }) => ({ showId, messageId }),
  'chat:pin': ({ showId }) => ({ showId, messageId: null }),
  'chat:slow': ({ showId }) => ({ showId, seconds: 0 }),
  'reaction:send': ({ showId }) => ({ showId, kind: 'heart' }),
  'viewer:mute': ({ showId, victim }) => ({
    showId,
    accountId: victim.id,
    durationMs: 60_000,
    reason,
  }),
  'viewer:unmute': ({ showId, victim }) => ({ showId, accountId: victim.id }),
  'viewer:ban': ({ showId, stranger }) => ({ showId, accountId: stranger.id, reason }),
  'viewer:unban': ({ showId, stranger }) => ({ showId, accountId: stranger.id }),
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

export type Asked = {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
}

const shop = {
  name: '',
  address: '',
  shipping: [],
  countries: [],
  taxNote: '',
  terms: '',
  returns: '',
}
/** A sound call of every route there is. */
export const routeCalls: Record<keyof typeof allRoutes, (s: Scene) => Asked> = {
  signUp: () => ({
    body: { email: `${key()}@example.test`, password: 'correct horse', displayName: 'New' },
  }),
  signIn: ({ victim }) => ({ body: { email: victim.email, password: 'correct horse' } }),
  enterAsGuest: () => ({ body: {} }),
  // Signing out would end the actor's session for every later cell: it has its own test.
  signOut: () => ({}),
  session: () => ({}),
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
  streamKey: ({ showId }) => ({ params: { id: showId } }),
  makeStreamKey: ({ showId }) => ({ params: { id: showId } }),
  revokeStreamKey: ({ showId }) => ({ params: { id: showId } }),
  recording: ({ showId }) => ({ params: { id: showId } }),
  changeRecording: ({ showId }) => ({ params: { id: showId }, body: { hidden: false } }),
  deleteRecording: ({ showId }) => ({ params: { id: showId } }),
  embedRules: () => ({}),
  changeEmbedRules: () => ({ body: { origins: [], signedOnly: false } }),
  makeEmbedSecret: () => ({}),
  makeEmbedToken: ({ showId }) => ({
    params: { id: showId },
    body: { origin: 'https://shop.example' },
  }),
  makeLink: ({ showId }) => ({ params: { id: showId }, body: {} }),
  endShow: ({ showId }) => ({ params: { id: showId } }),
  bags: ({ showId }) => ({ params: { id: showId } }),
  reminders: () => ({}),
  remind: ({ showId }) => ({ params: { id: showId } }),
  forgetReminder: ({ showId }) => ({ params: { id: showId } }),
  host: ({ host }) => ({ params: { id: host.id } }),
  follow: ({ host }) => ({ params: { id: host.id } }),
  unfollow: ({ host }) => ({ params: { id: host.id } }),
  following: () => ({}),
  followedShows: () => ({}),
  showLetters: ({ showId }) => ({ params: { id: showId } }),
  letterEnd: () => ({ params: { token: key().replaceAll('-', '') } }),
  endLetters: () => ({ params: { token: key().replaceAll('-', '') } }),
  moderators: ({ showId }) => ({ params: { id: showId } }),
  addModerator: ({ showId, stranger }) => ({ params: { id: showId, accountId: stranger.id } }),
  removeModerator: ({ showId, stranger }) => ({ params: { id: showId, accountId: stranger.id } }),
  events: ({ showId }) => ({ params: { id: showId } }),
  replays: () => ({}),
  replay: ({ showId }) => ({ params: { id: showId } }),
  replayRoom: ({ showId }) => ({
    params: { id: showId },
    query: { time: '2026-01-01T00:00:00.000Z' },
  }),
  changeReplay: ({ showId }) => ({ params: { id: showId }, body: { sells: true } }),
  showReport: ({ showId }) => ({ params: { id: showId } }),
  at: ({ showId }) => ({ params: { id: showId }, query: { seq: '1' } }),
  held: ({ showId }) => ({ params: { id: showId } }),
  reports: ({ showId }) => ({ params: { id: showId } }),
  person: ({ showId, victim }) => ({ params: { id: showId, accountId: victim.id } }),
  audit: ({ showId }) => ({ params: { id: showId } }),
  words: ({ showId }) => ({ params: { id: showId } }),
  addWord: ({ showId }) => ({ params: { id: showId }, body: { text: key(), action: 'hold' } }),
  removeWord: ({ showId }) => ({ params: { id: showId, wordId: newId() } }),
  makeCode: () => ({ body: { code: key().slice(0, 8), off: { percent: 10 } } }),
  codes: () => ({}),
  endCode: () => ({ params: { id: newId() } }),
  quote: () => ({ body: { holdIds: [newId()] } }),
  place: () => ({ body: { holdIds: [newId()], shippingAddress: address } }),
  orders: () => ({}),
  order: () => ({ params: { id: newId() } }),
  payment: () => ({ params: { id: newId() } }),
  cancel: () => ({ params: { id: newId() } }),
  merchantOrders: () => ({}),
  merchantOrder: () => ({ params: { id: newId() } }),
  ship: () => ({ params: { id: newId() }, body: { carrier: 'DHL', trackingNumber: '1' } }),
  shipMany: () => ({
    body: { parcels: [{ orderId: newId(), carrier: 'DHL', trackingNumber: '1' }] },
  }),
  refund: () => ({ params: { id: newId() } }),
  arrived: () => ({ params: { id: newId() } }),
  orderReturns: () => ({ params: { id: newId() } }),
  askReturn: () => ({
    params: { id: newId() },
    body: { items: [{ holdId: newId(), quantity: 1 }], reason: 'damaged' },
  }),
  withdrawReturn: () => ({ params: { id: newId() } }),
  sentReturn: () => ({ params: { id: newId() }, body: {} }),
  disputeReturn: () => ({ params: { id: newId() }, body: { words: reason } }),
  merchantReturns: () => ({}),
  acceptReturn: () => ({ params: { id: newId() }, body: {} }),
  refuseReturn: () => ({ params: { id: newId() }, body: { words: reason } }),
  refundReturn: () => ({ params: { id: newId() }, body: {} }),
  receivedReturn: () => ({ params: { id: newId() }, body: { restock: [] } }),
  answerDispute: () => ({ params: { id: newId() }, body: { words: reason } }),
  disputes: () => ({}),
  decideDispute: () => ({ params: { id: newId() }, body: { amount: 0, words: reason } }),
  pay: () => ({
    params: { paymentId: `sbx_${'x'.repeat(43)}` },
    body: { card: '4242424242424242' },
  }),
  verify: () => ({}),
  webhook: () => ({ params: { provider: 'sandbox' }, body: {} }),
}

/** The path of a route with its parameters in place. */
export function pathOf(path: string, params: Record<string, string> = {}): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? '')
}
