import type { Harm } from './harms.ts'

const unit = 'auction: its unit is held by the house while it runs, then by its winner or by nobody'
const led = 'auction: led by the last bid that stands, and every bid is a step above the one before'
const time = 'auction: no bid before it opened or at its end, no end before its time'

/** What somebody might do to auctions and their bids. */
export const ofAuctions: Harm[] = [
  {
    rule: unit,
    what: 'the unit goes to somebody else',
    harm: `with given as (update holds h set buyer = (select bidder from auction_bids b where b.auction_id = a.id and b.n = 1)
      from auctions a where h.id = a.hold_id and a.ended_as = 'sold' returning a.id) select id from given`,
  },
  {
    rule: unit,
    what: 'the winner pays less',
    harm: `with given as (update holds h set price = h.price - 1 from auctions a where h.id = a.hold_id and a.ended_as = 'sold' returning a.id) select id from given`,
  },
  {
    rule: unit,
    what: 'an auction that was sold runs again',
    harm: `update auctions set ended_at = null, ended_as = null where ended_as = 'sold' returning id`,
  },
  {
    rule: 'auction: the house holds nothing but what is at auction',
    what: 'the unit of one that was called off stays with the house',
    harm: `update holds set state = 'auction' where buyer in (select id from auctions) returning id`,
  },
  {
    rule: led,
    what: 'a lower bid wins',
    harm: `update auctions a set leader = b.bidder, price = b.amount from auction_bids b where b.auction_id = a.id and b.n = 1 returning a.id`,
  },
  {
    rule: led,
    what: 'a bid is not a step above the one before',
    harm: 'update auction_bids set amount = 1050 where n = 2 returning auction_id as id',
  },
  {
    rule: led,
    what: 'a bid is gone',
    harm: 'delete from auction_bids where n = 1 returning auction_id as id',
  },
  {
    rule: 'auction: offered to the next bidder only where whoever won, by a higher bid, did not pay',
    what: 'the unit of one who has it is said to have been nobody’s',
    harm: `update auctions set unpaid_hold_id = hold_id where ended_as = 'sold' returning id`,
  },
  {
    rule: time,
    what: 'a bid is taken at the end',
    harm: `update auction_bids b set at = a.ends_at from auctions a where a.id = b.auction_id and b.n = 2 returning a.id`,
  },
  {
    rule: time,
    what: 'an auction is sold before its end',
    harm: `update auctions set ends_at = ended_at + interval '1 s' where ended_as = 'sold' returning id`,
  },
]
