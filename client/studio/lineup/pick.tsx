import { useEffect, useState } from 'preact/hooks'
import type { Product } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { LinkButton } from '../../ui/button.tsx'
import { money } from '../../ui/money.ts'
import { Pic } from '../../ui/pic.tsx'
import { ClearSearch, Search } from '../../ui/search.tsx'
import { Empty, Failed, Loading } from '../../ui/states.tsx'
import { t } from '../words.ts'

type Props = {
  /** In the order in which they were chosen. */
  chosen: string[]
  /** Already in the line-up: shown, not to be chosen. */
  taken?: ReadonlySet<string>
  onChange: (chosen: string[]) => void
}

const searchFrom = 6
const pageSize = 100

/** My products, each with its picture and what is free; a number says its place. */
export function Pick({ chosen, taken = new Set(), onChange }: Props) {
  const { products, refused, again } = useProducts()
  const [q, setQ] = useState('')
  if (refused !== null) {
    return <Failed title={t('pick.failed')} reference={refused.reference} retry={again} />
  }
  if (products === null) return <Loading rows={4} />
  if (products.length === 0) {
    return (
      <Empty icon="box" title={t('plan.lineup.none')} help={t('plan.lineup.none.help')}>
        <LinkButton href="/shop/products/new" kind="soft" size="desk">
          {t('plan.to.shop')}
        </LinkButton>
      </Empty>
    )
  }
  const words = q.trim().toLocaleLowerCase()
  const found = products.filter(({ title }) => title.toLocaleLowerCase().includes(words))
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <div class="pick">
      {products.length > searchFrom && (
        <Search label={t('pick.search')} hint={t('pick.search')} value={q} onChange={setQ} />
      )}
      {found.length === 0 && (
        <Empty icon="filter" title={t('pick.none', { q })}>
          <ClearSearch clear={() => setQ('')} />
        </Empty>
      )}
      <ul>
        {found.map((product) => (
          <PickRow
            key={product.id}
            product={product}
            place={chosen.indexOf(product.id)}
            here={taken.has(product.id)}
            onToggle={() => toggle(product.id)}
          />
        ))}
      </ul>
    </div>
  )
}

function PickRow(props: { product: Product; place: number; here: boolean; onToggle: () => void }) {
  const { product, place, here, onToggle } = props
  const free = product.variants.reduce((sum, { available }) => sum + available, 0)
  const price = product.variants[0]?.price
  return (
    <li>
      <label class="pick-row" data-off={here || undefined}>
        <input type="checkbox" checked={here || place >= 0} disabled={here} onChange={onToggle} />
        <Pic src={product.images[0]} no={place >= 0 ? place + 1 : undefined} gone={here} />
        <span class="what">
          <b class="one-line">{product.title}</b>
          <small class="quiet">
            {here ? t('pick.here') : <span class="num">{t('pick.free', { n: free })}</span>}
          </small>
        </span>
        {price !== undefined && <span class="num push">{money(price)}</span>}
      </label>
    </li>
  )
}

function useProducts() {
  const [products, setProducts] = useState<Product[] | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let current = true
    setRefused(null)
    allProducts().then(
      (all) => current && setProducts(all.filter(({ status }) => status === 'active')),
      (thrown: unknown) => current && setRefused(asRefused(thrown)),
    )
    return () => {
      current = false
    }
  }, [turn])
  return { products, refused, again: () => setTurn((n) => n + 1) }
}

async function allProducts(): Promise<Product[]> {
  const all: Product[] = []
  let cursor: string | undefined
  do {
    const query = { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }
    const page = await call('GET', '/products', { query })
    all.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return all
}
