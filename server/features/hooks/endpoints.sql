-- Endpoints, and what is done with them at the desk.

create or replace function hook_view_v1(e hook_endpoints) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', e.id, 'url', e.url, 'types', e.types, 'createdAt', iso(e.created_at), 'off', e.off)
$$;

create or replace function delivery_view_v1(d hook_deliveries) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', d.id, 'type', d.type, 'body', d.body, 'createdAt', iso(d.created_at), 'triedAt', iso(d.tried_at),
    'attempts', d.attempts, 'status', d.status, 'answer', d.answer, 'nextAt', iso(d.due_at),
    'state', case when d.due_at is not null then 'waiting' when d.delivered_at is not null then 'delivered' else 'failed' end)
$$;

-- Locks an endpoint of this merchant. Refuses NOT_FOUND.
create or replace function own_hook_v1(args jsonb) returns hook_endpoints
language plpgsql as $$
declare e hook_endpoints;
begin
  select * into e from hook_endpoints where id = (args ->> 'id')::uuid and merchant_id = (args ->> 'merchant')::uuid for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such webhook, or it is not open to you.'); end if;
  return e;
end $$;

-- add_hook_v1 {id, merchant, url, types, max}. Answers {value: the endpoint}. Refuses CONFLICT.
create or replace function add_hook_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'merchant'; e hook_endpoints;
begin
  perform 1 from accounts where id = who for no key update;
  if (select count(*) from hook_endpoints where merchant_id = who) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', format('%s webhooks are the most. Remove one first.', args ->> 'max'));
  end if;
  insert into hook_endpoints(id, merchant_id, url, types, created_at)
    values ((args ->> 'id')::uuid, who, args ->> 'url', array(select jsonb_array_elements_text(args -> 'types')), clock_timestamp())
    returning * into e;
  return jsonb_build_object('value', hook_view_v1(hook_stands_v1(e)));
end $$;

-- change_hook_v1 {id, merchant, url?, types?, on?}. Answers {value: the endpoint}.
create or replace function change_hook_v1(args jsonb) returns jsonb
language plpgsql as $$
declare e hook_endpoints := own_hook_v1(args);
begin
  update hook_endpoints set url = coalesce(args ->> 'url', url),
      types = case when args ? 'types' then array(select jsonb_array_elements_text(args -> 'types')) else types end,
      off = case (args ->> 'on')::boolean when true then null when false then coalesce(off, 'owner') else off end
    where id = e.id returning * into e;
  return jsonb_build_object('value', hook_view_v1(hook_stands_v1(e)));
end $$;

-- hook_stands_v1: what follows from an endpoint's row, which the caller has locked: when its stock is looked at next, and,
-- where it is off, that nothing of it waits. What it is first told of is a change: it knows the stock of this moment.
create or replace function hook_stands_v1(e hook_endpoints) returns hook_endpoints
language plpgsql as $$
declare hears boolean := e.off is null and 'stock.changed' = any(e.types);
begin
  update hook_endpoints set stock_due_at = case when hears then coalesce(stock_due_at, clock_timestamp()) end where id = e.id;
  if hears then
    insert into hook_stock(endpoint_id, variant_id, on_hand, available)
      select e.id, v.id, k.on_hand, k.on_hand - k.held - k.sold
      from products p join variants v on v.product_id = p.id join stock k on k.variant_id = v.id
      where p.merchant_id = e.merchant_id and not exists (select from hook_stock where endpoint_id = e.id);
  end if;
  if e.off is not null then
    with dropped as (update hook_deliveries set due_at = null where endpoint_id = e.id and due_at is not null returning id)
    update hook_stock s set on_hand = null from dropped d where s.endpoint_id = e.id and s.delivery_id = d.id;
  end if;
  return e;
end $$;

-- remove_hook_v1 {id, merchant}. What was sent is forgotten with its time.
create or replace function remove_hook_v1(args jsonb) returns jsonb
language plpgsql as $$
declare e hook_endpoints := own_hook_v1(args);
begin
  delete from hook_endpoints where id = e.id;
  delete from hook_stock where endpoint_id = e.id;
  update hook_deliveries set due_at = null where endpoint_id = e.id and due_at is not null;
  return '{"value": null}';
end $$;

-- renew_hook_secret_v1 {id, merchant}. Answers {value: the number that the secret is made from}.
create or replace function renew_hook_secret_v1(args jsonb) returns jsonb
language plpgsql as $$
declare e hook_endpoints := own_hook_v1(args);
begin
  update hook_endpoints set secret_version = secret_version + 1, renewed_at = clock_timestamp() where id = e.id returning * into e;
  return jsonb_build_object('value', e.secret_version);
end $$;

-- test_hook_v1 {id, merchant, deliveryId}. Answers {value: the delivery}. Refuses CONFLICT where it is off.
create or replace function test_hook_v1(args jsonb) returns jsonb
language plpgsql as $$
declare e hook_endpoints := own_hook_v1(args); d hook_deliveries; t timestamptz := clock_timestamp();
begin
  perform must_be_on_v1(e);
  insert into hook_deliveries(id, endpoint_id, type, body, created_at, due_at)
    values ((args ->> 'deliveryId')::uuid, e.id, 'test', hook_body_v1('test', t, '{}'), t, t) returning * into d;
  return jsonb_build_object('value', delivery_view_v1(d));
end $$;

-- send_again_v1 {id, merchant, deliveryId}. Answers {value: the delivery}. Refuses NOT_FOUND; CONFLICT where the endpoint is off.
create or replace function send_again_v1(args jsonb) returns jsonb
language plpgsql as $$
declare e hook_endpoints := own_hook_v1(args); d hook_deliveries;
begin
  perform must_be_on_v1(e);
  update hook_deliveries set due_at = clock_timestamp(), attempts = 0, delivered_at = null, status = null, answer = null
    where id = (args ->> 'deliveryId')::uuid and endpoint_id = e.id returning * into d;
  if not found then perform refuse('NOT_FOUND', 'There is no such delivery, or it is not open to you.'); end if;
  return jsonb_build_object('value', delivery_view_v1(d));
end $$;

create or replace function must_be_on_v1(e hook_endpoints) returns void
language plpgsql as $$
begin
  if e.off is not null then perform refuse('CONFLICT', 'This webhook is off. Switch it on first.'); end if;
end $$;

-- end_hook_v1: the house switches it off. One that took nothing for days: its merchant is told by letter.
create or replace function end_hook_v1(endpoint uuid, why text) returns void
language plpgsql as $$
declare e hook_endpoints;
begin
  update hook_endpoints set off = why where id = endpoint and off is null returning * into e;
  if not found then return; end if;
  perform hook_stands_v1(e);
  if why = 'failing' then perform write_mail_v1(e.merchant_id, 'webhook-off', jsonb_build_object('host', substring(e.url from '^https?://([^/?#]+)'))); end if;
end $$;
