import { type Check, type Finding, findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Every promise about auctions. */
export const auditAuctions = (sql: Sql): Promise<Finding[]> => findAll(sql, auctionChecks)

export const auctionChecks: Check[] = [
  {
    rule: 'auction: its unit is held by the house while it runs, then by its winner or by nobody',
    shows: ['I1', 'I2', 'I9'],
    over: 'everything',
    ask: (sql) => sql`
      select a.id, format('%s; its unit is %s, held by %s at %s', coalesce(a.ended_as, 'runs'), coalesce(h.state, 'nowhere'), h.buyer, h.price) as detail
      from auctions a left join holds h on h.id = a.hold_id
      where h.id is null or (h.variant_id, h.show_id, h.quantity, h.currency) <> (a.variant_id, a.show_id, 1, a.currency)
        or case when a.ended_at is null then h.state <> 'auction' or h.buyer <> a.id
          when a.ended_as = 'sold' then h.state = 'auction' or (h.buyer, h.price) is distinct from (a.leader, a.price)
          else h.state <> 'released' or h.buyer <> a.id end`,
  },
  {
    rule: 'auction: the house holds nothing but what is at auction',
    shows: ['I1', 'I10'],
    over: 'holds',
    ask: (sql, ids) => sql`
      select h.id, format('held by the house for auction %s, which does not run', h.buyer) as detail
      from holds h left join auctions a on a.id = h.buyer and a.hold_id = h.id and a.ended_at is null
      where h.id = any(${ids}::uuid[]) and h.state = 'auction' and a.id is null`,
  },
  {
    rule: 'auction: led by the last bid that stands, and every bid is a step above the one before',
    shows: ['I9'],
    over: 'everything',
    // Above one that a ban took away a bid need not be: it may have been made after the ban.
    ask: (sql) => sql`
      select a.id, format('%s bids, led by %s at %s; its rows: %s, %s at %s%s', a.bids, a.leader, a.price, b.bids, b.leader, b.price,
        case when b.low then ', one too low' else '' end) as detail
      from auctions a left join lateral (
        select count(*) as bids, bool_or(amount < least_due) as low,
          (array_agg(bidder order by n desc) filter (where not void))[1] as leader,
          (array_agg(amount order by n desc) filter (where not void))[1] as price
        from (select *, coalesce(max(amount) filter (where not void) over (order by n rows unbounded preceding exclude current row) + a.step, a.opening) as least_due
          from auction_bids where auction_id = a.id) x) b on true
      where a.bids <> b.bids or (a.leader, a.price) is distinct from (b.leader, b.price) or b.low`,
  },
  {
    rule: 'auction: offered to the next bidder only where whoever won, by a higher bid, did not pay',
    shows: ['I1', 'I9'],
    over: 'everything',
    ask: (sql) => sql`
      select a.id, format('first won by %s at %s, whose unit is %s; then of %s at %s', f.buyer, f.price, coalesce(f.state, 'nowhere'), a.leader, a.price) as detail
      from auctions a left join holds f on f.id = a.unpaid_hold_id
      where a.unpaid_hold_id is not null and (f.id is null or f.variant_id <> a.variant_id
        or f.state not in ('released', 'expired', 'pulled') or f.price <= a.price
        or not exists (select from auction_bids b where b.auction_id = a.id and b.void and (b.bidder, b.amount) = (f.buyer, f.price)))`,
  },
  {
    rule: 'auction: no bid before it opened or at its end, no end before its time',
    shows: ['I9'],
    over: 'everything',
    ask: (sql) => sql`
      select a.id, format('bid %s at %s, when it ran until %s', b.n, iso(b.at), iso(b.until)) as detail
      from auctions a cross join lateral (
        select n, at, coalesce(lag(ends_at) over (order by n), a.opened_at + a.duration_ms * interval '1 ms') as until
        from auction_bids where auction_id = a.id) b
      where b.at < a.opened_at or b.at >= b.until
      union all
      select id, format('ended at %s as %s, when it ran until %s', iso(ended_at), ended_as, iso(ends_at))
      from auctions where ended_as in ('sold', 'unsold') and ended_at < ends_at`,
  },
]
