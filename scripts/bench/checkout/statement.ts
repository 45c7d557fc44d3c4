import postgres from 'postgres'
import { fingerprint, newId } from '../../../server/base/ids.ts'
import { type Side, shippingAddress } from './side.ts'

const connections = 8

/** The quick ordinary way: one statement for each order, which locks, checks and writes the same rows. */
export function openStatement(url: string): Side {
  const sql = postgres(url, { max: connections, onnotice: () => {} })
  return {
    async place({ buyer, holdId, key }) {
      const [orderId, paymentId] = [newId(), newId()]
      const bodyHash = fingerprint({ holdIds: [holdId], shippingAddress })
      const rows = await sql`
        with locked as materialized (
          select s.variant_id from stock s
          where s.variant_id = (select variant_id from holds where id = ${holdId}) for no key update),
        held as materialized (
          select h.*, v.merchant_id, v.product_id, v.sku, p.title
          from locked k join holds h on h.variant_id = k.variant_id
            join variants v on v.id = h.variant_id join products p on p.id = v.product_id
          where h.id = ${holdId} and h.buyer = ${buyer} and h.state = 'active' and h.expires_at > now()
            and (select count(*) from orders w where w.buyer = ${buyer} and w.status = 'pending') < 3
          for no key update of h),
        placed as (
          insert into orders(id, buyer, merchant_id, show_id, status, currency, subtotal, shipping, total,
            shipping_address, created_at, expires_at, key, body_hash)
          select ${orderId}, buyer, merchant_id, show_id, 'pending', currency, price * quantity, 0, price * quantity,
            ${sql.json(shippingAddress)}, now(), now() + interval '10 minutes', ${key}, ${bodyHash} from held
          on conflict (buyer, key) do nothing returning id, total, currency),
        items as (
          insert into order_items(order_id, hold_id, variant_id, product_id, title, sku, quantity, price)
          select o.id, h.id, h.variant_id, h.product_id, h.title, h.sku, h.quantity, h.price from placed o, held h),
        ordered as (
          update holds h set state = 'ordered', order_id = o.id, expires_at = now() + interval '10 minutes'
          from placed o where h.id = ${holdId}),
        asked as (
          insert into payments(id, order_id, provider, provider_ref, pay_url, status, amount, currency, created_at)
          select ${paymentId}, o.id, 'sandbox', ${paymentId}, ${`http://bank/${paymentId}`}, 'pending', o.total, o.currency, now() from placed o)
        select id from placed`
      if (rows.length !== 1) throw new Error('may not order')
      return { orderId }
    },
    close: () => sql.end({ timeout: 5 }),
  }
}
