import Type, { type Static } from 'typebox'
import { searchMax } from '../limits.ts'
import { Id, IdParam, Instant, Nullable, Page, PageQuery, Seq, Shape, Sum, Text } from './base.ts'
import { routes } from './contract.ts'
import { Role, Snapshot } from './events.ts'
import { Show } from './shows.ts'

/** What stands on the scrub line of a replay: a stretch or a moment of the show, by the wall clock. */
export const Marker = Type.Union([
  /** A product in front of everybody, and what was asked for it then. */
  Shape({
    kind: Type.Literal('pinned'),
    productId: Id,
    from: Instant,
    to: Instant,
    price: Nullable(Sum),
  }),
  Shape({
    kind: Type.Literal('sale'),
    productId: Nullable(Id),
    variantId: Id,
    from: Instant,
    to: Instant,
    price: Sum,
    wasPrice: Sum,
  }),
  /** One unit before the room, and what it was sold for. */
  Shape({
    kind: Type.Literal('auction'),
    productId: Id,
    variantId: Id,
    from: Instant,
    to: Instant,
    price: Sum,
  }),
  /** Nothing was to be had of it from then on; `to`: when there was again. */
  Shape({
    kind: Type.Literal('sold-out'),
    productId: Nullable(Id),
    variantId: Id,
    from: Instant,
    to: Nullable(Instant),
  }),
])
export type Marker = Static<typeof Marker>

export const Replay = Shape({
  showId: Id,
  /** Everybody can watch it. */
  open: Type.Boolean(),
  /** Its host wants the line-up to be on sale in it. */
  sells: Type.Boolean(),
  markers: Type.Array(Marker),
})
export type Replay = Static<typeof Replay>

/** The show's window at a moment: a snapshot as of then. */
const PastRoom = Shape({ seq: Seq, at: Instant, snapshot: Snapshot })

/** A line of the talk as it stood. Words that were removed later are gone for good, and say when. */
export const PastLine = Shape({
  seq: Seq,
  at: Instant,
  accountId: Nullable(Id),
  displayName: Nullable(Type.String()),
  role: Nullable(Role),
  text: Nullable(Type.String()),
  removedAt: Nullable(Instant),
})
export type PastLine = Static<typeof PastLine>

export const PastPerson = Shape({
  accountId: Id,
  displayName: Type.String(),
  mutedUntil: Nullable(Instant),
  banned: Type.Boolean(),
  holds: Type.Array(
    Shape({
      holdId: Id,
      variantId: Id,
      quantity: Type.Integer(),
      price: Sum,
      heldAt: Instant,
      state: Type.Union([
        Type.Literal('active'),
        Type.Literal('ordered'),
        Type.Literal('confirmed'),
      ]),
    }),
  ),
})
export type PastPerson = Static<typeof PastPerson>

export const Past = Shape({
  seq: Seq,
  at: Instant,
  /** Moments that may be asked for. */
  from: Instant,
  to: Instant,
  /** As of `seq`; `available` recounted from the ledger. How many watched and hearts are not in the log: 0 and {}. */
  snapshot: Snapshot,
  /** Recounted from the ledger. */
  stock: Type.Record(Type.String(), Shape({ available: Type.Integer(), held: Type.Integer() })),
  talk: Type.Array(PastLine),
  /** Whoever was asked for: what they were and had just then. */
  person: Nullable(PastPerson),
})
export type Past = Static<typeof Past>

export const replayRoutes = routes({
  replays: {
    method: 'GET',
    path: '/replays',
    summary:
      'Shows that are over and can be watched again, newest first; `host` keeps those of one account, `q` as for shows',
    may: 'anyone',
    query: Shape({
      ...PageQuery,
      host: Type.Optional(Id),
      q: Type.Optional(Text(0, searchMax)),
    }),
    reply: Page(Show),
    status: 200,
  },
  replay: {
    method: 'GET',
    path: '/shows/:id/replay',
    summary: 'A replay and what stands on its scrub line; not there for others while it is hidden',
    may: 'guest',
    notWhen: ['banned'],
    params: IdParam,
    reply: Replay,
    status: 200,
  },
  replayRoom: {
    method: 'GET',
    path: '/shows/:id/replay/room',
    summary: "The show's window at a moment; what follows is in the log after its seq",
    may: 'guest',
    notWhen: ['banned'],
    params: IdParam,
    query: Shape({ time: Instant }),
    reply: PastRoom,
    status: 200,
  },
  changeReplay: {
    method: 'PATCH',
    path: '/shows/:id/replay',
    summary: 'Sell in the replay, or no longer; when this answers nothing is held there any more',
    may: 'host',
    params: IdParam,
    body: Shape({ sells: Type.Boolean() }),
    reply: Replay,
    status: 200,
  },
  at: {
    method: 'GET',
    path: '/shows/:id/at',
    summary: 'What viewers saw at a moment or a seq of a show, from the log and the ledger',
    may: 'moderator',
    admin: true,
    params: IdParam,
    query: Shape({
      time: Type.Optional(Instant),
      seq: Type.Optional(Seq),
      accountId: Type.Optional(Id),
    }),
    reply: Past,
    status: 200,
  },
})
