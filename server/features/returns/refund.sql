-- Steps that give money back, and those that time takes.

-- end_return_v1: gives the money of a return back, puts whole units back on the shelf and writes the step down. The caller has
-- locked the stock rows `vs`, the order and the return.
--
--   give      what is given back; nothing: no refund is made
--   restock   jsonb array of {holdId, quantity}: units on hand again. They were sent, so nothing else moves
--
-- Answers {value: the return, events, notices}.
create or replace function end_return_v1(r order_returns, o orders, vs uuid[], give bigint, restock jsonb, args jsonb, t timestamptz)
returns jsonb language plpgsql as $$
declare given refunds; before jsonb := availability_v1(vs); lines jsonb; told jsonb;
begin
  if give > return_left_v1(r, o) then perform refuse('CONFLICT', 'That is more than is left of what was paid for it.'); end if;
  if give > 0 then
    given := give_back_v1(o, give, 'return', t);
    select * into o from orders where id = o.id;
  end if;
  update return_items x set restocked = (e ->> 'quantity')::int
    from jsonb_array_elements(restock) e where x.return_id = r.id and x.hold_id = (e ->> 'holdId')::uuid;
  lines := (select jsonb_agg(jsonb_build_object('variantId', i.variant_id, 'kind', 'receive', 'quantity', e -> 'quantity',
      'reason', 'return of order ' || o.number, 'by', args ->> 'who') order by i.hold_id)
    from jsonb_array_elements(restock) e join order_items i on i.order_id = o.id and i.hold_id = (e ->> 'holdId')::uuid
    where (e ->> 'quantity')::int > 0);
  if lines is not null then perform stock_write_v1(lines, t); end if;
  update order_returns set state = args ->> 'to', refunded = refunded + give,
      received_at = case when args ->> 'step' = 'received' then t else received_at end,
      due_at = t + make_interval(days => (args ->> 'dueDays')::int)
    where id = r.id returning * into r;
  told := return_said_v1(r, o, args ->> 'step', args ->> 'by', (args ->> 'who')::uuid, args ->> 'words', given.id, t);
  return jsonb_build_object('value', return_view_v1(r), 'events', append_many_v1(crossed_v1(before, vs)), 'notices', told);
end $$;

-- refund_return_v1: the shop gives back, at once or when the parcel came; or the house decides.
--
--   args   {returnId, who, by: merchant | house, from, to, step, amount?, words?, restock?: [{holdId, quantity}],
--          dueDays?, key, bodyHash}; without an amount all that is left of what was paid
--
-- Answers {value: the return}. Refuses NOT_FOUND, FORBIDDEN (who is no admin, or a side of it), CONFLICT,
-- IDEMPOTENCY_MISMATCH.
create or replace function refund_return_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'who'; rid uuid := args ->> 'returnId'; k text := args ->> 'key'; operation text := 'return-' || (args ->> 'step');
  restock jsonb := coalesce(args -> 'restock', '[]'); r order_returns; o orders; vs uuid[]; give bigint; told jsonb; answer jsonb;
begin
  if args ->> 'by' = 'house' then perform must_be_house_v1(who); end if;
  select * into r from order_returns where id = rid and (args ->> 'by' = 'house' or merchant_id = who);
  if not found then perform refuse('NOT_FOUND', 'There is no such return, or it is not open to you.'); end if;
  answer := once_before_v1(who, operation, k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  vs := lock_order_stock_v1(array[r.order_id]);
  select * into o from orders where id = r.order_id for no key update;
  select * into r from order_returns where id = rid for no key update;
  -- Again after the wait: who is no admin any more decides nothing.
  if args ->> 'by' = 'house' then perform must_be_house_v1(who); end if;
  perform must_stand_v1(r, args -> 'from');
  if args ->> 'by' = 'house' and who in (r.buyer, r.merchant_id) then
    perform refuse('FORBIDDEN', 'You are a side of this dispute. Another admin decides it.');
  end if;
  give := coalesce((args ->> 'amount')::bigint, return_left_v1(r, o));
  if give < return_left_v1(r, o) and args ->> 'words' is null then
    perform refuse('CONFLICT', 'Say why it is less than was paid.');
  end if;
  if exists (select from jsonb_array_elements(restock) e left join return_items x on x.return_id = rid and x.hold_id = (e ->> 'holdId')::uuid
      where (e ->> 'quantity')::int > coalesce(x.quantity, 0)) then
    perform refuse('CONFLICT', 'More came back than this return is of.');
  end if;
  told := end_return_v1(r, o, vs, give, restock, args, clock_timestamp());
  perform once_after_v1(who, operation, k, told -> 'value');
  return told;
end $$;

create or replace function must_be_house_v1(who uuid) returns void
language plpgsql as $$
begin
  perform 1 from accounts where id = who and kind = 'admin';
  if not found then perform refuse('FORBIDDEN', 'Only an admin of this house may do that.'); end if;
end $$;

-- pass_return_v1 {returnId, sendDays, disputeDays, answerDays}: time takes a step where its hour has come. A shop that did not
-- answer has said yes: what can be sent back is, and what cannot (it never came, or the shop has no address) is paid
-- back. What was not sent back in time is closed. A parcel that nobody confirmed in the days that its buyer had for asking the
-- house is brought before it; where all its money went back already, it ends. Answers {value: whether anything was done}.
create or replace function pass_return_v1(args jsonb) returns jsonb
language plpgsql as $$
declare rid uuid := args ->> 'returnId'; r order_returns; o orders; vs uuid[]; t timestamptz; home text;
  ended jsonb := jsonb_build_object('to', 'refunded', 'step', 'refunded', 'by', 'time', 'dueDays', args -> 'disputeDays');
begin
  select * into r from order_returns where id = rid;
  vs := lock_order_stock_v1(array[r.order_id]);
  select * into o from orders where id = r.order_id for no key update;
  select * into r from order_returns where id = rid for no key update;
  t := clock_timestamp();
  if r.state not in ('asked', 'accepted', 'sent')
    or r.due_at + make_interval(days => case when r.state = 'sent' then (args ->> 'disputeDays')::int else 0 end) > t then
    return '{"value": false}';
  end if;
  if r.state = 'sent' then
    if return_left_v1(r, o) = 0 then return end_return_v1(r, o, vs, 0, '[]', ended, t) || '{"value": true}'; end if;
    update order_returns set state = 'disputed', disputed_at = t, due_at = t + make_interval(days => (args ->> 'answerDays')::int)
      where id = rid returning * into r;
    return jsonb_build_object('value', true, 'notices', return_said_v1(r, o, 'disputed', 'time', null, null, null, t));
  end if;
  if r.state = 'accepted' then
    update order_returns set state = 'closed', due_at = null where id = rid returning * into r;
    return jsonb_build_object('value', true, 'notices', return_said_v1(r, o, 'closed', 'time', null, null, null, t));
  end if;
  home := home_of_v1(r.merchant_id);
  if r.reason = 'never-came' or home is null then
    return end_return_v1(r, o, vs, return_left_v1(r, o), '[]', ended, t) || '{"value": true}';
  end if;
  update order_returns set state = 'accepted', send_to = home, due_at = t + make_interval(days => (args ->> 'sendDays')::int)
    where id = rid returning * into r;
  return jsonb_build_object('value', true, 'notices', return_said_v1(r, o, 'accepted', 'time', null, null, null, t));
end $$;
