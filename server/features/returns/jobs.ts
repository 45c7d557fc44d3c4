import type { Returns } from './returns.ts'

export const returnsAreDue = `exists (
  select from order_returns where state in ('asked', 'accepted') and due_at <= now())`

/** What nobody answered is accepted, what was not sent back is closed. */
export const passReturns = (returns: Pick<Returns, 'pass'>) => returns.pass()
