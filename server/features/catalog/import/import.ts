import type { ImportReport } from '../../../../shared/wire/catalog.ts'
import { invalid } from '../../../base/refusal.ts'
import type { Who } from '../../../base/who.ts'
import type { Postgres } from '../../../store/postgres.ts'
import type { Products } from '../products.ts'
import { importCurrency, pictureId, unsaid } from '../rules.ts'
import { readMerchant, readShop } from '../store.ts'
import { applyDrafts } from './apply.ts'
import { readRows } from './csv.ts'
import { readDrafts } from './drafts.ts'

type Needs = { pg: Postgres; products: Pick<Products, 'apply' | 'createAll'> }

export function createImport({ pg, products }: Needs) {
  return {
    /**
     * Shopify's product file, of either generation. A wrong row is told and left out, its neighbours
     * stay; the same file again changes nothing more.
     */
    async importProducts(who: Who, file: unknown): Promise<ImportReport> {
      if (typeof file !== 'string') throw invalid('/', 'Send the file as text/csv.')
      const merchantId = who.accountId
      const currency = importCurrency((await readMerchant(pg.db, merchantId)) ?? unsaid)
      const { drafts, remarks } = await readDrafts(readRows(file), currency)
      const { created, updated, rejected } = await applyDrafts(drafts, {
        merchantId,
        look: (named) =>
          readShop(pg.rest, merchantId, {
            handles: named.map((draft) => draft.handle),
            skus: named.flatMap((draft) => draft.variants.map(({ sku }) => sku)),
            pictures: named.flatMap((draft) => draft.images.map(({ url }) => pictureId(url))),
          }),
        list: products.createAll,
        change: async (productId, plan) => void (await products.apply(merchantId, productId, plan)),
      })
      const byRow = [...remarks, ...rejected].sort((a, b) => a.row - b.row)
      return { created, updated, rejected: byRow }
    },
  }
}
