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
    // As of the moment of the payout: what was sent, said to have arrived and given back by then.
    rule: 'affiliate: never paid more than orders had earned for good by then',
    shows: ['M1'],
    over: 'everything',
    ask: (sql) => sql`
      with last as (
        select distinct on (affiliate_id, currency) * from affiliate_payouts order by affiliate_id, currency, at desc
      )
      select p.id, format('%s paid by then, %s earned for good', p.before + p.amount, e.sum) as detail
      from last p join affiliates a on a.id = p.affiliate_id cross join lateral (
        select coalesce(sum(l.kept), 0) as sum
        from affiliate_orders_v1(a, ${sql.json(days)}, p.at - ${unseen}::interval, null, null) l join orders o on o.id = l.id
          cross join lateral (select coalesce(o.return_days, ${days.promised}::int) as promised) d
        where l.currency = p.currency and o.paid_at <= p.at and o.shipped_at <= p.at and (d.promised = 0
          or coalesce(case when o.arrived_at <= p.at - ${unseen}::interval then o.arrived_at end, o.shipped_at + make_interval(days => ${days.arrive}::int))
            + make_interval(days => d.promised) <= p.at)) e
      where p.before + p.amount > e.sum`,
  },
]
