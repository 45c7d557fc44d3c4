import type { Check } from '../../store/check.ts'
import { days } from './rules.ts'

/** A statement lives four seconds: what was begun before these has been seen by now, or never will be. */
const unseen = '10 seconds'

export const affiliateChecks: Check[] = [
  {
    rule: 'affiliate: an order is brought by a partnership of its shop, open when it was placed, of neither of its sides',
    shows: ['A5'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('of shop %s, brought by %s', o.merchant_id, coalesce(a.id::text, 'nobody')) as detail
      from orders o left join affiliates a on a.id = o.via
      where o.id = any(${ids}::uuid[]) and o.via is not null
        and (a.id is null or a.merchant_id <> o.merchant_id or o.buyer in (a.account_id, a.merchant_id)
          or a.joined_at > o.created_at + ${unseen}::interval or a.ended_at < o.created_at)`,
  },
  {
    rule: 'affiliate: each payout says what was paid before it',
    shows: ['M1'],
    over: 'everything',
    ask: (sql) => sql`
      select p.id, format('says %s before, its rows %s', p.before, b.sum) as detail
      from affiliate_payouts p cross join lateral (
        select coalesce(sum(q.amount), 0) as sum from affiliate_payouts q
        where q.affiliate_id = p.affiliate_id and q.currency = p.currency and q.at < p.at) b
      where p.before <> b.sum`,
  },
  {
    // Worked out line by line, apart from sums.sql, as of the moment of the payout.
    rule: 'affiliate: never paid more than orders had earned for good by then',
    shows: ['M1'],
    over: 'everything',
    ask: (sql) => sql`
      with last as (
        select distinct on (p.affiliate_id, p.currency) p.*, a.merchant_id, p.at - ${unseen}::interval as seen
        from affiliate_payouts p join affiliates a on a.id = p.affiliate_id order by p.affiliate_id, p.currency, p.at desc
      ),
      brought as (
        select p.id as payout, p.affiliate_id, p.merchant_id, p.seen, o.id, o.total, o.paid_at
        from last p join orders o on o.via = p.affiliate_id and o.currency = p.currency and o.paid_at <= p.at
        where coalesce(case when o.arrived_at <= p.at then o.arrived_at end, o.shipped_at + make_interval(days => case when o.return_days = 0 then 0 else ${days.arrive}::int end))
          + make_interval(days => coalesce(o.return_days, ${days.promised}::int)) <= p.at
      ),
      back as (
        select b.payout, b.id, r.amount, (select s.return_id from order_returns q join return_steps s on s.return_id = q.id
          where q.order_id = b.id and s.refund_id = r.id) as return_id
        from brought b join refunds r on r.order_id = b.id and r.created_at <= b.seen
      ),
      lines as (
        select b.payout, i.price * i.quantity - i.discount as worth,
          b.total - (select coalesce(sum(k.amount), 0) from back k where (k.payout, k.id) = (b.payout, b.id) and k.return_id is not null) as rest,
          (select coalesce(sum(k.amount), 0) from back k where (k.payout, k.id) = (b.payout, b.id) and k.return_id is null) as desk,
          (select coalesce(sum(div(g.sum * x.paid, nullif(q.paid, 0))), 0)
            from (select k.return_id, sum(k.amount) as sum from back k where (k.payout, k.id) = (b.payout, b.id) and k.return_id is not null group by 1) g
              join order_returns q on q.id = g.return_id join return_items x on x.return_id = q.id and x.hold_id = i.hold_id) as gone,
          case when rate_at_v1(b.merchant_id, i.product_id, b.paid_at) = 0 then 0 else coalesce(rate_at_v1(b.merchant_id, b.affiliate_id, b.paid_at),
            rate_at_v1(b.merchant_id, i.product_id, b.paid_at), rate_at_v1(b.merchant_id, b.merchant_id, b.paid_at), 0) end as bps
        from brought b join order_items i on i.order_id = b.id
      ),
      earned as (
        select payout, sum(coalesce(div(div(worth::numeric * bps, 10000) * (worth - gone) * (rest - desk), nullif(worth * rest, 0)), 0)) as sum
        from lines group by 1
      )
      select p.id, format('%s paid by then, %s earned for good', p.before + p.amount, coalesce(e.sum, 0)) as detail
      from last p left join earned e on e.payout = p.id where p.before + p.amount > coalesce(e.sum, 0)`,
  },
]
