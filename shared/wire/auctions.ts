import Type, { type Static } from 'typebox'
import { auctionMsMax, auctionMsMin, extendMsMax, extendMsMin } from '../limits.ts'
import { Empty, Id, Instant, Key, Nullable, Shape, Sum } from './base.ts'
import { Price } from './catalog.ts'
import { commands } from './contract.ts'

const Bidder = Shape({ accountId: Id, displayName: Type.String() })

/** What bids move. */
const AuctionNow = {
  auctionId: Id,
  /** The best bid; null before the first. */
  price: Nullable(Sum),
  /** The least that the next bid must be. */
  next: Sum,
  bids: Type.Integer(),
  leader: Nullable(Bidder),
  endsAt: Instant,
}

/** An auction that runs: one unit of a variant. */
export const Auction = Shape({
  ...AuctionNow,
  variantId: Id,
  productId: Id,
  opening: Sum,
  step: Sum,
  /** A bid in the last so-many ms sets the clock back to that; 0: the end stays. */
  extendMs: Type.Integer(),
  openedAt: Instant,
})
export type Auction = Static<typeof Auction>

/** A bid that was taken: how many there were with it, and the end after it. */
export const Bid = Shape({ auctionId: Id, price: Sum, bids: Type.Integer(), endsAt: Instant })
export type Bid = Static<typeof Bid>

export const auctionCommands = commands({
  'auction:open': {
    summary: 'Put one unit of a variant before the room; it is off the shelf from here',
    may: 'host',
    in: Shape({
      showId: Id,
      variantId: Id,
      opening: Price,
      step: Price,
      durationMs: Type.Integer({ minimum: auctionMsMin, maximum: auctionMsMax }),
      extendMs: Type.Union([
        Type.Literal(0),
        Type.Integer({ minimum: extendMsMin, maximum: extendMsMax }),
      ]),
    }),
    out: Auction,
  },
  'auction:bid': {
    summary: 'Bid; the key makes a repeat answer the same bid',
    may: 'account',
    notWhen: ['banned'],
    in: Shape({ showId: Id, auctionId: Id, price: Price, key: Key }),
    out: Bid,
  },
  'auction:cancel': {
    summary: 'End an auction before its time; nobody wins',
    may: 'moderator',
    admin: true,
    in: Shape({ showId: Id, auctionId: Id }),
    out: Empty,
  },
  'auction:offer': {
    summary: 'Offer what its winner did not pay to the next bidder, at their own bid; once',
    may: 'host',
    in: Shape({ showId: Id, auctionId: Id }),
    out: Empty,
  },
})
