-- The sandbox bank: what another company would keep in a database of its own. Nothing here touches a
-- row of the shop, and the shop reads none of these.

-- sandbox_json_v1: a payment as the bank tells it, in answers and in events.
create or replace function sandbox_json_v1(p sandbox_payments) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', p.id, 'reference', p.reference, 'status', p.status, 'version', p.version,
    'amount', p.amount, 'currency', p.currency, 'refunded', p.refunded,
    'captured', case when p.status = 'succeeded' then p.amount else 0 end)
$$;

-- sandbox_tell_v1: an event to deliver, in the transaction of what it tells.
create or replace function sandbox_tell_v1(event_type text, facts jsonb) returns void
language sql as $$
  insert into sandbox_events(id, type, body, created_at, due_at)
  select 'evt_' || replace(gen_random_uuid()::text, '-', ''), event_type,
    jsonb_build_object('type', event_type, 'timestamp', iso(t), 'data', facts), t, t
  from (select clock_timestamp() t) c
$$;

-- sandbox_open_v1 {id, reference, amount, currency, returnUrl}: a payment to be paid. The same
-- reference again answers the same payment; with other money it is refused.
create or replace function sandbox_open_v1(args jsonb) returns jsonb
language plpgsql as $$
declare p sandbox_payments;
begin
  insert into sandbox_payments(id, reference, amount, currency, status, return_url, created_at)
    values (args ->> 'id', (args ->> 'reference')::uuid, (args ->> 'amount')::bigint, args ->> 'currency', 'pending',
      args ->> 'returnUrl', clock_timestamp())
    on conflict (reference) do nothing;
  select * into p from sandbox_payments where reference = (args ->> 'reference')::uuid;
  if p.amount <> (args ->> 'amount')::bigint or p.currency <> args ->> 'currency' then
    perform refuse('IDEMPOTENCY_MISMATCH', 'This reference stands for other money.');
  end if;
  return sandbox_json_v1(p);
end $$;

-- sandbox_move_v1 {id, from: [status], to, settlesInMs?}: one step of a payment, and its event. Null
-- when the payment is in none of the states to come from; NOT_FOUND when there is none.
--
-- A payment takes money at most once: nothing moves away from succeeded.
create or replace function sandbox_move_v1(args jsonb) returns jsonb
language plpgsql as $$
declare p sandbox_payments; t timestamptz;
begin
  select * into p from sandbox_payments where id = args ->> 'id' for no key update;
  if not found then perform refuse('NOT_FOUND', 'The sandbox bank knows no such payment.'); end if;
  t := clock_timestamp();
  if not (args -> 'from') ? p.status or p.status = 'succeeded' then return null; end if;
  if p.version >= 100 then perform refuse('RATE_LIMITED', 'Too many cards were tried for this payment.', 3600000); end if;
  update sandbox_payments set status = args ->> 'to', version = p.version + 1,
      settles_at = t + (args ->> 'settlesInMs')::bigint * interval '1 millisecond'
    where id = p.id returning * into p;
  perform sandbox_tell_v1('payment.' || p.status, jsonb_build_object('payment', sandbox_json_v1(p)));
  return sandbox_json_v1(p);
end $$;

-- sandbox_settle_v1: slow cards whose time has come succeed. Answers how many did.
create or replace function sandbox_settle_v1() returns int
language plpgsql as $$
declare r record; n int := 0;
begin
  -- now() and not clock_timestamp(): an index finds only what stays the same during a query.
  for r in select id from sandbox_payments where status = 'processing' and settles_at <= now()
    order by settles_at limit 50 for no key update skip locked
  loop
    perform sandbox_move_v1(jsonb_build_object('id', r.id, 'from', '["processing"]'::jsonb, 'to', 'succeeded'));
    n := n + 1;
  end loop;
  return n;
end $$;

-- sandbox_refund_v1 {id, paymentId, reference, amount}: gives money back, once for each reference and
-- never more than was taken.
create or replace function sandbox_refund_v1(args jsonb) returns jsonb
language plpgsql as $$
declare p sandbox_payments; r sandbox_refunds;
begin
  select * into p from sandbox_payments where id = args ->> 'paymentId' for no key update;
  if not found then perform refuse('NOT_FOUND', 'The sandbox bank knows no such payment.'); end if;
  select * into r from sandbox_refunds where reference = (args ->> 'reference')::uuid;
  if found then
    if r.payment_id <> p.id or r.amount <> (args ->> 'amount')::bigint then
      perform refuse('IDEMPOTENCY_MISMATCH', 'This reference stands for another refund.');
    end if;
    return jsonb_build_object('id', r.id, 'status', 'succeeded');
  end if;
  if p.status <> 'succeeded' or p.refunded + (args ->> 'amount')::bigint > p.amount then
    perform refuse('CONFLICT', 'That is more than was taken.');
  end if;
  insert into sandbox_refunds(id, reference, payment_id, amount, created_at)
    values (args ->> 'id', (args ->> 'reference')::uuid, p.id, (args ->> 'amount')::bigint, clock_timestamp()) returning * into r;
  update sandbox_payments set refunded = p.refunded + r.amount where id = p.id;
  perform sandbox_tell_v1('refund.succeeded', jsonb_build_object('refund',
    jsonb_build_object('id', r.id, 'reference', r.reference, 'paymentId', p.id, 'amount', r.amount, 'status', 'succeeded')));
  return jsonb_build_object('id', r.id, 'status', 'succeeded');
end $$;
