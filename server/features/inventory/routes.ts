import type { inventoryRoutes as stockTable } from '../../../shared/wire/catalog.ts'
import type { holdRoutes as holdTable } from '../../../shared/wire/holds.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Inventory } from './inventory.ts'

export function holdRoutes(inventory: Inventory): Handlers<typeof holdTable> {
  return {
    hold: ({ who, body, key }) => inventory.hold(who, body, key),
    holds: ({ who, query }) => inventory.mine(who, query),
    release: ({ who, params }) => inventory.release(who, params.id),
  }
}

export function inventoryRoutes(inventory: Inventory): Handlers<typeof stockTable> {
  return {
    correctStock: ({ who, params, body, key }) => inventory.correctStock(who, params.id, body, key),
    stockLedger: ({ who, params, query }) => inventory.ledger(who, params.id, query),
  }
}
