-- cordon migration=14 postgres=14
-- What is reviewed when its clock has run out is erased or kept longer on officers' word; a month may be forgone.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values ('disposed', 'verifier'), ('forgone', 'verifier'),
  ('exception-answered', 'verifier');

-- a register is of no wave, and is reviewed all the same
alter table cordon.statement
  drop constraint statement_act_check,
  drop constraint statement_is_of_wave,
  add constraint statement_act_check check (act in ('release', 'refuse', 'continue', 'apply', 'accept', 'seed', 'settle',
    'clock', 'hold', 'lift', 'dispose', 'forgo', 'close')),
  add constraint statement_is_of_wave check (case act
    when 'dispose' then (survey is null) = (period is null) and attempt is null
    else (survey is null) = (act = 'continue') and (period is null) = (act in ('continue', 'apply'))
      and (attempt is null) = (act in ('continue', 'apply', 'clock', 'hold', 'lift', 'forgo', 'close')) end);

------------------------------------------------------------------------------------------------------------
-- disposition: a kind is erased when its clock has run out, or reviewed first; nothing waits for a review for ever

/*
 * `due_at` is still when it is erased, whoever says nothing: as long after the review as its declaration lets officers
 * take. `extendable_to` is the latest that they may put it back to, as declared when the copy was made.
 */
alter table cordon.copy
  add column review_at timestamptz,
  add column decide_within interval,
  add column extendable_to timestamptz,
  add constraint copy_is_reviewed_by_a_day check ((review_at is null) = (decide_within is null)),
  add constraint copy_is_reviewed_or_not check (review_at is null or kind in ('disclosure-index', 'contacts',
    'analysis', 'exported-history', 'registers')),
  add constraint copy_is_not_kept_for_ever check ((kind = 'registers' or review_at is null) = (extendable_to is null)),
  add constraint copy_ends_by_then check (due_at <= extendable_to);
update cordon.copy set review_at = due_at, decide_within = interval '0' where kind = 'registers';

/* What its wave's plan says of the review of a kind; histories are of no attempt. */
create function cordon.declared_review(in_survey text, in_period text, in_attempt int, in_kind text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.document::jsonb #> array['declaration', 'retain', in_kind, 'review']
  from (select a.plan_hash, a.attempt from cordon.attempt a
      where (a.survey, a.period) = (in_survey, in_period) and in_attempt in (0, a.attempt)
    union all select f.plan_hash, 0 from cordon.plan_in_force f where f.survey = in_survey) known
  join cordon.plan p using (plan_hash) order by known.attempt desc limit 1
$$;

/* Whoever opens a copy says how long it is kept; PostgreSQL reads for itself whether it is reviewed then. */
create or replace function cordon.keep_latest() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare review jsonb;
begin
  if new.kind = 'registers' then
    new.review_at := new.due_at;
    new.decide_within := interval '0';
  elsif new.kind in ('disclosure-index', 'contacts', 'analysis', 'exported-history') then
    review := cordon.declared_review(new.survey, new.period, new.attempt, new.kind);
    if review is not null then
      new.review_at := new.due_at;
      new.decide_within := (review->>'within')::interval;
      new.due_at := new.review_at + new.decide_within;
      new.extendable_to := greatest(new.due_at, new.opened_at + (review->>'extendTo')::interval);
    end if;
  end if;
  new.latest_at := new.due_at;
  return new;
end $$;

/*
 * By the officer's statement of this very copy, as its clock stood: erased now on the word of one, kept until another
 * review on that of two. Moves nothing until enough have signed, and once for each statement.
 */
create function cordon.dispose_copy(in_officer text, in_statement text, out needed int, out officers int,
  out disposed boolean, out was timestamptz, out due timestamptz, out review timestamptz, out signers text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s cordon.statement := cordon.signed('dispose', in_statement, in_officer);
  said jsonb := s.text::jsonb;
  c cordon.copy;
begin
  select * into c from cordon.copy k where k.id = (said->>'copy')::bigint for update;
  if not found or (c.survey, c.period) is distinct from (s.survey, s.period) then
    raise exception sqlstate 'CRD10' using message = 'no such copy of this wave';
  end if;
  -- schemas/disposition.ts says the same, and a test compares them
  needed := case
    when said->>'decision' = 'erase' and said->>'because' in ('purpose-served', 'out-of-date') then 1
    when said->>'decision' = 'extend' and said->>'because' in ('purpose-continues', 'audit', 'inquiry', 'legal-duty') then 2 end;
  officers := cordon.officers_signed('dispose', in_statement);
  disposed := false;
  was := c.due_at;
  due := c.due_at;
  review := c.review_at;
  signers := (select array_agg(t.officer order by t.officer) from cordon.statement t
    where (t.act, t.sha256) = ('dispose', in_statement)
      and cordon.officer_now(t.officer, t.key, t.act) is not null);
  if in_statement = any (c.moved_by) then
    return;
  end if;
  if c.state <> 'live' then
    raise exception sqlstate 'CRD08' using message = 'the copy is erased, or is being erased';
  end if;
  if c.review_at is null or needed is null
    -- read to the millisecond
    or abs(extract(epoch from (said->>'dueAt')::timestamptz - c.due_at)) >= 0.002 then
    raise exception sqlstate 'CRD21' using message = 'no review of it was declared, or its clock was moved since';
  end if;
  if said->>'decision' = 'erase' then
    if cordon.disposition(c.kind) <> 'delete' then
      raise exception sqlstate 'CRD21' using message = 'a register is not erased whole';
    end if;
    due := least(c.due_at, date_trunc('milliseconds', now()));
  else
    review := (said->>'reviewOn')::date::timestamp at time zone 'UTC';
    due := review + c.decide_within;
    if review is null or due <= c.due_at or review <= now()
      or due > coalesce(c.extendable_to, now() + interval '12 months') then
      raise exception sqlstate 'CRD21' using message = 'no later than it is, or later than was declared';
    end if;
  end if;
  if officers < needed then
    due := was;
    review := c.review_at;
    return;
  end if;
  disposed := true;
  update cordon.copy k set due_at = due, review_at = review, moved_by = k.moved_by || in_statement where k.id = c.id;
end $$;

drop function cordon.inventory();

/* As in 000010, and: when a copy is reviewed, how far officers may put it back, what they have decided. */
create function cordon.inventory(out id bigint, out kind text, out survey text, out period text, out attempt int,
  out place text, out opened_at timestamptz, out due_at timestamptz, out standing text, out outcome text,
  out erased_at timestamptz, out verified_at timestamptz, out relations int, out rows bigint, out bytes bigint,
  out backups_until timestamptz, out holds jsonb, out review_at timestamptz, out extendable_to timestamptz,
  out decisions jsonb)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, c.kind, c.survey, c.period, c.attempt, c.place, c.opened_at, c.due_at,
    case when c.state = 'erased' and c.verified_at is null then 'erased here'
      when b.due_at is not null then 'backups expiring'
      when c.state = 'erased' then 'complete'
      when cordon.is_held(c.id) then 'held'
      when c.state = 'erasing' then 'erasing'
      when c.kind <> 'registers' and c.due_at <= now() then 'due'
      when least(c.review_at, c.due_at) <= now() then 'in review'
      else 'live' end,
    c.outcome, c.erased_at, c.verified_at, m.relations, m.rows, m.bytes, b.due_at, h.holds,
    case when c.review_at is not null then least(c.review_at, c.due_at) end, c.extendable_to, d.decisions
  from cordon.copy c
    left join lateral cordon.measure(c) now on c.state <> 'erased'
    left join lateral (select coalesce(c.relations, now.relations) as relations, coalesce(c.rows, now.rows) as rows,
      coalesce(c.bytes, now.bytes) as bytes) m on true
    left join cordon.copy b on c.state = 'erased' and b.kind = 'backups' and b.place = 'backups of ' || c.place
      and b.verified_at is null,
    lateral (select coalesce(jsonb_agg(jsonb_build_object('hold', t.id, 'because', t.because, 'owner', t.owner,
        'reviewOn', t.review_on, 'setBy', t.set_by, 'setAt', t.set_at, 'liftedAt', t.lifted_at,
        'liftedBy', (select jsonb_agg(l.officer order by l.at) from cordon.hold_lift l where l.hold = t.id)) order by t.id), '[]') as holds
      from cordon.hold t where t.copy = c.id) h,
    lateral (select coalesce(jsonb_agg(jsonb_build_object('decision', t.said->'decision', 'because', t.said->'because',
        'reviewOn', t.said->'reviewOn', 'at', t.at, 'officers', t.officers) order by t.at), '[]') as decisions
      from (select min(s.text)::jsonb as said, max(s.signed_at) as at, jsonb_agg(s.officer order by s.signed_at) as officers
        from cordon.statement s where s.act = 'dispose' and s.sha256 = any (c.moved_by) group by s.sha256) t) d
  order by c.due_at, c.id
$$;

------------------------------------------------------------------------------------------------------------
-- a month that is never run: forgone by one officer, taken back by two

create table cordon.forgone (
  survey text not null,
  period text not null check (period ~ '^20\d\d-(0[1-9]|1[0-2])$'),
  -- the how manyth time, since what is taken back may be forgone again
  ordinal int not null check (ordinal > 0),
  -- schemas/forgo.ts says the same, and a test compares them
  because text not null constraint forgone_for_a_known_reason
    check (because in ('records-lost', 'no-fieldwork', 'too-late', 'survey-ended')),
  officer text not null,
  statement_sha256 text not null,
  at timestamptz not null default now(),
  taken_back_at timestamptz,
  primary key (survey, period, ordinal)
);
create unique index forgone_once on cordon.forgone (survey, period) where taken_back_at is null;
create trigger forgone_never_goes before delete or truncate on cordon.forgone
  for each statement execute function ledger.refuse_change();

/* By a decision about this very month, or by one before it that the survey has ended. */
create function cordon.is_forgone(in_survey text, in_period text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from cordon.forgone f where f.survey = in_survey and f.taken_back_at is null
    and (f.period = in_period or (f.because = 'survey-ended' and f.period <= in_period)))
$$;

create function cordon.refuse_forgone() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if cordon.is_forgone(new.survey, new.period) then
    raise exception sqlstate 'CRD20' using message = 'this month is forgone';
  end if;
  return new;
end $$;
create trigger attempt_of_no_forgone_month before insert on cordon.attempt
  for each row execute function cordon.refuse_forgone();
-- one that opened in the same moment sends nothing
create trigger intent_of_no_forgone_month before insert on cordon.intent
  for each row execute function cordon.refuse_forgone();

/* By the officer's statement of this very month, and of the how manyth time. */
create function cordon.forgo_month(in_officer text, in_statement text, out needed int, out officers int,
  out changed boolean, out signers text[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s cordon.statement := cordon.signed('forgo', in_statement, in_officer);
  said jsonb := s.text::jsonb;
  f cordon.forgone;
  back boolean := said->>'because' = 'taken-back';
begin
  -- as an attempt that opens
  perform pg_advisory_xact_lock(hashtextextended('cordon wave ' || s.survey || ' ' || s.period, 0));
  needed := case when back then 2 else 1 end;
  officers := cordon.officers_signed('forgo', in_statement);
  signers := (select array_agg(t.officer order by t.officer) from cordon.statement t
    where (t.act, t.sha256) = ('forgo', in_statement) and cordon.officer_now(t.officer, t.key, t.act) is not null);
  changed := false;
  select * into f from cordon.forgone t where (t.survey, t.period) = (s.survey, s.period)
    and t.ordinal = (said->>'ordinal')::int;
  if back then
    if f.ordinal is null then
      raise exception sqlstate 'CRD10' using message = 'a month that is not forgone';
    end if;
    if f.taken_back_at is null and officers >= needed then
      update cordon.forgone t set taken_back_at = now()
        where (t.survey, t.period, t.ordinal) = (f.survey, f.period, f.ordinal);
      changed := true;
    end if;
    return;
  end if;
  if f.statement_sha256 = in_statement then
    return;
  end if;
  if not exists (select from cordon.plan p where p.survey = s.survey) then
    raise exception sqlstate 'CRD10' using message = 'no such survey';
  end if;
  if exists (select from cordon.attempt a where a.survey = s.survey and a.closed_at is null
      and (a.period = s.period or (said->>'because' = 'survey-ended' and a.period > s.period)))
    or exists (select from cordon.intent i where (i.survey, i.period) = (s.survey, s.period) and i.voided_at is null) then
    raise exception sqlstate 'CRD09' using message = 'the month is under way, or has been disclosed';
  end if;
  if (said->>'ordinal')::int is distinct from (select count(*) + 1 from cordon.forgone t
      where (t.survey, t.period) = (s.survey, s.period))
    or cordon.is_forgone(s.survey, s.period) then
    raise exception sqlstate 'CRD10' using message = 'the month is forgone already';
  end if;
  insert into cordon.forgone (survey, period, ordinal, because, officer, statement_sha256)
    values (s.survey, s.period, (said->>'ordinal')::int, said->>'because', in_officer, in_statement);
  changed := true;
end $$;

------------------------------------------------------------------------------------------------------------
-- an exception that only an officer's word ends

create table cordon.exception_answer (
  exception bigint primary key references cordon.exception,
  because text not null constraint answered_for_a_known_reason
    check (because in ('dealt-with', 'said-otherwise', 'never-comes')),
  officer text not null,
  statement_sha256 text not null,
  at timestamptz not null default now()
);
create trigger exception_answer_never_changes before update or delete or truncate on cordon.exception_answer
  for each statement execute function ledger.refuse_change();

/* By the officer's statement of this very exception. Whoever looks for causes next finds it gone. */
create function cordon.close_exception(in_officer text, in_statement text, out attempt int, out fresh boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s cordon.statement := cordon.signed('close', in_statement, in_officer);
  said jsonb := s.text::jsonb;
  x cordon.exception;
begin
  select * into x from cordon.exception t where t.id = (said->>'exception')::bigint for update;
  if not found or (x.survey, x.period, x.code) is distinct from (s.survey, s.period, said->>'code') then
    raise exception sqlstate 'CRD10' using message = 'no such exception of this wave';
  end if;
  attempt := x.attempt;
  fresh := false;
  if exists (select from cordon.exception_answer a where (a.exception, a.statement_sha256) = (x.id, in_statement)) then
    return;
  end if;
  if x.closed_at is not null or exists (select from cordon.exception_answer a where a.exception = x.id) then
    raise exception sqlstate 'CRD10' using message = 'the exception is closed';
  end if;
  -- schemas/exception.ts says the same, and a test compares them
  if x.code not in ('RECEIPT_REFUSED', 'OUTCOMES_REFUSED', 'CERTIFICATE_REFUSED', 'ACKNOWLEDGEMENT_REFUSED',
    'CONTACT_DISTRESSED', 'CONTACT_DECEASED', 'CONTACT_WRONG_NUMBER', 'RECEIPT_MISSING', 'OUTCOMES_MISSING',
    'CERTIFICATE_MISSING', 'RECALL_UNACKNOWLEDGED') then
    raise exception sqlstate 'CRD21' using message = 'goes with its cause alone';
  end if;
  insert into cordon.exception_answer (exception, because, officer, statement_sha256)
    values (x.id, said->>'because', in_officer, in_statement);
  fresh := true;
end $$;

------------------------------------------------------------------------------------------------------------
-- what the worker does of its own accord: only what something has happened for

/*
 * Nearer, and only of the company's copy once its receipt has come, or of what was made for an intent that is void. Any
 * other clock moves by officers' statements alone.
 */
create or replace function cordon.move_clock(in_id bigint, in_due timestamptz, out was timestamptz, out now_due timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c cordon.copy;
begin
  select * into c from cordon.copy where id = in_id and state <> 'erased' for update;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the copy is erased';
  end if;
  was := c.due_at;
  if in_due > was then
    raise exception sqlstate 'CRD04' using message = 'only officers put a clock back';
  end if;
  if not exists (select from cordon.intent i where (i.survey, i.period, i.attempt) = (c.survey, c.period, c.attempt)
    and case when i.voided_at is null then c.kind = 'delivered' and i.received_at is not null and in_due >= now()
      else c.kind in ('disclosure-index', 'contacts', 'analysis', 'delivered') and c.place like '%\_' || i.ordinal end) then
    raise exception sqlstate 'CRD16' using message = 'nothing has happened that moves this clock, and no officer has signed it';
  end if;
  update cordon.copy set due_at = in_due where id = in_id;
  now_due := in_due;
end $$;

/* Of bytes that may have left only an officer says that they have not arrived. */
create function cordon.refuse_void() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.first_byte_at is not null and not exists (select from cordon.statement s
    where s.act = 'settle' and (s.survey, s.period, s.attempt) = (old.survey, old.period, old.attempt)
      and case s.act when 'settle' then s.text::jsonb->>'finding' end = 'not-arrived' and s.signed_at >= old.intended_at
      and cordon.officer_now(s.officer, s.key, s.act) is not null) then
    raise exception sqlstate 'CRD16' using message = 'no officer has found that nothing arrived';
  end if;
  return new;
end $$;
create trigger intent_is_void_on_proof before update of voided_at on cordon.intent for each row
  when (old.voided_at is null and new.voided_at is not null and new.disclosed_at is null) execute function cordon.refuse_void();

grant select on cordon.exception_answer to :"worker", :"auditor";
grant select on cordon.forgone to :"worker", :"verifier", :"auditor";
grant execute on function cordon.is_forgone(text, text) to :"worker";
grant execute on function cordon.inventory() to :"auditor";
grant execute on function cordon.dispose_copy(text, text), cordon.forgo_month(text, text),
  cordon.close_exception(text, text) to :"verifier";
