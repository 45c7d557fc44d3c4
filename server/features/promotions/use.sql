-- Uses of codes. A code's row is locked after the stock rows, accounts and orders, codes in id order; so a quota and a
-- limit per buyer hold whoever places at the same moment.

-- use_codes_v1: takes off what codes take off, for a batch of orders, and writes the uses.
--
--   given        one entry an order: the code as it is kept; null: none, or the order is refused or answered already
--   order_ids    the others as judge_codes_v1 has them
--
-- Answers refusals, discounts (one an order; 0 where none), reductions (one a hold).
create or replace function use_codes_v1(given text[], order_ids uuid[], owners uuid[], merchants uuid[], currencies text[], payables bigint[],
  bag_of int[], hold_ids uuid[], least_paid bigint, out refusals jsonb[], out discounts bigint[], out reductions bigint[])
language plpgsql as $$
declare t timestamptz; ids uuid[];
begin
  perform 1 from discount_codes c
    where c.id in (select d.id from unnest(given, merchants) g(code, merchant) join discount_codes d on d.merchant_id = g.merchant and d.code = g.code)
    order by c.id for no key update;
  -- After the wait: what was ended before has ended.
  t := clock_timestamp();
  select array_agg(j.refused order by j.bag), array_agg(case when j.refused is null then coalesce(j.discount, 0) else 0 end order by j.bag),
      array_agg(case when j.refused is null then j.code_id end order by j.bag)
    into refusals, discounts, ids
    from judge_codes_v1(given, owners, merchants, currencies, payables, bag_of, hold_ids, t, least_paid) j;
  reductions := discount_lines_v1(ids, discounts, bag_of, hold_ids);
  insert into code_uses(order_id, code_id, buyer, at)
    select u.id, u.code, u.buyer, t from unnest(order_ids, ids, owners) u(id, code, buyer) where u.code is not null;
  update discount_codes c set uses = c.uses + u.n
    from (select code, count(*)::int n from unnest(ids) i(code) where code is not null group by 1) u where c.id = u.code;
end $$;

-- lock_codes_v1: the codes of these orders, all at once: one by one, two calls wait for each other.
create or replace function lock_codes_v1(os uuid[]) returns void
language plpgsql as $$
begin
  perform 1 from discount_codes c where c.id in (select u.code_id from code_uses u where u.order_id = any(os)) order by c.id for no key update;
end $$;

-- free_codes_v1: orders that ended unpaid give their uses back, once.
create or replace function free_codes_v1(os uuid[], t timestamptz) returns void
language plpgsql as $$
begin
  perform lock_codes_v1(os);
  with freed as (
    update code_uses set freed_at = t where order_id = any(os) and freed_at is null returning code_id
  )
  update discount_codes c set uses = c.uses - f.n
    from (select code_id, count(*)::int n from freed group by 1) f where c.id = f.code_id;
end $$;

-- take_code_again_v1: an order that was paid late has its code again, also beyond quota and limit: it is honoured at its price.
-- The caller has locked the code.
create or replace function take_code_again_v1(o uuid, t timestamptz) returns void
language plpgsql as $$
declare used uuid;
begin
  select u.code_id into used from code_uses u where u.order_id = o and u.freed_at is not null;
  if not found then return; end if;
  update code_uses set freed_at = null, taken_again_at = t where order_id = o;
  update discount_codes c set uses = c.uses + 1 where c.id = used;
end $$;
