-- What is done with a return, one function a step. Each locks in the order of the house: stock rows where units come
-- back, the order, then its return. The order's row is the mutex of its returns.

-- return_said_v1: writes down a step, and tells whom it concerns: by a letter, and on open screens. Answers notices.
create or replace function return_said_v1(r order_returns, o orders, step text, by text, who uuid, words text, refund uuid, t timestamptz)
returns jsonb language plpgsql as $$
begin
  insert into return_steps(return_id, n, step, "by", account_id, at, words, refund_id)
    select r.id, count(*) + 1, return_said_v1.step, return_said_v1.by, who, t, return_said_v1.words, refund
    from return_steps s where s.return_id = r.id;
  perform write_mail_v1(x.account, 'return', jsonb_build_object('return', return_view_v1(r), 'to', x.side, 'step', step))
    from (values (r.buyer, 'buyer'), (r.merchant_id, 'merchant')) x(account, side)
    where x.side <> by;
  if step = 'disputed' then
    perform write_mail_v1(a.id, 'return', jsonb_build_object('return', return_view_v1(r), 'to', 'house', 'step', step))
      from (select id from accounts where kind = 'admin' order by id limit 10) a;
  end if;
  perform tell_return_v1(r, step);
  return order_notices_v1(o);
end $$;

-- must_stand_v1: refuses CONFLICT unless the return stands where this step begins, and says where it stands.
create or replace function must_stand_v1(r order_returns, states jsonb) returns void
language plpgsql as $$
begin
  if states ? r.state then return; end if;
  perform refuse('CONFLICT', case r.state
    when 'asked' then 'The shop has not answered this return yet.'
    when 'accepted' then 'The shop has accepted this return.'
    when 'sent' then 'This return is on its way to the shop.'
    when 'refunded' then 'The money of this return was given back.'
    when 'refused' then 'The shop has refused this return.'
    when 'withdrawn' then 'This return was withdrawn.'
    when 'closed' then 'This return was not sent in time and is closed.'
    when 'disputed' then 'The house looks at this return.'
    when 'decided' then 'The house has decided this return. That is final.' end);
end $$;

-- ask_return_v1 {returnId, orderId, buyer, items: [{holdId, quantity}], reason, note, isFault, days, max, dueDays, key, bodyHash}:
-- a buyer asks to give back pieces of an order. Answers {value: the return}. Refuses NOT_FOUND, CONFLICT (not sent,
-- the time is over, another return is open, more than was bought), IDEMPOTENCY_MISMATCH.
create or replace function ask_return_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'buyer'; k text := args ->> 'key'; items jsonb := args -> 'items'; until timestamptz;
  o orders; r order_returns; t timestamptz; told jsonb; answer jsonb;
begin
  select * into o from orders where id = (args ->> 'orderId')::uuid and buyer = who for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such order, or it is not open to you.'); end if;
  answer := once_before_v1(who, 'ask-return', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  t := clock_timestamp();
  if o.shipped_at is null then perform refuse('CONFLICT', 'This order was not sent yet. Ask the shop for a refund.'); end if;
  if not exists (select from jsonb_array_elements(items) e left join order_items i on i.order_id = o.id and i.hold_id = (e ->> 'holdId')::uuid
      where i.price is distinct from 0) then
    perform refuse('CONFLICT', 'It cost nothing: there is no money to give back.');
  end if;
  if o.refunded = o.total then perform refuse('CONFLICT', 'None of its money is left to give back.'); end if;
  until := return_until_v1(o, (args ->> 'isFault')::boolean, args -> 'days');
  if until is null then perform refuse('CONFLICT', 'This shop takes nothing back that is as it should be.'); end if;
  if t >= until then perform refuse('CONFLICT', 'The time to give it back is over.'); end if;
  if args ->> 'reason' = 'never-came' and o.arrived_at is not null then
    perform refuse('CONFLICT', 'You said that it arrived.');
  end if;
  if exists (select from order_returns x where x.order_id = o.id and x.state in ('asked', 'accepted', 'sent', 'disputed')) then
    perform refuse('CONFLICT', 'There is an open return of this order. Wait for its end, or withdraw it.');
  end if;
  if (select count(*) from order_returns x where x.order_id = o.id) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', 'Nothing more can be asked back of this order.');
  end if;
  if exists (select from jsonb_array_elements(items) e left join pieces_left_v2(o.id) p on p.hold_id = (e ->> 'holdId')::uuid
      where coalesce(p.quantity, 0) < (e ->> 'quantity')::int) then
    perform refuse('CONFLICT', 'That is more than there is to give back of this order.');
  end if;
  insert into return_items(return_id, hold_id, quantity)
    select (args ->> 'returnId')::uuid, (e ->> 'holdId')::uuid, (e ->> 'quantity')::int from jsonb_array_elements(items) e;
  insert into order_returns(id, order_id, buyer, merchant_id, state, reason, note, paid, created_at, due_at)
    values ((args ->> 'returnId')::uuid, o.id, who, o.merchant_id, 'asked', args ->> 'reason', args ->> 'note',
      price_return_v1((args ->> 'returnId')::uuid, o.id), t, t + make_interval(days => (args ->> 'dueDays')::int))
    returning * into r;
  told := return_said_v1(r, o, 'asked', 'buyer', who, nullif(r.note, ''), null, t);
  answer := return_view_v1(r);
  perform once_after_v1(who, 'ask-return', k, answer);
  return jsonb_build_object('value', answer, 'notices', told);
end $$;

-- move_return_v1: what is done with words alone: no money, no units.
--
--   args   {returnId, who, by: buyer | merchant, from: [state], to, step, words?, sendTo?, carrier?, trackingNumber?,
--          dueDays?, key?, bodyHash}: the move as the table of shared/domain/returns.ts has it
--
-- Answers {value: the return}. Refuses NOT_FOUND, CONFLICT, IDEMPOTENCY_MISMATCH.
create or replace function move_return_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'who'; rid uuid := args ->> 'returnId'; k text := args ->> 'key'; step text := args ->> 'step';
  r order_returns; o orders; t timestamptz; told jsonb; answer jsonb;
begin
  select * into r from order_returns where id = rid and who = case args ->> 'by' when 'buyer' then buyer else merchant_id end;
  if not found then perform refuse('NOT_FOUND', 'There is no such return, or it is not open to you.'); end if;
  answer := once_before_v1(who, 'return-' || step, k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  select * into o from orders where id = r.order_id for no key update;
  select * into r from order_returns where id = rid for no key update;
  t := clock_timestamp();
  perform must_stand_v1(r, args -> 'from');
  if step = 'accepted' then
    perform must_be_sendable_v1(r);
    r.send_to := coalesce(args ->> 'sendTo', home_of_v1(who));
    if r.send_to is null then perform refuse('CONFLICT', 'Say where to send it: there is no address in the settings of your shop.'); end if;
  elsif step = 'disputed' then
    perform must_be_disputable_v1(r, o, t);
    -- Others of its line may have been priced without it.
    if not return_stands_v1(r) then r.paid := price_return_v1(rid, o.id); end if;
    r.disputed_at := t;
  elsif step = 'answered' then
    if r.answered_at is not null then perform refuse('CONFLICT', 'You have said your word to the house.'); end if;
    r.answered_at := t;
  end if;
  update order_returns set state = args ->> 'to', paid = r.paid, send_to = r.send_to, disputed_at = r.disputed_at, answered_at = r.answered_at,
      carrier = coalesce(args ->> 'carrier', carrier), tracking_number = coalesce(args ->> 'trackingNumber', tracking_number),
      due_at = case when step <> 'answered' then t + make_interval(days => (args ->> 'dueDays')::int) end
    where id = rid returning * into r;
  told := return_said_v1(r, o, step, args ->> 'by', who, args ->> 'words', null, t);
  answer := return_view_v1(r);
  perform once_after_v1(who, 'return-' || step, k, answer);
  return jsonb_build_object('value', answer, 'notices', told);
end $$;

-- home_of_v1: where parcels to a shop go; null where its settings do not say.
create or replace function home_of_v1(merchant uuid) returns text
language sql stable as $$
  select nullif(btrim(merchant_terms_v1(merchant) ->> 'address', E' \t\n\r'), '')
$$;

create or replace function must_be_sendable_v1(r order_returns) returns void
language plpgsql as $$
begin
  if r.reason = 'never-came' then
    perform refuse('CONFLICT', 'What never came cannot be sent back. Give its money back, or refuse.');
  end if;
end $$;

-- must_be_disputable_v1: once; while something is left to give; after a no until its time is over; of a parcel that was
-- sent back only then; and not while the pieces are in another return.
create or replace function must_be_disputable_v1(r order_returns, o orders, t timestamptz) returns void
language plpgsql as $$
begin
  if r.disputed_at is not null then perform refuse('CONFLICT', 'The house was asked already.'); end if;
  if return_left_v1(r, o) = 0 then perform refuse('CONFLICT', 'Nothing of its money is left to give back.'); end if;
  if r.state = 'sent' and t < r.due_at then perform refuse('CONFLICT', 'The shop still has time to say that it came.'); end if;
  if r.state <> 'sent' and t >= r.due_at then perform refuse('CONFLICT', 'The time to ask the house is over.'); end if;
  if exists (select from order_returns x where x.order_id = o.id and x.id <> r.id and x.state in ('asked', 'accepted', 'sent', 'disputed'))
    or exists (select from return_items x join pieces_left_v2(o.id, r.id) p using (hold_id) where x.return_id = r.id and p.quantity < x.quantity) then
    perform refuse('CONFLICT', 'These pieces are in another return of this order.');
  end if;
end $$;
