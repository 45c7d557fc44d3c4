-- One result for each (principal, operation, key), in the transaction of the effect.

-- once_before_v1: null: act, then hand the result to once_after_v1. Otherwise the first result. Waits
-- for a neighbour with the same key. Without a key each call is its own. Refuses IDEMPOTENCY_MISMATCH.
create or replace function once_before_v1(who uuid, what text, k text, hash text) returns jsonb
language plpgsql as $$
declare first idempotency_keys;
begin
  if k is null then return null; end if;
  insert into idempotency_keys(principal, operation, key, body_hash, at) values (who, what, k, hash, clock_timestamp())
    on conflict do nothing;
  if found then return null; end if;
  select * into first from idempotency_keys where principal = who and operation = what and key = k;
  if first.body_hash <> hash then
    perform refuse('IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.');
  end if;
  return first.result;
end $$;

create or replace function once_after_v1(who uuid, what text, k text, answer jsonb) returns void
language sql as $$
  update idempotency_keys set result = answer where principal = who and operation = what and key = k
$$;
