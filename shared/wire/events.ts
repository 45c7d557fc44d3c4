import Type, { type Static } from 'typebox'
import { Auction } from './auctions.ts'
import { Id, Instant, Nullable, Seq, Shape, Sum } from './base.ts'
import { Entered, Giveaway, GiveawayCount } from './giveaways.ts'
import { Hold } from './holds.ts'
import { ChangedPlace, Line, Place } from './line.ts'
import { Answered, PollCounts, ShownPoll } from './polls.ts'
import { ShownCode } from './promotions.ts'

export const Role = Type.Union([
  Type.Literal('guest'),
  Type.Literal('viewer'),
  Type.Literal('moderator'),
  Type.Literal('host'),
  Type.Literal('admin'),
])
export type Role = Static<typeof Role>

export const SaleState = Type.Union([
  Type.Literal('announced'),
  Type.Literal('open'),
  Type.Literal('sold-out'),
  Type.Literal('ended'),
])

export const Sale = Shape({
  saleId: Id,
  variantId: Id,
  price: Sum,
  wasPrice: Sum,
  quantity: Type.Integer(),
  perBuyer: Nullable(Type.Integer()),
  startsAt: Instant,
  endsAt: Instant,
  state: SaleState,
})
export type Sale = Static<typeof Sale>

/** One event of a show's log: `seq`, `type`, `at`, and the type's own flat fields. */
export const Event = Type.Object({
  seq: Seq,
  type: Type.String(),
  at: Instant,
  deleted: Type.Optional(Type.Literal(true)),
})
export type Event = Static<typeof Event> & Record<string, unknown>

/** The types of WIRE, Events. The log may carry more; a client skips what it does not know. */
export const eventTypes = [
  'show.started',
  'show.interrupted',
  'show.resumed',
  'show.ended',
  'show.updated',
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'product.restored',
  'product.updated',
  'lineup.changed',
  'offer.changed',
  'sale.started',
  'sale.ended',
  'stock.sold-out',
  'stock.available',
  'auction.opened',
  'auction.bid',
  'auction.sold',
  'auction.ended',
  'auction.unpaid',
  'auction.offered',
  'code.shown',
  'code.hidden',
  'poll.opened',
  'poll.closed',
  'giveaway.opened',
  'giveaway.ended',
  'giveaway.unclaimed',
  'chat.sent',
  'chat.held',
  'chat.approved',
  'chat.refused',
  'chat.deleted',
  'chat.pinned',
  'chat.unpinned',
  'chat.slowed',
  'viewer.muted',
  'viewer.unmuted',
  'viewer.banned',
  'viewer.unbanned',
  'report.sent',
  'staff.changed',
  'words.changed',
  'order.placed',
  'replay.opened',
  'replay.changed',
] as const
export type EventType = (typeof eventTypes)[number]

export const ShownVariant = Shape({
  id: Id,
  sku: Type.String(),
  title: Type.String(),
  price: Sum,
  available: Type.Integer(),
  limit: Nullable(Type.Integer()),
})

export const ShownProduct = Shape({
  id: Id,
  title: Type.String(),
  images: Type.Array(Type.String()),
  pulled: Type.Boolean(),
  variants: Type.Array(ShownVariant),
})
export type ShownProduct = Static<typeof ShownProduct>

export const ChatMessage = Shape({
  seq: Seq,
  messageId: Id,
  at: Instant,
  accountId: Id,
  displayName: Type.String(),
  role: Role,
  text: Type.String(),
})
export type ChatMessage = Static<typeof ChatMessage>

export const Producer = Shape({
  producerId: Type.String(),
  kind: Type.Union([Type.Literal('audio'), Type.Literal('video')]),
})
export type Producer = Static<typeof Producer>

export const Snapshot = Shape({
  show: Shape({
    id: Id,
    title: Type.String(),
    status: Type.String(),
    startsAt: Nullable(Instant),
    startedAt: Nullable(Instant),
    endedAt: Nullable(Instant),
    host: Shape({ id: Id, displayName: Type.String() }),
    slowSeconds: Type.Integer(),
    /** Since when the picture is away, while interrupted. */
    interruptedAt: Nullable(Instant),
    /** What is in the line-up can be held here: while it is on, and in a replay that sells. */
    sells: Type.Boolean(),
  }),
  pinned: Nullable(Id),
  pinnedMessage: Nullable(Shape({ messageId: Id, text: Type.String() })),
  code: Nullable(ShownCode),
  auction: Nullable(Auction),
  /** The last one asked, while the show runs: open, or with its result. */
  poll: Nullable(ShownPoll),
  /** The last one, while the show runs: open, or with its draw. */
  giveaway: Nullable(Giveaway),
  products: Type.Array(ShownProduct),
  sales: Type.Array(Sale),
  chat: Type.Array(ChatMessage),
  media: Shape({ producers: Type.Array(Producer) }),
  viewers: Type.Integer(),
  reactions: Type.Record(Type.String(), Type.Integer()),
})
export type Snapshot = Static<typeof Snapshot>

export const You = Shape({
  accountId: Id,
  displayName: Type.String(),
  role: Role,
  mutedUntil: Nullable(Instant),
  mutedFor: Type.Optional(Nullable(Type.String())),
  /** Their vote in the last poll. */
  answered: Nullable(Answered),
  /** Their entry into the last giveaway. */
  entered: Nullable(Entered),
  holds: Type.Array(Hold),
  /** Where they wait in line. */
  places: Type.Array(Place),
})
export type You = Static<typeof You>

export const ShowEvents = Shape({ showId: Id, from: Seq, to: Seq, events: Type.Array(Event) })
export type ShowEvents = {
  showId: string
  from: number
  to: number
  events: Event[]
}

export const ShowPulse = Shape({
  showId: Id,
  at: Instant,
  viewers: Type.Integer(),
  reactions: Type.Record(Type.String(), Type.Integer()),
  stock: Type.Record(
    Type.String(),
    Shape({
      available: Type.Integer(),
      held: Type.Integer(),
      /** While somebody waits for it. */
      line: Type.Optional(Line),
    }),
  ),
  /** While one is open. */
  poll: Type.Optional(PollCounts),
  giveaway: Type.Optional(GiveawayCount),
})
export type ShowPulse = Static<typeof ShowPulse>

export const ShowReset = Shape({
  showId: Id,
  seq: Seq,
  serverTime: Type.Number(),
  you: You,
  snapshot: Snapshot,
})
export type ShowReset = Static<typeof ShowReset>

/** What the server says unasked: WIRE, server → client. */
export const pushes = {
  'show:events': ShowEvents,
  'show:pulse': ShowPulse,
  'show:reset': ShowReset,
  /** A hold that was not asked for: what was won. */
  'hold:made': Hold,
  'hold:ended': Shape({
    holdId: Id,
    reason: Type.Union([
      Type.Literal('released'),
      Type.Literal('expired'),
      Type.Literal('pulled'),
      Type.Literal('confirmed'),
    ]),
  }),
  /** A place of the listener was taken, or ended. */
  'line:changed': ChangedPlace,
  'order:changed': Shape({ orderId: Id, status: Type.String() }),
  'media:changed': Shape({ showId: Id, producers: Type.Array(Producer) }),
  'media:closed': Shape({ transportId: Type.String(), reason: Type.String() }),
  /** What changed about the listener in a show: a mute began or ended. */
  'you:changed': Shape({
    showId: Id,
    mutedUntil: Nullable(Instant),
    reason: Nullable(Type.String()),
  }),
  /** `reason`: what a moderator gave, with BANNED. */
  'session:ended': Shape({ code: Type.String(), reason: Type.Optional(Type.String()) }),
}
export type Pushes = { [K in keyof typeof pushes]: Static<(typeof pushes)[K]> }
