-- What affiliates have earned, from the rows of orders: counted here and nowhere else. The README has the law.

-- affiliate_orders_v1: the paid orders that a partnership brought, newest first. What was paid too late and went straight back
-- was no sale.
--
--   days     what holds of every shop: {promised, fault, arrive}
--   known    refunds made later are not counted
--   before   orders older than this one; null: from the newest
--   most     so many; null: all
--
-- Answers of each: worth (what was paid for the goods), share (of each line its rate, as it was when the order was paid, rounded
-- down), kept (what of it is left after what was given back), ends_at (when the time for returns is over; null until it is sent),
-- is_open (a return is being asked for, or may still be disputed).
create or replace function affiliate_orders_v1(a affiliates, days jsonb, known timestamptz, before uuid, most int)
returns table(id uuid, show_id uuid, paid_at timestamptz, currency text, worth bigint, share bigint, kept bigint, ends_at timestamptz, is_open boolean)
language sql stable
set jit = off set enable_mergejoin = off
as $$
  with rates as materialized (
    select scope, rate_bps, since, coalesce(lead(since) over (partition by scope order by since), 'infinity') as until
    from affiliate_rates where merchant_id = (a).merchant_id
  ),
  brought as materialized (
    select o.id, o.show_id, o.paid_at, o.currency, o.total, o.refunded, o.shipped_at,
      case when o.shipped_at is not null then coalesce(return_until_v1(o, false, days), o.shipped_at) end as ends_at
    from orders o
    where o.via = (a).id and o.paid_at is not null and (before is null or o.id < before)
      and not (o.refunded = o.total and exists (select from refunds r where r.order_id = o.id and r.reason = 'paid too late'))
    order by o.id desc limit most
  ),
  lines as (
    select b.*, w.worth, p.amount as gone, b.total - k.of_returns as left_over, k.of_desk as desk,
      -- A product that earns nothing earns nothing for anybody; else one's own rate goes before the product's.
      div(w.worth * case when product.rate_bps = 0 then 0 else coalesce(own.rate_bps, product.rate_bps, shop.rate_bps, 0) end, 10000) as share
    from brought b join order_items i on i.order_id = b.id
      cross join lateral (select (i.price * i.quantity - i.discount)::numeric as worth) w
      left join rates shop on shop.scope = (a).merchant_id and b.paid_at >= shop.since and b.paid_at < shop.until
      left join rates own on own.scope = (a).id and b.paid_at >= own.since and b.paid_at < own.until
      left join rates product on product.scope = i.product_id and b.paid_at >= product.since and b.paid_at < product.until
      -- Each refund is of a return or of the desk.
      cross join lateral (
        select coalesce(sum(r.amount) filter (where s.is_return), 0) as of_returns, coalesce(sum(r.amount) filter (where not s.is_return), 0) as of_desk
        from refunds r cross join lateral (select exists (select from order_returns q join return_steps t on t.return_id = q.id
          where q.order_id = b.id and t.refund_id = r.id) as is_return) s
        where b.refunded > 0 and r.order_id = b.id and r.created_at <= known) k
      -- What a return gave back is of its own pieces, each by what was paid for it.
      cross join lateral (
        select coalesce(sum(div(g.amount * x.paid, nullif(q.paid, 0))), 0) as amount
        from order_returns q join return_items x on x.return_id = q.id and x.hold_id = i.hold_id
          cross join lateral (select sum(r.amount) as amount from return_steps t join refunds r on r.id = t.refund_id
            where t.return_id = q.id and r.created_at <= known) g
        where b.refunded > 0 and q.order_id = b.id) p
  )
  select b.id, b.show_id, b.paid_at, b.currency, sum(b.worth)::bigint, sum(b.share)::bigint,
    -- First what returns took of the line, then of what is left the desk's part of the whole order; one division, rounded down.
    sum(case when b.worth = 0 or b.left_over = 0 then 0
      else div(b.share * (b.worth - b.gone) * (b.left_over - b.desk), b.worth * b.left_over) end)::bigint,
    b.ends_at, exists (select from order_returns q where q.order_id = b.id and b.shipped_at is not null
      and (q.state in ('asked', 'accepted', 'sent', 'disputed') or q.due_at > clock_timestamp()))
  from lines b group by b.id, b.show_id, b.paid_at, b.currency, b.ends_at, b.shipped_at order by b.id desc
$$;

-- affiliate_sums_v1: by currency [{orders, sold, earned, back, waiting, paid, owed, over}]: earned = back + waiting + what is theirs
-- for good; of that, paid + owed − over. `over` was paid and taken back later: it is set off against what comes.
create or replace function affiliate_sums_v1(a affiliates, days jsonb) returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('orders', orders, 'sold', money(sold, currency), 'earned', money(earned, currency),
      'back', money(earned - kept, currency), 'waiting', money(kept - done, currency), 'paid', money(paid, currency),
      'owed', money(greatest(0, done - paid), currency), 'over', money(greatest(0, paid - done), currency)) order by currency), '[]')
  from (
    select currency, sum(orders)::bigint as orders, sum(sold)::bigint as sold, sum(earned)::bigint as earned, sum(kept)::bigint as kept,
      sum(done)::bigint as done, sum(paid)::bigint as paid
    from (
      select currency, count(*) as orders, sum(worth) as sold, sum(share) as earned, sum(kept) as kept,
        coalesce(sum(kept) filter (where ends_at <= clock_timestamp() and not is_open), 0) as done, 0 as paid
      from affiliate_orders_v1(a, days, 'infinity', null, null) group by 1
      union all
      select currency, 0, 0, 0, 0, 0, sum(amount) from affiliate_payouts where affiliate_id = (a).id group by 1) parts
    group by 1) s
$$;

-- affiliate_months_v1: what each show brought in each month of UTC, newest month first: {month, show, orders, sold, earned, kept}, and
-- its place in the list. `show` null: it is not there any more.
create or replace function affiliate_months_v1(a affiliates, days jsonb) returns table(place text, view jsonb)
language sql stable as $$
  select m.month || ' ' || m.show_id || ' ' || m.currency,
    jsonb_build_object('month', m.month, 'show', (select jsonb_build_object('id', w.id, 'title', w.title) from shows w where w.id = m.show_id),
      'orders', m.orders, 'sold', money(m.sold, m.currency), 'earned', money(m.earned, m.currency), 'kept', money(m.kept, m.currency))
  from (
    select to_char(paid_at at time zone 'UTC', 'YYYY-MM') as month, show_id, currency, count(*) as orders, sum(worth)::bigint as sold,
      sum(share)::bigint as earned, sum(kept)::bigint as kept
    from affiliate_orders_v1(a, days, 'infinity', null, null) group by 1, 2, 3) m
$$;

-- affiliate_order_view_v1: one order as its affiliate may see it: when, what, how much; never who. Its name here is its own: by that of
-- the order others could speak of it with whoever bought.
create or replace function affiliate_order_view_v1(a affiliates, id uuid, paid_at timestamptz, currency text, worth bigint, share bigint, kept bigint,
  ends_at timestamptz, is_open boolean) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', md5((a).id::text || affiliate_order_view_v1.id::text), 'at', iso(paid_at), 'worth', money(worth, currency), 'earned', money(share, currency), 'kept', money(kept, currency),
    'state', case when kept = 0 and share > 0 then 'back' when ends_at <= clock_timestamp() and not is_open then 'yours' else 'waiting' end,
    'endsAt', iso(ends_at),
    'goods', (select jsonb_agg(jsonb_build_object('title', i.title, 'quantity', i.quantity) order by i.hold_id)
      from order_items i where i.order_id = affiliate_order_view_v1.id))
$$;
