import { useRef, useState } from 'preact/hooks'
import type { Product } from '../../../shared/wire/catalog.ts'
import { go, query } from '../../router.ts'
import { Badge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { count, money } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import { ClearSearch, Search } from '../../ui/search.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { MoreRows, NoneSoFar } from '../more-rows.tsx'
import { useRowKeys } from '../row-keys.ts'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { here } from '../use.ts'
import { t } from '../words.ts'
import { type Goods, unitsOf, useGoods } from './goods-list.ts'
import { g } from './words-goods.ts'

type Status = Product['status']

/** What the shop offers. */
export function ProductsPage() {
  const [text, setText] = useState('')
  const goods = useGoods(text)
  const status: Status = query.value.get('tab') === 'archived' ? 'archived' : 'active'
  const list = useRef<HTMLDivElement>(null)
  const keys = useRowKeys(list)
  const n = (of: Status) => {
    const found = goods.whole ? (goods.products?.filter((p) => p.status === of).length ?? 0) : 0
    return found > 0 && <span class="quieter num"> {found}</span>
  }
  return (
    <Desk at="products" title={g('products')}>
      <div>
        <PageTop title={g('products')}>
          <LinkButton kind="quiet-btn" size="desk" icon="upload" href="/shop/products/import">
            {g('import.csv')}
          </LinkButton>
          <LinkButton size="desk" icon="plus" href="/shop/products/new">
            {g('add.product')}
          </LinkButton>
        </PageTop>
        <div class="filters">
          <Search
            label={g('search.label')}
            hint={g('search.hint')}
            value={text}
            onChange={setText}
          />
          <Segments
            label={g('tabs.label')}
            value={status}
            onChoose={(tab) => go(here({ tab: tab === 'active' ? null : tab }), { replace: true })}
            segments={[
              { value: 'active', label: g('active'), aside: n('active') },
              { value: 'archived', label: g('archived'), aside: n('archived') },
            ]}
          />
        </div>
      </div>
      <div class="strip-place" />
      <div class="split panes">
        <div ref={list} class="list products" tabIndex={-1} onKeyDown={keys.onKeyDown}>
          <List {...{ goods, status, text, clear: () => setText('') }} />
        </div>
      </div>
    </Desk>
  )
}

const columns: Column<Product>[] = [
  { key: 'product', title: g('col.product'), cell: (product) => <Thing product={product} /> },
  {
    key: 'variants',
    title: g('col.variants'),
    cell: ({ variants }) => g('variants', { n: variants.length }),
  },
  { key: 'price', title: g('col.price'), end: true, cell: priceOf },
  {
    key: 'sold',
    title: g('col.sold'),
    end: true,
    cell: (product) => (
      <>
        {count(sumOf(product, 'sold'))}
        <span class="unit-word"> {t('sold')}</span>
      </>
    ),
  },
  { key: 'free', title: g('col.free'), end: true, cell: (product) => <Free product={product} /> },
]

function sumOf(product: Product, figure: 'sold' | 'held' | 'free'): number {
  return product.variants.reduce((sum, variant) => sum + unitsOf(variant)[figure], 0)
}

function priceOf({ variants }: Product): string {
  const amounts = variants.map(({ price }) => price.amount)
  const lowest = variants.find(({ price }) => price.amount === Math.min(...amounts))
  if (lowest === undefined) return ''
  const sum = money(lowest.price)
  return new Set(amounts).size > 1 ? g('from', { sum }) : sum
}

function Thing({ product }: { product: Product }) {
  return (
    <span class="thing">
      <Pic src={product.images[0]} gone={product.status === 'archived'} />
      <span>
        <a class="row-link" href={`/shop/products/${product.id}`} data-row={product.id}>
          <b>{product.title}</b>
        </a>
        <small class="one-line">{product.variants.map(({ sku }) => sku).join(', ')}</small>
      </span>
    </span>
  )
}

function Free({ product }: { product: Product }) {
  const free = sumOf(product, 'free')
  if (free === 0 && sumOf(product, 'held') === 0) {
    return <Badge tone="bad">{t('sold.out')}</Badge>
  }
  return (
    <>
      <b>{count(free)}</b>
      <span class="unit-word"> {t('free')}</span>
    </>
  )
}

function List(props: { goods: Goods; status: Status; text: string; clear: () => void }) {
  const { goods, status, text } = props
  const { refused, products } = goods
  if (refused !== undefined) {
    return <NotHere refused={refused} title={g('products.failed')} again={goods.again} />
  }
  if (products === undefined) return <Loading rows={8} />
  const rows = products.filter((product) => product.status === status)
  if (rows.length === 0 && goods.of !== text.trim()) return <Loading rows={8} />
  if (rows.length === 0) return <NoRows {...props} some={products.length > 0} />
  return (
    <>
      <Table label={g('products')} columns={columns} rows={rows} idOf={({ id }) => id} />
      {!goods.whole && <MoreRows showMore={goods.showMore} />}
    </>
  )
}

function NoRows(props: {
  goods: Goods
  status: Status
  text: string
  clear: () => void
  some: boolean
}) {
  const { status, text, clear, some, goods } = props
  const clearIt = <ClearSearch clear={clear} />
  if (text.trim() !== '') {
    if (!goods.whole) return <NoneSoFar showMore={goods.showMore}>{clearIt}</NoneSoFar>
    return (
      <Empty icon="filter" title={t('nothing.matches', { q: text.trim() })}>
        {clearIt}
      </Empty>
    )
  }
  if (status === 'archived') {
    return (
      <Empty icon="tag" title={g('products.none.archived')} help={g('products.none.archived.help')}>
        {!goods.whole && <MoreRows showMore={goods.showMore} />}
      </Empty>
    )
  }
  const words = some ? 'products.none.active' : 'products.none'
  return (
    <Empty icon="tag" title={g(words)} help={g(`${words}.help`)}>
      <span class="row">
        <LinkButton size="desk" icon="plus" href="/shop/products/new">
          {g('add.product')}
        </LinkButton>
        <LinkButton kind="quiet-btn" size="desk" icon="upload" href="/shop/products/import">
          {g('import.csv')}
        </LinkButton>
      </span>
    </Empty>
  )
}
