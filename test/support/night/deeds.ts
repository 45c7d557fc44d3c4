import { expect } from 'vitest'
import type { Failpoint } from '../../../server/base/failpoint.ts'
import { patienceMs } from './report.ts'
import { must, type Steps } from './steps.ts'
import { until } from './until.ts'

/** A deed that comes by these places, what it needs before, and how one knows that it was done once. */
export type Deed = {
  what: string
  points: Failpoint[]
  /** In the matrix. */
  line: string
  /** Done on the victim; dies in the middle. Answers how the same is asked of the other, or found there. */
  play(steps: Steps): Promise<{ dies(): Promise<unknown>; goesOn(): Promise<void> }>
  /** By itself, sooner or later: the other stands still until the victim has come by. */
  alone?: boolean
  /** What has to run out before. */
  runsOut?: 'holds' | 'orders'
}

/** Deeds with what stands before the room: by numbers of processes, the one that dies and the other. */
export const deedsBeforeRoom = (victim: number, other: number): Deed[] => [
  {
    what: 'bid',
    line: 'F1',
    points: ['bid.before-commit', 'bid.after-commit'],
    async play(steps) {
      const auctionId = await steps.auctioned(other)
      return {
        dies: () => steps.bid(victim, auctionId),
        async goesOn() {
          must(await steps.bid(other, auctionId))
          must(await steps.bid(other, auctionId))
          expect(await steps.events('auction.bid')).toBe(1)
        },
      }
    },
  },
  {
    what: 'end of an auction',
    line: 'F1',
    alone: true,
    points: ['settle_auctions_v1.before-commit', 'settle_auctions_v1.after-commit'],
    async play(steps) {
      const auctionId = await steps.auctioned(other)
      must(await steps.bid(other, auctionId))
      return {
        dies: () => steps.runOut(auctionId),
        async goesOn() {
          const isSold = async () => (await steps.events('auction.sold')) === 1
          await until('it is sold', isSold, patienceMs)
          expect((await steps.look(other)).you.holds).toMatchObject([{ state: 'active' }])
          expect(await steps.ledger('hold')).toBe(1)
        },
      }
    },
  },
  {
    what: 'draw of a giveaway',
    line: 'F1',
    alone: true,
    points: ['settle_giveaways_v1.before-commit', 'settle_giveaways_v1.after-commit'],
    async play(steps) {
      const giveawayId = await steps.givenAway(other)
      return {
        dies: () => steps.drawDue(giveawayId),
        async goesOn() {
          const isDrawn = async () => (await steps.events('giveaway.ended')) === 1
          await until('it is drawn', isDrawn, patienceMs)
          expect((await steps.look(other)).you.holds).toMatchObject([{ price: { amount: 0 } }])
          expect(await steps.ledger('hold')).toBe(1)
        },
      }
    },
  },
]
