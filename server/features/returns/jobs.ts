import type { Returns } from './returns.ts'
import { dueRows } from './store.ts'

export const returnsAreDue = `exists (${dueRows})`

/** What nobody answered is accepted, what was not sent back is closed, what nobody confirmed comes before the house. */
export const passReturns = (returns: Pick<Returns, 'pass'>) => returns.pass()
