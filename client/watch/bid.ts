import { bidLeapMax } from '../../shared/limits.ts'
import type { Auction } from '../../shared/wire/auctions.ts'
import { newKey } from '../api/http.ts'
import { asRefused } from '../api/refused.ts'
import { command } from '../api/socket.ts'
import { type Money, money, times } from '../ui/money.ts'
import { sentence } from '../ui/refusal.ts'
import { toast } from '../ui/toast.tsx'
import { a } from '../ui/words-auction.ts'
import type { Visit } from './visit.ts'

/** The key of an intention lives until there is an answer: a repeat has one result. */
const keys = new Map<string, string>()

/** The most that a bid may be now. */
export const mostOf = ({ next }: Auction): Money => times(next, bidLeapMax)

/** Bids. What came of it is told here, or by the log; answers whether it was taken. */
export async function placeBid(visit: Visit, auction: Auction, price: Money): Promise<boolean> {
  if (!visit.mayBuyHere(auction)) return false
  const { auctionId } = auction
  const intention = `${auctionId}:${price.amount}`
  const key = keys.get(intention) ?? newKey()
  keys.set(intention, key)
  try {
    await command('auction:bid', { showId: visit.showId, auctionId, price, key })
    keys.delete(intention)
    return true
  } catch (thrown) {
    const refused = asRefused(thrown)
    if (refused.code !== 'OFFLINE') keys.delete(intention)
    // Who leads already sees so on the ticket.
    if (refused.code !== 'CONFLICT')
      toast({ text: wordsFor(visit, refused), tone: 'no', icon: 'alert' })
    return false
  }
}

function wordsFor(visit: Visit, refused: ReturnType<typeof asRefused>): string {
  const next = visit.store.room.value?.auction?.next
  if (refused.code === 'OUTBID' && next !== undefined) return a('outbid', { price: money(next) })
  if (refused.code === 'AUCTION_OVER') return a('over')
  if (refused.code === 'VALIDATION') return refused.errors[0]?.detail ?? sentence(refused)
  return sentence(refused)
}
