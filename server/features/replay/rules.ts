import { applyEvent, emptyRoom, type Room } from '../../../shared/domain/room.ts'
import type { Event, EventType, Snapshot } from '../../../shared/wire/events.ts'
import type { Marker } from '../../../shared/wire/replay.ts'

/** The types that change what is in a show's window. The talk is read apart: it is most of a log. */
export const windowTypes: EventType[] = [
  'show.started',
  'show.interrupted',
  'show.resumed',
  'show.ended',
  'show.updated',
  'replay.changed',
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'product.restored',
  'product.updated',
  'lineup.changed',
  'offer.changed',
  'sale.started',
  'sale.ended',
  'stock.sold-out',
  'stock.available',
  'code.shown',
  'code.hidden',
  'auction.opened',
  'auction.bid',
  'auction.sold',
  'auction.ended',
  'chat.deleted',
  'chat.pinned',
  'chat.unpinned',
  'chat.slowed',
]

/** Sold out for less than this is a unit that changed hands, not a moment anybody remembers. */
const soldOutMs = 5_000

/** A show after these events, from nothing but them. */
export function roomAfter(
  show: Pick<Snapshot['show'], 'id' | 'title' | 'host'>,
  events: Event[],
): Room {
  return events.reduce(
    (room, event) => ({ ...applyEvent(room, event), seq: event.seq }),
    emptyRoom(show),
  )
}

/** What a viewer who comes just then is sent: as snapshot_v1 tells it. */
export function snapshotOf({
  show,
  pinned,
  pinnedMessage,
  code,
  auction,
  products,
  sales,
}: Room): Omit<Snapshot, 'chat'> {
  const running = sales
    .flatMap(({ endedAt, reason: _reason, ...sale }) => (endedAt ? [] : [sale]))
    .sort((a, b) => a.startsAt.localeCompare(b.startsAt))
  const nothing = {
    poll: null,
    giveaway: null,
    media: { producers: [] },
    viewers: 0,
    reactions: {},
  }
  return { show, pinned, pinnedMessage, code, auction, products, sales: running, ...nothing }
}

/** Sales say by the clock whether they are open; a running one with nothing left is sold out. */
export function saleStateAt(
  sale: Snapshot['sales'][number],
  at: string,
  available: number,
): Snapshot['sales'][number]['state'] {
  if (at >= sale.endsAt) return 'ended'
  if (at < sale.startsAt) return 'announced'
  return available <= 0 ? 'sold-out' : 'open'
}

/**
 * The stretches and moments of a show that is over, in order of their beginning. What was still so at
 * the end ends there.
 */
export function markersOf(
  show: Pick<Snapshot['show'], 'id' | 'title' | 'host'>,
  events: Event[],
  endedAt: string,
): Marker[] {
  const made = { markers: [] as Marker[], pin: null as Pin | null, out: new Map<string, string>() }
  let room = emptyRoom(show)
  for (const event of events) {
    if (event.at > endedAt) break
    const before = room
    room = applyEvent(room, event)
    notePin(made, before, room, event)
    noteSale(made, room, event)
    noteAuction(made, before, room, event)
    noteStock(made, room, event)
  }
  if (made.pin) made.markers.push({ ...made.pin, to: endedAt })
  for (const [variantId, from] of made.out) made.markers.push(soldOut(room, variantId, from, null))
  return made.markers.toSorted((a, b) => a.from.localeCompare(b.from))
}

type Pin = Omit<Extract<Marker, { kind: 'pinned' }>, 'to'>
type Made = { markers: Marker[]; pin: Pin | null; out: Map<string, string> }

function notePin(made: Made, before: Room, room: Room, { at }: Event): void {
  if (room.pinned === before.pinned) return
  if (made.pin) made.markers.push({ ...made.pin, to: at })
  const product = room.products.find(({ id }) => id === room.pinned)
  const price = product?.variants[0]?.price ?? null
  made.pin =
    room.pinned === null ? null : { kind: 'pinned', productId: room.pinned, from: at, price }
}

function noteSale({ markers }: Made, room: Room, event: Event): void {
  if (event.type !== 'sale.ended') return
  const sale = room.sales.find(({ saleId }) => saleId === event['saleId'])
  if (!sale || sale.startsAt >= event.at) return
  const { variantId, price, wasPrice, startsAt: from } = sale
  const to = sale.endsAt < event.at ? sale.endsAt : event.at
  const productId = productOf(room, variantId)
  markers.push({ kind: 'sale', productId, variantId, from, to, price, wasPrice })
}

/** One that nobody won is no moment anybody remembers. */
function noteAuction({ markers }: Made, before: Room, room: Room, { type, at }: Event): void {
  if (type !== 'auction.sold' || room.auctioned?.price == null) return
  const { productId, variantId, price } = room.auctioned
  const from = before.auction?.openedAt ?? at
  markers.push({ kind: 'auction', productId, variantId, from, to: at, price })
}

function noteStock({ markers, out }: Made, room: Room, { type, at, ...fields }: Event): void {
  const variantId = fields['variantId']
  if (typeof variantId !== 'string') return
  if (type === 'stock.sold-out') out.set(variantId, out.get(variantId) ?? at)
  if (type !== 'stock.available') return
  const from = out.get(variantId)
  out.delete(variantId)
  if (from === undefined || Date.parse(at) - Date.parse(from) < soldOutMs) return
  markers.push(soldOut(room, variantId, from, at))
}

function soldOut(room: Room, variantId: string, from: string, to: string | null): Marker {
  return { kind: 'sold-out', productId: productOf(room, variantId), variantId, from, to }
}

function productOf(room: Room, variantId: string): string | null {
  return (
    room.products.find(({ variants }) => variants.some(({ id }) => id === variantId))?.id ?? null
  )
}
