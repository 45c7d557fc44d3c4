import { onlyVariant } from '../../../shared/domain/variants.ts'
import { descriptionMax, stockMax, titleMax } from '../../../shared/limits.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import type { BodyOf } from '../../api/contract.ts'
import { figure, type Money, parseMoney } from '../../ui/money.ts'

/** A variant as it stands in the form. `units` counts only for one that is not there yet. */
export type VariantDraft = {
  /** Of the form, not of the server: rows keep their place while others come and go. */
  row: string
  id: string | null
  title: string
  sku: string
  price: string
  units: string
}

export type ProductDraft = {
  title: string
  description: string
  images: string[]
  currency: string
  variants: VariantDraft[]
}

type NewProduct = BodyOf<'POST', '/products'>
type Change = BodyOf<'PATCH', '/products/:id'>

let made = 0

export function blankVariant(): VariantDraft {
  made += 1
  return { row: `new ${made}`, id: null, title: '', sku: '', price: '', units: '' }
}

export function blankProduct(currency: string): ProductDraft {
  return { title: '', description: '', images: [], currency, variants: [blankVariant()] }
}

export function draftOf({ title, description, images, variants }: Product): ProductDraft {
  return {
    title,
    description,
    images,
    currency: variants[0]?.price.currency ?? 'USD',
    variants: variants.map((variant) => ({
      row: variant.id,
      id: variant.id,
      title: variant.title,
      sku: variant.sku,
      price: figure(variant.price),
      units: '',
    })),
  }
}

export function isSame(a: ProductDraft, b: ProductDraft): boolean {
  const plain = (draft: ProductDraft) =>
    JSON.stringify({ ...draft, variants: draft.variants.map(({ row: _, ...rest }) => rest) })
  return plain(a) === plain(b)
}

export type Fault =
  | 'title'
  | 'title.long'
  | 'description.long'
  | 'variant.title'
  | 'sku'
  | 'sku.twice'
  | 'price'
  | 'units'

/** What is missing or wrong, by where it stands: `title`, `variants/0/price`. */
export function faultsOf(draft: ProductDraft): Map<string, Fault> {
  const faults = new Map<string, Fault>()
  const title = draft.title.trim()
  if (title === '') faults.set('title', 'title')
  if (title.length > titleMax) faults.set('title', 'title.long')
  if (draft.description.length > descriptionMax) faults.set('description', 'description.long')
  const skus = draft.variants.map(({ sku }) => sku.trim())
  for (const [i, variant] of draft.variants.entries()) {
    const at = `variants/${i}`
    const sku = skus[i] ?? ''
    if (nameOf(draft, variant) === '') faults.set(`${at}/title`, 'variant.title')
    if (sku === '') faults.set(`${at}/sku`, 'sku')
    else if (skus.indexOf(sku) !== i) faults.set(`${at}/sku`, 'sku.twice')
    if (priceOf(variant, draft.currency) === null) faults.set(`${at}/price`, 'price')
    if (variant.id === null && unitsOf(variant) === null) faults.set(`${at}/onHand`, 'units')
  }
  return faults
}

/** Where there is nothing to choose from, nobody has to name it. */
function nameOf({ variants }: Pick<ProductDraft, 'variants'>, { title }: VariantDraft): string {
  return title.trim() || (variants.length === 1 ? onlyVariant : '')
}

/** At least one minor unit. */
function priceOf({ price }: VariantDraft, currency: string): Money | null {
  const typed = parseMoney(price, currency)
  return typed !== null && typed.amount > 0 ? typed : null
}

function unitsOf({ units }: VariantDraft): number | null {
  const typed = units.trim() === '' ? '0' : units.trim()
  return /^\d{1,7}$/.test(typed) && Number(typed) <= stockMax ? Number(typed) : null
}

/** The product that a draft without faults asks for. */
export function newOf({
  title,
  description,
  images,
  currency,
  variants,
}: ProductDraft): NewProduct {
  return {
    title: title.trim(),
    description: description.trim(),
    images,
    variants: variants.map((variant) => ({
      title: nameOf({ variants }, variant),
      sku: variant.sku.trim(),
      price: priceOf(variant, currency) ?? { amount: 0, currency },
      onHand: unitsOf(variant) ?? 0,
    })),
  }
}

/**
 * What a draft without faults changes of the product it was made from. A price that nobody touched
 * goes back as it came: how it was written out does not matter.
 */
export function changeOf(product: Product, draft: ProductDraft): Change {
  const before = draftOf(product)
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    images: draft.images,
    variants: draft.variants.map((variant) => {
      const { id } = variant
      const sku = variant.sku.trim()
      const title = nameOf(draft, variant)
      const price = priceOf(variant, draft.currency) ?? { amount: 0, currency: draft.currency }
      if (id === null) return { sku, title, price, onHand: unitsOf(variant) ?? 0 }
      const was = before.variants.find((one) => one.id === id)
      const touched = was?.price !== variant.price
      return { id, sku, title, ...(touched && { price }) }
    }),
  }
}
