import type { EndedAuction } from '../../shared/domain/auction.ts'
import type { Auction } from '../../shared/wire/auctions.ts'
import { findVariant, numberOf, variantName } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { Band, useRest } from '../ui/clocks.tsx'
import { useFocusKept } from '../ui/focus.ts'
import { Icon } from '../ui/icon.tsx'
import { money } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Price } from '../ui/price.tsx'
import { rich } from '../ui/rich.tsx'
import { useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { a } from '../ui/words-auction.ts'
import { placeBid } from './bid.ts'
import type { Visit } from './visit.ts'

/** For so long a ticket tells how its auction ended. */
const overMs = 8_000

export type Lot = { runs: Auction } | { over: EndedAuction }

/** The auction that stands before the room: one that runs, or has ended this moment. */
export function useLot({ auction, auctioned }: Room): Lot | null {
  const rest = useRest(auctioned === null ? null : Date.parse(auctioned.at) + overMs)
  if (auction !== null) return { runs: auction }
  return auctioned !== null && auctioned.reason !== 'unpaid' && rest > 0
    ? { over: auctioned }
    : null
}

type Props = { visit: Visit; room: Room; lot: Lot; big?: boolean; offlineSince: number | null }

/** A ticket whose price is the bid that leads: SCREENS §11. */
export function AuctionTicket({ visit, room, lot, big = false, offlineSince }: Props) {
  const { variantId } = 'runs' in lot ? lot.runs : lot.over
  const found = findVariant(room, variantId)
  if (found === null) return null
  const { product, variant } = found
  const no = numberOf(room, product.id)
  const title = big ? product.title : variantName(product, variant)
  const open = () => (visit.sheet.value = { name: 'product', productId: product.id })
  const name = (
    <button type="button" class="name two-lines" onClick={open}>
      {title}
    </button>
  )
  const price = priceOf(lot)
  const pic = <Pic src={product.images[0]} no={no} />
  const bids = 'runs' in lot && (
    <Bids visit={visit} auction={lot.runs} wide={big} offline={offlineSince !== null} />
  )
  return (
    <article
      class={big ? 'ticket auction big' : 'ticket auction'}
      data-zone="paper"
      aria-label={a('shown.now', { no, title })}
    >
      <div class="sheet-of-paper">
        <LotBand visit={visit} lot={lot} />
        {big ? (
          <>
            {pic}
            <div class="say">
              {name}
              {price && <Price now={price} size="lg" />}
              <div class="row">{bids}</div>
              <Facts visit={visit} lot={lot} />
            </div>
          </>
        ) : (
          <div class="body">
            {pic}
            <div class="say">
              {name}
              <div class="deal">
                {price && <Price now={price} />}
                {bids}
              </div>
            </div>
            <Facts visit={visit} lot={lot} />
          </div>
        )}
      </div>
      <div class="plain-edge" />
    </article>
  )
}

const priceOf = (lot: Lot) =>
  'runs' in lot ? (lot.runs.price ?? lot.runs.opening) : lot.over.price

function LotBand({ visit, lot }: { visit: Visit; lot: Lot }) {
  if ('over' in lot) return <Band phase="over" label={overWords(visit, lot.over)} />
  const { openedAt, endsAt } = lot.runs
  return <Band phase="open" startsAt={openedAt} endsAt={endsAt} label={a('auction')} />
}

function overWords(visit: Visit, { winner, price, reason }: EndedAuction): string {
  if (winner !== null && price !== null) {
    const mine = winner.accountId === visit.store.you.value?.accountId
    return mine
      ? a('sold.to.you', { price: money(price) })
      : a('sold.to', { name: winner.displayName, price: money(price) })
  }
  return a(reason === 'unsold' ? 'ended.unsold' : 'ended.canceled')
}

const isMine = ({ store }: Visit, { leader }: Auction) =>
  leader !== null && leader.accountId === store.you.value?.accountId

type BidsProps = { visit: Visit; auction: Auction; wide: boolean; offline: boolean }

function Bids({ visit, auction, wide, offline }: BidsProps) {
  const [busy, run] = useBusy()
  const rest = useRest(auction.endsAt)
  const you = visit.store.you.value
  const leads = isMine(visit, auction)
  const place = useFocusKept<HTMLSpanElement>(leads)
  const off = (why: string) => (
    <Button wide={wide} disabled>
      {why}
    </Button>
  )
  if (offline) return off(t('line.offline'))
  if (rest === 0) return off(a('deciding'))
  if (you?.role === 'host' || you?.role === 'moderator' || you?.role === 'admin') {
    return off(a('not.yours'))
  }
  if (leads) {
    return (
      <span ref={place} tabIndex={-1} class={wide ? 'btn soft wide' : 'btn soft'}>
        <Icon name="check" size="md" />
        {a('you.lead')}
      </span>
    )
  }
  const bid = () =>
    run(async () => {
      await placeBid(visit, auction, auction.next)
    })
  return (
    <span ref={place} tabIndex={-1} class="row bids">
      <Button wide={wide} busy={busy && a('bidding')} onClick={bid}>
        {a('bid', { price: money(auction.next) })}
      </Button>
      <Button
        kind="quiet-btn"
        icon="edit"
        aria-label={a('bid.other')}
        onClick={() => visit.mayBuyHere(auction) && (visit.sheet.value = { name: 'bid' })}
      />
    </span>
  )
}

function Facts({ visit, lot }: { visit: Visit; lot: Lot }) {
  if ('over' in lot) return <p class="left none" />
  const { bids, leader } = lot.runs
  const led = isMine(visit, lot.runs)
    ? a('led.by.you', { n: bids })
    : a('led.by', { n: bids, name: leader?.displayName ?? '' })
  return (
    <p class="left">
      <span class="one-line">{leader === null ? a('no.bids') : rich(led)}</span>
    </p>
  )
}
