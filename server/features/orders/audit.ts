import type { Sql } from '../../store/postgres.ts'

/** A promise that the rows do not keep, and where. */
export type Finding = { rule: string; id: string; detail: string }

/**
 * Recomputes every promise about money from rows: no sum is read from the column that it checks. Each
 * rule is one statement, so it sees one moment of a shop that may be running.
 */
export async function auditMoney(sql: Sql): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [rule, ask] of Object.entries(rules)) {
    const rows = await ask(sql)
    findings.push(...rows.map(({ id, detail }) => ({ rule, id, detail })))
  }
  return findings
}

type Rows = Promise<{ id: string; detail: string }[]>

/** News that is younger may be on its way: twice the reconciler's pace for young payments. */
const newsSeconds = 60

const rules: Record<string, (sql: Sql) => Rows> = {
  'money: a total is its items at the prices of their holds, and shipping': (sql) => sql`
    select o.id, format('total %s %s, items %s, shipping %s, discount %s', o.total, o.currency, i.sum, o.shipping, o.discount) as detail
    from orders o left join lateral (
      select sum(i.quantity * i.price) as sum,
        bool_and(h.id is not null and (h.price, h.quantity, h.currency, h.buyer) = (i.price, i.quantity, o.currency, o.buyer)) as as_held
      from order_items i left join holds h on h.id = i.hold_id where i.order_id = o.id) i on true
    where o.subtotal is distinct from i.sum or o.total <> o.subtotal + o.shipping - o.discount or i.as_held is not true`,

  'money: a hold is in one order at most': (sql) => sql`
    select hold_id as id, format('in %s orders', count(*)) as detail from order_items group by 1 having count(*) > 1`,

  'money: debits are credits in each transaction': (sql) => sql`
    select transaction_id as id, format('%s: debits %s, credits %s', currency, sum(debit), sum(credit)) as detail
    from postings group by 1, currency having sum(debit) <> sum(credit)`,

  'money: what a provider holds for an order is what was captured less what went back': (
    sql,
  ) => sql`
    select o.id, format('ledger %s, captured %s, given back %s', l.sum, p.captured, r.sum) as detail
    from orders o
    cross join lateral (select coalesce(sum(captured), 0) as captured from payments where order_id = o.id) p
    cross join lateral (select coalesce(sum(amount), 0) as sum from refunds where order_id = o.id and status = 'succeeded') r
    cross join lateral (select coalesce(sum(debit - credit), 0) as sum from postings where order_id = o.id and account like 'provider:%') l
    where l.sum <> p.captured - r.sum`,

  'money: what is owed back is what refunds have not given yet': (sql) => sql`
    select o.id, format('owed %s, refunds open %s', l.sum, r.sum) as detail
    from orders o
    cross join lateral (select coalesce(sum(credit - debit), 0) as sum from postings where order_id = o.id and account = 'refunds:due') l
    cross join lateral (select coalesce(sum(amount), 0) as sum from refunds where order_id = o.id and status <> 'succeeded') r
    where l.sum <> r.sum`,

  'money: never given back more than was captured, and the order says how much': (sql) => sql`
    select o.id, format('order says %s, refunds %s, captured %s', o.refunded, r.sum, p.captured) as detail
    from orders o
    cross join lateral (select coalesce(sum(amount), 0) as sum from refunds where order_id = o.id) r
    cross join lateral (select coalesce(sum(captured), 0) as captured from payments where order_id = o.id) p
    where o.refunded <> r.sum or r.sum > p.captured or (o.status = 'refunded') <> (r.sum > 0)`,

  'money: nothing unpaid is sent': (sql) => sql`
    select o.id, format('is %s, captured %s of %s', o.status, p.captured, o.total) as detail
    from orders o
    cross join lateral (select coalesce(sum(captured), 0) as captured from payments where order_id = o.id) p
    where (o.shipped_at is not null or o.status in ('shipped', 'delivered'))
      and (p.captured < o.total or o.paid_at is null or o.shipped_at < o.paid_at)`,

  'money: what was captured belongs to an order that is paid or given back': (sql) => sql`
    select p.id, format('captured %s for an order that is %s', p.captured, o.status) as detail
    from payments p left join orders o on o.id = p.order_id
    where p.captured > 0 and coalesce(o.status, 'gone') not in ('paid', 'shipped', 'delivered', 'refunded')
    union all
    select o.id, format('is %s without a payment', o.status) from orders o
    where o.status in ('paid', 'shipped', 'delivered', 'refunded')
      and not exists (select from payments p where p.order_id = o.id and p.captured >= o.total)`,

  'money: one successful charge an order': (sql) => sql`
    select order_id as id, format('%s charges', count(*)) as detail
    from payments where captured > 0 group by 1 having count(*) > 1`,

  'money: what the sandbox bank took is what the shop knows': (sql) => sql`
    select s.reference as id, format('the bank took %s and gave %s back; the shop knows of %s and %s',
      s.taken, s.refunded, coalesce(p.captured, 0), coalesce(r.sum, 0)) as detail
    from (
      select reference, refunded, case when status = 'succeeded' then amount else 0 end as taken from sandbox_payments p
      where p.id not in (
        select coalesce(e.body -> 'data' -> 'payment' ->> 'id', e.body -> 'data' -> 'refund' ->> 'paymentId', '') from sandbox_events e
        where e.created_at > clock_timestamp() - ${newsSeconds} * interval '1 second')) s
    left join payments p on p.id = s.reference
    left join lateral (select sum(amount) as sum from refunds where payment_id = s.reference and status = 'succeeded') r on true
    where s.taken <> coalesce(p.captured, 0) or s.refunded <> coalesce(r.sum, 0)`,

  'money: units sold are the items of paid orders that are in the house': (sql) => sql`
    select s.variant_id as id, format('sold %s, orders %s', s.sold, coalesce(i.sum, 0)) as detail
    from stock s left join (
      select i.variant_id, sum(i.quantity) as sum from order_items i join orders o on o.id = i.order_id
      where o.status = 'paid' or (o.status = 'refunded' and o.shipped_at is null and o.refunded < o.total)
      group by 1) i using (variant_id)
    where s.sold <> coalesce(i.sum, 0)`,
}
