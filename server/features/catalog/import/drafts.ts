import { fromDecimal, minorDigits, toDecimal } from '../../../../shared/domain/money.ts'
import { onlyVariant } from '../../../../shared/domain/variants.ts'
import {
  descriptionMax,
  imagesMax,
  priceAmountMax,
  stockMax,
  titleMax,
  variantsMax,
} from '../../../../shared/limits.ts'
import type { Money } from '../../../../shared/wire/base.ts'
import type { ImportReport } from '../../../../shared/wire/catalog.ts'
import type { Status } from '../rules.ts'
import type { Column, Row } from './csv.ts'
import { plainText } from './html.ts'

export type Remark = ImportReport['rejected'][number]

/** A variant as a row says. Without a price it can only be one that exists. */
export type DraftVariant = {
  row: Row
  sku: string
  title: string
  price: Money | undefined
  onHand: number | undefined
}

/** A product as its rows say; what is undefined the file does not say. */
export type Draft = {
  row: Row
  handle: string
  title: string
  description: string | undefined
  status: Status | undefined
  images: { row: Row; url: string }[]
  variants: DraftVariant[]
}

const skuMax = 64
const handleMax = 255

/**
 * Gathers rows into products: rows of one handle are one product, the first carries its fields, the
 * others are variants or more pictures. A row that is wrong is left out and told; its neighbours stay.
 */
export async function readDrafts(
  rows: AsyncIterable<Row>,
  currency: string,
): Promise<{ drafts: Draft[]; remarks: Remark[] }> {
  const remarks: Remark[] = []
  /** By handle; a number is the row for which the product was refused. */
  const groups = new Map<string, Draft | number>()
  const skus = new Map<string, number>()
  const note = (row: Row, column: Column, detail: string) =>
    void remarks.push({ row: row.number, pointer: row.pointer(column), detail })

  for await (const row of rows) {
    const handle = row.get('handle') || slug(row.get('title'))
    let group = groups.get(handle)
    if (typeof group === 'number') {
      note(row, 'handle', `Row ${group}, the first of this product, was refused.`)
      continue
    }
    if (!group) {
      const first = readProduct(row, handle)
      if ('detail' in first) {
        note(row, first.column, first.detail)
        if (handle !== '') groups.set(handle, row.number)
        continue
      }
      group = first
      groups.set(handle, group)
    }
    readImage(row, group, note)
    if (isVariant(row)) readVariant(row, { draft: group, skus, currency }, note)
  }
  const drafts = [...groups.values()].filter((group) => typeof group !== 'number')
  return { drafts, remarks }
}

type Wrong = { column: Column; detail: string }
type Note = (row: Row, column: Column, detail: string) => void

function readProduct(row: Row, handle: string): Draft | Wrong {
  const title = row.get('title')
  const wrongTitle = wrongLine(title, titleMax)
  if (wrongTitle) return { column: 'title', detail: wrongTitle }
  const wrongHandle = wrongLine(handle, handleMax)
  if (wrongHandle) return { column: 'handle', detail: wrongHandle }
  const description = row.has('description') ? plainText(row.get('description')) : undefined
  if (description !== undefined && description.length > descriptionMax) {
    const detail = `${description.length} characters; ${descriptionMax} are the most.`
    return { column: 'description', detail }
  }
  if (description?.includes('\uFFFD')) return { column: 'description', detail: notUtf8 }
  const status = readStatus(row)
  if (status === null) {
    return { column: 'status', detail: 'is one of active, draft, unlisted, archived.' }
  }
  return { row, handle, title, description, status, images: [], variants: [] }
}

const notUtf8 = 'has letters that are not UTF-8. Save the file as “CSV UTF-8”.'

function wrongLine(text: string, most: number): string | undefined {
  if (text === '') return 'is missing.'
  if (text.length > most) return `has ${text.length} characters; ${most} are the most.`
  if (text.includes('\uFFFD')) return notUtf8
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)) return 'has line breaks or control characters.'
  return undefined
}

/** Null: not one that we know. What the shop does not show is archived here. */
function readStatus(row: Row): Status | undefined | null {
  const status = row.get('status').toLowerCase()
  if (status === 'active') return 'active'
  if (['draft', 'archived', 'unlisted'].includes(status)) return 'archived'
  if (status !== '') return null
  return row.get('published').toLowerCase() === 'false' ? 'archived' : undefined
}

function readImage(row: Row, draft: Draft, note: Note): void {
  const url = row.get('image')
  if (url === '') return
  if (!/^\/pictures\/[0-9a-f-]{36}\.webp$/.test(url)) {
    note(row, 'image', 'Pictures of other hosts are not fetched. Upload it to the product.')
  } else if (draft.images.length === imagesMax) {
    note(row, 'image', `A product has at most ${imagesMax} pictures.`)
  } else if (!draft.images.some((image) => image.url === url)) draft.images.push({ row, url })
}

const ofVariant: Column[] = ['sku', 'price', 'quantity', 'option1', 'option2', 'option3']

function isVariant(row: Row): boolean {
  return ofVariant.some((column) => row.get(column) !== '')
}

type Place = { draft: Draft; skus: Map<string, number>; currency: string }

function readVariant(row: Row, { draft, skus, currency }: Place, note: Note): void {
  const options = (['option1', 'option2', 'option3'] as const)
    .map((column) => row.get(column))
    .filter((value) => value !== '' && value.toLowerCase() !== 'default title')
  const title = options.join(' / ') || onlyVariant
  const sku = row.get('sku') || derivedSku(draft.handle, options)
  const price = readPrice(row.get('price'), currency)
  const onHand = readQuantity(row.get('quantity'))
  const wrongTitle = wrongLine(title, titleMax)
  const wrongSku = wrongLine(sku, skuMax)
  const before = skus.get(sku)
  if (wrongTitle) note(row, 'option1', wrongTitle)
  else if (wrongSku) note(row, 'sku', wrongSku)
  else if (before) note(row, 'sku', `The SKU ${sku} stands in row ${before} already.`)
  else if (typeof price === 'string') note(row, 'price', price)
  else if (typeof onHand === 'string') note(row, 'quantity', onHand)
  else if (draft.variants.length === variantsMax) {
    note(row, 'sku', `A product has at most ${variantsMax} variants.`)
  } else {
    skus.set(sku, row.number)
    draft.variants.push({ row, sku, title, price, onHand })
  }
}

/** A sentence when it is wrong; undefined when the cell is empty. */
function readPrice(text: string, currency: string): Money | undefined | string {
  if (text === '') return undefined
  const amount = fromDecimal(text, currency)
  if (amount === null) {
    const example = toDecimal({ amount: 123_456, currency })
    const point = minorDigits(currency) > 0 ? ' with a point and nothing else' : ', digits alone'
    return `Write the price like ${example}${point}.`
  }
  if (amount === 0) return 'A price is more than nothing.'
  if (amount > priceAmountMax) {
    return `${toDecimal({ amount: priceAmountMax, currency })} is the most.`
  }
  return { amount, currency }
}

function readQuantity(text: string): number | undefined | string {
  if (text === '') return undefined
  if (/^-\d+$/.test(text)) return 'There cannot be less than nothing in stock.'
  if (!/^\d{1,9}$/.test(text)) return 'Write the quantity in whole units.'
  return Number(text) > stockMax ? `${stockMax} units are the most.` : Number(text)
}

/** The same for the same row of the next import, which is what makes it repeatable. */
function derivedSku(handle: string, options: string[]): string {
  return slug([handle, ...options].join(' ')).slice(0, skuMax)
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, handleMax)
}
