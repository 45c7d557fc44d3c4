import type { ComponentChildren } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { r } from '../../returns/words.ts'
import { go, query } from '../../router.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { rich } from '../../ui/rich.tsx'
import { saveFile } from '../../ui/save.ts'
import { ClearSearch, Search } from '../../ui/search.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Empty, Loading, Strip } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { useBusy, useRested } from '../../ui/use.ts'
import { t as ui } from '../../ui/words.ts'
import { liveShow, toAnswer } from '../desk.ts'
import { MoreRows, NoneSoFar } from '../more-rows.tsx'
import { useRowKeys } from '../row-keys.ts'
import { Desk, NotHere, PageTop, ToPack, Waiting } from '../shell.tsx'
import { tell } from '../tell.ts'
import { here } from '../use.ts'
import { t } from '../words.ts'
import { OrderDetail } from './order-detail.tsx'
import { orderColumns } from './order-rows.tsx'
import { ordersCsv } from './orders-csv.ts'
import {
  isSame,
  isWanted,
  type Orders,
  type OrderTab,
  orderTabs,
  readAll,
  useOrders,
  type Wanted,
} from './orders-list.ts'
import { ParcelsFile, ParcelsTold, type Told } from './parcels.tsx'
import { ReturnsList } from './returns-list.tsx'

const asTab = (value: string | null): OrderTab => orderTabs.find((tab) => tab === value) ?? 'all'

/** What the shop has sold, newest first, live. */
export function OrdersPage() {
  const tab = asTab(query.value.get('tab'))
  const chosen = query.value.get('order')
  const [text, setText] = useState('')
  const [over, setOver] = useState(false)
  const [sent, setSent] = useState<Told | null>(null)
  const showId = query.value.get('show')
  const rested = useRested(text)
  const orders = useOrders({ tab, text: rested, showId }, chosen !== null || over)
  const wanted = { tab, text, showId }
  const found = useMemo(
    () => orders.rows?.filter((row) => isWanted(row, wanted)),
    [orders.rows, tab, text, showId],
  )
  const list = useRef<HTMLDivElement>(null)
  const keys = useRowKeys(list)
  const close = () => {
    go(here({ order: null }))
    keys.focusRow(chosen)
  }
  const clear = () => {
    setText('')
    go(here({ show: null }), { replace: true })
  }

  return (
    <Desk at="orders" title={t('orders')}>
      <div>
        <PageTop title={t('orders')}>
          {tab !== 'returns' && found !== undefined && found.length > 0 && (
            <span class="row">
              <SaveCsv wanted={wanted} />
              <ParcelsFile onDone={setSent} />
            </span>
          )}
        </PageTop>
        <Filters {...{ tab, text, setText, showId, orders }} />
      </div>
      {sent === null ? (
        <Newer orders={orders} open={chosen !== null} />
      ) : (
        <ParcelsTold told={sent} rows={orders.rows} onClose={() => setSent(null)} />
      )}
      <div class="split panes" data-open={chosen !== null || undefined}>
        <div
          ref={list}
          class={`list ${tab === 'returns' ? 'returns' : 'orders'}`}
          tabIndex={-1}
          onKeyDown={keys.onKeyDown}
          onPointerEnter={() => setOver(true)}
          onPointerLeave={() => setOver(false)}
        >
          {tab === 'returns' ? (
            <ReturnsList chosen={chosen} />
          ) : (
            <List {...{ orders, found, chosen, wanted, clear }} />
          )}
        </div>
        {chosen !== null && (
          <OrderDetail
            key={chosen}
            id={chosen}
            known={orders.rows?.find(({ id }) => id === chosen)}
            onChange={orders.take}
            onClose={close}
          />
        )}
      </div>
    </Desk>
  )
}

/** What the list is of, whole, for a spreadsheet or a carrier's program. */
function SaveCsv({ wanted }: { wanted: Wanted }) {
  const [busy, run] = useBusy(tell)
  const save = async () =>
    saveFile(`orders-${wanted.tab}.csv`, 'text/csv', ordersCsv(await readAll(wanted)))
  return (
    <Button
      kind="quiet-btn"
      size="desk"
      icon="download"
      busy={busy && ui('loading')}
      onClick={() => run(save)}
    >
      {t('orders.save')}
    </Button>
  )
}

function Filters(props: {
  tab: OrderTab
  text: string
  setText: (text: string) => void
  showId: string | null
  orders: Orders
}) {
  const { rows, next } = props.orders
  const live = liveShow.value
  const ofShow = props.showId ?? live?.id ?? null
  return (
    <div class="filters">
      {props.tab !== 'returns' && (
        <Search
          label={t('orders.search')}
          hint={t('orders.search.hint')}
          value={props.text}
          onChange={props.setText}
        />
      )}
      <Segments
        label={t('tab.label')}
        value={props.tab}
        onChoose={(tab) => go(here({ tab: tab === 'all' ? null : tab }), { replace: true })}
        segments={orderTabs.map((tab) => ({
          value: tab,
          label: tab === 'all' ? t('all') : t(`tab.${tab}`),
          aside: asideOf(tab, tab === props.tab && next === null ? rows?.length : undefined),
        }))}
      />
      {ofShow !== null && props.tab !== 'returns' && (
        <Button
          kind={props.showId === null ? 'bare' : 'soft'}
          size="desk"
          icon="filter"
          class="push"
          aria-pressed={props.showId !== null}
          onClick={() =>
            go(here({ show: props.showId === null ? ofShow : null }), { replace: true })
          }
        >
          {t('this.show')}
        </Button>
      )}
    </div>
  )
}

function asideOf(tab: OrderTab, n: number | undefined): ComponentChildren {
  if (tab === 'to-pack') return <ToPack />
  if (tab === 'returns') return <Waiting of={toAnswer.value} word={r('waits')} />
  return <Count n={n} />
}

function Count({ n }: { n: number | undefined }) {
  return n === undefined || n === 0 ? null : <span class="quieter num"> {n}</span>
}

/** What came in while the list was being read. */
function Newer({ orders, open }: { orders: Orders; open: boolean }) {
  if (orders.waiting === 0) return <div class="strip-place" />
  return (
    <div class="strip-place rule">
      <Strip icon="refresh">
        {rich(t(open ? 'newer.open' : 'newer.over', { n: orders.waiting }))}
      </Strip>
      <Button kind="bare" size="desk" class="strip-act" onClick={orders.showWaiting}>
        {t('newer.show')}
      </Button>
    </div>
  )
}

type ListProps = {
  orders: Orders
  found: MerchantOrder[] | undefined
  chosen: string | null
  wanted: Wanted
  clear: () => void
}

function List({ orders, found, chosen, wanted, clear }: ListProps) {
  const { rows, of, refused, next } = orders
  if (refused !== undefined) {
    return <NotHere refused={refused} title={t('orders.failed')} again={orders.again} />
  }
  if (of === undefined || rows === undefined || found === undefined) return <Loading rows={9} />
  if (found.length === 0) {
    if (!isSame(of, wanted)) return <Loading rows={9} />
    const { tab, text, showId } = wanted
    const narrowed = text.trim() !== '' || showId !== null
    const clearIt = narrowed && <Clear {...{ text, clear }} />
    // A page of a large shop may hold nothing that is wanted, and older ones may.
    if (next !== null) return <NoneSoFar showMore={orders.showMore}>{clearIt}</NoneSoFar>
    return narrowed ? <NothingFound text={text}>{clearIt}</NothingFound> : <NoOrders tab={tab} />
  }
  return (
    <>
      <Table
        label={t('orders')}
        columns={orderColumns}
        rows={found}
        idOf={(order) => order.id}
        chosen={chosen}
      />
      {next !== null && <MoreRows showMore={orders.showMore} />}
    </>
  )
}

function NoOrders({ tab }: { tab: OrderTab }) {
  if (tab !== 'all') {
    return (
      <Empty icon="receipt" title={t('orders.none.tab')} help={t('orders.none.tab.help')}>
        <LinkButton kind="quiet-btn" size="desk" href={here({ tab: null })}>
          {t('clear.filter')}
        </LinkButton>
      </Empty>
    )
  }
  return (
    <Empty icon="receipt" title={t('orders.none')} help={t('orders.none.help')}>
      <LinkButton size="desk" href={`/studio${liveShow.value ? `/${liveShow.value.id}` : ''}`}>
        {t('open.studio')}
      </LinkButton>
    </Empty>
  )
}

function NothingFound({ text, children }: { text: string; children: ComponentChildren }) {
  const title =
    text.trim() === '' ? t('orders.none.show') : t('nothing.matches', { q: text.trim() })
  return (
    <Empty icon="filter" title={title}>
      {children}
    </Empty>
  )
}

function Clear({ text, clear }: { text: string; clear: () => void }) {
  if (text.trim() !== '') return <ClearSearch clear={clear} />
  return (
    <Button kind="quiet-btn" size="desk" onClick={clear}>
      {t('clear.filter')}
    </Button>
  )
}
