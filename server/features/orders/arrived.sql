-- order_arrived_v1 {orderId, buyer}: its buyer has it in hand: from now on counts how long it may be given back. Said
-- again, it is the same. Answers {value: the order}. Refuses NOT_FOUND, CONFLICT where it was not sent.
create or replace function order_arrived_v1(args jsonb) returns jsonb
language plpgsql as $$
declare o orders;
begin
  select * into o from orders where id = (args ->> 'orderId')::uuid and buyer = (args ->> 'buyer')::uuid for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such order, or it is not open to you.'); end if;
  if o.shipped_at is null then perform refuse('CONFLICT', 'This order was not sent yet.'); end if;
  if o.arrived_at is not null then return jsonb_build_object('value', order_view_v1(o)); end if;
  -- One of which money went back stays refunded: that says more.
  update orders set arrived_at = clock_timestamp(), status = case status when 'shipped' then 'delivered' else status end
    where id = o.id returning * into o;
  return jsonb_build_object('value', order_view_v1(o), 'notices', order_notices_v1(o));
end $$;
