import { isCurrency } from '../../../shared/domain/money.ts'
import { variantsMax } from '../../../shared/limits.ts'
import type { Money } from '../../../shared/wire/base.ts'
import type { catalogRoutes, Merchant, Product } from '../../../shared/wire/catalog.ts'
import type { Body } from '../../../shared/wire/contract.ts'
import { invalid } from '../../base/refusal.ts'

export type NewProduct = Body<typeof catalogRoutes.createProduct>
export type NewVariant = NewProduct['variants'][number]
export type ProductChange = Body<typeof catalogRoutes.changeProduct>
export type Status = Product['status']

/** A change of a variant that exists: only what differs. */
export type VariantEdit = { id: string; sku?: string; title?: string; price?: Money }

/** A change of a product, down to what it really changes. */
export type Plan = {
  title?: string
  description?: string
  images?: string[]
  status?: Status
  edits: VariantEdit[]
  added: NewVariant[]
}

/** A product as it may be listed: one currency that exists, no SKU twice. */
export function checkedNew(given: NewProduct): Required<NewProduct> {
  const variants = given.variants.map(trimmed)
  mustDiffer(variants.map((v, i) => ({ sku: v.sku, i })))
  mustBeOneCurrency(variants.map((v, i) => ({ currency: v.price.currency, i })))
  return {
    title: given.title.trim(),
    description: given.description,
    images: given.images ?? [],
    variants,
  }
}

/**
 * What a change does to a product as it stands. A field that says what is so already is no change,
 * so that a form may send everything back.
 */
export function planned(now: Product, change: ProductChange): Plan {
  const plan: Plan = { edits: [], added: [] }
  const title = change.title?.trim()
  if (title !== undefined && title !== now.title) plan.title = title
  if (change.description !== undefined && change.description !== now.description) {
    plan.description = change.description
  }
  if (change.images && !sameList(change.images, now.images)) plan.images = change.images
  if (change.status && change.status !== now.status) plan.status = change.status
  planVariants(now, change.variants ?? [], plan)
  return plan
}

export function changesNothing({ edits, added, ...fields }: Plan): boolean {
  return edits.length === 0 && added.length === 0 && Object.keys(fields).length === 0
}

type VariantChange = NonNullable<ProductChange['variants']>[number]

function planVariants(now: Product, changes: VariantChange[], plan: Plan): void {
  const seen = new Set<string>()
  const currencies = new Map(now.variants.map((v) => [v.id, { currency: v.price.currency, i: -1 }]))
  for (const [i, change] of changes.entries()) {
    if (change.id === undefined) {
      const added = newVariant(change, i)
      plan.added.push(added)
      currencies.set(`new ${i}`, { currency: added.price.currency, i })
      continue
    }
    if (seen.has(change.id)) throw invalid(`/variants/${i}/id`, 'This variant is named twice.')
    seen.add(change.id)
    const edit = editOf(now, change, i)
    if (Object.keys(edit).length > 1) plan.edits.push(edit)
    if (edit.price) currencies.set(edit.id, { currency: edit.price.currency, i })
  }
  mustDiffer(changes.flatMap(({ sku }, i) => (sku === undefined ? [] : [{ sku: sku.trim(), i }])))
  mustBeOneCurrency([...currencies.values()])
  if (currencies.size > variantsMax) {
    throw invalid('/variants', `A product has at most ${variantsMax} variants.`)
  }
}

function editOf(now: Product, change: VariantChange, i: number): VariantEdit {
  const known = now.variants.find((v) => v.id === change.id)
  if (!known) throw invalid(`/variants/${i}/id`, 'This product has no such variant.')
  if (change.onHand !== undefined && change.onHand !== known.onHand) {
    throw invalid(
      `/variants/${i}/onHand`,
      'Units on hand are corrected with a reason, one variant at a time: POST /variants/:id/stock.',
    )
  }
  const edit: VariantEdit = { id: known.id }
  const sku = change.sku?.trim()
  const title = change.title?.trim()
  if (sku !== undefined && sku !== known.sku) edit.sku = sku
  if (title !== undefined && title !== known.title) edit.title = title
  const { price } = change
  if (price && (price.amount !== known.price.amount || price.currency !== known.price.currency)) {
    edit.price = price
  }
  return edit
}

function newVariant({ sku, title, price, onHand = 0 }: VariantChange, i: number): NewVariant {
  if (sku === undefined) throw invalid(`/variants/${i}/sku`, 'A new variant needs an SKU.')
  if (title === undefined) throw invalid(`/variants/${i}/title`, 'A new variant needs a title.')
  if (price === undefined) throw invalid(`/variants/${i}/price`, 'A new variant needs a price.')
  return trimmed({ sku, title, price, onHand })
}

function trimmed(variant: NewVariant): NewVariant {
  return { ...variant, sku: variant.sku.trim(), title: variant.title.trim() }
}

function mustDiffer(skus: { sku: string; i: number }[]): void {
  const seen = new Set<string>()
  for (const { sku, i } of skus) {
    if (seen.has(sku)) throw invalid(`/variants/${i}/sku`, `The SKU ${sku} stands here twice.`)
    seen.add(sku)
  }
}

/** `i` is where the request says so; -1 is what stood before. */
function mustBeOneCurrency(prices: { currency: string; i: number }[]): void {
  const unknown = prices.find(({ currency }) => !isCurrency(currency))
  if (unknown) {
    throw invalid(`/variants/${unknown.i}/price/currency`, `${unknown.currency} is no currency.`)
  }
  const first = prices[0]?.currency
  const other = prices.find(({ currency }) => currency !== first)
  if (!other) return
  const at = other.i === -1 ? (prices.find(({ i }) => i !== -1)?.i ?? 0) : other.i
  throw invalid(
    `/variants/${at}/price/currency`,
    `All variants of a product have one currency, here ${first} and ${other.currency}.`,
  )
}

function sameList(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

/** A shop of which nothing was said: no name, shipping is free, everywhere. */
export const unsaid: Merchant = {
  name: '',
  address: '',
  shipping: [],
  countries: [],
  taxNote: '',
  terms: '',
  returns: '',
}

/** One shipping price a currency, in currencies that exist. */
export function checkedMerchant(given: Merchant): Merchant {
  const seen = new Set<string>()
  for (const [i, { price }] of given.shipping.entries()) {
    const at = `/shipping/${i}/price/currency`
    if (!isCurrency(price.currency)) throw invalid(at, `${price.currency} is no currency.`)
    if (seen.has(price.currency)) throw invalid(at, `${price.currency} has a price already.`)
    seen.add(price.currency)
  }
  return given
}

/** What an import's prices are in, since its file does not say: the shop's first currency. */
export function importCurrency(merchant: Merchant): string {
  return merchant.shipping[0]?.price.currency ?? 'USD'
}

/** The id in a picture's url, which the schema has checked. */
export function pictureId(url: string): string {
  return url.slice('/pictures/'.length, -'.webp'.length)
}
