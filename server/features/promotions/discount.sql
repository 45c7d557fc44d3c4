-- What a code takes off, and who may use it still: asked by quotes, and by placing under the codes' locks.

-- code_covers_v1: whether a code is for a piece held in a show.
create or replace function code_covers_v1(c discount_codes, product uuid, show uuid) returns boolean
language sql stable as $$
  select (c.product_ids is null or product = any(c.product_ids)) and (c.show_id is null or show = c.show_id)
$$;

-- code_off_v1: what a code takes off goods of this worth, rounded down to the minor unit. Never more than the
-- goods, and never so much that less than `least` is left of what the order costs.
create or replace function code_off_v1(c discount_codes, worth bigint, payable bigint, least_paid bigint) returns bigint
language sql stable as $$
  select greatest(0, least(coalesce(c.amount, worth * c.percent / 100), worth, payable - least_paid))
$$;

-- least_paid_v1: what must be left to pay in a currency: Stripe's least charge, `usual` where it names no other. The same
-- stands in shared/domain/discount.ts, for screens.
create or replace function least_paid_v1(currency text, usual bigint) returns bigint
language sql stable as $$
  select case currency when 'AED' then 200 when 'BGN' then 100 when 'CZK' then 1500 when 'DKK' then 250 when 'GBP' then 30
    when 'HKD' then 400 when 'HUF' then 17500 when 'MXN' then 1000 when 'MYR' then 200 when 'NOK' then 300 when 'PLN' then 200
    when 'RON' then 200 when 'SEK' then 300 when 'THB' then 1000 else usual end
$$;

-- judge_codes_v1: what codes would take off bags.
--
--   given, owners, merchants, currencies, payables   one entry a bag: the code as it is kept (null: none), the buyer, and what
--                bags_v1 says of it: the shop, the currency, goods with delivery
--   bag_of, hold_ids   as bags_v1 has them
--   t            the clock
--   least_paid   what must be left to pay in most currencies
--
-- Answers a row a bag, in their order; one without a code has none, and nothing off. `refused` is null or as refused_v1 makes it, with `sum` where its sentence has
-- {sum}. Whoever places has locked the codes: their uses are counted here.
create or replace function judge_codes_v1(given text[], owners uuid[], merchants uuid[], currencies text[], payables bigint[],
  bag_of int[], hold_ids uuid[], t timestamptz, least_paid bigint)
returns table(bag int, code_id uuid, refused jsonb, discount bigint)
language plpgsql as $$
#variable_conflict use_column
declare ids uuid[]; worths bigint[]; here boolean[];
begin
  ids := array(select (select c.id from discount_codes c where c.merchant_id = g.merchant and c.code = g.code limit 1)
    from unnest(given, merchants) with ordinality g(code, merchant, n) order by g.n);
  select array_agg(w.worth order by w.bag), array_agg(w.here order by w.bag) into worths, here
    from (
      select i.bag, coalesce(sum(h.quantity * h.price) filter (where code_covers_v1(c, v.product_id, h.show_id)), 0)::bigint as worth,
        bool_or(c.show_id is null or c.show_id = h.show_id) as here
      from unnest(bag_of, hold_ids) i(bag, hold)
        left join lateral (select * from holds h where h.id = i.hold limit 1) h on true
        left join lateral (select * from variants v where v.id = h.variant_id limit 1) v on true
        left join lateral (select * from discount_codes c where c.id = ids[i.bag] limit 1) c on true
      group by i.bag) w;
  return query
    with judged as (
      select g.n::int as bag, c.id, c.quota, c.uses, off.discount, case
          when g.code is null then null
          when c.id is null then refused_v1('VALIDATION', 'There is no such code here.', '/code')
          when c.ended_at is not null or c.ends_at <= t then refused_v1('CONFLICT', 'This code is over.', '/code')
          when c.starts_at > t then refused_v1('CONFLICT', 'This code is not open yet.', '/code')
          when (select count(*) from code_uses u where u.code_id = c.id and u.buyer = g.owner and u.freed_at is null) >= c.per_buyer then
            refused_v1('CONFLICT', case when c.per_buyer = 1 then 'You have used this code already.'
              else format('You have used this code %s times already.', c.per_buyer) end, '/code')
          when c.currency <> g.currency then refused_v1('VALIDATION', format('This code is for prices in %s.', c.currency), '/code')
          when not here[g.n] then refused_v1('VALIDATION',
            format('This code is only for the show “%s”.', (select w.title from shows w where w.id = c.show_id)), '/code')
          when worths[g.n] = 0 then refused_v1('VALIDATION', 'This code is for none of these pieces.', '/code')
          when worths[g.n] < c.minimum then
            jsonb_set(refused_v1('VALIDATION', 'This code needs {sum} more.', '/code'), '{refused,sum}', money(c.minimum - worths[g.n], c.currency))
          when off.discount = 0 then
            jsonb_set(refused_v1('VALIDATION', 'This code takes nothing off here: {sum} must be left to pay.', '/code'), '{refused,sum}', money(least.paid, g.currency))
        end as refused
      from unnest(given, owners, currencies, payables) with ordinality g(code, owner, currency, payable, n)
        left join lateral (select * from discount_codes c where c.id = ids[g.n] limit 1) c on true
        cross join lateral (select least_paid_v1(g.currency, least_paid) as paid) least
        left join lateral (select code_off_v1(c, worths[g.n], g.payable, least.paid) as discount) off on c.id is not null
    ),
    -- Those of one call that may, in their order, for as long as there are uses.
    counted as (
      select j.*, row_number() over (partition by j.id, j.refused is null order by j.bag) as place from judged j
    )
    select x.bag, x.id,
      case when x.id is not null and x.refused is null and x.uses + x.place > x.quota
        then refused_v1('CONFLICT', 'This code has been used up.', '/code') else x.refused end,
      x.discount
    from counted x order by x.bag;
end $$;

-- discount_lines_v1: discounts on their lines, to the minor unit: each line its share rounded down, what is left
-- over one by one to the largest remainders, of equal ones to the earlier hold.
--
--   code_ids, discounts   one entry a bag; null: no code
--   bag_of, hold_ids      as bags_v1 has them
--
-- Answers one entry a hold.
create or replace function discount_lines_v1(code_ids uuid[], discounts bigint[], bag_of int[], hold_ids uuid[]) returns bigint[]
language plpgsql as $$
begin
  return (
    with lines as (
      select i.x, i.bag, h.id, discounts[i.bag]::numeric as off,
        case when c.id is not null and code_covers_v1(c, v.product_id, h.show_id) then h.quantity * h.price else 0 end::numeric as worth
      from unnest(bag_of, hold_ids) with ordinality i(bag, hold, x)
        left join lateral (select * from holds h where h.id = i.hold limit 1) h on true
        left join lateral (select * from variants v where v.id = h.variant_id limit 1) v on true
        left join lateral (select * from discount_codes c where c.id = code_ids[i.bag] limit 1) c on true
    ),
    shares as (
      select g.*, div(g.off * g.worth, g.goods) as share, mod(g.off * g.worth, g.goods) as rest
      from (select l.*, nullif(sum(l.worth) over (partition by l.bag), 0) as goods from lines l) g
    ),
    ranked as (
      select s.x, s.share, s.off - sum(s.share) over (partition by s.bag) as over,
        row_number() over (partition by s.bag order by s.rest desc nulls last, s.id) as place
      from shares s
    )
    select array_agg(coalesce(r.share + (r.place <= r.over)::int, 0)::bigint order by r.x) from ranked r);
end $$;
