import { useState } from 'preact/hooks'
import { serverNow } from '../../api/clock.ts'
import { offerOf } from '../../api/offers.ts'
import type { Room, ShownProduct, ShownSale, ShownVariant } from '../../api/room.ts'
import { command } from '../../api/socket.ts'
import { Button } from '../../ui/button.tsx'
import { Band, useRest } from '../../ui/clocks.tsx'
import { Icon } from '../../ui/icon.tsx'
import { money } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import { Was } from '../../ui/price.tsx'
import { rich } from '../../ui/rich.tsx'
import { StockBar } from '../../ui/tabs.tsx'
import { useBusy } from '../../ui/use.ts'
import { l } from '../../ui/words-line.ts'
import { act } from '../act.ts'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { pinOrNot, restore } from './lot-acts.ts'
import { LotMenu } from './lot-menu.tsx'
import type { LineupOrder } from './order.ts'
import { pulledBy } from './pulled.ts'
import { type Units, unitsOf } from './stock.ts'
import { AddUnits } from './stock-ask.tsx'

export type LotProps = {
  desk: Desk
  room: Room
  product: ShownProduct
  no: number
  live: boolean
  order: LineupOrder
}

/** One row of the line-up. */
export function Lot(props: LotProps) {
  const { desk, room, product, no, live, order } = props
  const [adding, setAdding] = useState(false)
  const units = unitsOf(room, desk.stock, product)
  const sales = runningSales(room, product)
  const pinned = room.pinned === product.id
  const cls = ['lot', pinned && 'now', order.dragging.value === product.id && 'dragged']
  return (
    <li class={cls.filter(Boolean).join(' ')} data-product={product.id}>
      <Grip {...props} />
      <Pic src={product.images[0]} no={no} gone={product.pulled || (live && units.free === 0)} />
      <div class="what">
        <b class="one-line">{product.title}</b>
        <LotLine {...props} />
      </div>
      <div class="units">
        <StockBar {...units} />
        <span>{unitsLine(units, live)}</span>
      </div>
      <div class="do">
        <MainButton {...props} units={units} onStock={() => setAdding(true)} />
        {live && (
          <Button
            kind={desk.saleOf.value === product.id ? 'soft' : 'bare'}
            size="desk"
            icon="bolt"
            aria-label={t('flash.label', { no })}
            aria-expanded={desk.saleOf.value === product.id}
            disabled={product.pulled || units.free === 0 || sales.length > 0}
            onClick={() =>
              (desk.saleOf.value = desk.saleOf.value === product.id ? null : product.id)
            }
          />
        )}
        <LotMenu {...props} onStock={() => setAdding(true)} />
      </div>
      {sales.map(({ sale, variant }) => (
        <Running key={sale.saleId} {...props} sale={sale} variant={variant} />
      ))}
      {adding && (
        <AddUnits desk={desk} room={room} product={product} onClose={() => setAdding(false)} />
      )}
    </li>
  )
}

function Grip({ room, product, no, order }: LotProps) {
  const index = no - 1
  const step = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!event.altKey || by === undefined) return
    event.preventDefault()
    const grip = event.currentTarget
    order.put(room, product.id, index + by)
    void order.settle()
    requestAnimationFrame(() => grip instanceof HTMLElement && grip.focus())
  }
  return (
    <button
      type="button"
      class="grip"
      aria-label={t('grip', { no })}
      onPointerDown={(event) => {
        event.preventDefault()
        if (event.button === 0) order.dragging.value = product.id
      }}
      onKeyDown={step}
    >
      <Icon name="grip" size="sm" />
    </button>
  )
}

function LotLine({ desk, room, product }: LotProps) {
  if (product.pulled) {
    return <small class="one-line">{pulledBy(desk.acts.items.value, product.id)}</small>
  }
  const first = product.variants[0]
  if (first === undefined) return null
  const shown = runningSales(room, product)[0]?.variant ?? first
  const { price, was } = offerOf(room, product, shown, serverNow())
  const from = product.variants.length > 1
  return (
    <small class="one-line">
      <span class="num">{money(price)}</span> {was !== null && <Was price={was} />}
      {from && <span class="quieter"> · {t('choices', { n: product.variants.length })}</span>}
      <InLine room={room} product={product} />
    </small>
  )
}

function unitsLine({ free, held, sold }: Units, live: boolean) {
  if (free === 0 && held === 0 && live) return t('units.out', { sold })
  return rich(t('units.line', { free, held, sold }))
}

/** Who waits for what is sold out would buy what is restocked. */
function InLine({ room, product }: Pick<LotProps, 'room' | 'product'>) {
  const n = product.variants.reduce((sum, { id }) => sum + (room.stock[id]?.line?.waiting ?? 0), 0)
  return n === 0 ? null : <span class="num"> · {rich(l('wait', { n }))}</span>
}

type MainProps = LotProps & { units: Units; onStock: () => void }

/** Pin; or what has to happen before it can be pinned. */
function MainButton({ desk, room, product, no, live, units, onStock }: MainProps) {
  const [busy, run] = useBusy()
  if (product.pulled) {
    return (
      <Button
        kind="quiet-btn"
        size="desk"
        icon="undo"
        busy={busy && t('restore')}
        onClick={() => run(() => restore(desk.showId, product))}
      >
        {t('restore')}
      </Button>
    )
  }
  const pinned = room.pinned === product.id
  const gone = units.free + units.held === 0
  if (!live && !gone) return null
  if (gone && !pinned) {
    return (
      <Button kind="quiet-btn" size="desk" icon="plus" onClick={onStock}>
        {t('stock')}
      </Button>
    )
  }
  return (
    <Button
      kind={pinned ? 'fill' : 'quiet-btn'}
      size="desk"
      icon={pinned ? 'pin-full' : 'pin'}
      aria-pressed={pinned}
      aria-label={t(pinned ? 'unpin.label' : 'pin.label', { no, title: product.title })}
      onClick={() => run(() => pinOrNot(desk.showId, room, product.id))}
    >
      {t(pinned ? 'pinned' : 'pin')}
    </Button>
  )
}

type RunningProps = LotProps & { sale: ShownSale; variant: ShownVariant }

/** A sale that is announced or open: its clock, and the way to end it. */
function Running({ desk, room, product, sale, variant }: RunningProps) {
  const [busy, run] = useBusy()
  const wait = useRest(sale.startsAt)
  const rest = useRest(sale.endsAt)
  if (rest === 0) return null
  const { left } = offerOf(room, product, variant, serverNow())
  const name = product.variants.length > 1 ? variant.title : ''
  const params = { left, of: sale.quantity, variant: name }
  const open = name === '' ? t('sale.left', params) : t('sale.of', params)
  const end = () =>
    run(async () => {
      await act(() => command('sale:end', { showId: desk.showId, saleId: sale.saleId }), {
        text: t('sale.ended', { price: money(sale.wasPrice) }),
        tone: 'ok',
      })
    })
  return (
    <div class="running" data-zone="paper">
      <Band
        phase={wait > 0 ? 'opens' : 'open'}
        startsAt={sale.startsAt}
        endsAt={sale.endsAt}
        label={wait > 0 ? t('sale.opens') : open}
      />
      <Button kind="stop-quiet" size="desk" busy={busy && t('sale.ending')} onClick={end}>
        {t('sale.end')}
      </Button>
    </div>
  )
}

function runningSales(room: Room, product: ShownProduct) {
  const now = serverNow()
  return product.variants.flatMap((variant) => {
    const sale = room.sales.find(
      (one) =>
        one.variantId === variant.id && one.state !== 'ended' && now < Date.parse(one.endsAt),
    )
    return sale === undefined ? [] : [{ sale, variant }]
  })
}
