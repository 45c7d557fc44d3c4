import type { Product } from '../../../../shared/wire/catalog.ts'
import { newId } from '../../../base/ids.ts'
import { Refusal } from '../../../base/refusal.ts'
import {
  changesNothing,
  type NewVariant,
  type Plan,
  type ProductChange,
  planned,
} from '../rules.ts'
import type { ProductRow } from '../store.ts'
import type { Column } from './csv.ts'
import type { Draft, DraftVariant, Remark } from './drafts.ts'

/** Products listed in one transaction. */
const togetherMax = 200
/** Below the door's deadline for files: what is not reached by then is told, not lost. */
const importMs = 8_000

/** What an import needs to know of the shop as it stands. */
export type Shop = {
  /** By handle. */
  products: Map<string, Product>
  /** Whose SKU: by SKU the id of its product. */
  skus: Map<string, string>
  pictures: Set<string>
}

/** Products listed, products met again, and what was left out, as the rows come. */
export type Tally = { created: number; updated: number; rejected: Remark[] }

type Verbs = {
  merchantId: string
  /** What the shop has by now of what these drafts name. */
  look(drafts: Draft[]): Promise<Shop>
  /** All of them or, when it throws, none. */
  list(rows: ProductRow[]): Promise<void>
  change(productId: string, plan: Plan): Promise<void>
}

/**
 * Puts drafts into the shop: a handle that is known is changed, another is listed. Each product
 * stands or falls alone. Sending the same file again changes nothing more, so it may be sent again
 * after whatever went wrong.
 */
export async function applyDrafts(
  drafts: Draft[],
  verbs: Verbs,
  elapsed: () => number,
): Promise<Tally> {
  const report: Tally = { created: 0, updated: 0, rejected: [] }
  const late = (draft: Draft) => {
    if (elapsed() <= importMs) return false
    report.rejected.push(remark(draft, 'title', 'Not reached in time. Send the file again.'))
    return true
  }
  const sorted = drafts.map(() => newId()).sort()
  const ids = new Map(drafts.map((draft, i) => [draft, sorted[i] as string]))
  const work = { verbs, report, late, ids }
  const fresh = await changeKnown(drafts, work)
  for (let at = 0; at < fresh.length; at += togetherMax) {
    await listSome(fresh.slice(at, at + togetherMax), work)
  }
  return report
}

type Work = {
  verbs: Verbs
  report: Tally
  late(draft: Draft): boolean
  /** In order, so that the shop lists them in the order of the file. */
  ids: ReadonlyMap<Draft, string>
}

/** A product that is not in the shop yet; what is wrong in its rows is told once it stands or falls. */
type Fresh = { draft: Draft; row: ProductRow; remarks: Remark[] }

/** Changes what the shop has by now, and answers the rest. */
async function changeKnown(drafts: Draft[], work: Work): Promise<Fresh[]> {
  const { verbs, report, late, ids } = work
  const shop = await verbs.look(drafts)
  const fresh: Fresh[] = []
  for (const draft of drafts) {
    if (late(draft)) continue
    dropStrangePictures(draft, shop, report.rejected)
    const known = shop.products.get(draft.handle)
    if (known) {
      await changeOne(draft, known, shop, work)
      continue
    }
    const remarks: Remark[] = []
    const row = productRow(draft, shop, verbs.merchantId, remarks)
    if (row) fresh.push({ draft, row: { ...row, id: ids.get(draft) as string }, remarks })
    else report.rejected.push(...remarks)
  }
  return fresh
}

/**
 * Together, since that is quick. When somebody else was faster with one of them, mostly with the same
 * file, what is there by now is changed and only the rest is listed one by one.
 */
async function listSome(some: Fresh[], work: Work): Promise<void> {
  const inTime = some.filter(({ draft }) => !work.late(draft))
  if (inTime.length === 0) return
  try {
    await list(inTime, work)
  } catch (error) {
    mustBeRefused(error)
    const rest = await changeKnown(
      inTime.map(({ draft }) => draft),
      work,
    )
    for (const one of rest) await listOne(one, work)
  }
}

async function listOne(one: Fresh, work: Work): Promise<void> {
  if (work.late(one.draft)) return
  try {
    await list([one], work)
  } catch (error) {
    work.report.rejected.push(...one.remarks, refused(one.draft, error))
  }
}

async function list(some: Fresh[], { verbs, report }: Work): Promise<void> {
  await verbs.list(some.map(({ row }) => row))
  report.created += some.length
  report.rejected.push(...some.flatMap(({ remarks }) => remarks))
}

function remark(at: Pick<Draft, 'row'>, column: Column, detail: string): Remark {
  return { row: at.row.number, pointer: at.row.pointer(column), detail }
}

function dropStrangePictures(draft: Draft, shop: Shop, remarks: Remark[]): void {
  draft.images = draft.images.filter((image) => {
    if (shop.pictures.has(image.url)) return true
    remarks.push(remark(image, 'image', 'There is no such picture of yours.'))
    return false
  })
}

async function changeOne(draft: Draft, known: Product, shop: Shop, { verbs, report }: Work) {
  const owned = { shop, productId: known.id, remarks: report.rejected }
  const variants = draft.variants.filter((variant) => isFree(variant, owned))
  try {
    const plan = planned(known, {
      title: draft.title,
      ...(draft.description !== undefined && { description: draft.description }),
      ...(draft.status !== undefined && { status: draft.status }),
      ...(draft.images.length > 0 && { images: draft.images.map(({ url }) => url) }),
      variants: variants.flatMap((variant) => variantChange(variant, known, report.rejected)),
    })
    if (!changesNothing(plan)) await verbs.change(known.id, plan)
    report.updated += 1
  } catch (error) {
    report.rejected.push(refused(draft, error))
  }
}

type Owned = { shop: Shop; productId: string | null; remarks: Remark[] }

function isFree(variant: DraftVariant, { shop, productId, remarks }: Owned): boolean {
  const owner = shop.skus.get(variant.sku)
  if (owner === undefined || owner === productId) return true
  remarks.push(remark(variant, 'sku', `The SKU ${variant.sku} is another product's.`))
  return false
}

function variantChange(
  variant: DraftVariant,
  known: Product,
  remarks: Remark[],
): NonNullable<ProductChange['variants']>[number][] {
  const { sku, title, price, onHand } = variant
  const found = known.variants.find((v) => v.sku === sku)
  if (!found) {
    const made = newVariant(variant, remarks)
    return made ? [made] : []
  }
  if (onHand !== undefined && onHand !== found.onHand) {
    const stays = `There are ${found.onHand} of ${sku}, which an import does not change.`
    remarks.push(remark(variant, 'quantity', `${stays} Correct the stock with a reason.`))
  }
  return [{ id: found.id, title, ...(price && { price }) }]
}

function newVariant(variant: DraftVariant, remarks: Remark[]): NewVariant | undefined {
  const { sku, title, price, onHand = 0 } = variant
  if (price) return { sku, title, price, onHand }
  remarks.push(remark(variant, 'price', 'is missing.'))
  return undefined
}

function productRow(
  draft: Draft,
  shop: Shop,
  merchantId: string,
  remarks: Remark[],
): Omit<ProductRow, 'id'> | undefined {
  const variants = draft.variants
    .filter((variant) => isFree(variant, { shop, productId: null, remarks }))
    .flatMap((variant) => newVariant(variant, remarks) ?? [])
    .map((variant) => ({ ...variant, id: newId() }))
  if (variants.length === 0) {
    if (draft.variants.length === 0) remarks.push(remark(draft, 'price', 'is missing.'))
    return undefined
  }
  return {
    merchantId,
    title: draft.title,
    description: draft.description ?? '',
    images: draft.images.map(({ url }) => url),
    status: draft.status ?? 'active',
    handle: draft.handle,
    variants,
  }
}

function refused(draft: Draft, error: unknown): Remark {
  return remark(draft, 'title', mustBeRefused(error).message)
}

/** Anything else is nobody's row: the whole import ends with it. */
function mustBeRefused(error: unknown): Refusal {
  if (!(error instanceof Refusal) || error.code === 'UNAVAILABLE') throw error
  return error
}
