import { useRef } from 'preact/hooks'
import { firstVariant, numberOf, variantName } from '../api/offers.ts'
import { Badge } from '../ui/badge.tsx'
import { ChatLine, ChatRemoved } from '../ui/chat.tsx'
import { Icon } from '../ui/icon.tsx'
import { Face } from '../ui/pic.tsx'
import { Ticket } from '../ui/ticket.tsx'
import { useWholeLines } from '../ui/whole-lines.ts'
import { bandShare, type Moment, offerAt, saleWords } from './moment.ts'
import { t } from './words.ts'

/** Lines that fit the glass of a phone. */
const onGlass = 6

/** The phone of somebody who watched just then: it does not move and nothing can be pressed. */
export function ViewersScreen({ moment }: { moment: Moment }) {
  const { room, past } = moment
  const { host, title, status } = room.show
  const dim = status === 'ended'
  const talk = useRef<HTMLDivElement>(null)
  useWholeLines(talk)
  return (
    <figure class="viewers-screen" aria-label={t('screen')}>
      <div class="stage" data-zone="glass" data-lit={dim ? 'no' : undefined} inert>
        <Goods moment={moment} />
        <div class="scrim top" />
        <div class="scrim bottom" />
        <div class="top">
          <span class="seller">
            <Face name={host.displayName} />
            <span class="who">
              <b class="one-line">{host.displayName}</b>
              <small class="one-line">{title}</small>
            </span>
          </span>
          <p class="facts">
            <Badge tone={status === 'live' ? 'live' : 'glass'}>{statusWords(status)}</Badge>
          </p>
        </div>
        <div class="talk">
          <div class="chat" ref={talk}>
            {room.pinnedMessage !== null && (
              <p class="plate">
                <Icon name="pin" />
                <bdi>{room.pinnedMessage.text}</bdi>
              </p>
            )}
            {past.talk.slice(-onGlass).map((line) =>
              line.text === null ? (
                <ChatRemoved key={line.seq} />
              ) : (
                <ChatLine
                  key={line.seq}
                  speaker={{ name: line.displayName ?? '', role: line.role ?? 'viewer' }}
                >
                  {line.text}
                </ChatLine>
              ),
            )}
          </div>
        </div>
        {!dim && <PinnedThen moment={moment} />}
      </div>
    </figure>
  )
}

function Goods({ moment: { room } }: { moment: Moment }) {
  const shown = room.products.find(({ id }) => id === room.pinned) ?? room.products[0]
  const image = shown?.images[0]
  if (image === undefined) return <div class="video no-goods" />
  return <img class="video goods" src={image} alt="" />
}

function PinnedThen({ moment }: { moment: Moment }) {
  const { room, at } = moment
  const product = room.products.find(({ id }) => id === room.pinned)
  const variant = product && firstVariant(room, product, at)
  if (product === undefined || variant === undefined) return null
  const offer = offerAt(moment, product, variant)
  const words = saleWords(offer, at)
  const phase = offer.phase === 'opens' || offer.phase === 'open' ? offer.phase : 'over'
  return (
    <Ticket
      offer={offer}
      no={numberOf(room, product.id)}
      title={variantName(product, variant)}
      image={product.images[0]}
      open={room.show.sells}
      band={
        words === null ? null : (
          <div
            class="band"
            data-phase={phase}
            style={{ '--rest': bandShare(offer, at).toFixed(3) }}
          >
            {phase !== 'over' && <Icon name="bolt" />}
            {words}
          </div>
        )
      }
    />
  )
}

export function statusWords(status: string): string {
  if (status === 'interrupted') return t('status.interrupted')
  return status === 'live' ? t('status.live') : t('status.ended')
}
