import type { Order } from '../../shared/wire/orders.ts'
import { isPartly } from '../pay/order-sum.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Countdown } from '../ui/clocks.tsx'
import { t } from '../ui/words.ts'

const tones: Record<Order['status'], Tone> = {
  pending: 'time',
  paid: 'good',
  shipped: 'good',
  delivered: 'good',
  expired: 'plain',
  canceled: 'plain',
  refunded: 'bad',
}

/** Where the order stands, in a word or two. */
export function standingOf(order: Order): string {
  return t(isPartly(order) ? 'order.partly' : `order.${order.status}`)
}

/** The same as a badge; while payment is open, with its clock. */
export function StatusBadge({ order }: { order: Order }) {
  const { status } = order
  return (
    <Badge tone={tones[status]} {...(status === 'pending' ? { icon: 'clock' as const } : {})}>
      {standingOf(order)}
      {status === 'pending' && (
        <>
          , <Countdown until={order.expiresAt} />
        </>
      )}
    </Badge>
  )
}
