-- cordon migration=2 postgres=14
-- Holds beside the opt-outs and the markers; a digest of what each register holds.

set role :"owner";

------------------------------------------------------------------------------------------------------------
-- holds: somebody's live case, request or complaint, with an owner and a last day

alter table cordon.register_entry drop constraint register_entry_register_check,
  add constraint register_entry_register_check check (register in ('opt-outs', 'safety-markers', 'holds'));
alter table cordon.register_event drop constraint register_event_register_check,
  add constraint register_event_register_check check (register in ('opt-outs', 'safety-markers', 'holds'));

-- worker/register.ts says the same list
alter table cordon.register_entry
  add column reason text constraint register_entry_reason_is_known
    check (reason in ('live-case', 'officer-request', 'complaint')),
  -- past its day it still excludes, and waits for somebody to decide
  add constraint register_entry_is_owned
    check (register = 'opt-outs' or (owner is not null and review_on is not null)),
  add constraint register_entry_hold_has_reason check ((register = 'holds') = (reason is not null));


------------------------------------------------------------------------------------------------------------
-- what a register holds, as one digest: rows that were overwritten, exchanged or put back are as many as before

alter table cordon.alarm drop constraint alarm_code_is_known,
  add constraint alarm_code_is_known check (code in ('QUARANTINE_OVER_TOLERANCE', 'REGISTER_EMPTIED', 'REGISTER_SHRUNK',
    'REGISTER_ALTERED', 'REGISTER_STALE', 'RULE_REMOVES_NOTHING', 'RULE_REMOVES_OVER', 'RULE_CHANGED'));

-- the owner's alone: who reads a digest in the ledger cannot try a token against it
create table cordon.register_salt (
  one boolean primary key default true check (one),
  salt bytea not null check (length(salt) = 32)
);
insert into cordon.register_salt (salt)
  values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

/* All that a row says, hashed, in four numbers that add up in any order. Canaries are looked for, and not counted. */
create view cordon.register_weight as
  select h.register, h.entry, substring(h.hash from 1 for 64)::bigint as a, substring(h.hash from 65 for 64)::bigint as b,
    substring(h.hash from 129 for 64)::bigint as c, substring(h.hash from 193 for 64)::bigint as d
  from (
    select r.register, r.entry, x.hash from cordon.register_entry r
      -- once a row; what is first has its fixed length, so that nothing reads as something else
      cross join lateral (select ('x' || encode(sha256((select s.salt from cordon.register_salt s) || r.token || int8send(r.entry)
        || int4send(r.generation) || timestamptz_send(r.added_at) || timestamptz_send(coalesce(r.withdrawn_at, 'infinity')) || convert_to(
          concat_ws('|', r.register, r.kind, r.scope, r.as_given, r.added_by, coalesce(r.withdrawn_by, ''),
            coalesce(r.owner, ''), coalesce(r.review_on - date '2000-01-01', 0), coalesce(r.reason, '')), 'UTF8')), 'hex')
        )::bit(256) as hash offset 0) x
    where r.added_by <> 'canary') h;

/* The weight of a register is the sum of its rows here: one, and what this transaction has changed so far. */
create table cordon.register_sum (
  register text not null check (register in ('opt-outs', 'safety-markers', 'holds')),
  rows bigint not null,
  a numeric not null,
  b numeric not null,
  c numeric not null,
  d numeric not null
);

-- entries of this transaction, weighed together: a file has thousands
create table cordon.register_fresh (entry bigint not null);

/* Before a row is changed with -1, after it with 1; MUST hold the row of register_change meanwhile. */
create function cordon.register_weigh(in_entries bigint[], in_sign int) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into cordon.register_sum
    select w.register, in_sign * count(*), in_sign * sum(w.a), in_sign * sum(w.b), in_sign * sum(w.c), in_sign * sum(w.d)
    from cordon.register_weight w where w.entry = any (in_entries) group by w.register
$$;

create function cordon.register_settle() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  entries bigint[];
begin
  perform from cordon.register_change for update;
  with fresh as (
    delete from cordon.register_fresh f returning f.entry
  ) select array_agg(f.entry) into entries from fresh f;
  perform cordon.register_weigh(entries, 1);
end $$;

create function cordon.register_digest(in_register text, in_rows bigint, in_a numeric, in_b numeric, in_c numeric, in_d numeric)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(s.salt || convert_to(concat_ws('|', in_register, in_rows, in_a, in_b, in_c, in_d), 'UTF8')), 'hex')
  from cordon.register_salt s
$$;

/* What a register holds after this transaction's changes, for its leaf; whoever else changes a register waits. */
create function cordon.register_figure(in_register text, out rows bigint, out digest text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  w cordon.register_sum;
begin
  perform cordon.register_settle();
  with gone as (
    delete from cordon.register_sum s where s.register = in_register returning s.*
  ) insert into cordon.register_sum as s
    select in_register, coalesce(sum(g.rows), 0), coalesce(sum(g.a), 0), coalesce(sum(g.b), 0), coalesce(sum(g.c), 0),
      coalesce(sum(g.d), 0) from gone g
    returning s.* into w;
  rows := w.rows;
  digest := cordon.register_digest(in_register, w.rows, w.a, w.b, w.c, w.d);
end $$;

/* The same from the rows themselves, of every register that has any. */
create function cordon.registers_reckoned(out register text, out rows bigint, out digest text)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select w.register, count(*), cordon.register_digest(w.register, count(*), sum(w.a), sum(w.b), sum(w.c), sum(w.d))
  from cordon.register_weight w group by w.register
$$;

drop function cordon.register_add(text, text, text, bytea[], bytea[], int, text, text, date);

/*
 * in_tokens: as given first, then every form that is to match. in_same: as given under every key so far.
 * False when the same identifier stands there already, in force and no narrower.
 */
create function cordon.register_add(in_register text, in_scope text, in_kind text, in_tokens bytea[], in_same bytea[],
  in_generation int, in_by text, in_owner text, in_review_on date, in_reason text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare new_entry bigint;
begin
  perform cordon.require_newest_key(in_generation);
  if in_register <> 'opt-outs' and (in_owner is null or in_review_on is null) then
    raise exception sqlstate 'CRD10' using message = 'a safety marker or a hold has an owner and a review date';
  end if;
  if (in_register = 'holds') <> (in_reason is not null) then
    raise exception sqlstate 'CRD10' using message = 'a hold, and nothing else, has a reason';
  end if;
  if in_scope = 'case' and (in_register <> 'opt-outs' or in_kind = 'phone') then
    raise exception sqlstate 'CRD10' using message = 'neither a marker, a hold nor a telephone number is of one case';
  end if;
  perform from cordon.register_entry r where r.register = in_register and r.kind = in_kind and r.token = any (in_same)
    and r.as_given and r.withdrawn_at is null and r.scope in (in_scope, 'standing')
    and (r.owner, r.review_on, r.reason) is not distinct from (in_owner, in_review_on, in_reason);
  if found then
    return false;
  end if;
  insert into cordon.register_entry (register, scope, kind, token, generation, added_by, owner, review_on, reason)
    values (in_register, in_scope, in_kind, in_tokens[1], in_generation, in_by, in_owner, in_review_on, in_reason)
    returning entry into new_entry;
  insert into cordon.register_entry
      (register, scope, kind, token, entry, as_given, generation, added_by, owner, review_on, reason)
    select in_register, in_scope, in_kind, t.token, new_entry, false, in_generation, in_by, in_owner, in_review_on, in_reason
    from (select distinct u.token from unnest(in_tokens) u(token) where u.token is distinct from in_tokens[1]) t;
  insert into cordon.register_fresh values (new_entry);
  return true;
end $$;

/* Exactly what was given, never what merely resembles it; answers how many entries went out of force. */
create or replace function cordon.register_withdraw(in_register text, in_kind text, in_same bytea[], in_by text) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint[];
begin
  perform cordon.register_settle();
  gone := array(select distinct r.entry from cordon.register_entry r
    where r.register = in_register and r.kind = in_kind and r.token = any (in_same) and r.as_given
      and r.withdrawn_at is null);
  perform cordon.register_weigh(gone, -1);
  update cordon.register_entry r set withdrawn_at = now(), withdrawn_by = in_by
    where r.withdrawn_at is null and r.register = in_register and r.entry = any (gone);
  perform cordon.register_weigh(gone, 1);
  return cardinality(gone);
end $$;

drop function cordon.register_rekey(int);

/* Wraps some entries of earlier keys; 0 when none is left. Only under the very keys that the registers know. */
create function cordon.register_rekey(in_limit int, out rows int, out touched text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  newest int := (select max(generation) from cordon.token_key);
  batch tid[];
  entries bigint[];
begin
  if cordon.lift((select proof from cordon.token_key where generation = 1), 1)
    is distinct from (select proof from cordon.token_key where generation = newest) then
    raise exception sqlstate 'CRD15' using message = 'the registers are under another key';
  end if;
  perform cordon.register_settle();
  batch := array(select r.ctid from cordon.register_entry r where r.generation < newest limit in_limit);
  -- the forms of an entry are weighed together
  entries := array(select distinct r.entry from cordon.register_entry r where r.ctid = any (batch));
  perform cordon.register_weigh(entries, -1);
  with wrapped as (
    update cordon.register_entry r set token = cordon.lift(r.token, r.generation), generation = newest
      where r.ctid = any (batch)
      returning r.register
  ) select count(*), coalesce(array_agg(distinct register), '{}') into rows, touched from wrapped;
  perform cordon.register_weigh(entries, 1);
end $$;

drop function cordon.accept_alarm(text, text, int, text, text, text);

/* Every alarm of this code that waits in this attempt; answers how many are left of any code. */
create function cordon.accept_alarm(in_survey text, in_period text, in_attempt int, in_code text, in_officer text,
  in_because text, out accepted int, out unanswered int, out registers jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  subjects text[];
begin
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  with said as (
    update cordon.alarm a set accepted_at = now(), accepted_by = in_officer, because = in_because
      where (a.survey, a.period, a.attempt, a.code) = (in_survey, in_period, in_attempt, in_code)
        and a.accepted_at is null
      returning a.subject
  ) select count(*), coalesce(array_agg(s.subject), '{}') into accepted, subjects from said s;
  -- whoever accepts that the register starts again accepts that its canaries are planted again
  if accepted > 0 and in_code = 'REGISTER_EMPTIED' then
    delete from cordon.canary;
  end if;
  -- what stands there now is what it is held to from here on
  if in_code in ('REGISTER_EMPTIED', 'REGISTER_SHRUNK', 'REGISTER_ALTERED') then
    perform cordon.register_settle();
    delete from cordon.register_sum s where s.register = any (subjects);
    insert into cordon.register_sum
      select w.register, count(*), sum(w.a), sum(w.b), sum(w.c), sum(w.d)
      from cordon.register_weight w where w.register = any (subjects) group by w.register;
    select jsonb_agg(jsonb_build_object('register', u.register, 'rows', f.rows, 'digest', f.digest)) into registers
      from unnest(subjects) u(register), lateral cordon.register_figure(u.register) f where u.register <> 'contacts';
  end if;
  select count(*) into unanswered from cordon.alarm a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.accepted_at is null;
end $$;

grant execute on function cordon.register_add(text, text, text, bytea[], bytea[], int, text, text, date, text),
  cordon.register_rekey(int), cordon.register_figure(text) to :"clerk";
grant execute on function cordon.registers_reckoned(), cordon.accept_alarm(text, text, int, text, text, text) to :"worker";

-- what stood in the registers before they had digests
insert into cordon.register_sum
  select w.register, count(*), sum(w.a), sum(w.b), sum(w.c), sum(w.d) from cordon.register_weight w group by w.register;
do $$
declare r record;
begin
  for r in select * from cordon.registers_reckoned() loop
    perform ledger.append('clerk', convert_to(ledger.canonical(jsonb_build_object('v', 1, 'type', 'registered',
      'operation', 'alteration', 'at', ledger.instant(), 'register', r.register, 'kind', 'all', 'entries', 0,
      'by', 'cordon', 'action', 'reckoned', 'rows', r.rows, 'digest', r.digest)), 'UTF8'));
  end loop;
end $$;
