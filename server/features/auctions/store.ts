import { toText } from '../../../shared/domain/money.ts'
import type { Bid } from '../../../shared/wire/auctions.ts'
import { invalid, notFound, Refusal } from '../../base/refusal.ts'
import type { Appended } from '../../events/log.ts'
import { listed, type Sql } from '../../store/postgres.ts'

export type Ask = {
  showId: string
  auctionId: string
  bidder: string
  amount: number
  currency: string
  key: string
}

/** One answer of bid_v1; `next`, `bids` and `endsAt` where its header says. */
type Answer = { code: number; next: number; currency: string; bids: number; endsAt: string }
type Bidden = { answers: Answer[]; events: Appended[] | null }

const taken = 0
const repeated = 1

/** Decides a batch by one call; answers in the order asked. */
export async function decide(
  sql: Sql,
  asks: Ask[],
  leap: number,
): Promise<{ answers: (Bid | Refusal)[]; events: Appended[] }> {
  const [row] = await sql<{ bidden: Bidden }[]>`
    select bid_v1(
      ${listed(asks.map((a) => a.showId))}::uuid[], ${listed(asks.map((a) => a.auctionId))}::uuid[],
      ${listed(asks.map((a) => a.bidder))}::uuid[], ${listed(asks.map((a) => a.amount))}::bigint[],
      ${asks.map((a) => a.currency)}::text[], ${asks.map((a) => a.key)}::text[], ${leap}::int
    ) as bidden`
  const { answers, events } = row?.bidden as Bidden
  return {
    answers: asks.map((ask, n) => answerTo(ask, answers[n] as Answer, leap)),
    events: events ?? [],
  }
}

function answerTo(ask: Ask, answer: Answer, leap: number): Bid | Refusal {
  const { code, bids, endsAt } = answer
  if (code !== taken && code !== repeated) return refusalOf(answer, leap)
  const { auctionId, amount, currency } = ask
  return { auctionId, price: { amount, currency }, bids, endsAt }
}

function refusalOf({ code, next, currency }: Answer, leap: number): Refusal {
  const sum = (amount: number) => toText({ amount, currency })
  switch (code) {
    case 2:
      return new Refusal('AUCTION_OVER', 'This auction is over.')
    case 4:
      return new Refusal('OUTBID', `Too low. The next bid is ${sum(next)}.`)
    case 5:
      return new Refusal('FORBIDDEN', 'Who runs a show does not bid in it.')
    case 6:
      return new Refusal('BANNED', 'You cannot buy in this show.')
    case 7:
      return invalid('/price/currency', `Bids are in ${currency}.`)
    case 8:
      return new Refusal('CONFLICT', 'You lead already.')
    case 9:
      return new Refusal('IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.')
    case 10:
      return invalid(
        '/price/amount',
        `At most ${sum(next * leap)} now. The next bid is ${sum(next)}.`,
      )
    default:
      return notFound('auction')
  }
}
