import type { Sql } from '../../store/postgres.ts'
import type { Hooks } from './hooks.ts'
import { forgetDeliveries } from './store.ts'

export const newsAreDue = 'exists (select from hook_deliveries where due_at <= now())'
export const stockIsToBeTold = 'exists (select from hook_endpoints where stock_due_at <= now())'

/** When one is due: safe on several nodes at once. */
export const sendNews = (hooks: Pick<Hooks, 'sendDue'>): Promise<void> => hooks.sendDue()

export const tellStocks = (hooks: Pick<Hooks, 'tellStock'>): Promise<void> => hooks.tellStock()

/** Takes away what was sent or given up, a month later. */
export function forgetOldNews({ sql }: { sql: Sql }): Promise<void> {
  return forgetDeliveries(sql)
}
