import { forget } from '../../store/forget.ts'
import type { Sql } from '../../store/postgres.ts'
import type { Payments } from './payments.ts'

export const cardsAreDue = `exists (
  select from sandbox_payments where status = 'processing' and settles_at <= now())`
export const eventsAreDue = 'exists (select from sandbox_events where due_at <= now())'

/** The bank's slow cards. */
export const settleSlowSandbox = ({ bank }: Pick<Payments, 'bank'>) => bank.settleSlow()

/** The bank's events that the shop has not taken yet. */
export const deliverSandboxEvents = ({ bank }: Pick<Payments, 'bank'>) => bank.deliverEvents()

/**
 * What the shop heard is kept for 90 days, as long as it reads an open payment at its provider. That is
 * beyond every repeat: providers try a webhook again for days (Stripe for three) and hand out old events
 * for a month (Stripe for 30 days). A repeat that comes later still changes nothing: what a payment is
 * counts, not how often that was said. What the bank told goes when another company would hand it out no more.
 */
export async function forgetOldEvents({ sql }: { sql: Sql }): Promise<void> {
  await forget(sql, { table: 'webhook_events', from: 'received_at', keep: '90 days' })
  const told = { from: 'created_at', keep: '30 days', only: 'due_at is null' }
  await forget(sql, { table: 'sandbox_events', ...told })
}
