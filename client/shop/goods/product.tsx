import { useEffect, useState } from 'preact/hooks'
import type { Product } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { go } from '../../router.ts'
import { Button } from '../../ui/button.tsx'
import { rich } from '../../ui/rich.tsx'
import { Loading, Strip } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAsked, useBusy } from '../../ui/use.ts'
import { inLiveShow, shop } from '../desk.ts'
import { FormPage } from '../form-page.tsx'
import { NotHere } from '../shell.tsx'
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

/** What was typed and not saved, kept while the desk is open: a look at the orders loses nothing. */
const kept = new Map<string, ProductDraft>()

const page = { at: 'products', back: '/shop/products' } as const

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
    <FormPage
      {...page}
      title={g('product.new')}
      strip={draft.found && <KeptStrip draft={draft} />}
      form={{
        save: g('create.product'),
        busy: save.busy && g('creating'),
        refused: save.refused,
        submit: save.run,
      }}
    >
      <ProductForm {...{ draft, save }} />
    </FormPage>
  )
}

export function ProductPage({ id }: { id: string }) {
  const asked = useAsked(() => call('GET', '/products/:id', { params: { id } }), [id])
  const { value, refused } = asked
  if (value !== undefined) return <Editor product={value} onChange={asked.set} />
  return (
    <FormPage {...page} title={g('products')}>
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
    </FormPage>
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
  const strip =
    product.status === 'archived' ? (
      <Strip icon="info">{rich(g('is.archived'))}</Strip>
    ) : (
      draft.found && <KeptStrip draft={draft} />
    )
  return (
    <FormPage
      {...page}
      title={product.title}
      acts={<ArchiveButton product={product} onChange={props.onChange} />}
      strip={strip}
      form={{
        save: g(draft.dirty ? 'save.changes' : 'nothing.changed'),
        busy: save.busy && g('saving'),
        off: !draft.dirty,
        refused: save.refused,
        submit: save.run,
      }}
    >
      <ProductForm {...{ draft, save, product }} />
    </FormPage>
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
  return (
    <>
      <Strip icon="edit">{rich(g('draft.kept'))}</Strip>
      <Button kind="bare" size="desk" class="strip-act" onClick={draft.drop}>
        {g('draft.drop')}
      </Button>
    </>
  )
}

export type Save = {
  busy: boolean
  /** Whether it was tried: only then fields complain. */
  tried: boolean
  refused: Refused | null
  run: () => void
}

/** Saves a draft without faults. */
function useSave(draft: Draft, store: (key: (body: unknown) => string) => Promise<void>): Save {
  const [busy, run] = useBusy()
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const keys = useKeys()
  const save = () => {
    setTried(true)
    setRefused(null)
    if (faultsOf(draft.now).size > 0) return
    run(async () => {
      try {
        await store(keys.for)
        keys.done()
        setTried(false)
      } catch (thrown) {
        const why = asRefused(thrown)
        setRefused(why)
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
