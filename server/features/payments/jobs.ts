import type { Payments } from './payments.ts'

export const cardsAreDue = `exists (
  select from sandbox_payments where status = 'processing' and settles_at <= now())`
export const eventsAreDue = 'exists (select from sandbox_events where due_at <= now())'

/** The bank's slow cards. */
export const settleSlowSandbox = ({ bank }: Pick<Payments, 'bank'>) => bank.settleSlow()

/** The bank's events that the shop has not taken yet. */
export const deliverSandboxEvents = ({ bank }: Pick<Payments, 'bank'>) => bank.deliverEvents()
