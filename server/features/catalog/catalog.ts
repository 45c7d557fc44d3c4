import { lineupVariantsMax } from '../../../shared/limits.ts'
import type { Merchant, Product } from '../../../shared/wire/catalog.ts'
import { invalid } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import { createImport } from './import/import.ts'
import { createPictures } from './pictures.ts'
import { createProducts, type OpensStock } from './products.ts'
import { checkedMerchant, unsaid } from './rules.ts'
import { activeOf, readLineups, readMerchant, saveMerchant } from './store.ts'

type Needs = {
  pg: Postgres
  log: Log
  inventory: OpensStock
  /** Pictures are kept below it. */
  dataDir: string
}

export type Catalog = ReturnType<typeof createCatalog>

/** Products, variants, prices as written; a merchant's pictures and settings. */
export function createCatalog({ pg, log, inventory, dataDir }: Needs) {
  const pictures = createPictures({ pg, dataDir })
  const products = createProducts({ pg, log, inventory })
  const imports = createImport({ pg, products })

  return {
    create: products.create,
    mine: products.mine,
    get: products.get,
    change: products.change,
    importProducts: imports.importProducts,
    addPicture: pictures.add,
    pictureShelf: pictures.shelf,

    /** A merchant's settings; of one who never set any: free shipping everywhere. */
    settingsOf: async (accountId: string): Promise<Merchant> =>
      (await readMerchant(pg.db, accountId)) ?? unsaid,

    async changeSettings(who: Who, given: Merchant): Promise<Merchant> {
      const settings = checkedMerchant(given)
      await saveMerchant(pg.db, who.accountId, settings)
      return settings
    },

    /** Line-ups in order, as everybody sees them. */
    publicProducts: (showIds: string[]): Promise<Map<string, Product[]>> =>
      readLineups(pg.rest, showIds),

    /** Refuses unless all are active products of this merchant. */
    async mustOwn(accountId: string, productIds: string[]): Promise<void> {
      const known = await activeOf(pg.rest, accountId, productIds)
      const strange = productIds.findIndex((id) => !known.has(id))
      if (strange !== -1) {
        throw invalid(`/lineup/${strange}`, 'This is no product of yours that is for sale.')
      }
      const variants = productIds.reduce((sum, id) => sum + (known.get(id)?.variants ?? 0), 0)
      if (variants > lineupVariantsMax) {
        throw invalid('/lineup', `A line-up has at most ${lineupVariantsMax} variants in all.`)
      }
    },
  }
}
