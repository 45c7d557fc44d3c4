import { go } from '../../router.ts'
import { t } from '../words.ts'
import type { LotProps } from './lot.tsx'
import { pull, restore, takeOut } from './lot-acts.ts'
import { Menu, type MenuItem } from './menu.tsx'
import { unitsOf } from './stock.ts'
import { g } from './words-auction.ts'
import { v } from './words-giveaway.ts'

/** Every drag has buttons here, and what is too rare for the row. */
export function LotMenu(props: LotProps & { onStock: () => void }) {
  const { desk, room, product, no, live, order, onStock } = props
  const move = (by: number) => {
    order.put(room, product.id, no - 1 + by)
    void order.settle()
  }
  const items: MenuItem[] = [
    { label: t('up'), icon: 'up', off: no === 1, run: () => move(-1) },
    { label: t('down'), icon: 'down', off: no === room.products.length, run: () => move(1) },
    { label: t('ready.add.stock'), icon: 'plus', run: onStock },
    { label: t('edit'), icon: 'edit', run: () => go(`/shop/products/${product.id}`) },
    ...(live ? [auctionItem(props), giveawayItem(props), pullItem(props)] : []),
    {
      label: t('out'),
      icon: 'out',
      stop: true,
      run: () => void takeOut(desk.showId, room, product),
    },
  ]
  return <Menu label={t('more.label', { no })} items={items} />
}

function auctionItem({ desk, room, product }: LotProps): MenuItem {
  const none = unitsOf(room, desk.stock, product).free === 0
  const off = product.pulled || none || room.auction !== null
  return { label: g('open'), icon: 'clock', off, run: () => (desk.auctionOf.value = product.id) }
}

function giveawayItem({ desk, room, product }: LotProps): MenuItem {
  const none = unitsOf(room, desk.stock, product).free === 0
  const off = product.pulled || none || room.giveaway?.endedAt === null
  return { label: v('open'), icon: 'heart', off, run: () => (desk.giveawayOf.value = product.id) }
}

function pullItem({ desk, product }: LotProps): MenuItem {
  const { showId } = desk
  if (product.pulled) {
    return { label: t('restore'), icon: 'undo', run: () => void restore(showId, product) }
  }
  const run = () => void pull(showId, product, t('pull.reason'))
  return { label: t('pull'), icon: 'pull', stop: true, run }
}
