import type {
  ChatMessage,
  Event,
  Producer,
  Sale,
  ShowEvents,
  ShownProduct,
  ShowPulse,
  Snapshot,
} from '../wire/events.ts'
import { auctionIn, type EndedAuction, endedAuctionIn } from './auction.ts'
import { entered, giveawayAfter, type ShownGiveaway } from './giveaway.ts'
import { counted } from './poll.ts'

export type { ChatMessage, Producer, ShownProduct, Snapshot }
export type ShownVariant = ShownProduct['variants'][number]
export type Money = Sale['price']
export type Stock = ShowPulse['stock'][string]

/** A sale as the page keeps it: when the log ends it, when and why is kept beside it. */
export type ShownSale = Sale & { endedAt?: string; reason?: string }

/** A line of the talk: a message, what is left of a removed one, or a note of the show itself. */
export type TalkLine =
  | ({ kind: 'message' } & ChatMessage)
  | { kind: 'removed'; seq: number; messageId: string | null }
  | { kind: 'sale'; seq: number; variantId: string; price: Money }
  | { kind: 'auctioned'; seq: number; productId: string; price: Money; winner: string }
  | { kind: 'sold'; seq: number; at: string; productId: string; quantity: number }

/** A show as this page knows it at `seq`. */
export type Room = Omit<Snapshot, 'chat' | 'sales' | 'media' | 'giveaway'> & {
  seq: number
  sales: ShownSale[]
  giveaway: ShownGiveaway | null
  /** The last one that ended while this page looked. */
  auctioned: EndedAuction | null
  talk: TalkLine[]
  producers: Producer[]
  stock: Record<string, Stock>
  /** When the last pulse was true; '' before the first. */
  pulseAt: string
  /** The log said that something changed without saying how: a fresh snapshot is due. */
  stale: boolean
}

/** Lines kept on the page; older ones are in the log. */
const talkMax = 200
/** Sales are told in sum, at most this often. */
const soldTogetherMs = 5_000

/** A show before its log begins: what `show.started` and all that follows make of it is the rest. */
export function emptyRoom({
  id,
  title,
  host,
}: Pick<Snapshot['show'], 'id' | 'title' | 'host'>): Room {
  return {
    show: {
      id,
      title,
      status: 'scheduled',
      startsAt: null,
      startedAt: null,
      endedAt: null,
      host,
      slowSeconds: 0,
      interruptedAt: null,
      sells: false,
    },
    seq: 0,
    pinned: null,
    pinnedMessage: null,
    code: null,
    auction: null,
    auctioned: null,
    poll: null,
    giveaway: null,
    products: [],
    sales: [],
    talk: [],
    producers: [],
    stock: {},
    pulseAt: '',
    viewers: 0,
    reactions: {},
    stale: false,
  }
}

export function roomFrom(snapshot: Snapshot, seq: number): Room {
  const { chat, media, ...rest } = snapshot
  return {
    ...rest,
    seq,
    auctioned: null,
    talk: chat.map((message) => ({ kind: 'message', ...message })),
    producers: media.producers,
    stock: {},
    pulseAt: '',
    stale: false,
  }
}

/**
 * Applies a frame: `last + 1` is applied, what is older is dropped, and a gap is told instead of
 * guessed over. Nothing after a gap is applied.
 */
export function applyFrame(
  room: Room,
  { events }: Pick<ShowEvents, 'events'>,
): [Room, gap: boolean] {
  let now = room
  for (const event of events) {
    if (event.seq <= now.seq) continue
    if (event.seq > now.seq + 1) return [now, true]
    now = { ...applyEvent(now, event), seq: event.seq }
  }
  return [now, false]
}

/** A pulse replaces what an older one said; an older one that comes late changes nothing. */
export function applyPulse(room: Room, pulse: ShowPulse): Room {
  if (pulse.at < room.pulseAt) return room
  return {
    ...room,
    pulseAt: pulse.at,
    viewers: pulse.viewers,
    reactions: { ...room.reactions, ...pulse.reactions },
    stock: { ...room.stock, ...pulse.stock },
    poll: counted(room.poll, pulse.poll),
    giveaway: entered(room.giveaway, pulse.giveaway),
  }
}

/** One event on one state. Events set absolute values: applying one twice is harmless. */
export function applyEvent(room: Room, event: Event): Room {
  const apply = appliers[event.type]
  return apply === undefined ? room : apply(room, event)
}

type Applier = (room: Room, event: Event) => Room
type Fields = Record<string, unknown>

const appliers: Record<string, Applier> = {
  'show.started': showStarted,
  'show.interrupted': (room, e) =>
    inShow(room, { status: 'interrupted', interruptedAt: text(e, 'interruptedAt') ?? e.at }),
  'show.resumed': (room) => inShow(room, { status: 'live', interruptedAt: null }),
  'show.ended': (room, e) => ({
    ...inShow(room, {
      status: 'ended',
      endedAt: text(e, 'endedAt') ?? e.at,
      interruptedAt: null,
      sells: false,
    }),
    pinned: null,
    code: null,
    auction: null,
    poll: null,
    giveaway: null,
    producers: [],
  }),
  'show.updated': (room, e) => inShow(room, shownFields(e)),
  'replay.changed': (room, e) => inShow(room, { sells: e['sells'] === true }),

  'product.pinned': (room, e) => ({ ...room, pinned: text(e, 'productId') ?? room.pinned }),
  'product.unpinned': (room) => ({ ...room, pinned: null }),
  'product.pulled': (room, e) => {
    const pulled = onProduct(room, text(e, 'productId'), { pulled: true })
    return room.pinned === text(e, 'productId') ? { ...pulled, pinned: null } : pulled
  },
  'product.restored': (room, e) => onProduct(room, text(e, 'productId'), { pulled: false }),
  'product.updated': productUpdated,
  'lineup.changed': (room, e) =>
    Array.isArray(e['products'])
      ? { ...room, products: e['products'] as ShownProduct[] }
      : { ...room, stale: true },
  'offer.changed': offerChanged,

  'sale.started': saleStarted,
  'sale.ended': saleEnded,
  'stock.sold-out': stockSays,
  'stock.available': stockSays,

  'chat.sent': chatSent,
  'chat.deleted': (room, e) => ({
    ...room,
    talk: room.talk.map((line) =>
      line.kind === 'message' && line.messageId === e['messageId']
        ? { kind: 'removed', seq: line.seq, messageId: line.messageId }
        : line,
    ),
    pinnedMessage: room.pinnedMessage?.messageId === e['messageId'] ? null : room.pinnedMessage,
  }),
  'chat.pinned': (room, e) => ({ ...room, pinnedMessage: pinnedIn(e) }),
  'chat.unpinned': (room) => ({ ...room, pinnedMessage: null }),
  'chat.slowed': (room, e) => inShow(room, { slowSeconds: Number(e['seconds'] ?? 0) }),
  'auction.opened': (room, e) => ({ ...room, auction: auctionIn(e) }),
  'auction.bid': (room, e) =>
    room.auction?.auctionId === e['auctionId']
      ? { ...room, auction: { ...room.auction, ...auctionIn(e) } }
      : room,
  'auction.sold': auctionOver,
  'auction.ended': auctionOver,
  'auction.unpaid': auctionToldStaff,
  'auction.offered': auctionToldStaff,
  'code.shown': (room, e) => ({ ...room, code: bodyOf<NonNullable<Room['code']>>(e) }),
  'code.hidden': (room) => ({ ...room, code: null }),
  'poll.opened': (room, e) => ({ ...room, poll: bodyOf<NonNullable<Room['poll']>>(e) }),
  'poll.closed': (room, e) => ({ ...room, poll: bodyOf<NonNullable<Room['poll']>>(e) }),
  'giveaway.opened': (room, e) => ({ ...room, giveaway: giveawayAfter(room.giveaway, e) }),
  'giveaway.ended': (room, e) => ({ ...room, giveaway: giveawayAfter(room.giveaway, e) }),
  'giveaway.unclaimed': (room, e) => ({ ...room, giveaway: giveawayAfter(room.giveaway, e) }),
  'order.placed': orderPlaced,
}

function showStarted(room: Room, event: Event): Room {
  const startedAt = text(event, 'startedAt') ?? event.at
  const live = inShow(room, {
    ...shownFields(event),
    status: 'live',
    startedAt,
    interruptedAt: null,
    sells: true,
  })
  const products = event['products']
  return Array.isArray(products) ? { ...live, products: products as ShownProduct[] } : live
}

function inShow(room: Room, change: Partial<Room['show']>): Room {
  return { ...room, show: { ...room.show, ...change } }
}

function shownFields(event: Event): Partial<Room['show']> {
  const title = text(event, 'title')
  const startsAt = text(event, 'startsAt')
  const status = text(event, 'status')
  return {
    ...(title === undefined ? {} : { title }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(status === undefined ? {} : { status }),
  }
}

function onProduct(room: Room, productId: string | undefined, change: Partial<ShownProduct>): Room {
  const products = room.products.map((product) =>
    product.id === productId ? { ...product, ...change } : product,
  )
  return { ...room, products }
}

function onVariant(room: Room, variantId: string | undefined, change: Partial<ShownVariant>): Room {
  const products = room.products.map((product) => ({
    ...product,
    variants: product.variants.map((variant) =>
      variant.id === variantId ? { ...variant, ...change } : variant,
    ),
  }))
  return { ...room, products }
}

function productUpdated(room: Room, event: Event): Room {
  const body = (event['product'] ?? event) as Fields
  const { title, images, variants } = body
  if (title === undefined && images === undefined && variants === undefined) {
    return { ...room, stale: true }
  }
  return onProduct(room, text(event, 'productId') ?? text(body, 'id'), {
    ...(typeof title === 'string' ? { title } : {}),
    ...(Array.isArray(images) ? { images: images as string[] } : {}),
    ...(Array.isArray(variants) ? { variants: variants as ShownVariant[] } : {}),
  })
}

function priced(event: Event): Partial<ShownVariant> {
  const { price, available, limit } = event as Fields
  return {
    ...(price === undefined || price === null ? {} : { price: price as Money }),
    ...(typeof available === 'number' ? { available } : {}),
    ...(typeof limit === 'number' || limit === null ? { limit } : {}),
  }
}

/** While a sale runs, the price it ends with is told by its end. */
function offerChanged(room: Room, event: Event): Room {
  const variantId = text(event, 'variantId')
  const running = room.sales.some((sale) => sale.variantId === variantId && sale.state !== 'ended')
  return running ? room : onVariant(room, variantId, priced(event))
}

/** Its words may have been erased since: then nothing hangs there. */
function pinnedIn(event: Event): Room['pinnedMessage'] {
  const messageId = text(event, 'messageId')
  return messageId === undefined ? null : { messageId, text: text(event, 'text') ?? '' }
}

function bodyOf<T>(event: Event): T {
  const { seq: _seq, type: _type, at: _at, deleted: _deleted, ...fields } = event
  return fields as unknown as T
}

function auctionOver(room: Room, event: Event): Room {
  const auctioned = endedAuctionIn(event)
  const { winner, price, productId } = auctioned
  const over = { ...room, auction: null, auctioned }
  if (winner === null || price === null) return over
  const { displayName } = winner
  const line = { kind: 'auctioned' as const, seq: event.seq, productId, price, winner: displayName }
  return { ...over, talk: told(room.talk, line) }
}

function auctionToldStaff(room: Room, event: Event): Room {
  return text(event, 'auctionId') ? { ...room, auctioned: endedAuctionIn(event) } : room
}

function saleStarted(before: Room, event: Event): Room {
  const { seq } = event
  const sale = bodyOf<ShownSale>(event)
  const offered = { price: sale.price, limit: sale.perBuyer }
  const room = onVariant(before, sale.variantId, offered)
  const others = room.sales.filter((known) => known.saleId !== sale.saleId)
  const stock = { ...room.stock }
  delete stock[sale.variantId] // it was the standing offer's; the next pulse tells the sale's
  return {
    ...room,
    stock,
    sales: [...others, sale],
    talk: told(room.talk, { kind: 'sale', seq, variantId: sale.variantId, price: sale.price }),
  }
}

/** The standing offer is back, at the price that holds now. */
function saleEnded(room: Room, event: Event): Room {
  const reason = text(event, 'reason') ?? 'time'
  const sales = room.sales.map((sale) =>
    sale.saleId === event['saleId']
      ? { ...sale, state: 'ended' as const, endedAt: event.at, reason }
      : sale,
  )
  return onVariant({ ...room, sales }, text(event, 'variantId'), { ...priced(event), limit: null })
}

function stockSays(room: Room, event: Event): Room {
  const variantId = text(event, 'variantId')
  const available = event['available']
  if (variantId === undefined || typeof available !== 'number') return room
  const before = room.stock[variantId] ?? { held: 0 }
  return { ...room, stock: { ...room.stock, [variantId]: { ...before, available } } }
}

function chatSent(room: Room, event: Event): Room {
  const messageId = text(event, 'messageId') ?? null
  if (event.deleted === true || event['text'] === undefined) {
    return { ...room, talk: told(room.talk, { kind: 'removed', seq: event.seq, messageId }) }
  }
  const message = {
    seq: event.seq,
    messageId: messageId ?? '',
    at: event.at,
    accountId: text(event, 'accountId') ?? '',
    displayName: text(event, 'displayName') ?? '',
    role: (text(event, 'role') ?? 'viewer') as ChatMessage['role'],
    text: text(event, 'text') ?? '',
  }
  return { ...room, talk: told(room.talk, { kind: 'message', ...message }) }
}

/**
 * What was sold in sum and without the buyer: a line goes on counting for five seconds, and for as
 * long as nothing else is said.
 */
function orderPlaced(room: Room, event: Event): Room {
  const items = Array.isArray(event['items']) ? (event['items'] as Fields[]) : []
  let talk = room.talk
  for (const item of items) {
    const product = room.products.find((p) => p.variants.some((v) => v.id === item['variantId']))
    if (product !== undefined) talk = sold(talk, event, product.id, Number(item['quantity'] ?? 1))
  }
  return { ...room, talk }
}

function sold(talk: TalkLine[], event: Event, productId: string, quantity: number): TalkLine[] {
  const at = talk.findLastIndex((line) => line.kind === 'sold' && line.productId === productId)
  const last = talk[at]
  const near =
    last?.kind === 'sold' &&
    (at === talk.length - 1 || Date.parse(event.at) - Date.parse(last.at) < soldTogetherMs)
  if (!near) return told(talk, { kind: 'sold', seq: event.seq, at: event.at, productId, quantity })
  return talk.with(at, { ...last, quantity: last.quantity + quantity })
}

function told(talk: TalkLine[], line: TalkLine): TalkLine[] {
  return [...talk, line].slice(-talkMax)
}

function text(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}
