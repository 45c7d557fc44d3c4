import { disputeDays } from '../../../shared/limits.ts'
import type { Check } from '../../store/check.ts'

/** A sweeper has its turn every second. A house that is closed has none: it counts what was sold since. */
const turnSeconds = 60

/** Every promise about what comes back: sums from steps and refunds, never from the column that they check. */
export const returnChecks: Check[] = [
  {
    rule: 'return: never more given back than was paid for its pieces, and it says how much',
    shows: ['M2'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select r.id, format('says %s of %s; its steps gave %s, its pieces cost %s', r.refunded, r.paid, coalesce(s.sum, 0), i.sum) as detail
      from order_returns r
      left join (select s.return_id, sum(f.amount) as sum from return_steps s join refunds f on f.id = s.refund_id group by 1) s on s.return_id = r.id
      left join (select return_id, sum(paid) as sum from return_items group by 1) i on i.return_id = r.id
      where r.order_id = any(${ids}::uuid[])
        and (r.refunded <> coalesce(s.sum, 0) or r.refunded > r.paid or r.paid is distinct from i.sum)`,
  },
  {
    rule: 'return: parts of a line come to what was paid for them, and all of them to the whole line',
    shows: ['M2'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select r.order_id as id, format('hold %s: %s of %s units come to %s, the line cost %s', x.hold_id, sum(x.quantity), i.quantity,
        sum(x.paid), i.price * i.quantity - i.discount) as detail
      from order_returns r join return_items x on x.return_id = r.id join order_items i on i.order_id = r.order_id and i.hold_id = x.hold_id
      where r.order_id = any(${ids}::uuid[])
        and (r.state not in ('refused', 'withdrawn', 'closed') or r.refunded > 0 or r.received_at is not null)
      group by r.order_id, x.hold_id, i.quantity, i.price, i.discount
      having case when sum(x.quantity) = i.quantity then sum(x.paid) <> i.price * i.quantity - i.discount
        else sum(x.paid) not between (i.price * i.quantity - i.discount) * sum(x.quantity) / i.quantity - i.quantity
          and (i.price * i.quantity - i.discount) * sum(x.quantity) / i.quantity + i.quantity end`,
  },
  {
    rule: 'return: every refund of one is a step of one, of that order',
    shows: ['M2', 'A6'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select f.id, format('of order %s; its step is of %s', f.order_id, coalesce(string_agg(r.order_id::text, ', '), 'none')) as detail
      from refunds f left join return_steps s on s.refund_id = f.id left join order_returns r on r.id = s.return_id
      where f.order_id = any(${ids}::uuid[]) and f.reason = 'return'
      group by f.id having count(r.id) <> 1 or bool_or(r.order_id <> f.order_id)`,
  },
  {
    rule: 'return: of pieces that were bought and sent, and of each once',
    shows: ['I1', 'M2'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select r.order_id as id, format('hold %s: %s are in returns, %s were bought', x.hold_id, sum(x.quantity), coalesce(max(i.quantity), 0)) as detail
      from order_returns r join return_items x on x.return_id = r.id join orders o on o.id = r.order_id
        left join order_items i on i.order_id = r.order_id and i.hold_id = x.hold_id
      where r.order_id = any(${ids}::uuid[])
        and (r.state not in ('refused', 'withdrawn', 'closed') or r.refunded > 0 or r.received_at is not null)
      group by r.order_id, x.hold_id
      having sum(x.quantity) > coalesce(max(i.quantity), 0) or bool_or(o.shipped_at is null)`,
  },
  {
    rule: 'return: what is whole again stands in the ledger, and nothing else does',
    shows: ['I1'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select coalesce(l.variant_id, b.variant_id) as id,
        format('%s: %s in the ledger, %s in returns', coalesce(l.reason, b.reason), coalesce(l.sum, 0), coalesce(b.sum, 0)) as detail
      from (
        select variant_id, reason, sum(quantity) as sum from stock_ledger
        where variant_id = any(${ids}::uuid[]) and kind = 'receive' and reason like 'return of order %' group by 1, 2) l
      full join (
        select i.variant_id, 'return of order ' || o.number as reason, sum(x.restocked) as sum
        from order_items i join return_items x on x.hold_id = i.hold_id join order_returns r on r.id = x.return_id and r.order_id = i.order_id
          join orders o on o.id = r.order_id
        where i.variant_id = any(${ids}::uuid[]) and x.restocked > 0 group by 1, 2) b
      on b.variant_id = l.variant_id and b.reason = l.reason
      where coalesce(l.sum, 0) <> coalesce(b.sum, 0)`,
  },
  {
    rule: 'return: none waits past its time',
    shows: ['M5'],
    over: 'everything',
    ask: (sql) => sql`
      select id, format('is %s, was due at %s', state, iso(due_at)) as detail from order_returns
      where state in ('asked', 'accepted', 'sent')
        and due_at + case when state = 'sent' then ${disputeDays} else 0 end * interval '1 day'
          < (select created_at from orders order by id desc limit 1) - ${turnSeconds} * interval '1 second'`,
  },
]
