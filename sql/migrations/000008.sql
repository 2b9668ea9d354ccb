-- cordon migration=8 postgres=14
-- Every act of an officer is a statement under his signature: what changes a plan, an alarm, a seed, a delivery in doubt
-- or a clock reads that statement, and takes nobody's word for it.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values ('signed', 'verifier'), ('signed', 'owner');

alter table cordon.statement
  drop constraint statement_act_check,
  drop constraint statement_is_of_wave,
  add constraint statement_act_check check (act in ('release', 'refuse', 'continue', 'apply', 'accept', 'seed', 'settle',
    'clock', 'hold', 'lift')),
  add constraint statement_is_of_wave check ((survey is null) = (act = 'continue')
    and (period is null) = (act in ('continue', 'apply')) and (attempt is null) = (act in ('continue', 'apply', 'clock',
      'hold', 'lift')));

/* How often a plan was put in force: no officer's signature puts the same one in force twice. */
alter table cordon.plan_in_force add column sequence int not null default 1;

/* The latest a copy may live, as it was declared when the copy was made; the statements that have moved its clock. */
alter table cordon.copy add column latest_at timestamptz, add column moved_by text[] not null default '{}';
update cordon.copy set latest_at = due_at;
alter table cordon.copy alter column latest_at set not null;
create function cordon.keep_latest() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.latest_at := new.due_at;
  return new;
end $$;
create trigger copy_has_its_latest before insert on cordon.copy for each row execute function cordon.keep_latest();

/* The verifier's alone: it has checked the signature. Answers whether the statement is new. */
create or replace function cordon.record_statement(in_act text, in_text text, in_officer text, in_key text,
  in_signature text, in_survey text, in_period text, in_attempt int)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if in_act in ('continue', 'apply')
    or cordon.officer_now(in_officer, in_key, case in_act when 'refuse' then 'release' else in_act end) is null then
    raise exception sqlstate 'CRD16' using message = 'not an officer who may sign this now';
  end if;
  if in_act in ('release', 'refuse', 'accept', 'seed') then
    perform from cordon.attempt a
      where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
    if not found then
      raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
    end if;
  end if;
  insert into cordon.statement (act, sha256, officer, survey, period, attempt, text, key, signature, version)
    select in_act, encode(sha256(convert_to(in_text, 'UTF8')), 'hex'), in_officer, in_survey, in_period, in_attempt,
      in_text, in_key, in_signature, max(version) from cordon.officers
    on conflict do nothing;
  if not found then return false; end if;
  if in_act = 'release' then
    if not exists (select from cordon.package k
      where (k.survey, k.period, k.attempt, k.statement) = (in_survey, in_period, in_attempt, in_text)) then
      raise exception sqlstate 'CRD10' using message = 'the statement of no package';
    end if;
    insert into cordon.release (survey, period, attempt, officer, statement_sha256, key)
      values (in_survey, in_period, in_attempt, in_officer, encode(sha256(convert_to(in_text, 'UTF8')), 'hex'), in_key);
  end if;
  return true;
end $$;

/* What this officer has signed, while the file in force lets him. @raises CRD16 */
create function cordon.signed(in_act text, in_statement text, in_officer text) returns cordon.statement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare s cordon.statement;
begin
  select * into s from cordon.statement t where (t.act, t.sha256, t.officer) = (in_act, in_statement, in_officer)
    and cordon.officer_now(t.officer, t.key, t.act) is not null;
  if not found then
    raise exception sqlstate 'CRD16' using message = 'not signed by an officer who may';
  end if;
  return s;
end $$;

/* How many officers, of whom a deputy and whom he stands in for are one, have signed this very statement. */
create function cordon.officers_signed(in_act text, in_statement text) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(distinct cordon.officer_now(s.officer, s.key, s.act))::int from cordon.statement s
  where (s.act, s.sha256) = (in_act, in_statement)
$$;

drop function cordon.accept_alarm(text, text, int, text, text, text);

/* The alarms of one code for the reasons that the statement names, if they wait; answers how many are left of any
   code. As in 000002, but that the officer's statement says what. */
create function cordon.accept_alarm(in_survey text, in_period text, in_attempt int, in_officer text, in_statement text,
  out accepted int, out unanswered int, out registers jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s cordon.statement := cordon.signed('accept', in_statement, in_officer);
  said jsonb := s.text::jsonb;
  subjects text[];
begin
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  if (s.survey, s.period, s.attempt) is distinct from (in_survey, in_period, in_attempt) then
    raise exception sqlstate 'CRD16' using message = 'signed for another wave';
  end if;
  with accepting as (
    update cordon.alarm a set accepted_at = now(), accepted_by = in_officer, because = said->>'because'
      where (a.survey, a.period, a.attempt, a.code) = (in_survey, in_period, in_attempt, said->>'alarm')
        and a.accepted_at is null and said->'reasons' ? a.subject
      returning a.subject
  ) select count(*), coalesce(array_agg(t.subject), '{}') into accepted, subjects from accepting t;
  -- whoever accepts that the register starts again accepts that its canaries are planted again
  if accepted > 0 and said->>'alarm' = 'REGISTER_EMPTIED' then
    delete from cordon.canary;
  end if;
  -- what stands there now is what it is held to from here on
  if said->>'alarm' in ('REGISTER_EMPTIED', 'REGISTER_SHRUNK', 'REGISTER_ALTERED') then
    perform cordon.register_settle();
    delete from cordon.register_sum t where t.register = any (subjects);
    insert into cordon.register_sum
      select w.register, count(*), sum(w.a), sum(w.b), sum(w.c), sum(w.d)
      from cordon.register_weight w where w.register = any (subjects) group by w.register;
    select jsonb_agg(jsonb_build_object('register', u.register, 'rows', f.rows, 'digest', f.digest)) into registers
      from unnest(subjects) u(register), lateral cordon.register_figure(u.register) f where u.register <> 'contacts';
  end if;
  select count(*) into unanswered from cordon.alarm a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.accepted_at is null;
end $$;

drop function cordon.type_seed(text, text, int, text, text);
alter table cordon.seed_part add column statement_sha256 text, add column signed_by text;

/* Whether who typed it has signed it, and still may. */
create function cordon.counts(p cordon.seed_part) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from cordon.statement s
    where (s.act, s.sha256, s.officer) = ('seed', p.statement_sha256, p.signed_by)
      and cordon.officer_now(s.officer, s.key, s.act) is not null)
$$;

/*
 * Dice: each officer's digits, joined in the order in which they came. Public: two officers who typed the same value;
 * one who mistyped may type again. Answers how many officers agree so far, and the seed once they are two. As in
 * 000001, but that the digits are those of the officer's statement, a deputy and whom he stands in for are one, and who
 * may not sign any more has typed nothing.
 */
create function cordon.type_seed(in_survey text, in_period text, in_attempt int, in_officer text, in_statement text,
  out officers int, out is_new boolean, out seed text, out source text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  a cordon.attempt;
  s cordon.statement := cordon.signed('seed', in_statement, in_officer);
  in_digits text := s.text::jsonb->>'digits';
  who text := cordon.officer_now(in_officer, s.key, 'seed');
  declared jsonb := cordon.declared_seed(in_survey, in_period, in_attempt);
begin
  if (s.survey, s.period, s.attempt) is distinct from (in_survey, in_period, in_attempt) then
    raise exception sqlstate 'CRD16' using message = 'signed for another wave';
  end if;
  select * into a from cordon.attempt t
    where (t.survey, t.period, t.attempt) = (in_survey, in_period, in_attempt) and t.closed_at is null for update;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  source := declared->>'by';
  if source not in ('dice', 'public') then
    raise exception sqlstate 'CRD12' using message = 'this survey takes its seed from the generator';
  end if;
  if a.frame_root is null then
    raise exception sqlstate 'CRD12' using message = 'the frame comes before the seed';
  end if;
  if source = 'public' and not (a.framed_at < (declared->>'date')::date and now() >= (declared->>'date')::date) then
    raise exception sqlstate 'CRD12' using message = 'a public value comes after the frame and before it is typed';
  end if;
  if a.seed is null then
    insert into cordon.seed_part as p (survey, period, attempt, officer, ordinal, digits, statement_sha256, signed_by)
      select in_survey, in_period, in_attempt, who, count(*) + 1, in_digits, in_statement, in_officer
        from cordon.seed_part q where (q.survey, q.period, q.attempt) = (in_survey, in_period, in_attempt)
      on conflict (survey, period, attempt, officer) do update set digits = excluded.digits,
        statement_sha256 = excluded.statement_sha256, signed_by = excluded.signed_by
        where source = 'public' or not cordon.counts(p);
    if not found then
      raise exception sqlstate 'CRD12' using message = 'one officer types once';
    end if;
  end if;
  select count(*), string_agg(p.digits, '' order by p.ordinal) into officers, seed from cordon.seed_part p
    where (p.survey, p.period, p.attempt) = (in_survey, in_period, in_attempt)
      and (source = 'dice' or p.digits = in_digits) and cordon.counts(p);
  if source = 'public' then
    seed := in_digits;
  end if;
  is_new := officers >= 2 and a.seed is null;
  if is_new then
    update cordon.attempt t set seed = type_seed.seed, seed_source = type_seed.source
      where (t.survey, t.period, t.attempt) = (in_survey, in_period, in_attempt);
  else
    seed := a.seed;
  end if;
end $$;

/* By the worker of its own accord, when a receipt came: only ever nearer. */
create or replace function cordon.move_clock(in_id bigint, in_due timestamptz, out was timestamptz, out now_due timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select due_at into was from cordon.copy where id = in_id and state <> 'erased' for update;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the copy is erased';
  end if;
  if in_due > was then
    raise exception sqlstate 'CRD04' using message = 'only officers put a clock back';
  end if;
  update cordon.copy set due_at = in_due where id = in_id;
  now_due := in_due;
end $$;

/*
 * By officers: brought forward on one officer's word, put back on that of two, and never past what was declared when
 * the copy was made. The statement names the clocks as they stood: one who reads another time signs another statement.
 * Moves none until enough officers have signed, and none that stands there already. A statement moves a clock once: what
 * was moved since and moved back is not moved by it again.
 */
create function cordon.move_clocks(in_survey text, in_period text, in_officer text, in_statement text,
  out needed int, out officers int, out moved jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s cordon.statement := cordon.signed('clock', in_statement, in_officer);
  said jsonb := s.text::jsonb;
  due timestamptz := (said->>'to')::timestamptz;
  ids bigint[];
begin
  if (s.survey, s.period) is distinct from (in_survey, in_period) then
    raise exception sqlstate 'CRD16' using message = 'signed for another wave';
  end if;
  perform from cordon.copy c
    where (c.survey, c.period, c.kind, c.state) = (in_survey, in_period, said->>'kind', 'live') order by c.id for update;
  select array_agg(c.id), case when bool_or(due > c.due_at) then 2 else 1 end into ids, needed from cordon.copy c
    where (c.survey, c.period, c.kind, c.state) = (in_survey, in_period, said->>'kind', 'live') and c.due_at <> due;
  officers := cordon.officers_signed('clock', in_statement);
  moved := '[]';
  if ids is null then
    needed := 1;
    return;
  end if;
  if exists (select from cordon.copy c where c.id = any (ids) and (due > c.latest_at or in_statement = any (c.moved_by)
    or not exists (select from jsonb_to_recordset(said->'copies') w(attempt int, "dueAt" timestamptz)
      -- which was read to the millisecond
      where w.attempt = c.attempt and abs(extract(epoch from w."dueAt" - c.due_at)) < 0.002))) then
    raise exception sqlstate 'CRD04' using message = 'past what was declared, or other clocks than were signed';
  end if;
  if officers < needed then
    return;
  end if;
  with was as (select c.id, c.attempt, c.place, c.due_at from cordon.copy c where c.id = any (ids)),
    moving as (update cordon.copy c set due_at = due, moved_by = c.moved_by || in_statement where c.id = any (ids))
  select jsonb_agg(jsonb_build_object('attempt', w.attempt, 'place', w.place, 'from',
    to_char(w.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by w.id) into moved from was w;
end $$;

grant execute on function cordon.officers_signed(text, text) to :"worker", :"verifier", :"auditor";
grant execute on function cordon.accept_alarm(text, text, int, text, text),
  cordon.type_seed(text, text, int, text, text), cordon.move_clocks(text, text, text, text) to :"worker";
