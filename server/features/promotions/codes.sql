-- What a merchant does with its codes, and a host with one of them in a show.

-- code_state_v1: ended · used-up · scheduled · running, by the clock.
create or replace function code_state_v1(c discount_codes) returns text
language sql stable as $$
  select case
    when c.ended_at is not null or c.ends_at <= clock_timestamp() then 'ended'
    when c.uses >= c.quota then 'used-up'
    when c.starts_at > clock_timestamp() then 'scheduled'
    else 'running' end
$$;

-- code_terms_v1: what everybody may know of it.
create or replace function code_terms_v1(c discount_codes) returns jsonb
language sql stable as $$
  select jsonb_build_object('code', c.code,
    'off', case when c.percent is not null then jsonb_build_object('percent', c.percent)
      else jsonb_build_object('amount', money(c.amount, c.currency)) end,
    'minimum', case when c.minimum is not null then money(c.minimum, c.currency) end,
    'productIds', to_jsonb(c.product_ids), 'perBuyer', c.per_buyer, 'endsAt', iso(c.ends_at))
$$;

-- code_view_v1: as its merchant sees it: with its uses, and what was paid with it by currency.
create or replace function code_view_v1(c discount_codes) returns jsonb
language plpgsql stable as $$
begin
  return code_terms_v1(c) || jsonb_build_object('id', c.id, 'showId', c.show_id, 'startsAt', iso(c.starts_at), 'quota', c.quota,
    'state', code_state_v1(c), 'uses', c.uses, 'createdAt', iso(c.created_at), 'endedAt', iso(c.ended_at),
    'paid', (select coalesce(jsonb_agg(jsonb_build_object('orders', p.n, 'given', money(p.given, p.currency), 'sold', money(p.sold, p.currency))
        order by p.currency), '[]'::jsonb)
      from (
        select o.currency, count(*) n, sum(o.discount)::bigint given, sum(o.total)::bigint sold
        from code_uses u join orders o on o.id = u.order_id
        where u.code_id = c.id and u.freed_at is null and o.paid_at is not null group by 1) p));
end $$;

-- make_code_v1 {id, merchant, code, percent?, amount?, currency?, minimum?, productIds?, showId?, startsAt?, endsAt?, quota?,
-- perBuyer, max}: a new code. Answers {value: the code}, or {value: {pointer, detail}} for a field that does not fit what is
-- there. Refuses CONFLICT when there are `max` already.
create or replace function make_code_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'merchant'; name text := args ->> 'code'; wanted_show uuid := args ->> 'showId'; t timestamptz;
  goods uuid[] := (select array_agg(value::uuid) from jsonb_array_elements_text(nullif(args -> 'productIds', 'null')));
  c discount_codes; stranger bigint;
begin
  perform 1 from accounts where id = who for no key update;
  t := clock_timestamp();
  if exists (select from discount_codes d where d.merchant_id = who and d.code = name) then
    return misfit_v1('/code', 'You have this code already. Codes keep their name, also when they are over.');
  end if;
  if (select count(*) from discount_codes d where d.merchant_id = who) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', format('A shop has %s codes at most.', args ->> 'max'));
  end if;
  select g.n into stranger from unnest(goods) with ordinality g(id, n)
    where not exists (select from products p where p.id = g.id and p.merchant_id = who) order by g.n limit 1;
  if found then return misfit_v1(format('/productIds/%s', stranger - 1), 'There is no such product in your shop.'); end if;
  if wanted_show is not null and not exists (select from shows w where w.id = wanted_show and w.host_id = who and w.status not in ('ended', 'canceled')) then
    return misfit_v1('/showId', 'There is no such show of yours, or it is over.');
  end if;
  if (args ->> 'endsAt')::timestamptz <= t then return misfit_v1('/endsAt', 'This moment is over.'); end if;
  insert into discount_codes(id, merchant_id, code, percent, amount, currency, minimum, product_ids, show_id, starts_at, ends_at, quota, per_buyer, created_at)
    values ((args ->> 'id')::uuid, who, name, (args ->> 'percent')::int, (args ->> 'amount')::bigint, args ->> 'currency', (args ->> 'minimum')::bigint,
      goods, wanted_show, (args ->> 'startsAt')::timestamptz, (args ->> 'endsAt')::timestamptz, (args ->> 'quota')::int, (args ->> 'perBuyer')::int, t)
    returning * into c;
  return jsonb_build_object('value', code_view_v1(c));
end $$;

-- A field that does not fit what is there: the verb makes a VALIDATION of it.
create or replace function misfit_v1(pointer text, detail text) returns jsonb
language sql stable as $$
  select jsonb_build_object('value', jsonb_build_object('pointer', pointer, 'detail', detail))
$$;

-- end_code_v2 {id, merchant}: no order has it after the answer; those that have it keep it. It leaves the shows that show it.
-- Ended already: the same answer. Answers {value: {}, events}. Refuses NOT_FOUND.
create or replace function end_code_v2(args jsonb) returns jsonb
language plpgsql as $$
declare c discount_codes; told jsonb;
begin
  select * into c from discount_codes where id = (args ->> 'id')::uuid and merchant_id = (args ->> 'merchant')::uuid for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such code, or it is not open to you.'); end if;
  if code_state_v1(c) <> 'ended' then
    update discount_codes set ended_at = clock_timestamp() where id = c.id returning * into c;
  end if;
  told := hide_codes_v1(array(select show_id from shown_codes where code_id = c.id), c.id, c.merchant_id);
  return jsonb_build_object('value', '{}'::jsonb, 'events', told);
end $$;

-- show_code_v1 {showId, by, codeId}: one code stands before the room; the last one wins, null takes it down. Answers
-- {value: {}, events}. Refuses NOT_FOUND (also a code of somebody else), FORBIDDEN, SHOW_NOT_LIVE, CONFLICT (it cannot be used here now).
create or replace function show_code_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; wanted uuid := args ->> 'codeId'; c discount_codes; state text; fact jsonb;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'host');
  if wanted is not null then
    select * into c from discount_codes where id = wanted and merchant_id = who for no key update;
    if not found then perform refuse('NOT_FOUND', 'There is no such code, or it is not open to you.'); end if;
  end if;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'host');
  if exists (select from shows where id = s and status in ('ended', 'canceled')) then perform refuse('SHOW_NOT_LIVE', 'This show is over.'); end if;
  if wanted is null then
    return jsonb_build_object('value', '{}'::jsonb, 'events', hide_codes_v1(array[s], null, who));
  end if;
  state := code_state_v1(c);
  if state <> 'running' then
    perform refuse('CONFLICT', case state when 'scheduled' then 'This code is not open yet.' when 'used-up' then 'This code has been used up.' else 'This code is over.' end);
  end if;
  if c.show_id <> s then perform refuse('CONFLICT', 'This code is only for another show.'); end if;
  if exists (select from shown_codes where show_id = s and code_id = wanted) then return jsonb_build_object('value', '{}'::jsonb); end if;
  insert into shown_codes(show_id, code_id) values (s, wanted) on conflict (show_id) do update set code_id = wanted;
  fact := code_terms_v1(c);
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, jsonb_build_array(
    jsonb_build_object('type', 'code.shown', 'actor', who, 'body', fact, 'staff', fact || by_v1(who)))));
end $$;

-- hide_codes_v1: takes down what these shows show, `only_code` where it is given, and says so; in one that is over nobody
-- is told. Answers the events.
create or replace function hide_codes_v1(ss uuid[], only_code uuid default null, who uuid default null) returns jsonb
language plpgsql as $$
declare facts jsonb;
begin
  perform 1 from show_heads where show_id = any(ss) order by show_id for no key update;
  with gone as (delete from shown_codes where show_id = any(ss) and (only_code is null or code_id = only_code) returning show_id, code_id)
  select jsonb_agg(jsonb_build_object('showId', g.show_id, 'type', 'code.hidden', 'actor', who, 'body', jsonb_build_object('code', c.code),
      'staff', jsonb_build_object('code', c.code) || coalesce(by_v1(who), '{}'))) into facts
    from gone g join discount_codes c on c.id = g.code_id join shows w on w.id = g.show_id
    where w.status not in ('ended', 'canceled');
  return append_many_v1(coalesce(facts, '[]'::jsonb));
end $$;

-- sweep_codes_v1 {max}: takes down codes that are over or used up. Answers {value: number taken down, events}. Safe on
-- several nodes.
create or replace function sweep_codes_v1(args jsonb) returns jsonb
language plpgsql as $$
declare due uuid[]; ss uuid[];
begin
  due := array(select distinct c.id from shown_codes s join discount_codes c on c.id = s.code_id join shows w on w.id = s.show_id
    where code_state_v1(c) <> 'running' or w.status in ('ended', 'canceled') order by 1 limit (args ->> 'max')::int);
  if cardinality(due) = 0 then return '{"value": 0}'; end if;
  perform 1 from discount_codes where id = any(due) order by id for no key update;
  perform 1 from show_heads where show_id in (select show_id from shown_codes where code_id = any(due)) order by show_id for no key update;
  -- Looked at again under the locks: a use may have come back, a host may have shown another.
  ss := array(select s.show_id from shown_codes s join discount_codes c on c.id = s.code_id join shows w on w.id = s.show_id
    where c.id = any(due) and (code_state_v1(c) <> 'running' or w.status in ('ended', 'canceled')));
  return jsonb_build_object('value', cardinality(ss), 'events', hide_codes_v1(ss));
end $$;
