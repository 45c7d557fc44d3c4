-- write_mail_v1: a letter to an account, in the caller's transaction: it is sent when, and only when,
-- what it tells of was committed.
--
--   account   its owner's address; whoever has none (guests) gets no letter
--   kind      order-confirmed · order-shipped · order-refunded · paid-too-late · return
--             auction-won · auction-offered · giveaway-won · webhook-off · show-begins · show-canceled · show-followed
--   facts     what the letter says, as letters.ts reads it
create or replace function write_mail_v1(account uuid, kind text, facts jsonb) returns void
language plpgsql as $$
declare t timestamptz := clock_timestamp();
begin
  insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), a.email, write_mail_v1.kind, write_mail_v1.facts, t, t
    from accounts a where a.id = account and a.email is not null;
end $$;

-- write_mails_v1: the same letter to many, each with facts of its own.
create or replace function write_mails_v1(kind text, accounts uuid[], facts jsonb[]) returns void
language plpgsql as $$
declare t timestamptz := clock_timestamp();
begin
  insert into mails(id, "to", kind, facts, created_at, due_at)
    select gen_random_uuid(), a.email, write_mails_v1.kind, u.facts, t, t
    from unnest(write_mails_v1.accounts, write_mails_v1.facts) u(account, facts) join accounts a on a.id = u.account and a.email is not null;
end $$;

-- write_mails_once_v1: the same, and never a second letter about one thing to one person, whatever kind it was of,
-- for as long as the row of the first is kept: its id says both.
create or replace function write_mails_once_v1(kind text, about uuid, accounts uuid[], facts jsonb[]) returns void
language plpgsql as $$
declare t timestamptz := clock_timestamp();
begin
  insert into mails(id, "to", kind, facts, created_at, due_at)
    select md5(about::text || a.id::text)::uuid, a.email, write_mails_once_v1.kind, u.facts, t, t
    from unnest(write_mails_once_v1.accounts, write_mails_once_v1.facts) u(account, facts) join accounts a on a.id = u.account and a.email is not null
    on conflict (id) do nothing;
end $$;
