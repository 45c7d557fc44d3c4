create or replace function api_key_view_v1(k api_keys) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', k.id, 'name', k.name, 'lastFour', k.last_four, 'writes', k.writes,
    'createdAt', iso(k.created_at), 'usedAt', iso(k.used_at))
$$;

-- make_api_key_v1 {id, merchant, name, hash, lastFour, writes, max}. Answers {value: the key as its list has it}. Refuses CONFLICT.
create or replace function make_api_key_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'merchant'; k api_keys;
begin
  perform 1 from accounts where id = who for no key update;
  if (select count(*) from api_keys where merchant_id = who) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', format('%s API keys are the most. Revoke one first.', args ->> 'max'));
  end if;
  insert into api_keys(id, merchant_id, name, key_hash, last_four, writes, created_at)
    values ((args ->> 'id')::uuid, who, args ->> 'name', decode(args ->> 'hash', 'hex'), args ->> 'lastFour', (args ->> 'writes')::boolean, clock_timestamp())
    returning * into k;
  return jsonb_build_object('value', api_key_view_v1(k));
end $$;
