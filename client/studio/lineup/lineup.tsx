import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { Room } from '../../api/room.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/states.tsx'
import type { Desk } from '../desk.ts'
import { t } from '../words.ts'
import { AuctionStrip } from './auction-strip.tsx'
import { CodeStrip } from './code.tsx'
import { GiveawayStrip } from './giveaway-strip.tsx'
import { Lot } from './lot.tsx'
import { type LineupOrder, openOrder } from './order.ts'
import { PollStrip } from './poll.tsx'
import { d } from './words-code.ts'
import { d as q } from './words-poll.ts'

type Props = { desk: Desk; room: Room; live: boolean }

const keysMax = 9

/** What stands in the window, in the order the host says aloud. */
export function LineupPane({ desk, room, live }: Props) {
  const order = useMemo(() => openOrder(desk.showId, () => desk.store.room.peek()), [desk])
  const list = useRef<HTMLOListElement>(null)
  useDrag(order, room, list.current)
  const products = order.shown(room)
  return (
    <section class="pane lineup" aria-label={t('lineup')}>
      <header>
        <h2>{t('lineup')}</h2>
        {live && products.length > 0 && <KeysHint n={products.length} />}
        <span class="push row legend">
          <span class="key">{t('free')}</span>
          <span class="key held">{t('held')}</span>
          <span class="key sold">{t('sold')}</span>
        </span>
        <span class="row">
          {live && <Plays desk={desk} />}
          <Button
            kind="quiet-btn"
            size="desk"
            icon="plus"
            onClick={() => (desk.sheet.value = 'add')}
          >
            {t('lineup.add')}
          </Button>
        </span>
      </header>
      {live && <CodeStrip desk={desk} room={room} />}
      {live && (
        <AuctionStrip
          showId={desk.showId}
          room={room}
          onAgain={(id) => (desk.auctionOf.value = id)}
        />
      )}
      {live && <GiveawayStrip showId={desk.showId} room={room} mayDraw />}
      {live && <PollStrip showId={desk.showId} room={room} />}
      {products.length === 0 ? (
        <Empty icon="box" title={t('lineup.none')} help={t('lineup.none.help')} />
      ) : (
        <ol class="fill" ref={list}>
          {products.map((product, i) => (
            <Lot
              key={product.id}
              desk={desk}
              room={room}
              product={product}
              no={i + 1}
              live={live}
              order={order}
            />
          ))}
        </ol>
      )}
    </section>
  )
}

/** What can be put before the room besides the goods. */
function Plays({ desk }: { desk: Desk }) {
  return (
    <>
      <Button
        kind="quiet-btn"
        size="desk"
        icon="percent"
        aria-label={d('open.label')}
        onClick={() => (desk.sheet.value = 'code')}
      >
        {d('open')}
      </Button>
      <Button
        kind="quiet-btn"
        size="desk"
        icon="question"
        aria-label={q('open.label')}
        onClick={() => (desk.sheet.value = 'poll')}
      >
        {q('open')}
      </Button>
    </>
  )
}

function KeysHint({ n }: { n: number }) {
  const last = Math.min(n, keysMax)
  const words =
    n === 1 ? t('lineup.key', { a: '|1|' }) : t('lineup.keys', { a: '|1|', b: `|${last}|` })
  return (
    <span class="quieter keys-hint">
      {words.split('|').map((part, i) => (i % 2 === 1 ? <kbd key={i}>{part}</kbd> : part))}
    </span>
  )
}

/** The row follows the pointer from its grip; letting go tells the server, Esc puts it back. */
function useDrag(order: LineupOrder, room: Room, list: HTMLOListElement | null): void {
  const latest = useRef(room)
  latest.current = room
  const productId = order.dragging.value
  useEffect(() => {
    if (productId === null || list === null) return
    const move = (event: PointerEvent) => {
      const rows = [...list.children].filter(
        (row): row is HTMLElement => row instanceof HTMLElement,
      )
      const others = rows.filter((row) => row.dataset['product'] !== productId)
      const index = others.findIndex((row) => {
        const box = row.getBoundingClientRect()
        return event.clientY < box.top + box.height / 2
      })
      order.put(latest.current, productId, index < 0 ? others.length : index)
    }
    const end = () => {
      order.dragging.value = null
      void order.settle()
    }
    const over = new AbortController()
    const whileDragged = { signal: over.signal }
    addEventListener('pointermove', move, whileDragged)
    addEventListener('pointerup', end, whileDragged)
    addEventListener('pointercancel', order.drop, whileDragged)
    addEventListener('keydown', ({ key }) => key === 'Escape' && order.drop(), whileDragged)
    return () => over.abort()
  }, [productId, list])
}
