import { variantName } from '../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../api/room.ts'
import type { Place } from '../api/show.ts'
import { Button } from '../ui/button.tsx'
import { Countdown } from '../ui/clocks.tsx'
import { useBusy } from '../ui/use.ts'
import { t } from '../ui/words.ts'
import { l } from '../ui/words-line.ts'
import { aheadOf, getInLine, leaveLine, placeIn } from './line.ts'
import { earliestEnd, type Visit } from './visit.ts'

type ButtonProps = {
  visit: Visit
  product: ShownProduct
  variant: ShownVariant
  size?: 'desk'
  wide?: boolean
}

/** In the place of what would buy it: the way into the line, or my number, which leads to all about it. */
export function LineButton({ visit, product, variant, size, wide = false }: ButtonProps) {
  const [busy, run] = useBusy()
  const place = placeIn(visit, variant.id)
  const title = variantName(product, variant)
  const shape = size === undefined ? { wide } : { wide, size }
  if (place === undefined) {
    return (
      <Button
        {...shape}
        kind="quiet-btn"
        busy={busy && l('joining')}
        aria-label={l('join.of', { title })}
        onClick={() => run(() => getInLine(visit, variant.id))}
      >
        {l('join')}
      </Button>
    )
  }
  const n = place.number
  return (
    <Button
      {...shape}
      kind="soft"
      icon="users"
      aria-label={l('number.of', { title, n })}
      onClick={() => (visit.sheet.value = { name: 'product', productId: product.id })}
    >
      <span class="num">{l('number', { n })}</span>
    </Button>
  )
}

type ActsProps = { visit: Visit; room: Room; variant: ShownVariant }

/** The foot of a product that is sold out: mine already, or how to wait for it. */
export function LineActs({ visit, room, variant }: ActsProps) {
  const [busy, run] = useBusy()
  const held = earliestEnd(visit.bag.value.filter(({ variantId }) => variantId === variant.id))
  if (held !== null) {
    return (
      <Button wide kind="soft" icon="check" onClick={visit.openBag}>
        <span>
          {t('held.clock')} <Countdown until={held} />
        </span>
      </Button>
    )
  }
  const place = placeIn(visit, variant.id)
  if (place !== undefined) return <OwnPlace visit={visit} room={room} place={place} />
  const waiting = room.stock[variant.id]?.line?.waiting ?? 0
  return (
    <div class="line-place">
      <p class="quiet">
        {waiting > 0 && <span class="num">{l('waiting', { n: waiting })} </span>}
        {l('help')}
      </p>
      <Button
        wide
        busy={busy && l('joining')}
        onClick={() => run(() => getInLine(visit, variant.id))}
      >
        {l('join')}
      </Button>
    </div>
  )
}

/** How many are before a place; '' before the first pulse. */
export function aheadWords(room: Room, place: Place): string {
  const ahead = aheadOf(room, place)
  if (ahead === null) return ''
  return ahead === 0 ? l('next') : l('ahead', { n: ahead })
}

function OwnPlace({ visit, room, place }: { visit: Visit; room: Room; place: Place }) {
  const [busy, run] = useBusy()
  return (
    <div class="line-place">
      <div class="row">
        <p>
          {l('yours')} <b class="num">{place.number.toLocaleString()}</b>
          <br />
          <span role="status" class="num">
            {aheadWords(room, place)}
          </span>
        </p>
        <Button
          kind="quiet-btn"
          class="push"
          busy={busy && l('leaving')}
          onClick={() => run(() => leaveLine(visit, place))}
        >
          {l('leave')}
        </Button>
      </div>
      <p class="quiet">{l('stay')}</p>
    </div>
  )
}
