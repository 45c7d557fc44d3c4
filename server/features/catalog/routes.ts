import type { catalogRoutes as table } from '../../../shared/wire/catalog.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Catalog } from './catalog.ts'

export function catalogRoutes(catalog: Catalog): Handlers<typeof table> {
  return {
    createProduct: ({ who, body, key }) => catalog.create(who, body, key),
    products: ({ who, query }) => catalog.mine(who, query),
    product: ({ who, params }) => catalog.get(who, params.id),
    changeProduct: ({ who, params, body, key }) => catalog.change(who, params.id, body, key),
    importProducts: ({ who, body }) => catalog.importProducts(who, body),
    addPicture: (call) => catalog.addPicture(call.who, () => call.file()),
    merchant: ({ who }) => catalog.settingsOf(who.accountId),
    changeMerchant: ({ who, body }) => catalog.changeSettings(who, body),
  }
}
