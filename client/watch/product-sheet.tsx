import { useState } from 'preact/hooks'
import { quantityMax } from '../../shared/limits.ts'
import { call } from '../api/http.ts'
import type { Offer } from '../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../api/room.ts'
import type { ReplayDeck } from '../replay/deck.ts'
import { t as r } from '../replay/words.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Countdown } from '../ui/clocks.tsx'
import { Stepper } from '../ui/field.tsx'
import { Pic } from '../ui/pic.tsx'
import { Price } from '../ui/price.tsx'
import { rich } from '../ui/rich.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { countdown } from '../ui/time.ts'
import { useAsked } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { hasLine } from './line.ts'
import { LineActs } from './line-place.tsx'
import { shownVariant, useOffer, VariantChoice } from './pinned.tsx'
import { share } from './share.ts'
import type { Visit } from './visit.ts'

type Props = { visit: Visit; room: Room; replay: ReplayDeck | null; productId: string }

/** One product: pictures, price and clock on one line, choice, what is left, its text. */
export function ProductSheet({ visit, room, replay, productId }: Props) {
  const product = room.products.find((one) => one.id === productId)
  const variant = product === undefined ? undefined : shownVariant(visit, room, product)
  const close = () => (visit.sheet.value = null)
  if (product === undefined || variant === undefined || product.pulled) {
    return (
      <Sheet title={product?.title ?? t('list.title')} onClose={close}>
        <p class="state">{rich(t('pulled', { title: product?.title ?? t('this.product') }))}</p>
      </Sheet>
    )
  }
  return <Known {...{ visit, room, replay, product, variant }} />
}

type KnownProps = Omit<Props, 'productId'> & { product: ShownProduct; variant: ShownVariant }

function Known({ visit, room, replay, product, variant }: KnownProps) {
  const offer = useOffer(room, product, variant)
  const text = useDescription(room.show.id, product.id)
  const report = () =>
    (visit.sheet.value = {
      name: 'report',
      about: { productId: product.id },
      what: product.title,
    })
  return (
    <Sheet
      title={product.title}
      onClose={() => (visit.sheet.value = null)}
      footer={<Acts {...{ visit, room, variant, offer }} />}
    >
      {product.images.length > 0 && (
        <div class="gallery" tabIndex={product.images.length > 2 ? 0 : undefined}>
          {product.images.map((src) => (
            <Pic key={src} src={src} alt={product.title} />
          ))}
        </div>
      )}
      <section class="offer">
        <div class="row">
          <Price now={offer.price} was={offer.was} size="lg" />
          <Clock offer={offer} />
        </div>
        <VariantChoice visit={visit} room={room} product={product} />
        <LeftLine offer={offer} />
        {replay !== null && <WatchAt visit={visit} deck={replay} productId={product.id} />}
      </section>
      {text !== '' && (
        <section>
          <p class="quiet product-text">{text}</p>
        </section>
      )}
      <section>
        <Button kind="bare" size="desk" icon="share" onClick={() => void share(room, product)}>
          {t('share.product')}
        </Button>
        <Button kind="bare" size="desk" icon="info" onClick={report}>
          {t('report')}
        </Button>
      </section>
    </Sheet>
  )
}

function Clock({ offer: { phase, sale } }: { offer: Offer }) {
  if (sale === null || (phase !== 'open' && phase !== 'opens')) return null
  return (
    <span class="push">
      <Badge tone="lit" icon="bolt">
        {phase === 'opens' ? t('opens.in') : t('ends.in')}{' '}
        <Countdown until={phase === 'opens' ? sale.startsAt : sale.endsAt} />
      </Badge>
    </span>
  )
}

function LeftLine({ offer }: { offer: Offer }) {
  const { left, of, limit, phase, held } = offer
  const gone = phase === 'sold-out'
  const words = gone
    ? held > 0
      ? t('still.held', { n: held })
      : t('sold.out')
    : of === null
      ? left <= 24
        ? t('left', { n: left })
        : ''
      : t('left.of', { n: left, of })
  return (
    <div>
      <p class="row left-line">
        <span>{rich(words)}</span>
        {limit !== null && <span class="quiet push">{t('per.person', { n: limit })}</span>}
      </p>
      {of !== null && <Tabs left={left} of={of} onPane />}
    </div>
  )
}

type WatchProps = { visit: Visit; deck: ReplayDeck; productId: string }

/** Back to where the host showed it. */
function WatchAt({ visit, deck, productId }: WatchProps) {
  const from = deck.firstOf(productId)
  if (from === null) return null
  const watch = () => {
    deck.player.seek(from)
    visit.sheet.value = null
  }
  return (
    <Button kind="quiet-btn" size="desk" icon="play" onClick={watch}>
      {r('watch.at', { time: countdown(Math.floor(from / 1_000)) })}
    </Button>
  )
}

/** Why nothing can be held in this show. */
function closedWords(status: string): string {
  if (status === 'canceled') return t('over.canceled')
  return t(status === 'ended' ? 'over' : 'opens.soon')
}

type ActsProps = { visit: Visit; room: Room; variant: ShownVariant; offer: Offer }

function Acts({ visit, room, variant, offer }: ActsProps) {
  const [quantity, setQuantity] = useState(1)
  const max = Math.max(1, Math.min(offer.left, offer.limit ?? quantityMax, quantityMax))
  const wanted = Math.min(quantity, max)
  const busy = visit.holding.value.has(variant.id)
  if (!room.show.sells) {
    return (
      <Button wide disabled>
        {closedWords(room.show.status)}
      </Button>
    )
  }
  if (offer.phase === 'opens') {
    return (
      <Button wide disabled>
        {t('opens.soon')}
      </Button>
    )
  }
  if (hasLine(room, offer)) return <LineActs visit={visit} room={room} variant={variant} />
  if (offer.phase === 'sold-out') {
    const set = visit.waitingFor.value.has(variant.id)
    return (
      <Button
        wide
        kind="quiet-btn"
        icon="bell"
        aria-disabled={set}
        onClick={() => visit.tellWhenBack(variant.id)}
      >
        {set ? t('remind.set') : t('tell.me')}
      </Button>
    )
  }
  return (
    <div class="row acts">
      <Stepper
        label={t('quantity')}
        value={wanted}
        max={max}
        less={t('one.less')}
        more={t('one.more')}
        onChange={setQuantity}
      />
      <Button
        kind="quiet-btn"
        busy={busy && t('bag.add')}
        onClick={() => void visit.hold(variant.id, wanted)}
      >
        {t('bag.add')}
      </Button>
      <Button
        busy={busy && t('holding')}
        onClick={() => void visit.hold(variant.id, wanted, 'bag')}
      >
        {t('buy.now')}
      </Button>
    </div>
  )
}

/** The log carries no long texts: they come with the show's page, once. */
function useDescription(showId: string, productId: string): string {
  const show = useAsked(() => call('GET', '/shows/:id', { params: { id: showId } }), [showId])
  return show.value?.lineup.find((product) => product.id === productId)?.description ?? ''
}
