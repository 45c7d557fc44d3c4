-- News for the endpoints of merchants, written in the caller's transaction: sent when, and only when, what they tell of
-- was committed. A shop without an endpoint costs one look at an index. The row of an endpoint is held `for share`: who
-- switches it off waits for those who write for it, and drops what they wrote.

create or replace function hook_body_v1(type text, t timestamptz, data jsonb) returns text
language sql stable as $$
  select jsonb_build_object('type', type, 'timestamp', iso(t), 'data', data)::text
$$;

-- tell_orders_v1: order.paid · order.shipped · order.refunded · order.canceled, of orders as they are now.
create or replace function tell_orders_v1(kind text, os uuid[]) returns void
language plpgsql as $$
declare t timestamptz := clock_timestamp();
begin
  insert into hook_deliveries(id, endpoint_id, type, body, created_at, due_at)
    select gen_random_uuid(), e.id, kind, hook_body_v1(kind, t, merchant_view_v1(o)), t, t
    from orders o join hook_endpoints e on e.merchant_id = o.merchant_id
    where o.id = any(os) and e.off is null and kind = any(e.types) for share of e;
end $$;

-- tell_return_v1: return.opened · return.closed.
create or replace function tell_return_v1(r order_returns, step text) returns void
language plpgsql as $$
declare
  t timestamptz := clock_timestamp();
  kind text := case when step = 'asked' then 'return.opened'
    when r.state in ('refunded', 'refused', 'withdrawn', 'closed', 'decided') then 'return.closed' end;
begin
  insert into hook_deliveries(id, endpoint_id, type, body, created_at, due_at)
    select gen_random_uuid(), e.id, kind, hook_body_v1(kind, t, return_view_v1(r)), t, t
    from hook_endpoints e where e.merchant_id = r.merchant_id and e.off is null and kind = any(e.types) for share;
end $$;

-- tell_show_v1: show.started · show.ended, to its host.
create or replace function tell_show_v1(kind text, s uuid) returns void
language plpgsql as $$
declare t timestamptz := clock_timestamp();
begin
  insert into hook_deliveries(id, endpoint_id, type, body, created_at, due_at)
    select gen_random_uuid(), e.id, kind, hook_body_v1(kind, t, jsonb_build_object('id', w.id, 'title', w.title, 'status', w.status,
      'startsAt', iso(w.starts_at), 'startedAt', iso(w.started_at), 'endedAt', iso(w.ended_at))), t, t
    from shows w join hook_endpoints e on e.merchant_id = w.host_id
    where w.id = s and e.off is null and kind = any(e.types) for share of e;
end $$;

-- tell_stock_v1: stock.changed, for each variant whose stock is not what the endpoint was last told: a drop of a thousand
-- holds is one delivery. While one of a variant waits there is no other, so none overtakes another; and while so many wait for
-- the endpoint there is none at all: nothing is lost by that, and one that takes nothing gathers no heap. Answers how many.
create or replace function tell_stock_v1(endpoint uuid, most int) returns int
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare t timestamptz := clock_timestamp(); told int;
begin
  perform 1 from hook_endpoints where id = endpoint and off is null and 'stock.changed' = any(types) for share;
  if not found then return 0; end if;
  most := most - (select count(*) from (select from hook_deliveries where endpoint_id = endpoint and due_at is not null limit most) waiting);
  if most <= 0 then return 0; end if;
  with changed as (
    select gen_random_uuid() as id, v.id as variant_id, k.on_hand, k.on_hand - k.held - k.sold as available,
      jsonb_build_object('productId', v.product_id, 'id', v.id, 'sku', v.sku, 'title', v.title, 'price', money(v.price, v.currency),
        'available', k.on_hand - k.held - k.sold, 'onHand', k.on_hand, 'held', k.held, 'sold', k.sold) as data
    from hook_endpoints e join products p on p.merchant_id = e.merchant_id join variants v on v.product_id = p.id
      join stock k on k.variant_id = v.id left join hook_stock s on s.endpoint_id = e.id and s.variant_id = v.id
      left join hook_deliveries d on d.id = s.delivery_id
    where e.id = endpoint and d.due_at is null and (s.on_hand, s.available) is distinct from (k.on_hand, k.on_hand - k.held - k.sold)
    limit most
  ), noted as (
    insert into hook_stock(endpoint_id, variant_id, on_hand, available, delivery_id)
      select endpoint, variant_id, on_hand, available, id from changed
      on conflict (endpoint_id, variant_id) do update set on_hand = excluded.on_hand, available = excluded.available, delivery_id = excluded.delivery_id
  )
  insert into hook_deliveries(id, endpoint_id, type, body, created_at, due_at)
    select id, endpoint, 'stock.changed', hook_body_v1('stock.changed', t, data), t, t from changed;
  get diagnostics told = row_count;
  return told;
end $$;
