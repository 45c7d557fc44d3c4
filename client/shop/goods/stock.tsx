import { useMemo, useRef, useState } from 'preact/hooks'
import { go, query } from '../../router.ts'
import { Tally } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { ClearSearch, Search } from '../../ui/search.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { inLiveShow, liveShow } from '../desk.ts'
import { MoreRows, NoneSoFar } from '../more-rows.tsx'
import { useRowKeys } from '../row-keys.ts'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { here } from '../use.ts'
import { t } from '../words.ts'
import { type Good, type Goods, goodsOf, unitsOf, useGoods } from './goods-list.ts'
import { Proof } from './proof.tsx'
import { stockColumns } from './stock-rows.tsx'
import { VariantDetail, VariantMissing } from './variant-detail.tsx'
import { g } from './words-goods.ts'

/** From here down a variant is nearly gone. */
const lowMax = 3

type StockTab = 'show' | 'all' | 'low' | 'out'

const fits: Record<StockTab, (good: Good) => boolean> = {
  show: ({ product }) => inLiveShow(product.id),
  all: () => true,
  low: ({ variant, product }) =>
    product.status === 'active' && variant.available > 0 && variant.available <= lowMax,
  out: ({ variant, product }) => product.status === 'active' && unitsOf(variant).free === 0,
}

function tabNow(): StockTab {
  const wanted = query.value.get('tab')
  if (wanted === 'all' || wanted === 'low' || wanted === 'out') return wanted
  return liveShow.value === null ? 'all' : 'show'
}

/** Every variant and where its units are, live. */
export function StockPage() {
  const [text, setText] = useState('')
  const goods = useGoods(text)
  const all = useMemo(() => goods.products && goodsOf(goods.products), [goods.products])
  const chosenId = query.value.get('variant')
  const chosen = all?.find(({ variant }) => variant.id === chosenId)
  const list = useRef<HTMLDivElement>(null)
  const keys = useRowKeys(list)
  const close = () => {
    go(here({ variant: null }))
    keys.focusRow(chosenId)
  }
  const open = chosenId !== null && all !== undefined
  return (
    <Desk at="stock" title={t('stock')}>
      <div>
        <PageTop title={t('stock')}>
          <LinkButton
            kind="quiet-btn"
            size="desk"
            icon="upload"
            class="wide-only"
            href="/shop/products/import"
          >
            {t('import.csv')}
          </LinkButton>
        </PageTop>
        <Filters {...{ text, setText, all, whole: goods.whole }} />
      </div>
      {chosen === undefined ? (
        <div class="strip-place" />
      ) : (
        <Proof key={chosen.variant.id} good={chosen} />
      )}
      <div class="split panes" data-open={open || undefined}>
        <div ref={list} class="list goods" tabIndex={-1} onKeyDown={keys.onKeyDown}>
          <List {...{ goods, all, chosenId, text, clear: () => setText('') }} />
        </div>
        {chosen !== undefined && (
          <VariantDetail
            key={chosen.variant.id}
            good={chosen}
            onChange={goods.refresh}
            onClose={close}
          />
        )}
        {open && chosen === undefined && <VariantMissing onClose={close} />}
      </div>
    </Desk>
  )
}

function Filters(props: {
  text: string
  setText: (text: string) => void
  all: Good[] | undefined
  whole: boolean
}) {
  const { all, whole } = props
  const n = (tab: StockTab) => (whole ? (all?.filter(fits[tab]).length ?? 0) : 0)
  const quiet = (tab: StockTab) => n(tab) > 0 && <span class="quieter num"> {n(tab)}</span>
  const show =
    liveShow.value === null ? [] : [{ value: 'show', label: t('in.show'), aside: quiet('show') }]
  return (
    <div class="filters">
      <Search
        label={t('stock.search')}
        hint={t('stock.search.hint')}
        value={props.text}
        onChange={props.setText}
      />
      <Segments
        label={t('stock.tabs')}
        value={tabNow()}
        onChoose={(tab) => go(here({ tab }), { replace: true })}
        segments={[
          ...show,
          { value: 'all', label: t('all'), aside: quiet('all') },
          { value: 'low', label: t('low'), aside: n('low') > 0 && <Tally n={n('low')} /> },
          { value: 'out', label: t('sold.out'), aside: quiet('out') },
        ]}
      />
      <span class="push row keys">
        <span class="key sold">{t('sold')}</span>
        <span class="key held">{t('held')}</span>
        <span class="key">{t('free')}</span>
      </span>
    </div>
  )
}

type ListProps = {
  goods: Goods
  all: Good[] | undefined
  chosenId: string | null
  text: string
  clear: () => void
}

function List({ goods, all, chosenId, text, clear }: ListProps) {
  if (goods.refused !== undefined) {
    return <NotHere refused={goods.refused} title={t('stock.failed')} again={goods.again} />
  }
  if (all === undefined) return <Loading rows={9} />
  const rows = inOrder(all.filter(fits[tabNow()]))
  if (rows.length === 0 && goods.of !== text.trim()) return <Loading rows={9} />
  if (rows.length === 0) return <NoRows {...{ goods, text, clear, some: all.length > 0 }} />
  return (
    <>
      <Table
        label={t('stock')}
        columns={stockColumns}
        rows={rows}
        idOf={({ variant }) => variant.id}
        chosen={chosenId}
      />
      {!goods.whole && <MoreRows showMore={goods.showMore} />}
    </>
  )
}

/** What the show sells stands in the order of its line-up; else the newest come first. */
function inOrder(rows: Good[]): Good[] {
  if (tabNow() !== 'show') return rows
  const places = new Map(liveShow.value?.lineup.map(({ id }, i) => [id, i]))
  const place = ({ product }: Good) => places.get(product.id) ?? places.size
  return rows.toSorted((a, b) => place(a) - place(b))
}

function NoRows(props: { goods: Goods; text: string; clear: () => void; some: boolean }) {
  const { text, clear, some, goods } = props
  if (text.trim() !== '' && !some) {
    const clearIt = <ClearSearch clear={clear} />
    if (!goods.whole) return <NoneSoFar showMore={goods.showMore}>{clearIt}</NoneSoFar>
    return (
      <Empty icon="filter" title={t('nothing.matches', { q: text.trim() })}>
        {clearIt}
      </Empty>
    )
  }
  if (some) {
    return (
      <Empty icon="filter" title={t('stock.none.tab')} help={t('stock.none.tab.help')}>
        <span class="row">
          {!goods.whole && <MoreRows showMore={goods.showMore} />}
          <LinkButton kind="quiet-btn" size="desk" href={here({ tab: 'all' })}>
            {t('clear.filter')}
          </LinkButton>
        </span>
      </Empty>
    )
  }
  return (
    <Empty icon="box" title={t('stock.none')} help={t('stock.none.help')}>
      <span class="row">
        <LinkButton size="desk" icon="plus" href="/shop/products/new">
          {g('add.product')}
        </LinkButton>
        <LinkButton kind="quiet-btn" size="desk" icon="upload" href="/shop/products/import">
          {t('import.csv')}
        </LinkButton>
      </span>
    </Empty>
  )
}
