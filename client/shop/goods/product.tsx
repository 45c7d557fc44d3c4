import { useEffect, useState } from 'preact/hooks'
import type { Product } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { go } from '../../router.ts'
import { Button } from '../../ui/button.tsx'
import { rich } from '../../ui/rich.tsx'
import { Loading, Strip } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { lookAtFault, useAsked, useBusy } from '../../ui/use.ts'
import { inLiveShow, shop } from '../desk.ts'
import { Desk, NotHere, PageTop } from '../shell.tsx'
import { said, tell } from '../tell.ts'
import { useGuard, useKeys } from '../use.ts'
import {
  blankProduct,
  changeOf,
  draftOf,
  faultsOf,
  isSame,
  newOf,
  type ProductDraft,
} from './product-draft.ts'
import { ProductForm } from './product-form.tsx'
import { g } from './words-goods.ts'

const formId = 'product-form'
/** What was typed and not saved, kept while the desk is open: a look at the orders loses nothing. */
const kept = new Map<string, ProductDraft>()

export function NewProductPage() {
  const start = blankProduct(shop.value?.shipping[0]?.price.currency ?? 'USD')
  const draft = useDraft('new', start)
  const save = useSave(draft, async (key) => {
    const body = newOf(draft.now)
    const made = await call('POST', '/products', { body, key: key(body) })
    draft.drop()
    toast({ text: g('created.product', { title: made.title }), tone: 'ok' })
    go('/shop/products')
  })
  return (
    <Desk at="products" title={g('product.new')}>
      <PageTop title={g('product.new')} back="/shop/products">
        <Button type="submit" form={formId} size="desk" busy={save.busy && g('creating')}>
          {g('create.product')}
        </Button>
      </PageTop>
      <KeptStrip draft={draft} />
      <div class="desk-form rule">
        <ProductForm id={formId} {...{ draft, save }} />
      </div>
    </Desk>
  )
}

export function ProductPage({ id }: { id: string }) {
  const asked = useAsked(() => call('GET', '/products/:id', { params: { id } }), [id])
  const { value, refused } = asked
  if (value !== undefined) return <Editor product={value} onChange={asked.set} />
  return (
    <Desk at="products" title={g('products')}>
      <PageTop title={g('products')} back="/shop/products" />
      <div class="strip-place" />
      <div class="desk-form rule">
        {refused === undefined ? (
          <Loading rows={5} />
        ) : (
          <NotHere
            refused={refused}
            title={g('product.failed')}
            none={g('product.none')}
            again={asked.again}
          />
        )}
      </div>
    </Desk>
  )
}

function Editor(props: { product: Product; onChange: (product: Product) => void }) {
  const { product } = props
  const draft = useDraft(product.id, draftOf(product))
  const taken = (now: Product) => {
    draft.start(draftOf(now))
    props.onChange(now)
  }
  const save = useSave(draft, async (key) => {
    const body = changeOf(product, draft.now)
    const options = { params: { id: product.id }, body, key: key(body) }
    taken(await call('PATCH', '/products/:id', options))
    toast({ text: g(inLiveShow(product.id) ? 'saved.live' : 'saved'), tone: 'ok' })
  })
  return (
    <Desk at="products" title={product.title}>
      <PageTop title={product.title} back="/shop/products">
        <ArchiveButton product={product} onChange={props.onChange} />
        <Button
          type="submit"
          form={formId}
          size="desk"
          disabled={!draft.dirty}
          busy={save.busy && g('saving')}
        >
          {g(draft.dirty ? 'save.changes' : 'nothing.changed')}
        </Button>
      </PageTop>
      {product.status === 'archived' ? (
        <div class="strip-place rule">
          <Strip icon="info">{rich(g('is.archived'))}</Strip>
        </div>
      ) : (
        <KeptStrip draft={draft} />
      )}
      <div class="desk-form rule">
        <ProductForm id={formId} {...{ draft, save, product }} />
      </div>
    </Desk>
  )
}

/** Archives at once and offers to undo it; nothing is asked before. */
function ArchiveButton(props: { product: Product; onChange: (product: Product) => void }) {
  const { product, onChange } = props
  const [busy, run] = useBusy(tell)
  const active = product.status === 'active'
  const turn = async (status: Product['status']) => {
    const params = { id: product.id }
    const now = await call('PATCH', '/products/:id', { params, body: { status } })
    onChange(now)
    if (status === 'active') {
      toast({ text: g('activated.done', { title: now.title }), tone: 'ok' })
      return
    }
    toast({
      text: g('archived.done', { title: now.title }),
      tone: 'ok',
      stayMs: 10_000,
      action: { label: g('undo'), run: () => run(() => turn('active')) },
    })
  }
  return (
    <Button
      kind="quiet-btn"
      size="desk"
      busy={busy && g('saving')}
      onClick={() => run(() => turn(active ? 'archived' : 'active'))}
    >
      {g(active ? 'archive' : 'activate')}
    </Button>
  )
}

export type Draft = {
  now: ProductDraft
  dirty: boolean
  /** Unsaved work of an earlier visit was found. */
  found: boolean
  set: (change: Partial<ProductDraft>) => void
  /** Begins anew from what is saved. */
  start: (from: ProductDraft) => void
  /** Forgets what was typed. */
  drop: () => void
}

function useDraft(name: string, saved: ProductDraft): Draft {
  const [start, setStart] = useState(saved)
  const [now, setNow] = useState(() => kept.get(name) ?? saved)
  const [found, setFound] = useState(kept.has(name))
  const dirty = !isSame(now, start)
  useGuard(dirty)
  useEffect(() => {
    if (dirty) kept.set(name, now)
    else kept.delete(name)
  }, [now, dirty])
  const begin = (from: ProductDraft) => {
    kept.delete(name)
    setStart(from)
    setNow(from)
    setFound(false)
  }
  return {
    now,
    dirty,
    found: found && dirty,
    set: (change) => setNow((known) => ({ ...known, ...change })),
    start: begin,
    drop: () => begin(start),
  }
}

function KeptStrip({ draft }: { draft: Draft }) {
  if (!draft.found) return <div class="strip-place" />
  return (
    <div class="strip-place rule">
      <Strip icon="edit">{rich(g('draft.kept'))}</Strip>
      <Button kind="bare" size="desk" class="strip-act" onClick={draft.drop}>
        {g('draft.drop')}
      </Button>
    </div>
  )
}

export type Save = {
  busy: boolean
  /** Whether it was tried: only then fields complain. */
  tried: boolean
  refused: Refused | null
  run: () => void
}

/** Saves a draft without faults; else leads to the first field that needs another look. */
function useSave(draft: Draft, store: (key: (body: unknown) => string) => Promise<void>): Save {
  const [busy, run] = useBusy()
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const keys = useKeys()
  const save = () => {
    setTried(true)
    setRefused(null)
    if (faultsOf(draft.now).size > 0) {
      lookAtFault(document.getElementById(formId))
      return
    }
    run(async () => {
      try {
        await store(keys.for)
        keys.done()
        setTried(false)
      } catch (thrown) {
        const why = asRefused(thrown)
        setRefused(why)
        if (why.errors.length > 0) lookAtFault(document.getElementById(formId))
        toast({
          text: why.errors.length > 0 ? g('look.below') : said(why),
          tone: 'no',
          icon: 'alert',
        })
      }
    })
  }
  return { busy, tried, refused, run: save }
}
