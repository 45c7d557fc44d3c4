import type { sandboxRoutes as table } from '../../../shared/wire/orders.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Payments } from './payments.ts'

export function sandboxRoutes({ bank }: Pick<Payments, 'bank'>): Handlers<typeof table> {
  return { pay: ({ params, body }) => bank.pay(params.paymentId, body.card) }
}
