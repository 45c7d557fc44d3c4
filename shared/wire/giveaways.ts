import Type, { type Static } from 'typebox'
import { giveawayMsMax, giveawayMsMin } from '../limits.ts'
import { Empty, Id, Instant, Nullable, Shape } from './base.ts'
import { commands, routes } from './contract.ts'

/** What makes a draw checkable once it is made: server/features/giveaways/README.md says how. */
const Draw = Shape({
  /** 32 bytes in hex; their SHA-256 was the commitment. */
  secret: Type.String(),
  /** SHA-256 of the list of entries, in hex. */
  entriesHash: Type.String(),
  /** The winner's number. */
  number: Type.Integer(),
  winner: Shape({ accountId: Id, displayName: Type.String() }),
})

/** A giveaway of one unit of a variant, as everybody sees it. */
export const Giveaway = Shape({
  giveawayId: Id,
  variantId: Id,
  productId: Id,
  /** SHA-256 of the secret that will draw, in hex: told before anybody is in. */
  commitment: Type.String(),
  /** Those that stand. While it runs the pulse tells them anew. */
  entries: Type.Integer(),
  openedAt: Instant,
  endsAt: Instant,
  endedAt: Nullable(Instant),
  reason: Nullable(
    Type.Union([
      Type.Literal('drawn'),
      Type.Literal('empty'),
      Type.Literal('canceled'),
      Type.Literal('pulled'),
      Type.Literal('ended'),
    ]),
  ),
  draw: Nullable(Draw),
})
export type Giveaway = Static<typeof Giveaway>

/** How many are in the giveaway that runs, as of now. */
export const GiveawayCount = Shape({ giveawayId: Id, entries: Type.Integer() })
export type GiveawayCount = Static<typeof GiveawayCount>

/** An entry: its number, and the ticket and the nonce that stand in the list beside it; of the page that was first. */
export const Entered = Shape({
  giveawayId: Id,
  number: Type.Integer(),
  ticket: Id,
  nonce: Nullable(Type.String()),
})
export type Entered = Static<typeof Entered>

export const GiveawayRecord = Shape({
  giveaway: Giveaway,
  /** Its entries in order, a line each, to the byte as they were hashed; null while it runs. */
  list: Nullable(Type.String()),
})
export type GiveawayRecord = Static<typeof GiveawayRecord>

const What = Shape({ showId: Id, giveawayId: Id })

export const giveawayCommands = commands({
  'giveaway:open': {
    summary: 'Give away one unit of a variant; it is off the shelf from here',
    may: 'host',
    in: Shape({
      showId: Id,
      variantId: Id,
      durationMs: Type.Integer({ minimum: giveawayMsMin, maximum: giveawayMsMax }),
    }),
    out: Giveaway,
  },
  'giveaway:enter': {
    summary:
      'Be in, once; entering again answers the same number. The nonce is mixed into the draw',
    may: 'account',
    notWhen: ['banned'],
    in: Shape({
      ...What.properties,
      nonce: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
    }),
    out: Entered,
  },
  'giveaway:draw': {
    summary: 'End a giveaway now, and draw',
    may: 'host',
    in: What,
    out: Empty,
  },
  'giveaway:cancel': {
    summary: 'End a giveaway before its time; nobody wins',
    may: 'moderator',
    admin: true,
    in: What,
    out: Empty,
  },
})

export const giveawayRoutes = routes({
  giveaway: {
    method: 'GET',
    path: '/shows/:id/giveaways/:giveawayId',
    summary: 'All that is needed to make the draw again',
    may: 'anyone',
    params: Shape({ id: Id, giveawayId: Id }),
    reply: GiveawayRecord,
    status: 200,
  },
})
