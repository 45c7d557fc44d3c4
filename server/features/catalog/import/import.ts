import type { ImportReport } from '../../../../shared/wire/catalog.ts'
import { stopwatch } from '../../../base/clock.ts'
import { invalid } from '../../../base/refusal.ts'
import { placesOf, turnstile } from '../../../base/turnstile.ts'
import type { Who } from '../../../base/who.ts'
import type { Postgres } from '../../../store/postgres.ts'
import type { Products } from '../products.ts'
import { importCurrency, type Plan, pictureId, unsaid } from '../rules.ts'
import { readMerchant, readShop } from '../store.ts'
import { applyDrafts } from './apply.ts'
import { readRows } from './csv.ts'
import { type Draft, readDrafts } from './drafts.ts'

/** Files worked on at once: each keeps Postgres busy, and some 50 MB until it is done. */
const atOnceMax = 2
/** Files that wait their turn beside them. */
const waitingMax = 4
/** Of one account: its files leave places to the others. */
const ofOneMax = 3
/** Of one network, however many accounts are opened from it: places are left to the others. */
const ofNetworkMax = 4

type Needs = { pg: Postgres; products: Pick<Products, 'apply' | 'createAll'> }

export function createImport({ pg, products }: Needs) {
  const inAll = atOnceMax + waitingMax
  const place = placesOf({ inAll, ofOne: ofOneMax, ofNetwork: ofNetworkMax })
  const inTurn = turnstile(atOnceMax, waitingMax)

  async function bring(merchantId: string, file: string, elapsed: () => number) {
    const currency = importCurrency((await readMerchant(pg.db, merchantId)) ?? unsaid)
    const { drafts, remarks } = await readDrafts(readRows(file), currency)
    const verbs = {
      merchantId,
      look: (named: Draft[]) =>
        readShop(pg.rest, merchantId, {
          handles: named.map((draft) => draft.handle),
          skus: named.flatMap((draft) => draft.variants.map(({ sku }) => sku)),
          pictures: named.flatMap((draft) => draft.images.map(({ url }) => pictureId(url))),
        }),
      list: products.createAll,
      change: async (productId: string, plan: Plan) =>
        void (await products.apply(merchantId, productId, plan)),
    }
    const { created, updated, rejected } = await applyDrafts(drafts, verbs, elapsed)
    const byRow = [...remarks, ...rejected].sort((a, b) => a.row - b.row)
    return { created, updated, rejected: byRow }
  }

  return {
    /**
     * Shopify's product file, of either generation. A wrong row is told and left out, its neighbours
     * stay; the same file again changes nothing more. Refused while too many others are at it.
     */
    async importProducts(who: Who, file: unknown): Promise<ImportReport> {
      if (typeof file !== 'string') throw invalid('/', 'Send the file as text/csv.')
      const elapsed = stopwatch()
      return place(who, () => inTurn(() => bring(who.accountId, file, elapsed)))
    },
  }
}
