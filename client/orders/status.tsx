import type { Order } from '../../shared/wire/orders.ts'
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

/** A word for where the order stands; while payment is open, with its clock. */
export function StatusBadge({ order }: { order: Order }) {
  const { status } = order
  return (
    <Badge tone={tones[status]} {...(status === 'pending' ? { icon: 'clock' as const } : {})}>
      {t(`order.${status}`)}
      {status === 'pending' && (
        <>
          , <Countdown until={order.expiresAt} />
        </>
      )}
    </Badge>
  )
}
