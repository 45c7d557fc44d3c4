import { useState } from 'preact/hooks'
import { serverNow } from '../api/clock.ts'
import { firstVariant, numberOf, type Offer } from '../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../api/room.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Countdown } from '../ui/clocks.tsx'
import { count, money } from '../ui/money.ts'
import { Pic } from '../ui/pic.tsx'
import { Was } from '../ui/price.tsx'
import { ClearSearch, Search } from '../ui/search.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Empty } from '../ui/states.tsx'
import { t } from '../ui/words.ts'
import { hasLine } from './line.ts'
import { LineButton } from './line-place.tsx'
import { shownVariant, useOffer } from './pinned.tsx'
import { countOf, oneCurrency, sumOf, type Visit } from './visit.ts'

type Props = { visit: Visit; room: Room }

/** A list says how many are left only when few are. */
const fewFrom = 9

/** What is shown now first, then by number; what was pulled is gone, what sold out stays. */
function inOrder(room: Room, text: string, withPinned: boolean): ShownProduct[] {
  const wanted = text.trim().toLocaleLowerCase()
  const shown = room.products.filter(
    (product) =>
      !product.pulled &&
      (withPinned || product.id !== room.pinned) &&
      (wanted === '' || product.title.toLocaleLowerCase().includes(wanted)),
  )
  return shown.sort((a, b) => Number(b.id === room.pinned) - Number(a.id === room.pinned))
}

/** What is searched for; without its field nothing is. */
function useSearch() {
  const [text, setText] = useState<string | null>(null)
  const searching = text !== null
  const toggle = () => setText(searching ? null : '')
  return { text: text ?? '', searching, setText, toggle }
}

/** The numbered list as a sheet, with the bag at its foot. */
export function ListSheet({ visit, room }: Props) {
  const { text, searching, setText, toggle } = useSearch()
  const products = inOrder(room, text, true)
  return (
    <Sheet
      title={t('list.title')}
      count={room.products.filter((product) => !product.pulled).length}
      class="list-sheet"
      aside={
        <Button
          kind="bare"
          icon="search"
          aria-label={t('list.search')}
          aria-expanded={searching}
          onClick={toggle}
        />
      }
      onClose={() => (visit.sheet.value = null)}
      footer={visit.bag.value.length > 0 && <BagButton visit={visit} />}
    >
      {searching && <ListSearch text={text} onText={setText} />}
      {products.length === 0 && text !== '' ? (
        <Nothing text={text} clear={() => setText('')} />
      ) : (
        <ol>
          {products.map((product) => (
            <Row key={product.id} visit={visit} room={room} product={product} />
          ))}
        </ol>
      )}
    </Sheet>
  )
}

/** The same list beside the video of a desk; the pinned product hangs above it. */
export function LineUp({ visit, room }: Props) {
  const { text, searching, setText, toggle } = useSearch()
  const products = inOrder(room, text, false)
  return (
    <div class="pane line-up">
      <header class="rule">
        <h2>{t('list.title')}</h2>
        <span class="quieter num">{count(room.products.filter((p) => !p.pulled).length)}</span>
        <Button
          kind="bare"
          size="desk"
          icon="search"
          class="push"
          aria-label={t('list.search')}
          aria-expanded={searching}
          onClick={toggle}
        />
      </header>
      {searching && <ListSearch text={text} onText={setText} />}
      {products.length === 0 && text !== '' ? (
        <Nothing text={text} clear={() => setText('')} />
      ) : (
        <ol>
          {products.map((product) => (
            <Row key={product.id} visit={visit} room={room} product={product} desk />
          ))}
        </ol>
      )}
    </div>
  )
}

function ListSearch({ text, onText }: { text: string; onText: (text: string) => void }) {
  const words = t('list.search')
  return (
    <Search class="list-search" label={words} hint={words} value={text} onChange={onText} focused />
  )
}

function Nothing({ text, clear }: { text: string; clear: () => void }) {
  return (
    <Empty icon="filter" title={t('list.none', { q: text })}>
      <ClearSearch clear={clear} />
    </Empty>
  )
}

type RowProps = Props & { product: ShownProduct; desk?: boolean }

function Row(props: RowProps) {
  const { visit, room, product } = props
  const variant = shownVariant(visit, room, product) ?? firstVariant(room, product, serverNow())
  if (variant === undefined) return null
  return <KnownRow {...props} variant={variant} />
}

function KnownRow({
  visit,
  room,
  product,
  variant,
  desk = false,
}: RowProps & { variant: ShownVariant }) {
  const offer = useOffer(room, product, variant)
  const gone = offer.phase === 'sold-out'
  const open = () => (visit.sheet.value = { name: 'product', productId: product.id })
  return (
    <li class={room.pinned === product.id ? 'now' : ''}>
      <Pic src={product.images[0]} no={numberOf(room, product.id)} gone={gone} />
      <div>
        <button type="button" class="row-name" onClick={open}>
          <b class={gone && !desk ? 'one-line quiet' : 'one-line'}>{product.title}</b>
        </button>
        <RowPrice offer={offer} desk={desk} />
      </div>
      <RowAct
        visit={visit}
        room={room}
        product={product}
        variant={variant}
        offer={offer}
        desk={desk}
      />
    </li>
  )
}

function RowPrice({ offer, desk }: { offer: Offer; desk: boolean }) {
  const { phase, sale, price, was, left } = offer
  if (phase === 'sold-out' && !desk) return <span class="quiet">{t('sold.out')}</span>
  const running = (phase === 'open' || phase === 'opens') && sale !== null
  if (!running) {
    return (
      <span>
        <span class={phase === 'sold-out' ? 'num quieter' : 'num'}>{money(price)}</span>{' '}
        {left > 0 && left <= fewFrom && <small class="quiet">{t('few.left', { n: left })}</small>}
      </span>
    )
  }
  return (
    <span class="row">
      <Badge tone="lit" icon="bolt">
        <Countdown until={phase === 'opens' ? sale.startsAt : sale.endsAt} />
      </Badge>
      <b class="num">{money(price)}</b>
      {was !== null && !desk && <Was price={was} />}
    </span>
  )
}

type ActProps = Props & {
  product: ShownProduct
  variant: ShownVariant
  offer: Offer
  desk: boolean
}

function RowAct({ visit, room, product, variant, offer, desk }: ActProps) {
  const size = desk ? ({ size: 'desk' } as const) : {}
  const inBag = visit.bag.value.some((line) => line.variantId === variant.id)
  const busy = visit.holding.value.has(variant.id)
  if (inBag) return <Badge tone="good">{t('bag.in')}</Badge>
  if (!room.show.sells) return null
  if (hasLine(room, offer)) {
    return <LineButton visit={visit} product={product} variant={variant} {...size} />
  }
  if (offer.phase === 'sold-out') {
    return (
      <Button
        {...size}
        kind="bare"
        icon="bell"
        aria-disabled={visit.waitingFor.value.has(variant.id)}
        aria-label={t('tell.me.when', { title: product.title })}
        onClick={() => visit.tellWhenBack(variant.id)}
      >
        {t('tell.me')}
      </Button>
    )
  }
  if (offer.phase === 'opens') return <Badge>{t('opens.soon')}</Badge>
  if (product.variants.length > 1) {
    const open = () => (visit.sheet.value = { name: 'product', productId: product.id })
    return (
      <Button {...size} kind={room.pinned === product.id ? 'fill' : 'soft'} onClick={open}>
        {t('choose')}
      </Button>
    )
  }
  const pinned = room.pinned === product.id
  return (
    <Button
      {...size}
      kind={pinned ? 'fill' : 'soft'}
      busy={busy && t('holding')}
      onClick={() => void visit.hold(variant.id, 1, pinned ? 'bag' : undefined)}
    >
      {pinned ? t('buy.now') : t('add')}
    </Button>
  )
}

/** The foot of the list: the bag with its sum. */
function BagButton({ visit }: { visit: Visit }) {
  const lines = visit.bag.value
  const sum = sumOf(oneCurrency(lines))
  if (sum === null) return null
  return (
    <Button wide size="tall" icon="bag" onClick={() => (visit.sheet.value = { name: 'bag' })}>
      <span>
        {t('bag.sum', { n: countOf(lines) })} <span class="num">{money(sum)}</span>
      </span>
    </Button>
  )
}
