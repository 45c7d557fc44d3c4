-- Who is an affiliate of whom, at what rate, and what was paid. Locks, in this order: the accounts of both sides by id, the
-- partnership. Placing an order waits for nobody here but who ends a partnership (via.sql).

-- rate_at_v1: what holds of a scope at a moment; null: nothing of its own.
create or replace function rate_at_v1(merchant uuid, scope_id uuid, t timestamptz) returns int
language sql stable as $$
  select rate_bps from affiliate_rates where merchant_id = merchant and scope = scope_id and since <= t order by since desc limit 1
$$;

-- rate_begins_v1: when a rate that is written now begins to hold: with the next whole minute that is ten seconds away or more. Longer
-- than a statement lives, so nobody can have read an order of that minute without it: a share never changes once it was seen.
create or replace function rate_begins_v1(t timestamptz) returns timestamptz
language sql stable as $$ select date_trunc('minute', t + interval '70 seconds') $$;

-- set_rate_v1: from `begins` on a scope has this rate; what was to begin then or later is forgotten. The caller has locked the
-- merchant's account.
create or replace function set_rate_v1(merchant uuid, scope_id uuid, bps int, begins timestamptz) returns void
language plpgsql as $$
begin
  delete from affiliate_rates where merchant_id = merchant and scope = scope_id and since >= begins;
  if rate_at_v1(merchant, scope_id, 'infinity') is distinct from bps then
    insert into affiliate_rates(merchant_id, scope, since, rate_bps) values (merchant, scope_id, begins, bps);
  end if;
end $$;

-- rates_fit_v1: rates are never forgotten, so a shop has so many in all. Refuses CONFLICT.
create or replace function rates_fit_v1(merchant uuid, most int) returns void
language plpgsql as $$
begin
  if (select count(*) from affiliate_rates r where r.merchant_id = merchant) > most then
    perform refuse('CONFLICT', 'Your rates were changed so often that they cannot change any more.');
  end if;
end $$;

-- affiliate_terms_v1: a shop's terms as its merchant sees them, with rates as they were written last; `changesAt`: when all of them
-- hold, if that is still to come. Null: never opened.
create or replace function affiliate_terms_v1(merchant uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object('entry', t.entry, 'rateBps', rate_at_v1(merchant, merchant, 'infinity'),
    'products', (select coalesce(jsonb_agg(jsonb_build_object('productId', p.id, 'title', p.title, 'rateBps', r.bps) order by p.title, p.id), '[]')
      from (select distinct scope from affiliate_rates where merchant_id = merchant) s join products p on p.id = s.scope
        cross join lateral (select rate_at_v1(merchant, p.id, 'infinity') as bps) r where r.bps is not null),
    'changesAt', (select iso(max(since)) from affiliate_rates where merchant_id = merchant and since > clock_timestamp()))
  from affiliate_terms t where t.merchant_id = merchant
$$;

-- set_affiliate_terms_v1 {merchant, entry, rateBps, products: [{productId, rateBps}], ratesMax}: opens the shop to affiliates, or changes on what
-- terms; products that are not named have the shop's rate. Answers {value: the terms}, or {value: {pointer, detail}}.
create or replace function set_affiliate_terms_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'merchant'; wanted jsonb := args -> 'products'; t timestamptz; begins timestamptz; stranger bigint; one record;
begin
  perform 1 from accounts where id = who for no key update;
  t := clock_timestamp();
  select g.n into stranger from jsonb_array_elements(wanted) with ordinality g(e, n)
    where not exists (select from products p where p.id = (g.e ->> 'productId')::uuid and p.merchant_id = who) order by g.n limit 1;
  if found then return misfit_v1(format('/products/%s', stranger - 1), 'There is no such product in your shop.'); end if;
  -- Before the first partner nothing can have been earned: what stood then is forgotten.
  begins := case when exists (select from affiliates where merchant_id = who) then rate_begins_v1(t) else 'epoch' end;
  insert into affiliate_terms as x (merchant_id, entry, changed_at) values (who, args ->> 'entry', t)
    on conflict (merchant_id) do update set entry = excluded.entry, changed_at = t;
  perform set_rate_v1(who, who, (args ->> 'rateBps')::int, begins);
  for one in
    select coalesce(g.id, s.scope) as id, g.bps
    from (select (e ->> 'productId')::uuid as id, (e ->> 'rateBps')::int as bps from jsonb_array_elements(wanted) e) g
      full join (select distinct r.scope from affiliate_rates r join products p on p.id = r.scope where r.merchant_id = who) s on s.scope = g.id
  loop
    perform set_rate_v1(who, one.id, one.bps, begins);
  end loop;
  perform rates_fit_v1(who, (args ->> 'ratesMax')::int);
  return jsonb_build_object('value', affiliate_terms_v1(who));
end $$;

-- affiliate_view_v1: a partnership as its merchant sees it: a name, and an address only where they invited by it.
create or replace function affiliate_view_v1(a affiliates, days jsonb) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', (a).id, 'displayName', (select display_name from accounts where id = (a).account_id), 'email', (a).invited_as,
    'rateBps', rate_at_v1((a).merchant_id, (a).id, 'infinity'),
    'changesAt', (select iso(max(since)) from affiliate_rates where merchant_id = (a).merchant_id and scope = (a).id and since > clock_timestamp()),
    'joinedAt', iso((a).joined_at), 'endedAt', iso((a).ended_at), 'sums', affiliate_sums_v1(a, days))
$$;

-- partnership_view_v1: the same as its affiliate sees it.
create or replace function partnership_view_v1(a affiliates, days jsonb) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', (a).id, 'merchant', jsonb_build_object('id', (a).merchant_id, 'name', merchant_terms_v1((a).merchant_id) ->> 'name'),
    'code', (a).code, 'rateBps', coalesce(rate_at_v1((a).merchant_id, (a).id, clock_timestamp()), rate_at_v1((a).merchant_id, (a).merchant_id, clock_timestamp())),
    'joinedAt', iso((a).joined_at), 'endedAt', iso((a).ended_at), 'sums', affiliate_sums_v1(a, days))
$$;

-- affiliate_offer_v1: what a shop offers whoever comes by its page, or by an invitation; null: nothing.
create or replace function affiliate_offer_v1(merchant uuid, invited boolean) returns jsonb
language sql stable as $$
  select jsonb_build_object('merchant', jsonb_build_object('id', merchant, 'name', merchant_terms_v1(merchant) ->> 'name'),
    'rateBps', rate_at_v1(merchant, merchant, clock_timestamp()))
  from affiliate_terms t where t.merchant_id = merchant and (t.entry = 'open' or (invited and t.entry = 'invited'))
$$;

-- invitation_stands_v1: it can still be taken.
create or replace function invitation_stands_v1(i affiliate_invitations) returns boolean
language sql stable as $$ select (i).expires_at > clock_timestamp() $$;

-- invite_affiliate_v1 {id, merchant, token, email?, days, max}: a link that is good once. An address hears of it by letter if it has
-- an account here; whether it has, nobody is told. Answers {value: the invitation's row as the desk sees it}. Refuses CONFLICT.
create or replace function invite_affiliate_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'merchant'; t timestamptz; i affiliate_invitations; reader uuid;
begin
  perform 1 from accounts where id = who for no key update;
  t := clock_timestamp();
  if not exists (select from affiliate_terms where merchant_id = who and entry <> 'closed') then
    perform refuse('CONFLICT', 'Your shop takes no affiliates just now. Save your terms first.');
  end if;
  delete from affiliate_invitations where merchant_id = who and expires_at <= t;
  select * into i from affiliate_invitations where merchant_id = who and lower(email) = lower(args ->> 'email');
  if found then return jsonb_build_object('value', invitation_view_v1(i)); end if;
  if (select count(*) from affiliate_invitations where merchant_id = who) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', format('%s invitations wait to be taken. Withdraw one first.', args ->> 'max'));
  end if;
  insert into affiliate_invitations(id, merchant_id, token, email, created_at, expires_at)
    values ((args ->> 'id')::uuid, who, args ->> 'token', args ->> 'email', t, t + make_interval(days => (args ->> 'days')::int)) returning * into i;
  select id into reader from accounts where lower(email) = lower(i.email);
  if found then
    perform write_mail_v1(reader, 'affiliate-invited', jsonb_build_object('token', i.token, 'shop', merchant_terms_v1(who) ->> 'name',
      'rateBps', rate_at_v1(who, who, 'infinity'), 'until', iso(i.expires_at)));
  end if;
  return jsonb_build_object('value', invitation_view_v1(i));
end $$;

create or replace function invitation_view_v1(i affiliate_invitations) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', (i).id, 'token', (i).token, 'email', (i).email, 'createdAt', iso((i).created_at), 'expiresAt', iso((i).expires_at))
$$;

-- join_affiliates_v1 {id, code, accountId, merchantId | token, affiliatesMax, partnershipsMax}: an account becomes an affiliate of an
-- open shop, or by an invitation, which is used up. One who is already stays it. Counts nothing under its locks. Answers {value: its id}. Refuses
-- NOT_FOUND, CONFLICT.
create or replace function join_affiliates_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'accountId'; m uuid := args ->> 'merchantId'; key text := args ->> 'token'; i affiliate_invitations; a affiliates; t timestamptz;
begin
  if key is not null then select merchant_id into m from affiliate_invitations where token = key; end if;
  perform 1 from accounts where id in (who, m) order by id for no key update;
  t := clock_timestamp();
  if who = m then perform refuse('CONFLICT', 'This is your own shop.'); end if;
  if key is not null then
    -- Again after the wait: it is good once.
    select x.* into i from affiliate_invitations x where x.token = key and invitation_stands_v1(x)
      and (x.email is null or lower(x.email) = (select lower(email) from accounts where id = who));
    if not found then perform refuse('NOT_FOUND', 'This invitation is over, or it is for another account.'); end if;
  end if;
  if affiliate_offer_v1(m, key is not null) is null then perform refuse('NOT_FOUND', 'This shop takes no affiliates just now.'); end if;
  select * into a from affiliates where merchant_id = m and account_id = who for no key update;
  if a.id is not null and a.ended_by_shop and key is null then
    perform refuse('CONFLICT', 'This shop ended your partnership. An invitation of theirs begins it again.');
  end if;
  if a.id is null then
    if (select count(*) from affiliates where merchant_id = m) >= (args ->> 'affiliatesMax')::int then
      perform refuse('CONFLICT', 'This shop has all the affiliates that it can have.');
    end if;
    if (select count(*) from affiliates where account_id = who) >= (args ->> 'partnershipsMax')::int then
      perform refuse('CONFLICT', format('You are an affiliate of %s shops. That is all that one account can be.', args ->> 'partnershipsMax'));
    end if;
    insert into affiliates(id, merchant_id, account_id, code, invited_as, joined_at)
      values ((args ->> 'id')::uuid, m, who, args ->> 'code', i.email, t) returning * into a;
  else
    update affiliates set ended_at = null, ended_by_shop = false, invited_as = coalesce(i.email, invited_as) where id = a.id returning * into a;
  end if;
  delete from affiliate_invitations where id = i.id;
  return jsonb_build_object('value', a.id);
end $$;

-- end_affiliate_v1 {id, merchant | accountId}: no order that is placed after the answer counts; what was earned stays earned. Ended
-- already: the same. Counts nothing: orders that are being placed with its code wait for it. Answers {value: its id}. Refuses NOT_FOUND.
create or replace function end_affiliate_v1(args jsonb) returns jsonb
language plpgsql as $$
declare a affiliates;
begin
  -- Not `no key update`: orders that are being placed with its code hold it, and are waited for.
  select * into a from affiliates where id = (args ->> 'id')::uuid
    and (merchant_id = (args ->> 'merchant')::uuid or account_id = (args ->> 'accountId')::uuid) for update;
  if not found then perform refuse('NOT_FOUND', 'There is no such partnership, or it is not open to you.'); end if;
  if a.ended_at is null then
    update affiliates set ended_at = clock_timestamp(), ended_by_shop = args ->> 'merchant' is not null where id = a.id;
  end if;
  return jsonb_build_object('value', a.id);
end $$;

-- set_affiliate_rate_v1 {id, merchant, rateBps, ratesMax}: one partner's own rate from the next minute on; null: the shop's. Counts nothing
-- under the lock. Answers {value: its id}. Refuses NOT_FOUND.
create or replace function set_affiliate_rate_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'merchant'; a affiliates;
begin
  perform 1 from accounts where id = who for no key update;
  select * into a from affiliates where id = (args ->> 'id')::uuid and merchant_id = who;
  if not found then perform refuse('NOT_FOUND', 'There is no such partnership, or it is not open to you.'); end if;
  perform set_rate_v1(who, a.id, (args ->> 'rateBps')::int, rate_begins_v1(clock_timestamp()));
  perform rates_fit_v1(who, (args ->> 'ratesMax')::int);
  return jsonb_build_object('value', a.id);
end $$;

-- pay_affiliate_v1 {payoutId, id, merchant, amount, currency, paidOn, note, days, key, bodyHash}: a merchant says to have paid; never more
-- than is owed at that moment. Answers {value: the payout}, or {value: {pointer, detail}}. Refuses NOT_FOUND, CONFLICT, IDEMPOTENCY_MISMATCH.
create or replace function pay_affiliate_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'merchant'; k text := args ->> 'key'; wanted bigint := args ->> 'amount'; a affiliates; p affiliate_payouts;
  answer jsonb; sums jsonb; paid bigint; done bigint;
begin
  perform 1 from affiliates where id = (args ->> 'id')::uuid and merchant_id = who;
  if not found then perform refuse('NOT_FOUND', 'There is no such partnership, or it is not open to you.'); end if;
  -- A day that has begun somewhere: nobody paid tomorrow.
  if (args ->> 'paidOn')::date > ((clock_timestamp() + interval '14 hours') at time zone 'UTC')::date then
    return misfit_v1('/paidOn', 'This day is still to come.');
  end if;
  answer := once_before_v1(who, 'pay-affiliate', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  select * into a from affiliates where id = (args ->> 'id')::uuid for no key update;
  select e into sums from jsonb_array_elements(affiliate_sums_v1(a, args -> 'days')) e where e -> 'owed' ->> 'currency' = args ->> 'currency';
  paid := coalesce((sums -> 'paid' ->> 'amount')::bigint, 0);
  done := paid + coalesce((sums -> 'owed' ->> 'amount')::bigint, 0) - coalesce((sums -> 'over' ->> 'amount')::bigint, 0);
  if paid + wanted > done then perform refuse('CONFLICT', 'That is more than is owed now. Look at the list again.'); end if;
  insert into affiliate_payouts(id, affiliate_id, amount, currency, paid_on, note, at, earned, before)
    values ((args ->> 'payoutId')::uuid, a.id, wanted, args ->> 'currency', (args ->> 'paidOn')::date, args ->> 'note', clock_timestamp(), done, paid)
    returning * into p;
  answer := payout_view_v1(p);
  perform write_mail_v1(a.account_id, 'affiliate-paid', answer || jsonb_build_object('shop', merchant_terms_v1(who) ->> 'name'));
  perform once_after_v1(who, 'pay-affiliate', k, answer);
  return jsonb_build_object('value', answer);
end $$;

create or replace function payout_view_v1(p affiliate_payouts) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', (p).id, 'amount', money((p).amount, (p).currency), 'paidOn', (p).paid_on::text, 'note', (p).note, 'at', iso((p).at))
$$;
