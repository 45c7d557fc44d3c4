import type { Auction } from '../wire/auctions.ts'
import type { Event } from '../wire/events.ts'

/** An auction that is over: how, and whose the unit is. */
export type EndedAuction = Pick<Auction, 'auctionId' | 'variantId' | 'productId' | 'price'> & {
  /** `unpaid`: it was sold, and is back on the shelf; staff alone hear of it. */
  reason: 'sold' | 'unsold' | 'canceled' | 'pulled' | 'ended' | 'unpaid'
  winner: Auction['leader']
  at: string
}

/** The fields of auction.opened; of auction.bid those that bids move. */
export function auctionIn(event: Event): Auction {
  const { seq: _seq, type: _type, at: _at, deleted: _deleted, ...fields } = event
  return fields as unknown as Auction
}

/** Of auction.sold, auction.ended and auction.unpaid. */
export function endedAuctionIn(event: Event): EndedAuction {
  const reason = event.type === 'auction.unpaid' ? 'unpaid' : 'sold'
  const nobody = { price: null, winner: null, reason }
  return { ...nobody, ...auctionIn(event), at: event.at } as unknown as EndedAuction
}
