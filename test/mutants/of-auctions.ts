import type { Mutant } from './list.ts'

const auctions = 'server/features/auctions/auctions.sql'
const house = 'server/features/inventory/house.sql'
const bids = 'server/features/auctions/bid.sql'
const raceTests = 'test/races/auctions.test.ts'
const ownTests = 'server/features/auctions/auctions.test.ts'

export const ofAuctions: Mutant[] = [
  {
    fault: 'the unit at auction stays on the shelf',
    edits: [
      {
        file: house,
        from: "perform stock_write_v1(jsonb_build_array(jsonb_build_object('variantId', variant, 'kind', 'hold', 'quantity', 1, 'holdId', hold)), t);",
        to: '',
      },
    ],
    test: { file: ownTests, name: 'takes its unit off the shelf at once, and one unit alone' },
  },
  {
    fault: 'the winner has the unit at the opening bid',
    edits: [
      {
        file: auctions,
        from: "house_gives_v1(x.hold_id, x.leader, x.price, 'sold',",
        to: "house_gives_v1(x.hold_id, x.leader, x.opening, 'sold',",
      },
    ],
    test: {
      file: ownTests,
      name: 'is sold to the best bid: the winner holds that unit at that price, for ten minutes',
    },
  },
  {
    fault: 'a lower bid leads',
    edits: [{ file: bids, from: 'when r.amount < next then 4', to: 'when false then 4' }],
    test: { file: ownTests, name: 'is a step above the one before, and not out of all measure' },
  },
  {
    fault: 'a bid after the end counts until somebody settles it',
    edits: [{ file: bids, from: ' or t >= x.ends_at then 2', to: ' then 2' }],
    test: {
      file: ownTests,
      name: 'after the end is refused, also before anybody settled it',
    },
  },
  {
    fault: 'what was won is offered to the next bidder while its winner can pay',
    edits: [
      {
        file: auctions,
        from: "if x.settled_as is distinct from 'unpaid' then",
        to: 'if false then',
      },
    ],
    test: {
      file: 'server/features/auctions/unpaid.test.ts',
      name: 'what was won and not paid is offered to the next bidder at their own bid, once',
    },
  },
  {
    fault: 'a ban does not wait for the bids in flight',
    edits: [
      {
        file: bids,
        from: 'perform show_fence_v1(s, false) from (select distinct s from unnest(places) s order by s) f;',
        to: '',
      },
      {
        file: 'server/features/moderation/sanctions.sql',
        from: 'perform 1 from auctions where show_id = s and ended_at is null for no key update;',
        to: '',
      },
    ],
    test: {
      file: raceTests,
      name: 'a ban among bids: from its answer on no bid of theirs is taken, and none stands, 50 rounds',
    },
  },
]
