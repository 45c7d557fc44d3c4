import { type Check, type Finding, findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Every promise about orders and money: no sum is read from the column that it checks. */
export const auditMoney = (sql: Sql): Promise<Finding[]> => findAll(sql, moneyChecks)

/** News that is younger may be on its way: twice the reconciler's pace for young payments. */
const newsSeconds = 60

export const moneyChecks: Check[] = [
  {
    rule: 'order: its total is its items at the prices of their holds, and delivery, less what each has off',
    shows: ['M1', 'I9'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('total %s %s, items %s less %s, shipping %s, discount %s', o.total, o.currency, i.sum, i.off, o.shipping, o.discount) as detail
      from orders o left join lateral (
        select sum(i.quantity * i.price) as sum, sum(i.discount) as off,
          bool_and(i.discount between 0 and i.quantity * i.price) as within,
          bool_and(h.id is not null and (h.price, h.quantity, h.currency, h.buyer, h.order_id) = (i.price, i.quantity, o.currency, o.buyer, o.id)) as as_held
        from order_items i left join holds h on h.id = i.hold_id where i.order_id = o.id) i on true
      where o.id = any(${ids}::uuid[])
        and (o.subtotal is distinct from i.sum or o.total <> o.subtotal + o.shipping - o.discount or o.discount is distinct from i.off or i.within is not true or i.as_held is not true)`,
  },
  {
    rule: 'order: what was paid in time has its holds, what was paid late took its units anew',
    shows: ['I2', 'I6', 'M5'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('is %s; item of hold %s: the hold is %s, %s units were taken anew', o.status, i.hold_id, h.state, coalesce(l.taken, 0)) as detail
      from orders o join order_items i on i.order_id = o.id join holds h on h.id = i.hold_id
        cross join lateral (select o.paid_at is not null and not exists (
          select from refunds r where r.order_id = o.id and r.reason = 'paid too late') as sold) p
        left join (select hold_id, sum(quantity) as taken from stock_ledger l
          where l.kind = 'take' and l.variant_id in (select variant_id from order_items where order_id = any(${ids}::uuid[])) group by 1) l
          on l.hold_id = i.hold_id
      where o.id = any(${ids}::uuid[])
        and case when p.sold then (h.state = 'confirmed') = (coalesce(l.taken, 0) = i.quantity) or coalesce(l.taken, 0) not in (0, i.quantity)
          when o.status = 'pending' then h.state <> 'ordered' or l.taken > 0
          else h.state not in ('released', 'expired') or l.taken > 0 end`,
  },
  {
    rule: 'order: every hold and every order is of somebody who is there',
    shows: ['A5'],
    over: 'holds',
    ask: (sql, ids) => sql`
      select h.id, format('buyer %s, order %s of %s', coalesce(a.id::text, 'missing'), coalesce(o.id::text, 'none'), coalesce(o.buyer::text, 'nobody')) as detail
      from holds h left join accounts a on a.id = h.buyer left join orders o on o.id = h.order_id
      where h.id = any(${ids}::uuid[]) and (a.id is null and not exists (select from auctions u where u.id = h.buyer and u.hold_id = h.id)
          and not exists (select from giveaways u where u.id = h.buyer and u.hold_id = h.id)
        or h.order_id is not null and o.buyer is distinct from h.buyer)`,
  },
  {
    rule: 'order: a hold is in one at most',
    shows: ['I2', 'M7'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select i.hold_id as id, format('in order %s, and its own is %s', i.order_id, coalesce(h.order_id::text, 'none')) as detail
      from order_items i left join holds h on h.id = i.hold_id
      where i.order_id = any(${ids}::uuid[]) and h.order_id is distinct from i.order_id`,
  },
  {
    rule: 'money: debits are credits in each transaction, which is of one order',
    shows: ['M3'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select x.transaction_id as id, format('%s: debits %s, credits %s, orders %s', x.currency, sum(x.debit), sum(x.credit), count(distinct x.order_id)) as detail
      from postings x where x.transaction_id in (select transaction_id from postings where order_id = any(${ids}::uuid[]))
      group by x.transaction_id, x.currency having sum(x.debit) <> sum(x.credit) or count(distinct x.order_id) > 1`,
  },
  {
    rule: 'money: debits are credits in each currency',
    shows: ['M3'],
    over: 'everything',
    ask: (sql) => sql`
      select currency as id, format('debits %s, credits %s', sum(debit), sum(credit)) as detail
      from postings group by currency having sum(debit) <> sum(credit)`,
  },
  {
    rule: 'money: a payment asks for the total of its order, and takes all of it or nothing',
    shows: ['M2'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select p.id, format('asks %s %s and took %s; the order is of %s %s', p.amount, p.currency, p.captured, o.total, o.currency) as detail
      from orders o join payments p on p.order_id = o.id
      where o.id = any(${ids}::uuid[])
        and ((p.amount, p.currency) <> (o.total, o.currency) or p.captured not in (0, p.amount)
          or (p.captured > 0) <> (p.status in ('succeeded', 'refunded')))`,
  },
  {
    rule: 'money: what a provider holds for an order is what was captured less what went back',
    shows: ['M2', 'M3'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('ledger %s, captured %s, given back %s', l.sum, p.captured, r.sum) as detail
      from orders o
      cross join lateral (select coalesce(sum(captured), 0) as captured from payments where order_id = o.id) p
      cross join lateral (select coalesce(sum(amount), 0) as sum from refunds where order_id = o.id and status = 'succeeded') r
      cross join lateral (select coalesce(sum(debit - credit), 0) as sum from postings where order_id = o.id and account like 'provider:%') l
      where o.id = any(${ids}::uuid[]) and l.sum <> p.captured - r.sum`,
  },
  {
    rule: 'money: what is owed back is what refunds have not given yet',
    shows: ['M2', 'M5'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('owed %s, refunds open %s', l.sum, r.sum) as detail
      from orders o
      cross join lateral (select coalesce(sum(credit - debit), 0) as sum from postings where order_id = o.id and account = 'refunds:due') l
      cross join lateral (select coalesce(sum(amount), 0) as sum from refunds where order_id = o.id and status <> 'succeeded') r
      where o.id = any(${ids}::uuid[]) and l.sum <> r.sum`,
  },
  {
    rule: 'money: never given back more than was captured, and the order says how much',
    shows: ['M2'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('order says %s, refunds %s, captured %s', o.refunded, r.sum, p.captured) as detail
      from orders o
      cross join lateral (select coalesce(sum(amount), 0) as sum from refunds where order_id = o.id) r
      cross join lateral (select coalesce(sum(captured), 0) as captured from payments where order_id = o.id) p
      where o.id = any(${ids}::uuid[]) and (o.refunded <> r.sum or r.sum > p.captured or (o.status = 'refunded') <> (r.sum > 0))`,
  },
  {
    rule: 'money: every refund stands in the books once when it is owed and once when it is given',
    shows: ['M3', 'A6'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select r.id, format('is %s of %s; owed %s, given %s', r.status, r.amount, b.owed, b.given) as detail
      from refunds r cross join lateral (
        select coalesce(sum(credit) filter (where account = 'refunds:due' and transaction_id in (r.id, r.payment_id)
            and (transaction_id = r.id) = (r.reason <> 'paid too late')), 0) as owed,
          coalesce(sum(credit) filter (where account like 'provider:%' and transaction_id = r.id), 0) as given
        from postings where order_id = r.order_id) b
      where r.order_id = any(${ids}::uuid[])
        and (b.owed <> r.amount or b.given <> case r.status when 'succeeded' then r.amount else 0 end)`,
  },
  {
    rule: 'money: a fee is of items that were sold, and goes back with their price',
    shows: ['M3'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('a fee of %s on %s; %s of %s were given back', f.fee, o.subtotal - o.discount, o.refunded, o.total) as detail
      from orders o cross join lateral (
        select coalesce(sum(debit - credit) filter (where account = 'fees'), 0) as fee,
          coalesce(sum(credit - debit) filter (where account = 'platform'), 0) as due
        from postings where order_id = o.id) f
      where o.id = any(${ids}::uuid[])
        and (f.fee <> f.due or f.fee not between 0 and o.subtotal - o.discount or (o.refunded = o.total and f.fee <> 0))`,
  },
  {
    rule: 'money: nothing unpaid is sent',
    shows: ['M4'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('is %s, captured %s of %s', o.status, p.captured, o.total) as detail
      from orders o
      cross join lateral (select coalesce(sum(captured), 0) as captured from payments where order_id = o.id) p
      where o.id = any(${ids}::uuid[]) and (o.shipped_at is not null or o.status in ('shipped', 'delivered'))
        and (p.captured < o.total or o.paid_at is null or o.shipped_at < o.paid_at)`,
  },
  {
    rule: 'money: what was captured belongs to an order that is paid or given back',
    shows: ['M5'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('is %s, and %s was captured', o.status, coalesce(p.captured, 0)) as detail
      from orders o left join (select order_id, sum(captured) as captured from payments where order_id = any(${ids}::uuid[]) group by 1) p on p.order_id = o.id
      where o.id = any(${ids}::uuid[])
        and (o.status in ('paid', 'shipped', 'delivered', 'refunded')) <> (coalesce(p.captured, 0) > 0 or o.total = 0 and o.paid_at is not null)`,
  },
  {
    rule: "money: one successful charge an order, in our books and in the sandbox bank's",
    shows: ['M7'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select p.order_id as id, format('%s charges in our books, %s at the bank', count(*) filter (where p.captured > 0),
        count(*) filter (where s.status = 'succeeded')) as detail
      from payments p left join sandbox_payments s on s.reference = p.id
      where p.order_id = any(${ids}::uuid[]) group by 1
      having count(*) filter (where p.captured > 0) > 1 or count(*) filter (where s.status = 'succeeded') > 1`,
  },
  {
    rule: 'money: what the sandbox bank took is what the shop knows',
    shows: ['M2', 'M5'],
    over: 'everything',
    ask: (sql) => sql`
      select s.reference as id, format('the bank took %s and gave %s back; the shop knows of %s and %s',
        s.taken, s.refunded, coalesce(p.captured, 0), coalesce(r.sum, 0)) as detail
      from (
        select reference, refunded, case when status = 'succeeded' then amount else 0 end as taken from sandbox_payments p
        where p.id not in (
          select coalesce(e.body -> 'data' -> 'payment' ->> 'id', e.body -> 'data' -> 'refund' ->> 'paymentId', '') from sandbox_events e
          where e.created_at > clock_timestamp() - ${newsSeconds} * interval '1 second')) s
      left join payments p on p.id = s.reference
      left join (select payment_id, sum(amount) as sum from refunds where status = 'succeeded' group by 1) r on r.payment_id = s.reference
      where s.taken <> coalesce(p.captured, 0) or s.refunded <> coalesce(r.sum, 0)`,
  },
  {
    rule: 'money: every item, payment, refund and line of the books is of an order that is there',
    shows: ['M5'],
    over: 'everything',
    ask: (sql) => sql`
      select x.order_id as id, format('is not there, but has %s', x.what) as detail
      from (select distinct order_id, 'items' as what from order_items union all select distinct order_id, 'payments' from payments
        union all select distinct order_id, 'refunds' from refunds union all select distinct order_id, 'lines in the books' from postings) x
      left join orders o on o.id = x.order_id where o.id is null`,
  },
  {
    rule: 'stock: units sold are the items of paid orders that are in the house',
    shows: ['I1', 'I2'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select s.variant_id as id, format('sold %s, orders %s', s.sold, coalesce(i.sum, 0)) as detail
      from stock s left join (
        select i.variant_id, sum(i.quantity) as sum from order_items i join orders o on o.id = i.order_id
        where i.variant_id = any(${ids}::uuid[])
          and (o.status = 'paid' or (o.status = 'refunded' and o.shipped_at is null and o.refunded < o.total))
        group by 1) i using (variant_id)
      where s.variant_id = any(${ids}::uuid[]) and s.sold <> coalesce(i.sum, 0)`,
  },
  {
    rule: 'webhook: every event that was kept is of a payment that is there',
    shows: ['M6'],
    over: 'everything',
    ask: (sql) => sql`
      select e.event_id as id, format('%s of payment %s', e.type, coalesce(e.payment_id::text, 'none')) as detail
      from webhook_events e left join payments p on p.id = e.payment_id where p.id is null`,
  },
  {
    rule: 'key: every key that was used has its result',
    shows: ['K1'],
    over: 'everything',
    ask: (sql) => sql`
      select principal as id, format('%s with key %s has no result', operation, key) as detail
      from idempotency_keys where result is null`,
  },
]
