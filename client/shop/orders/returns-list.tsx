import { useState } from 'preact/hooks'
import { pageMax } from '../../../shared/limits.ts'
import type { Return } from '../../../shared/wire/returns.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { useOrderNews } from '../../orders/news.ts'
import { piecesOf, ReturnBadge } from '../../returns/shown.tsx'
import { r } from '../../returns/words.ts'
import { money } from '../../ui/money.ts'
import { Empty, Loading } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { dayName } from '../../ui/time.ts'
import { useAsked } from '../../ui/use.ts'
import { MoreRows } from '../more-rows.tsx'
import { NotHere } from '../shell.tsx'
import { here } from '../use.ts'
import { t } from '../words.ts'
import { eachOnce } from './returns-rows.ts'

const columns: Column<Return>[] = [
  { key: 'order', title: t('col.order'), cell: (it) => <Number it={it} /> },
  { key: 'return', title: r('col.return'), cell: (it) => <ReturnBadge it={it} /> },
  { key: 'due', title: r('col.due'), cell: (it) => <Due it={it} /> },
  { key: 'buyer', title: t('col.buyer'), cell: ({ buyer }) => <bdi>{buyer.displayName}</bdi> },
  { key: 'items', title: t('col.items'), cell: (it) => <Pieces it={it} /> },
  { key: 'left', title: r('col.left'), end: true, cell: ({ paid }) => money(paid) },
]

/** What waits for the shop, the soonest deadline first; then all others, newest first. */
export function ReturnsList({ chosen }: { chosen: string | null }) {
  const waiting = useAsked(() => ask({ waiting: true, limit: pageMax }), [])
  const others = useAsked(() => ask({}), [])
  const [more, setMore] = useState<{ items: Return[]; next: string | null } | null>(null)
  useOrderNews(() => {
    waiting.again()
    others.again()
  })
  const refused = waiting.refused ?? others.refused
  if (waiting.value === undefined || others.value === undefined) {
    if (refused === undefined) return <Loading rows={6} />
    const again = () => {
      waiting.again()
      others.again()
    }
    return <NotHere refused={refused} title={r('list.failed')} again={again} />
  }
  const { items } = others.value
  const rows = eachOnce(waiting.value.items, items, more?.items ?? [])
  const next = more === null ? others.value.nextCursor : more.next
  if (rows.length === 0) {
    return <Empty icon="undo" title={r('list.none')} help={r('list.none.help')} />
  }
  const showMore = async () => {
    if (next === null) return
    const page = await ask({ cursor: next })
    // With what stood above: newer ones may push it from the first page.
    setMore({ items: eachOnce(items, more?.items ?? [], page.items), next: page.nextCursor })
  }
  return (
    <>
      <Table
        label={t('tab.returns')}
        columns={columns}
        rows={rows}
        idOf={({ id }) => id}
        chosen={rows.find(({ orderId }) => orderId === chosen)?.id ?? null}
      />
      {next !== null && <MoreRows showMore={showMore} />}
    </>
  )
}

type Ask = { waiting?: boolean; limit?: number; cursor?: string }
const ask = (query: Ask) => call('GET', '/merchant/returns', { query })

/** The link covers its whole row. */
function Number({ it }: { it: Return }) {
  return (
    <a class="row-link" href={here({ order: it.orderId })} data-row={it.orderId}>
      <span class="sr">{t('col.order')} </span>
      <b class="num">#{it.number}</b>
    </a>
  )
}

function Due({ it }: { it: Return }) {
  if (it.dueAt === null || it.state === 'refunded' || it.state === 'refused') return null
  return <time dateTime={it.dueAt}>{dayName(it.dueAt, serverNow())}</time>
}

function Pieces({ it }: { it: Return }) {
  const pieces = piecesOf(it)
  return (
    <span class="one-line" title={pieces}>
      {pieces}
    </span>
  )
}
