import { bidLeapMax } from '../../../shared/limits.ts'
import type { Auction, auctionCommands, Bid } from '../../../shared/wire/auctions.ts'
import type { In } from '../../../shared/wire/contract.ts'
import { failpoint } from '../../base/failpoint.ts'
import { newId } from '../../base/ids.ts'
import { invalid } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import type { Postgres } from '../../store/postgres.ts'
import { type Ask, decide } from './store.ts'

type Needs = { pg: Pick<Postgres, 'hot' | 'rest' | 'talk'>; log: Log }
type Payload<C extends keyof typeof auctionCommands> = In<(typeof auctionCommands)[C]>
/** A field that does not fit what is there, as auction_open_v1 tells it. */
type Misfit = { pointer: string; detail: string }

export type Auctions = ReturnType<typeof createAuctions>

/** One unit before the room, to whoever bids most until the clock is at its end. The README has the law. */
export function createAuctions({ pg, log }: Needs) {
  const bids = bidBatches({ pg, log })

  return {
    /** From the answer on the unit can be sold to nobody else. */
    async open(who: Who, payload: Payload<'auction:open'>): Promise<Auction> {
      const args = { ...payload, auctionId: newId(), accountId: who.accountId }
      const answer = await log.call<Auction | Misfit>(pg.rest, 'auction_open_v1', args)
      if ('pointer' in answer) throw invalid(answer.pointer, answer.detail)
      return answer
    },

    /** Decided with everybody else's bids of this moment, in order of arrival. */
    bid(who: Who, { price, ...bid }: Payload<'auction:bid'>): Promise<Bid> {
      return bids.ask({ ...bid, ...price, bidder: who.accountId })
    },

    /** Nobody wins; the unit is on the shelf at once. Canceling twice is calm. */
    async cancel(who: Who, payload: Payload<'auction:cancel'>): Promise<void> {
      await log.call(pg.talk, 'auction_cancel_v1', { ...payload, accountId: who.accountId })
    },

    /** What its winner did not pay lies in the next bidder's bag, at their own bid; once. */
    async offer(who: Who, payload: Payload<'auction:offer'>): Promise<void> {
      await log.call(pg.rest, 'auction_offer_v1', { ...payload, accountId: who.accountId })
    },

    /** Decides the bids that wait, takes nothing new. */
    close: () => bids.close(),
  }
}

/** A room needs the newest price, and a process commits once for all bids of so short a while. */
export const bidsGatherMs = 20

/** Everybody's bids of one moment, decided together. */
function bidBatches({ pg, log }: Needs): GroupCommit<Ask, Bid> {
  return new GroupCommit<Ask, Bid>({
    slots: ({ bidder, key }) => [`${bidder} ${key}`],
    gatherMs: () => bidsGatherMs,
    same: (a) => `${a.bidder} ${a.key} ${a.showId} ${a.auctionId} ${a.amount} ${a.currency}`,
    async run(asks) {
      failpoint('bid', 'before-commit')
      const { answers, events } = await decide(pg.hot, asks, bidLeapMax)
      failpoint('bid', 'after-commit')
      log.told(events)
      return answers
    },
  })
}
