-- Small things that every function uses. All of them are replaced at each start. They are `stable`, as
-- what they call is, so that Postgres writes them into the statements that use them; promised `immutable`
-- they are called, which costs several microseconds a row.

-- WIRE's Instant: RFC 3339, UTC, milliseconds.
create or replace function iso(t timestamptz) returns text
language sql stable parallel safe as $$
  select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Epoch microseconds: the canonical form of a time inside a hash. timestamptz::text depends on settings.
create or replace function us(t timestamptz) returns bigint
language sql stable parallel safe as $$
  select (extract(epoch from t) * 1000000)::bigint
$$;

create or replace function money(amount bigint, currency text) returns jsonb
language sql stable parallel safe as $$
  select jsonb_build_object('amount', amount, 'currency', currency)
$$;

-- Says no: rolls everything back. The driver's side turns SQLSTATE VTRNE into a Refusal.
create or replace function refuse(code text, sentence text, retry_after_ms bigint default null)
returns void language plpgsql as $$
begin
  if retry_after_ms is null then
    raise exception using errcode = 'VTRNE', message = code, detail = sentence;
  end if;
  raise exception using errcode = 'VTRNE', message = code, detail = sentence, hint = retry_after_ms::text;
end $$;
