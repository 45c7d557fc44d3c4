import { useEffect, useRef, useState } from 'preact/hooks'
import type { Auction } from '../../shared/wire/auctions.ts'
import { serverNow } from '../api/clock.ts'
import type { Room } from '../api/room.ts'
import { money } from '../ui/money.ts'
import { plain } from '../ui/rich.tsx'
import { dropToast, toast } from '../ui/toast.tsx'
import { a } from '../ui/words-auction.ts'
import { placeBid } from './bid.ts'
import type { Visit } from './visit.ts'

const lastMs = 10_000

type Props = { visit: Visit; room: Room }

/** What an auction tells beside its ticket: that one was outbid, and, to ears, what matters of it once each. */
export function AuctionNews(props: Props) {
  useOutbid(props)
  const said = useSaid(props.room)
  return (
    <p class="sr" role="status">
      {said}
    </p>
  )
}

/** Who led hears that somebody else does, with the next bid at hand; not any more when they lead again. */
function useOutbid({ visit, room }: Props): void {
  const { auction } = room
  const mine = visit.store.you.value?.accountId
  const led = useRef<Auction | null>(null)
  useEffect(() => {
    const before = led.current
    led.current = auction
    if (before?.leader == null || before.leader.accountId !== mine) return
    if (auction?.auctionId !== before.auctionId || auction.leader?.accountId === mine) return
    const { next } = auction
    toast({
      text: a('outbid', { price: money(next) }),
      tone: 'time',
      icon: 'up',
      action: {
        label: a('bid', { price: money(next) }),
        run: () => void placeBid(visit, auction, next),
      },
    })
    return dropToast
  }, [auction?.auctionId, auction?.leader?.accountId, mine])
}

function useSaid({ auction, auctioned, products }: Room): string {
  const [said, setSaid] = useState('')
  const done = useRef(new Set<string>())
  const once = (key: string, words: string) => {
    if (done.current.has(key)) return
    done.current.add(key)
    setSaid(words)
  }
  useEffect(() => {
    if (auction === null) return
    const { auctionId, opening, endsAt, productId } = auction
    const title = products.find(({ id }) => id === productId)?.title ?? ''
    once(auctionId, a('say.opened', { title, price: money(opening) }))
    const rest = Date.parse(endsAt) - lastMs - serverNow()
    if (rest < 0) return
    const timer = setTimeout(() => once(`${auctionId}:last`, a('say.last')), rest)
    return () => clearTimeout(timer)
  }, [auction?.auctionId, auction?.endsAt])
  useEffect(() => {
    if (auctioned === null || auctioned.winner === null || auctioned.price === null) return
    const { winner, price } = auctioned
    const words = a('sold.to', { name: winner.displayName, price: money(price) })
    once(`${auctioned.auctionId}:sold`, plain(words))
  }, [auctioned?.auctionId])
  return said
}
