import { onlyVariant } from '../../../shared/domain/variants.ts'
import { descriptionMax, titleMax, variantsMax } from '../../../shared/limits.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { count, money, sign } from '../../ui/money.ts'
import { TextArea } from '../../ui/text-area.tsx'
import { fieldRefused } from '../tell.ts'
import { CurrencySelect } from './currency.tsx'
import { unitsOf } from './goods-list.ts'
import { Pictures } from './pictures.tsx'
import type { Draft, Save } from './product.tsx'
import { blankVariant, type Fault, faultsOf, type VariantDraft } from './product-draft.ts'
import { g } from './words-goods.ts'

type Props = { draft: Draft; save: Save; product?: Product }

/** Title, text, pictures, and a row for each thing one can choose. */
export function ProductForm({ draft, save, product }: Props) {
  const { now, set } = draft
  const errorAt = errorsOf(draft, save)
  return (
    <>
      <section class="fields">
        <Field
          label={g('title')}
          value={now.title}
          help={g('title.help')}
          error={errorAt('title')}
          onInput={(event) => set({ title: event.currentTarget.value })}
        />
        <TextArea
          label={g('description')}
          value={now.description}
          help={g('description.help')}
          error={errorAt('description')}
          rows={5}
          onInput={(description) => set({ description })}
        />
      </section>
      <section>
        <h2>{g('pictures')}</h2>
        <Pictures images={now.images} onChange={(images) => set({ images })} />
      </section>
      <section>
        <div class="row section-head">
          <div>
            <h2>{g('variants.title')}</h2>
            <p class="quiet small">{g('variants.help')}</p>
          </div>
          {product === undefined && (
            <CurrencySelect
              label={g('currency')}
              value={now.currency}
              onChange={(currency) => set({ currency })}
            />
          )}
        </div>
        <Variants {...{ draft, errorAt, product }} />
      </section>
    </>
  )
}

type ErrorAt = (at: string) => string | undefined

/** What the server refused, else what the form sees itself once saving was tried. */
function errorsOf(draft: Draft, { tried, refused }: Save): ErrorAt {
  const faults = tried ? faultsOf(draft.now) : new Map<string, Fault>()
  const example = { amount: 2400, currency: draft.now.currency }
  const words: Record<Fault, () => string> = {
    title: () => g('need.title'),
    'title.long': () => g('title.long', { n: draft.now.title.trim().length, max: titleMax }),
    'description.long': () =>
      g('too.long', { n: draft.now.description.length, max: descriptionMax }),
    'variant.title': () => g('need.variant.title'),
    sku: () => g('need.sku'),
    'sku.twice': () => g('sku.twice'),
    price: () => g('need.price', { sum: money(example) }),
    units: () => g('need.units'),
  }
  return (at) => {
    const fault = faults.get(at)
    return fault === undefined ? fieldRefused(refused, at) : words[fault]()
  }
}

function Variants(props: { draft: Draft; errorAt: ErrorAt; product: Product | undefined }) {
  const { draft, errorAt, product } = props
  const { variants } = draft.now
  const change = (row: string, to: Partial<VariantDraft>) =>
    draft.set({ variants: variants.map((one) => (one.row === row ? { ...one, ...to } : one)) })
  return (
    <>
      <div class="variant-rows">
        {variants.map((variant, i) => (
          <VariantRow
            key={variant.row}
            {...{ variant, errorAt, product }}
            at={i}
            currency={draft.now.currency}
            only={variants.length === 1}
            onChange={(to) => change(variant.row, to)}
            onRemove={() =>
              draft.set({ variants: variants.filter(({ row }) => row !== variant.row) })
            }
          />
        ))}
      </div>
      {variants.length < variantsMax && (
        <Button
          kind="quiet-btn"
          size="desk"
          icon="plus"
          onClick={() => draft.set({ variants: [...variants, blankVariant()] })}
        >
          {g('variant.add')}
        </Button>
      )}
    </>
  )
}

function VariantRow(props: {
  variant: VariantDraft
  at: number
  currency: string
  errorAt: ErrorAt
  product: Product | undefined
  only: boolean
  onChange: (to: Partial<VariantDraft>) => void
  onRemove: () => void
}) {
  const { variant, at, errorAt, onChange } = props
  const error = (name: string) => errorAt(`variants/${at}/${name}`)
  const input = (name: 'title' | 'sku' | 'price' | 'units') => ({
    desk: true,
    value: variant[name],
    autocomplete: 'off' as const,
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ [name]: event.currentTarget.value }),
  })
  const removable = variant.id === null && !props.only
  return (
    <div class="variant-row" role="group" aria-label={g('variant.group', { n: at + 1 })}>
      <Field
        {...input('title')}
        label={g('variant.title')}
        placeholder={props.only ? onlyVariant : g('variant.title.hint')}
        error={error('title')}
      />
      <Field {...input('sku')} label={g('variant.sku')} spellcheck={false} error={error('sku')} />
      <Field
        {...input('price')}
        label={g('variant.price')}
        unit={sign(props.currency)}
        inputMode="decimal"
        dir="ltr"
        error={error('price')}
      />
      {variant.id === null ? (
        <Field
          {...input('units')}
          label={g('variant.units')}
          placeholder="0"
          inputMode="numeric"
          dir="ltr"
          error={error('onHand')}
        />
      ) : (
        <OnHand id={variant.id} product={props.product} />
      )}
      <span class="variant-end">
        {removable && (
          <Button
            kind="bare"
            size="desk"
            icon="trash"
            aria-label={g('variant.remove', { n: at + 1 })}
            onClick={props.onRemove}
          />
        )}
      </span>
    </div>
  )
}

/** Units of a variant that is there are corrected with a reason, beside its ledger. */
function OnHand({ id, product }: { id: string; product: Product | undefined }) {
  const variant = product?.variants.find((one) => one.id === id)
  if (variant === undefined) return null
  const n = count(unitsOf(variant).onHand)
  return (
    <div class="field">
      <span class="label">{g('variant.units')}</span>
      <a
        class="text-link on-hand num"
        href={`/shop/stock?tab=all&variant=${id}`}
        aria-label={`${g('variant.on.hand', { n })}. ${g('variant.stock', { name: variant.title })}`}
      >
        {g('variant.on.hand', { n })}
      </a>
    </div>
  )
}
