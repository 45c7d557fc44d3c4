import type { MerchantOrder, Sent } from '../../../shared/wire/orders.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'

export type Parcel = { carrier: string; trackingNumber: string }

type Needs = {
  ship(who: Who, orderId: string, parcel: Parcel): Promise<MerchantOrder>
  merchantRead(who: Who, orderId: string): Promise<MerchantOrder>
}

/**
 * A day's parcels, one after the other: each stands by itself, so that one that cannot be sent stops no other. The
 * same list again changes nothing: what is on its way with this very parcel counts as sent.
 */
export async function shipMany(
  { ship, merchantRead }: Needs,
  who: Who,
  parcels: readonly (Parcel & { orderId: string })[],
): Promise<Sent> {
  let sent = 0
  const refused: Sent['refused'] = []
  for (const { orderId, ...parcel } of parcels) {
    try {
      await ship(who, orderId, parcel)
      sent += 1
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      const { code, message } = refusal
      if (code === 'CONFLICT' && isSentSo(await merchantRead(who, orderId), parcel)) sent += 1
      else refused.push({ orderId, code, message })
    }
  }
  return { sent, refused }
}

function isSentSo(order: MerchantOrder, { carrier, trackingNumber }: Parcel): boolean {
  return (
    order.shippedAt !== null && order.carrier === carrier && order.trackingNumber === trackingNumber
  )
}
