import type { Product } from '../../../shared/wire/catalog.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { planVerbs } from './plan.ts'
import { reminderVerbs } from './reminders.ts'
import { staffVerbs } from './staff.ts'
import { stateVerbs } from './state.ts'

export type ShowNeeds = {
  pg: Postgres
  log: Log
  accounts: Pick<Accounts, 'people'>
  catalog: {
    /** Line-ups in order, as everybody sees them. */
    publicProducts(showIds: string[]): Promise<Map<string, Product[]>>
    /** Refuses unless all are active products of this merchant. */
    mustOwn(accountId: string, productIds: string[]): Promise<void>
  }
  inventory: Pick<Inventory, 'inBags'>
  /** How many watch, over all nodes. */
  viewers(showIds: string[]): Promise<Map<string, number>>
  /** Throws BANNED. */
  mustNotBeBanned(showId: string, who: Who): Promise<void>
}

export type Shows = ReturnType<typeof createShows>

/** A show's life, its line-up and its staff. */
export function createShows(needs: ShowNeeds) {
  return {
    ...planVerbs(needs),
    ...staffVerbs(needs),
    ...stateVerbs(needs),
    ...reminderVerbs(needs),
  }
}
