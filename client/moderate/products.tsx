import type { Room, ShownProduct } from '../api/room.ts'
import { AuctionStrip } from '../studio/lineup/auction-strip.tsx'
import { GiveawayStrip } from '../studio/lineup/giveaway-strip.tsx'
import { Button } from '../ui/button.tsx'
import { Pic } from '../ui/pic.tsx'
import { at } from '../ui/time.ts'
import { lastAct } from './acts.ts'
import { pull, restore } from './deeds.ts'
import type { Desk } from './desk.ts'
import { t } from './words.ts'

const pullReasons = [
  'pull.checking',
  'pull.price',
  'pull.stock',
  'pull.broken',
  'pull.rules',
] as const

/** What is in the window, the pinned one first: one click takes it off every screen. */
export function Products({ desk, room }: { desk: Desk; room: Room }) {
  const rows = room.products.map((product, i) => ({ product, no: i + 1 }))
  const pinned = rows.filter(({ product }) => product.id === room.pinned)
  const rest = rows.filter(({ product }) => product.id !== room.pinned)
  return (
    <>
      <header class="rule">
        <h2>{t('products')}</h2>
        <span class="quieter num">{rows.length}</span>
        <select
          class="input desk why push"
          aria-label={t('pull.why')}
          value={desk.pullReason.value}
          onChange={(event) => (desk.pullReason.value = event.currentTarget.value)}
        >
          {pullReasons.map((key) => (
            <option key={key} value={t(key)}>
              {t('pull.because', { why: t(key) })}
            </option>
          ))}
        </select>
      </header>
      <AuctionStrip showId={desk.showId} room={room} />
      <GiveawayStrip showId={desk.showId} room={room} />
      <div class="fill">
        {rows.length === 0 && <p class="quieter none">{t('products.none')}</p>}
        {[...pinned, ...rest].map(({ product, no }) => (
          <Mini key={product.id} desk={desk} room={room} product={product} no={no} />
        ))}
      </div>
    </>
  )
}

type MiniProps = { desk: Desk; room: Room; product: ShownProduct; no: number }

function Mini({ desk, room, product, no }: MiniProps) {
  const pinned = room.pinned === product.id
  const live = room.show.status !== 'ended' && room.show.status !== 'canceled'
  return (
    <div class="mini">
      <Pic src={product.images[0]} no={no} gone={product.pulled} />
      <span class="mini-say">
        <b class="one-line">{product.title}</b>
        <small class="quiet one-line">{stateOf(desk, room, product)}</small>
      </span>
      {product.pulled ? (
        <Button
          kind="soft"
          size="desk"
          disabled={!live}
          aria-label={t('restore.label', { no, title: product.title })}
          onClick={() => void restore(desk, product)}
        >
          {t('restore')}
        </Button>
      ) : (
        <Button
          kind={pinned ? 'stop-quiet' : 'bare'}
          size="desk"
          disabled={!live}
          aria-label={t('pull.label', { no, title: product.title })}
          onClick={() => void pull(desk, product)}
        >
          {t('pull')}
        </Button>
      )}
    </div>
  )
}

function stateOf(desk: Desk, room: Room, product: ShownProduct): string {
  if (product.pulled) return pulledBy(desk, product.id)
  const left = product.variants.reduce(
    (sum, { id, available }) => sum + (room.stock[id]?.available ?? available),
    0,
  )
  if (left === 0) return t('p.out')
  return t(room.pinned === product.id ? 'p.pinned' : 'p.left', { left })
}

function pulledBy(desk: Desk, productId: string): string {
  const about = { name: 'productId', value: productId }
  const act = lastAct(desk.acts.items.value, ['product.pulled'], about)
  if (act === undefined || act.by === null) return t('p.pulled')
  const time = at(act.at)
  if (act.by.accountId === desk.store.you.value?.accountId) return t('p.pulled.you', { time })
  return t('p.pulled.by', { name: act.by.displayName, time })
}
