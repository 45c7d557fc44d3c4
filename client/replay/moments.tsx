import { findVariant, numberOf, variantName } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { money } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Empty } from '../ui/states.tsx'
import { countdown, span } from '../ui/time.ts'
import type { ReplayDeck } from './deck.ts'
import './replay.css'
import type { Placed } from './timeline.ts'
import { t } from './words.ts'

type Props = { deck: ReplayDeck; room: Room; onClose: () => void }

/** Everything that stands on the scrub line, as a list: what was shown, sold out, and where the host was away. */
export function MomentsSheet({ deck, room, onClose }: Props) {
  const lines = linesOf(deck, room)
  const go = (videoMs: number) => {
    deck.player.seek(videoMs)
    onClose()
  }
  return (
    <Sheet title={t('moments')} class="list-sheet moments" onClose={onClose}>
      {lines.length === 0 ? (
        <Empty icon="pin" title={t('moments.none')} />
      ) : (
        <ol>
          {lines.map((line) => (
            <li key={line.key}>
              {line.no === null ? (
                <span class="moment-icon">
                  <Icon name={line.icon} />
                </span>
              ) : (
                <Pic src={line.image} no={line.no} gone={line.icon === 'alert'} />
              )}
              <div>
                <button type="button" class="row-name" onClick={() => go(line.videoMs)}>
                  <b class="one-line">{line.title}</b>
                </button>
                {line.words !== '' && <span class="quiet">{line.words}</span>}
              </div>
              <span class="num quieter">{countdown(Math.floor(line.videoMs / 1_000))}</span>
            </li>
          ))}
        </ol>
      )}
    </Sheet>
  )
}

type Line = {
  key: string
  videoMs: number
  no: number | null
  image: string | undefined
  icon: IconName
  title: string
  words: string
}

function linesOf(deck: ReplayDeck, room: Room): Line[] {
  const gaps = deck.gaps.map(({ videoMs, ms }): Line => {
    const title = t('moment.gap', { span: span(ms) })
    return {
      key: `gap ${videoMs}`,
      videoMs,
      no: null,
      image: undefined,
      icon: 'camera',
      title,
      words: '',
    }
  })
  const markers = deck.markers.flatMap((marker) => lineOf(marker, room) ?? [])
  return [...markers, ...gaps].sort((a, b) => a.videoMs - b.videoMs)
}

function lineOf(marker: Placed, room: Room): Line | null {
  const { videoMs, from, kind } = marker
  const product = room.products.find(({ id }) => id === marker.productId)
  if (product === undefined) return null
  const of = { videoMs, no: numberOf(room, product.id), image: product.images[0] }
  if (kind === 'pinned') {
    const words =
      marker.price === null
        ? t('moment.pinned')
        : t('moment.pinned.at', { price: money(marker.price) })
    return { ...of, key: `pin ${from}`, icon: 'pin', title: product.title, words }
  }
  const found = findVariant(room, marker.variantId)
  const title = found === null ? product.title : variantName(found.product, found.variant)
  if (kind === 'sold-out') {
    return { ...of, key: `out ${from} ${title}`, icon: 'alert', title, words: t('moment.sold-out') }
  }
  if (kind === 'auction') {
    const words = t('moment.auction', { price: money(marker.price) })
    return { ...of, key: `auction ${from}`, icon: 'up', title, words }
  }
  const words = t('moment.sale', { price: money(marker.price), was: money(marker.wasPrice) })
  return { ...of, key: `sale ${from}`, icon: 'bolt', title, words }
}
