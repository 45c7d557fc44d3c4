import type { Auction } from '../wire/auctions.ts'
import type { Event } from '../wire/events.ts'

/** An auction that is over: how, and whose the unit is. */
export type EndedAuction = Pick<Auction, 'auctionId' | 'variantId' | 'productId' | 'price'> & {
  /** `unpaid`: it was sold, and is back on the shelf. `offered`: the next bidder has it. Staff alone hear of both. */
  reason: 'sold' | 'unsold' | 'canceled' | 'pulled' | 'ended' | 'unpaid' | 'offered'
  winner: Auction['leader']
  /** Of `unpaid`: whom it can be offered to, at their own bid. */
  runnerUp: (NonNullable<Auction['leader']> & { price: Auction['next'] }) | null
  at: string
}

/** The fields of auction.opened; of auction.bid those that bids move. */
export function auctionIn(event: Event): Auction {
  const { seq: _seq, type: _type, at: _at, deleted: _deleted, ...fields } = event
  return fields as unknown as Auction
}

/** Of auction.sold, auction.ended, auction.unpaid and auction.offered. */
export function endedAuctionIn(event: Event): EndedAuction {
  // Of auction.ended the event says why.
  const reason = event.type.slice('auction.'.length)
  const nobody = { price: null, winner: null, runnerUp: null, reason }
  return { ...nobody, ...auctionIn(event), at: event.at } as unknown as EndedAuction
}
