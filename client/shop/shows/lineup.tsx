import { useEffect, useState } from 'preact/hooks'
import { lineupMax } from '../../../shared/limits.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Pic } from '../../ui/pic.tsx'
import { ClearSearch, Search } from '../../ui/search.tsx'
import { Empty, Loading } from '../../ui/states.tsx'
import { goodsOf, useGoods } from '../goods/goods-list.ts'
import { g } from '../goods/words-goods.ts'
import { MoreRows } from '../more-rows.tsx'
import { NotHere } from '../shell.tsx'
import { t } from '../words.ts'

type Props = { lineup: string[]; onChange: (lineup: string[]) => void }

/** What the show sells: choosing puts a piece at the end, and its number is what the host says. */
export function LineupField({ lineup, onChange }: Props) {
  const [text, setText] = useState('')
  const goods = useGoods(text)
  const active = goods.products?.filter(({ status }) => status === 'active')
  const full = lineup.length >= lineupMax
  const toggle = ({ id }: Product) =>
    onChange(lineup.includes(id) ? lineup.filter((one) => one !== id) : [...lineup, id])
  const rest = active?.filter(({ id }) => !lineup.includes(id)) ?? []
  return (
    <div class="lineup-field">
      <div class="row section-head">
        <div>
          <h2>
            {g('show.lineup')}{' '}
            <span class="quieter num">{g('show.lineup.count', { n: lineup.length })}</span>
          </h2>
          <p class="quiet small">
            {full ? g('show.lineup.full', { n: lineupMax }) : g('show.lineup.help')}
          </p>
        </div>
        {lineup.length > 0 && (
          <Button kind="bare" size="desk" onClick={() => onChange([])}>
            {g('show.lineup.clear')}
          </Button>
        )}
        {rest.length > 0 && !full && (
          <Button
            kind="quiet-btn"
            size="desk"
            onClick={() => onChange([...lineup, ...rest.map(({ id }) => id)].slice(0, lineupMax))}
          >
            {g('show.lineup.all')}
          </Button>
        )}
      </div>
      <Chosen {...{ lineup, onChange, known: goods.products ?? [] }} />
      <Search label={g('search.label')} hint={g('search.hint')} value={text} onChange={setText} />
      <Choices {...{ goods, active, lineup, toggle, full, text, setText }} />
    </div>
  )
}

/** The line-up so far, in order; one press takes a piece out. */
function Chosen(props: Props & { known: Product[] }) {
  const { lineup, onChange, known } = props
  const far = useFarProducts(lineup, known)
  if (lineup.length === 0) return null
  return (
    <ol class="chosen">
      {lineup.map((id, i) => {
        const product = known.find((one) => one.id === id) ?? far.get(id)
        return (
          <li key={id}>
            <Pic src={product?.images[0]} no={i + 1} />
            <span class="one-line">{product?.title}</span>
            <Button
              kind="bare"
              size="desk"
              icon="close"
              aria-label={g('show.lineup.out', { title: product?.title ?? i + 1 })}
              onClick={() => onChange(lineup.filter((one) => one !== id))}
            />
          </li>
        )
      })}
    </ol>
  )
}

/** Pieces of the line-up that the search has not loaded. */
function useFarProducts(lineup: string[], known: Product[]): Map<string, Product> {
  const [far, setFar] = useState(new Map<string, Product>())
  const missing = lineup.filter((id) => !far.has(id) && !known.some((one) => one.id === id))
  useEffect(() => {
    let current = true
    void Promise.allSettled(
      missing.map((id) => call('GET', '/products/:id', { params: { id } })),
    ).then((answers) => {
      const found = answers.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : []))
      if (!current || found.length === 0) return
      setFar((all) => new Map([...all, ...found.map((one) => [one.id, one] as const)]))
    })
    return () => {
      current = false
    }
  }, [missing.join()])
  return far
}

/** Products to choose from. */
export function Choices(props: {
  goods: ReturnType<typeof useGoods>
  active: Product[] | undefined
  lineup: string[]
  toggle: (product: Product) => void
  full: boolean
  text: string
  setText: (text: string) => void
}) {
  const { goods, active, lineup, toggle, full, text, setText } = props
  if (goods.refused !== undefined) {
    return <NotHere refused={goods.refused} title={g('products.failed')} again={goods.again} />
  }
  if (active === undefined) return <Loading rows={4} />
  if (active.length === 0) {
    if (text.trim() !== '') {
      return (
        <Empty icon="filter" title={t('nothing.matches', { q: text.trim() })}>
          <ClearSearch clear={() => setText('')} />
        </Empty>
      )
    }
    return (
      <Empty icon="tag" title={g('show.lineup.none')} help={g('products.none.help')}>
        <LinkButton size="desk" icon="plus" href="/shop/products/new">
          {g('add.product')}
        </LinkButton>
      </Empty>
    )
  }
  return (
    <>
      <ul class="choices">
        {active.map((product) => {
          const chosen = lineup.includes(product.id)
          const free = goodsOf([product]).reduce((sum, { variant }) => sum + variant.available, 0)
          return (
            <li key={product.id}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen}
                  disabled={full && !chosen}
                  onChange={() => toggle(product)}
                />
                <Pic src={product.images[0]} />
                <span>
                  <b>{product.title}</b>
                  <small class="quiet num">
                    {free} {t('free')}
                  </small>
                </span>
              </label>
            </li>
          )
        })}
      </ul>
      {!goods.whole && <MoreRows showMore={goods.showMore} />}
    </>
  )
}
