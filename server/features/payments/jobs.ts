import type { Payments } from './payments.ts'

/** Every second: the bank's slow cards. */
export const settleSlowSandbox = ({ bank }: Pick<Payments, 'bank'>) => bank.settleSlow()

/** Every second: the bank's events that the shop has not taken yet. */
export const deliverSandboxEvents = ({ bank }: Pick<Payments, 'bank'>) => bank.deliverEvents()
