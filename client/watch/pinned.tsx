import { serverNow } from '../api/clock.ts'
import { firstVariant, numberOf, type Offer, offerOf, variantName } from '../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../api/room.ts'
import type { ReplayDeck } from '../replay/deck.ts'
import { t as r } from '../replay/words.ts'
import { useRest } from '../ui/clocks.tsx'
import { Choice } from '../ui/field.tsx'
import { money } from '../ui/money.ts'
import { Ticket } from '../ui/ticket.tsx'
import { t } from '../ui/words.ts'
import { AuctionTicket, useLot } from './auction.tsx'
import { hasLine, placeIn } from './line.ts'
import { aheadWords, LineButton } from './line-place.tsx'
import { earliestEnd, type Visit } from './visit.ts'

/** After this long the end of a sale is old news, and the ticket an ordinary one again. */
const overMs = 60_000

/** What a product is offered for; follows the log, and the clock at every edge of a sale. */
export function useOffer(room: Room, product: ShownProduct, variant: ShownVariant): Offer {
  const sale = room.sales.findLast((one) => one.variantId === variant.id)
  const end = sale === undefined ? 0 : Date.parse(sale.endedAt ?? sale.endsAt)
  useRest(sale?.startsAt)
  useRest(end + 250)
  useRest(end + overMs)
  return offerOf(room, product, variant, serverNow())
}

/** The variant that is shown: chosen, or the one that can be had. */
export function shownVariant(
  visit: Visit,
  room: Room,
  product: ShownProduct,
): ShownVariant | undefined {
  const id = visit.chosen.value[product.id]
  const chosen = product.variants.find((variant) => variant.id === id)
  return chosen ?? firstVariant(room, product, serverNow())
}

type Props = {
  visit: Visit
  room: Room
  big?: boolean
  replay?: ReplayDeck | null
  offlineSince: number | null
}

/** The auction that runs, or else the pinned product. A new pin is a new ticket: never two on screen. */
export function PinnedTicket(props: Props) {
  const { visit, room } = props
  const lot = useLot(room)
  if (lot !== null) return <AuctionTicket {...props} lot={lot} />
  const product = room.products.find((one) => one.id === room.pinned)
  if (product === undefined) return null
  const variant = shownVariant(visit, room, product)
  if (variant === undefined) return null
  return <ShownTicket key={product.id} {...props} product={product} variant={variant} />
}

type ShownProps = Props & { product: ShownProduct; variant: ShownVariant }

function ShownTicket(props: ShownProps) {
  const { visit, room, big = false, replay = null, offlineSince, product, variant } = props
  const offer = useOffer(room, product, variant)
  const held = visit.bag.value.filter(({ variantId }) => variantId === variant.id)
  const line = replay === null && hasLine(room, offer)
  const place = line ? placeIn(visit, variant.id) : undefined
  return (
    <Ticket
      offer={offer}
      then={replay === null ? null : thenWords(replay, product, variant, offer)}
      closed={replay === null ? undefined : r('not.sold')}
      no={numberOf(room, product.id)}
      title={big ? product.title : variantName(product, variant)}
      image={product.images[0]}
      heldUntil={earliestEnd(held)}
      offlineSince={offlineSince}
      open={room.show.sells}
      busy={visit.holding.value.has(variant.id)}
      big={big}
      choice={big && <VariantChoice visit={visit} room={room} product={product} desk />}
      onOpen={() => (visit.sheet.value = { name: 'product', productId: product.id })}
      onBuy={() => void visit.hold(variant.id, 1, 'bag')}
      onAdd={() => void visit.hold(variant.id, 1)}
      onBag={() => (visit.sheet.value = { name: 'bag' })}
      onTell={() => visit.tellWhenBack(variant.id)}
      gone={line && <LineButton {...{ visit, product, variant }} wide={big} />}
      goneSays={place && aheadWords(room, place)}
      waitsForBack={visit.waitingFor.value.has(variant.id)}
    />
  )
}

/** What it was offered for at this moment of the show, beside what it is today. */
function thenWords(
  replay: ReplayDeck,
  product: ShownProduct,
  variant: ShownVariant,
  offer: Offer,
): string | null {
  const then = replay.offerThen(product.id, variant.id)?.price
  if (then === undefined) return null
  if (then.amount === offer.price.amount && then.currency === offer.price.currency) {
    return r('then.same')
  }
  return r('then.now', { then: money(then), now: money(offer.price) })
}

type ChoiceProps = { visit: Visit; room: Room; product: ShownProduct; desk?: boolean }

/** Sizes, colours: what is gone is struck, not hidden. */
export function VariantChoice({ visit, room, product, desk = false }: ChoiceProps) {
  if (product.variants.length < 2) return null
  const options = product.variants.map((variant) => ({
    value: variant.id,
    label: variant.title,
    off: offerOf(room, product, variant, serverNow()).left <= 0,
  }))
  return (
    <Choice
      label={t('variant')}
      options={options}
      desk={desk}
      value={shownVariant(visit, room, product)?.id ?? ''}
      onChoose={(id) => (visit.chosen.value = { ...visit.chosen.value, [product.id]: id })}
    />
  )
}
