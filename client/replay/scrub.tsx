import { numberOf } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { countdown } from '../ui/time.ts'
import type { ReplayDeck } from './deck.ts'
import type { Placed } from './timeline.ts'
import './replay.css'
import { t } from './words.ts'

/** Plates nearer than this share of the line would lie on each other: the rest is in the list of moments. */
const apart = 0.045

type Props = { deck: ReplayDeck; room: Room }

/** The line of the whole show, or why there is none. */
export function Scrub({ deck, room }: Props) {
  if (!deck.player.failed.value) return <Line deck={deck} room={room} />
  return (
    <p class="scrub-line" role="status">
      {t('no.picture')}
    </p>
  )
}

/** Plates where a product was shown, notches where it sold out or the picture was away. */
function Line({ deck, room }: Props) {
  const { durationMs, player } = deck
  const now = Math.min(player.videoMs.value, durationMs)
  const share = (ms: number) =>
    `${durationMs === 0 ? 0 : (Math.min(ms, durationMs) / durationMs) * 100}%`
  const time = countdown(Math.floor(now / 1_000))
  const of = countdown(Math.floor(durationMs / 1_000))
  const pinned = room.products.find(({ id }) => id === room.pinned)
  const value =
    pinned === undefined
      ? t('scrub.value', { time, of })
      : t('scrub.value.with', { time, of, title: pinned.title })
  return (
    <div class="scrub-line" style={{ '--at': share(now) }}>
      <div class="line">
        <span class="run" />
        {deck.markers.filter(isSale).map((sale) => (
          <span
            key={`${sale.variantId} ${sale.from}`}
            class="sale"
            style={{ '--from': share(sale.videoMs), '--to': share(sale.toMs ?? durationMs) }}
          />
        ))}
        {deck.markers.filter(isOut).map((out) => (
          <span
            key={`${out.variantId} ${out.from}`}
            class="out"
            style={{ '--from': share(out.videoMs) }}
          />
        ))}
        {deck.gaps.map((gap) => (
          <span key={gap.videoMs} class="gap" style={{ '--from': share(gap.videoMs) }} />
        ))}
        <input
          type="range"
          min={0}
          max={durationMs}
          step={1_000}
          value={now}
          aria-label={t('scrub')}
          aria-valuetext={value}
          onInput={(event) => player.seek(Number(event.currentTarget.value))}
        />
      </div>
      <div class="plates">
        {spread(deck.markers.filter(isPin), durationMs).map((pin) => (
          <Plate key={pin.from} pin={pin} deck={deck} room={room} left={share(pin.videoMs)} />
        ))}
      </div>
      <span class="time num" aria-hidden="true">
        <bdi dir="ltr">
          {time} / {of}
        </bdi>
      </span>
    </div>
  )
}

type PlateProps = Props & { pin: Pin; left: string }

function Plate({ pin, deck, room, left }: PlateProps) {
  const product = room.products.find(({ id }) => id === pin.productId)
  if (product === undefined) return null
  const no = numberOf(room, product.id)
  const time = countdown(Math.floor(pin.videoMs / 1_000))
  const title = t('jump.to', { no, title: product.title, time })
  return (
    <button
      type="button"
      class="plate-no num"
      style={{ '--from': left }}
      aria-label={title}
      title={title}
      data-now={room.pinned === product.id || undefined}
      onClick={() => deck.player.seek(pin.videoMs)}
    >
      {no}
    </button>
  )
}

type Pin = Extract<Placed, { kind: 'pinned' }>
const isPin = (marker: Placed): marker is Pin => marker.kind === 'pinned'
const isSale = (marker: Placed): marker is Extract<Placed, { kind: 'sale' }> =>
  marker.kind === 'sale'
const isOut = (marker: Placed): marker is Extract<Placed, { kind: 'sold-out' }> =>
  marker.kind === 'sold-out'

function spread(pins: Pin[], durationMs: number): Pin[] {
  const shown: Pin[] = []
  for (const pin of pins) {
    const last = shown.at(-1)
    if (last === undefined || pin.videoMs - last.videoMs >= durationMs * apart) shown.push(pin)
  }
  return shown
}
