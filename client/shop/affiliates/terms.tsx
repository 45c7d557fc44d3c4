import { useState } from 'preact/hooks'
import { affiliateProductsMax } from '../../../shared/limits.ts'
import type { AffiliateTerms } from '../../../shared/wire/affiliates.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { go } from '../../router.ts'
import { Choice, Field } from '../../ui/field.tsx'
import { Search } from '../../ui/search.tsx'
import { Loading } from '../../ui/states.tsx'
import { at } from '../../ui/time.ts'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { FormPage } from '../form-page.tsx'
import { useGoods } from '../goods/goods-list.ts'
import { g } from '../goods/words-goods.ts'
import { NotHere } from '../shell.tsx'
import { Choices } from '../shows/lineup.tsx'
import { tell } from '../tell.ts'
import { useGuard } from '../use.ts'
import { bpsOf, draftOf, percentMax, type TermsDraft, termsOf } from './draft.ts'
import { w } from './words-affiliates.ts'

const page = { at: 'affiliates', title: w('terms'), back: '/shop/affiliates' } as const

/** Who may join, at what rate, and which products have one of their own. */
export function AffiliateTermsPage() {
  const { value, refused, again } = useAsked(() => call('GET', '/merchant/affiliates/terms'), [])
  if (value !== undefined) return <Terms terms={value.terms} />
  return (
    <FormPage {...page}>
      {refused === undefined ? (
        <Loading rows={4} />
      ) : (
        <NotHere refused={refused} title={w('failed')} again={again} />
      )}
    </FormPage>
  )
}

function Terms({ terms }: { terms: AffiliateTerms | null }) {
  const [start] = useState(() => draftOf(terms))
  const [now, setNow] = useState(start)
  const [tried, setTried] = useState(false)
  const [busy, run] = useBusy(tell)
  const set = (change: Partial<TermsDraft>) => setNow((known) => ({ ...known, ...change }))
  useGuard(JSON.stringify(now) !== JSON.stringify(start) && !busy)
  const save = () => {
    setTried(true)
    const body = termsOf(now)
    if (body === null) return
    run(async () => {
      const { changesAt } = await call('PUT', '/merchant/affiliates/terms', { body })
      const text = changesAt === null ? w('saved') : w('saved.later', { when: at(changesAt) })
      toast({ text, tone: 'ok' })
      go('/shop/affiliates')
    })
  }
  return (
    <FormPage {...page} form={{ save: w('save'), busy: busy && w('saving'), submit: save }}>
      <Rules now={now} set={set} tried={tried} />
      <Own now={now} set={set} tried={tried} />
    </FormPage>
  )
}

type PartProps = { now: TermsDraft; set: (change: Partial<TermsDraft>) => void; tried: boolean }

function Rules({ now, set, tried }: PartProps) {
  return (
    <section class="fields">
      <div class="field">
        <span class="label">{w('entry.title')}</span>
        <Choice
          label={w('entry.title')}
          desk
          value={now.entry}
          options={(['open', 'invited', 'closed'] as const).map((value) => ({
            value,
            label: w(`entry.${value}`),
          }))}
          onChoose={(entry) => set({ entry: entry as TermsDraft['entry'] })}
        />
      </div>
      <Field
        label={w('percent.label')}
        inputMode="decimal"
        autocomplete="off"
        help={w('percent.help')}
        value={now.percent}
        error={
          tried && bpsOf(now.percent) === null ? w('rate.bad', { max: percentMax }) : undefined
        }
        onInput={(event) => set({ percent: event.currentTarget.value })}
      />
      <p class="quiet small">{w('fixed')}</p>
    </section>
  )
}

function Own({ now: { products }, set, tried }: PartProps) {
  const [text, setText] = useState('')
  const goods = useGoods(text)
  const active = goods.products?.filter(({ status }) => status === 'active')
  const put = (id: string, percent: string) =>
    set({ products: products.map((p) => (p.productId === id ? { ...p, percent } : p)) })
  const toggle = ({ id, title }: Product) => {
    const others = products.filter(({ productId }) => productId !== id)
    const isNew = others.length === products.length
    set({ products: isNew ? [...others, { productId: id, title, percent: '0' }] : others })
  }
  return (
    <section>
      <h2>{w('products.title')}</h2>
      <p class="quiet small">{w('products.help')}</p>
      {products.map(({ productId, title, percent }) => (
        <Field
          key={productId}
          desk
          label={w('product.percent', { title })}
          inputMode="decimal"
          autocomplete="off"
          value={percent}
          error={
            tried && bpsOf(percent, 0) === null ? w('product.bad', { max: percentMax }) : undefined
          }
          onInput={(event) => put(productId, event.currentTarget.value)}
        />
      ))}
      <div class="lineup-field">
        <Search label={g('search.label')} hint={g('search.hint')} value={text} onChange={setText} />
        <Choices
          {...{ goods, active, text, setText, toggle }}
          lineup={products.map(({ productId }) => productId)}
          full={products.length >= affiliateProductsMax}
        />
      </div>
    </section>
  )
}
