import { useState } from 'preact/hooks'
import type { EndedAuction } from '../../../shared/domain/auction.ts'
import type { Auction } from '../../../shared/wire/auctions.ts'
import type { Room } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Countdown, useRest } from '../../ui/clocks.tsx'
import { Icon } from '../../ui/icon.tsx'
import { money } from '../../ui/money.ts'
import { rich } from '../../ui/rich.tsx'
import { useBusy } from '../../ui/use.ts'
import { act } from '../act.ts'
import { Ask } from '../ask.tsx'
import { g } from './words-auction.ts'

type Props = { showId: string; room: Room; onAgain?: (productId: string) => void }

/** The auction that runs, for who may call it off; or how the last one ended, until it is put away. */
export function AuctionStrip({ showId, room, onAgain }: Props) {
  const [closed, setClosed] = useState('')
  const { auction, auctioned } = room
  if (auction !== null) {
    return <Runs key={auction.auctionId} {...{ showId, auction }} title={titleOf(room, auction)} />
  }
  if (auctioned === null) return null
  const words = overWords(auctioned, titleOf(room, auctioned))
  const name = auctioned.auctionId + auctioned.reason
  if (words === null || closed === name) return null
  return (
    <div class="strip" role="status">
      <Icon name={auctioned.reason === 'sold' ? 'check' : 'info'} />
      <span>{rich(words)}</span>
      {onAgain !== undefined && <Next {...{ showId, auctioned, onAgain }} />}
      <Button
        kind="bare"
        size="desk"
        icon="close"
        aria-label={g('close')}
        onClick={() => setClosed(name)}
      />
    </div>
  )
}

type NextProps = {
  showId: string
  auctioned: EndedAuction
  onAgain: (productId: string) => void
}

/** What the host can do with a unit that nobody has. */
function Next({ showId, auctioned, onAgain }: NextProps) {
  const [busy, run] = useBusy()
  const { auctionId, productId, reason, runnerUp } = auctioned
  if (reason === 'sold' || reason === 'offered') return null
  const again = (
    <Button kind="quiet-btn" size="desk" class="push" onClick={() => onAgain(productId)}>
      {g('again')}
    </Button>
  )
  if (runnerUp === null) return again
  const offer = () =>
    run(async () => void (await act(() => command('auction:offer', { showId, auctionId }))))
  return (
    <span class="row offer">
      <Button size="desk" busy={busy && g('offering')} onClick={offer}>
        {g('offer', { name: runnerUp.displayName, price: money(runnerUp.price) })}
      </Button>
      {again}
    </span>
  )
}

function titleOf(room: Room, { productId }: Pick<Auction, 'productId'>): string {
  return room.products.find(({ id }) => id === productId)?.title ?? ''
}

function overWords({ reason, winner, price }: EndedAuction, title: string): string | null {
  if (reason === 'unsold') return g('unsold', { title })
  if (winner === null || price === null) return null
  const told = { title, name: winner.displayName, price: money(price) }
  return g(reason === 'unpaid' || reason === 'offered' ? reason : 'sold', told)
}

function Runs({ showId, auction, title }: { showId: string; auction: Auction; title: string }) {
  const [asking, setAsking] = useState(false)
  const rest = useRest(auction.endsAt)
  const { price, opening, bids, leader, endsAt } = auction
  const words =
    price === null || leader === null
      ? g('runs.none', { title, price: money(opening) })
      : g('runs.led', { title, price: money(price), n: bids, name: leader.displayName })
  return (
    <div class="strip" role="group" aria-label={title}>
      <Icon name="clock" />
      <span>
        <span class="num">{rich(words)}</span>{' '}
        <b>{rest === 0 ? g('deciding') : <Countdown until={endsAt} />}</b>
      </span>
      <Button
        kind="stop-quiet"
        size="desk"
        class="push"
        disabled={rest === 0}
        onClick={() => setAsking(true)}
      >
        {g('cancel')}
      </Button>
      {asking && rest > 0 && (
        <CancelAsk {...{ showId, auction, title }} onClose={() => setAsking(false)} />
      )}
    </div>
  )
}

type AskProps = { showId: string; auction: Auction; title: string; onClose: () => void }

/** Asked once: bids were made in earnest, and do not come back. */
function CancelAsk({ showId, auction: { auctionId, bids }, title, onClose }: AskProps) {
  const [busy, run] = useBusy()
  const cancel = () =>
    run(async () => {
      const done = { text: g('canceled'), tone: 'plain' as const }
      await act(() => command('auction:cancel', { showId, auctionId }), done)
      onClose()
    })
  return (
    <Ask
      title={g('cancel.ask', { title })}
      onClose={onClose}
      actions={
        <>
          <Button kind="stop" busy={busy && g('canceling')} onClick={cancel}>
            {g('cancel.yes')}
          </Button>
          <Button kind="quiet-btn" onClick={onClose}>
            {g('cancel.no')}
          </Button>
        </>
      }
    >
      <p class="quiet">{bids > 0 ? g('cancel.bids', { n: bids }) : g('cancel.none')}</p>
    </Ask>
  )
}
