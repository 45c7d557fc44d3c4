import { pageDefault, productsMax, variantsMax } from '../../../shared/limits.ts'
import type { Product } from '../../../shared/wire/catalog.ts'
import { fingerprint, newId } from '../../base/ids.ts'
import { invalid, notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { before, once } from '../../store/once.ts'
import { idBefore, type PageQuery, pageById } from '../../store/page.ts'
import type { Postgres, Tx } from '../../store/postgres.ts'
import {
  changesNothing,
  checkedNew,
  type NewProduct,
  type Plan,
  type ProductChange,
  pictureId,
  planned,
} from './rules.ts'
import {
  countProducts,
  insertProducts,
  type ProductRow,
  picturesOf,
  readInside,
  readOwn,
  readPage,
  skuTaken,
} from './store.ts'

/** What the inventory promises to whoever makes variants. */
export type OpensStock = {
  /** Stock of new variants, in the transaction that makes them. */
  open(tx: Tx, lines: { variantId: string; onHand: number }[]): Promise<void>
}

type Needs = { pg: Postgres; log: Log; inventory: OpensStock }
type ProductQuery = PageQuery & { q?: string }

export type Products = ReturnType<typeof createProducts>

export function createProducts({ pg, log, inventory }: Needs) {
  /** Carries a plan out, by one call. With a key a repeat answers the first result. */
  async function apply(
    merchantId: string,
    productId: string,
    plan: Plan,
    repeat: { key?: string; bodyHash?: string } = {},
  ): Promise<Product> {
    const added = plan.added.map((variant) => ({ ...variant, id: newId() }))
    const args = { ...plan, added, productId, merchantId, variantsMax, ...repeat }
    const wanted = [...plan.edits, ...plan.added]
    return log.call<Product>(pg.rest, 'change_product_v1', args).catch(skuTaken(wanted))
  }

  return {
    apply,

    /** Lists a product; whoever lists one is a merchant. Its stock is open when this answers. */
    async create(who: Who, given: NewProduct, key?: string): Promise<Product> {
      const product = checkedNew(given)
      await mustOwnPictures(pg, who.accountId, product.images)
      const what = { principal: who.accountId, operation: 'createProduct', key, body: given }
      const listOne = async (tx: Tx) => {
        const id = newId()
        const variants = product.variants.map((variant) => ({ ...variant, id: newId() }))
        const own = { id, merchantId: who.accountId, status: 'active', handle: null } as const
        await list(tx, inventory, [{ ...product, ...own, variants }])
        return readInside(tx, id)
      }
      return pg.db
        .transaction((tx) => once(tx, what, () => listOne(tx)))
        .catch(skuTaken(product.variants))
    },

    /** Lists many, all or none. */
    async createAll(rows: ProductRow[]): Promise<void> {
      const variants = rows.flatMap((row) => row.variants)
      await pg.db.transaction((tx) => list(tx, inventory, rows)).catch(skuTaken(variants))
    },

    /** A merchant's products, newest first; `q` is a part of a title or SKU. */
    async mine(who: Who, { cursor, limit = pageDefault, q = '' }: ProductQuery) {
      const found = await readPage(pg.rest, {
        merchantId: who.accountId,
        before: idBefore(cursor),
        like: q.trim() === '' ? null : `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`,
        limit: limit + 1,
      })
      return pageById(found, limit, ({ id }) => id)
    },

    /** One product, for its merchant and for admins. */
    async get(who: Who, id: string): Promise<Product> {
      const product = await readOwn(pg.rest, id, who.kind === 'admin' ? null : who.accountId)
      if (!product) throw notFound('product')
      return product
    },

    /** Changes what differs; every show that has the product in its line-up hears of it. */
    async change(who: Who, id: string, given: ProductChange, key?: string): Promise<Product> {
      const now = await readOwn(pg.rest, id, who.accountId)
      if (!now) throw notFound('product')
      const body = { id, given }
      if (key !== undefined) {
        // Asked after the product was read: where the first try comes to its end meanwhile, its answer is here.
        const what = { principal: who.accountId, operation: 'changeProduct', key, body }
        const first = await before<Product>(pg.rest, what)
        if (first) return first
      }
      const plan = planned(now, given)
      await mustOwnPictures(pg, who.accountId, plan.images ?? [])
      if (key !== undefined) {
        return apply(who.accountId, id, plan, { key, bodyHash: fingerprint(body) })
      }
      return changesNothing(plan) ? now : apply(who.accountId, id, plan)
    },
  }
}

async function mustOwnPictures(
  { rest }: Postgres,
  accountId: string,
  urls: string[],
): Promise<void> {
  if (urls.length === 0) return
  const ids = urls.map(pictureId)
  const known = await picturesOf(rest, accountId, ids)
  const strange = ids.findIndex((id) => !known.has(id))
  if (strange !== -1) throw invalid(`/images/${strange}`, 'There is no such picture of yours.')
}

async function list(tx: Tx, inventory: OpensStock, rows: ProductRow[]): Promise<void> {
  const [first] = rows
  if (!first) return
  if ((await countProducts(tx, first.merchantId, productsMax)) + rows.length > productsMax) {
    throw new Refusal('CONFLICT', `A shop has ${productsMax} products at most.`)
  }
  await insertProducts(tx, rows)
  const variants = rows.flatMap((row) => row.variants)
  await inventory.open(
    tx,
    variants.map(({ id, onHand }) => ({ variantId: id, onHand })),
  )
}
