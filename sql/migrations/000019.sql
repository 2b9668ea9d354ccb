-- cordon migration=19 postgres=14
-- What people decided of a plan is read at every step, and its document is long: it gets a column of its own.

set role :"owner";

/*
 * The document without what is compiled: what officers, processor and clocks are asked for. PostgreSQL makes it, so that
 * nobody can write it and it says what the document says. What is not named here stays in it.
 */
alter table cordon.plan add column declared jsonb not null generated always as (document::jsonb
  - array['staging', 'extract', 'reread', 'screen', 'sample', 'minimise', 'explain']) stored;

/* All as they were, but that they read `declared`. */

create or replace function cordon.declared_seed(in_survey text, in_period text, in_attempt int) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(p.declared #> '{declaration,sample,seed}', '{"by": "system"}')
    from cordon.plan p join cordon.attempt a using (plan_hash)
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt)
$$;

create or replace function cordon.reserve_drawn(in_survey text, in_period text, in_attempt int) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  a cordon.attempt;
  reserved bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('cordon contacts', 0));
  select * into a from cordon.attempt t
    where (t.survey, t.period, t.attempt) = (in_survey, in_period, in_attempt) and t.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  if a.seed is null then
    raise exception sqlstate 'CRD12' using message = 'the seed comes before the draw';
  end if;
  execute format('delete from %I.reserved', a.staging);
  execute format('insert into %1$I.reserved (survey, period, attempt, kind, token)
    select distinct $1, $2, $3, t.kind, t.token from %1$I.sampled s, lateral (
      select ''phone'' as kind, unnest(s.phone_tokens) as token
      union all select ''person'', unnest(s.person_tokens)) t', a.staging) using in_survey, in_period, in_attempt;
  get diagnostics reserved = row_count;
  if exists (select from cordon.plan p where p.plan_hash = a.plan_hash
      and jsonb_path_exists(p.declared -> 'declaration' -> 'screen', '$.** ? (@.register == "contacts")'))
    and exists (select from cordon.reservation mine
      join cordon.reservation r on r.kind = mine.kind and r.token = mine.token
      join cordon.attempt o on (o.survey, o.period, o.attempt) = (r.survey, r.period, r.attempt) and o.closed_at is null
      where (mine.survey, mine.period, mine.attempt) = (in_survey, in_period, in_attempt)
        and (r.survey, r.period) is distinct from (in_survey, in_period)) then
    raise exception sqlstate 'CRD12' using message = 'somebody is drawn by another survey';
  end if;
  return reserved;
end $$;

create or replace function cordon.disclosed(in_tokens bytea[], out survey text, out period text, out recipient text, out has_left boolean)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.survey, d.period, p.declared #>> '{processor,processor}', bool_or(i.first_byte_at is not null)
  from (select distinct x.survey, x.period, x.attempt from cordon.disclosure_index x where x.token = any (in_tokens)) d
    join cordon.attempt a on (a.survey, a.period, a.attempt) = (d.survey, d.period, d.attempt)
    join cordon.plan p on p.plan_hash = a.plan_hash
    join cordon.intent i on (i.survey, i.period, i.attempt) = (d.survey, d.period, d.attempt)
  where i.voided_at is null group by 1, 2, 3 order by 1, 2
$$;

create or replace function cordon.genuine(in_ref text, out survey text, out period text, out company text)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct d.survey, d.period, p.declared #>> '{processor,name}'
  from cordon.disclosure_index d
    join cordon.attempt a on (a.survey, a.period, a.attempt) = (d.survey, d.period, d.attempt)
    join cordon.plan p on p.plan_hash = a.plan_hash
    join cordon.intent i on (i.survey, i.period, i.attempt) = (d.survey, d.period, d.attempt)
  where d.survey_ref = in_ref and i.voided_at is null and i.first_byte_at is not null
$$;

create or replace function cordon.calling(out survey text, out title text, out company text, out since timestamptz, out until timestamptz)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.survey, p.declared #>> '{declaration,title}', p.declared #>> '{processor,name}',
    min(c.opened_at), max(c.due_at)
  from cordon.copy c
    join cordon.attempt a on (a.survey, a.period, a.attempt) = (c.survey, c.period, c.attempt)
    join cordon.plan p on p.plan_hash = a.plan_hash
  where c.kind = 'delivered' and c.state = 'live' and c.due_at > now() group by 1, 2, 3 order by 1
$$;

create or replace function cordon.officers_released(in_survey text, in_period text, in_attempt int, in_statement text)
returns int language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(distinct o.counts_as)::int
  from cordon.release r
    join cordon.attempt a using (survey, period, attempt)
    join cordon.plan p using (plan_hash),
    lateral (select cordon.officer_now(r.officer, r.key, 'release') as counts_as) o
  where (r.survey, r.period, r.attempt, r.statement_sha256) = (in_survey, in_period, in_attempt, in_statement)
    and r.signed_at > now() - (p.declared #>> '{declaration,release,validFor}')::interval
    and o.counts_as is not null and o.counts_as <> all (p.proposed_by) and r.officer <> all (p.proposed_by)
$$;

create or replace function cordon.record_intent(in_survey text, in_period text, in_attempt int, in_package text,
  in_statement text)
returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  needed int;
  given int;
begin
  -- waits for who is closing the attempt, and makes them wait
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  select (p.declared #>> '{declaration,release,officers}')::int into needed
    from cordon.plan p join cordon.attempt a using (plan_hash)
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt);
  if needed is null or needed < 1
    or (cordon.officers_released(in_survey, in_period, in_attempt, in_statement) >= needed) is not true
    or exists (select from cordon.statement s
      where (s.act, s.survey, s.period, s.attempt) = ('refuse', in_survey, in_period, in_attempt))
    or not exists (select from cordon.package k
      where (k.survey, k.period, k.attempt, k.statement_sha256) = (in_survey, in_period, in_attempt, in_statement)) then
    raise exception sqlstate 'CRD11' using message = 'not released by as many officers as the plan asks';
  end if;
  insert into cordon.intent (survey, period, attempt, ordinal, package, statement_sha256)
    select in_survey, in_period, in_attempt, coalesce(max(i.ordinal), 0) + 1, in_package, in_statement
    from cordon.intent i where (i.survey, i.period, i.attempt) = (in_survey, in_period, in_attempt)
    returning ordinal into given;
  return given;
exception when unique_violation then
  raise exception sqlstate 'CRD09' using message = 'this month has already been disclosed';
end $$;

create or replace function cordon.take_outcomes(in_survey text, in_period text, in_attempt int, in_outcomes jsonb, in_proofs bytea[],
  in_review interval, out taken jsonb, out registered jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  newest int := cardinality(in_proofs);
  said_by text;
  at_ordinal int;
  at_place text;
  fresh cordon.contact_outcome[];
  change record;
begin
  for generation in 1 .. newest loop
    perform cordon.hold_token_key(generation, in_proofs[generation], false);
  end loop;
  -- whoever takes another file of this delivery waits
  select i.ordinal, 'processor/' || (p.declared #>> '{processor,processor}'), cordon.outcomes_beside(c.place)
    into at_ordinal, said_by, at_place
    from cordon.intent i
      join cordon.attempt a on (a.survey, a.period, a.attempt) = (i.survey, i.period, i.attempt)
      join cordon.plan p on p.plan_hash = a.plan_hash
      join cordon.copy c on (c.survey, c.period, c.attempt) = (i.survey, i.period, i.attempt)
    where (i.survey, i.period, i.attempt) = (in_survey, in_period, in_attempt) and i.voided_at is null
      and i.disclosed_at is not null and c.kind = 'disclosure-index' and c.state = 'live'
    for update of i for share of c;
  if not found or exists (
    select from jsonb_to_recordset(in_outcomes) o(survey_ref text)
    where not exists (select from cordon.disclosure_index x
      where (x.survey, x.period, x.attempt, x.survey_ref) = (in_survey, in_period, in_attempt, o.survey_ref))) then
    raise exception sqlstate 'CRD10' using message = 'an outcome of somebody who was not disclosed';
  end if;

  update cordon.intent i set outcomes_at = now()
    where (i.survey, i.period, i.attempt, i.ordinal) = (in_survey, in_period, in_attempt, at_ordinal) and i.outcomes_at is null;
  if to_regclass(format('copies.%I', at_place)) is null then
    execute format('create table copies.%I (primary key (survey_ref, outcome)) inherits (cordon.contact_outcome)', at_place);
  end if;
  execute format('with added as (
      insert into copies.%I (survey, period, attempt, ordinal, survey_ref, outcome, reported_at)
        select $1, $2, $3, $4, o.survey_ref, o.outcome, o.at
        from jsonb_to_recordset($5) o(survey_ref text, outcome text, at timestamptz)
      on conflict do nothing
      returning *
    ) select coalesce(array_agg(row(added.*)::cordon.contact_outcome), ''{}'') from added', at_place)
    into fresh using in_survey, in_period, in_attempt, at_ordinal, in_outcomes;
  select coalesce(jsonb_agg(jsonb_build_object('outcome', c.outcome, 'count', c.count) order by c.outcome), '[]') into taken
    from (select f.outcome, count(*) from unnest(fresh) f group by f.outcome) c;

  registered := '[]';
  for change in
    with identifier as (
      select t.register, f.survey_ref, x.kind,
        array_agg(cordon.lift(x.token, x.generation) order by x.nth) as tokens,
        array_agg(x.token order by x.nth) as as_disclosed
      from unnest(fresh) f
        join (values ('opted-out', 'opt-outs', '{phone,reference,person}'::text[]),
          ('wrong-number', 'safety-markers', '{phone}'),
          ('deceased', 'safety-markers', '{phone,reference,person}'),
          ('distressed', 'safety-markers', '{phone,reference,person}')) t(outcome, register, kinds) on t.outcome = f.outcome
        join cordon.disclosure_index x
          on (x.survey, x.period, x.attempt, x.survey_ref) = (in_survey, in_period, in_attempt, f.survey_ref)
          and x.kind = any (t.kinds)
      -- each number stands for itself; the forms of a reference or a name belong together
      group by t.register, f.outcome, f.survey_ref, x.kind, case x.kind when 'phone' then x.token end
    ), added as (
      select i.register, i.kind, cordon.register_add(i.register, 'standing', i.kind, i.tokens,
          array[i.tokens[1], i.as_disclosed[1]], newest, said_by, o.owner, o.review_on, null) as fresh
      from identifier i left join (values ('safety-markers', 'data-officer',
        ((now() + in_review) at time zone 'UTC')::date)) o(register, owner, review_on) using (register)
    ) select a.register, a.kind, count(*)::int as entries from added a where a.fresh group by 1, 2 order by 1, 2
  loop
    perform cordon.register_say('added', change.register, change.kind, change.entries, said_by);
    registered := registered || jsonb_build_object('register', change.register, 'kind', change.kind,
      'entries', change.entries, 'by', said_by);
  end loop;
  select coalesce(jsonb_agg(r.change || jsonb_build_object('rows', f.rows, 'digest', f.digest)), '[]') into registered
    from jsonb_array_elements(registered) r(change)
      join (select u.register, f.rows, f.digest
        from (select distinct e->>'register' as register from jsonb_array_elements(registered) e) u,
          lateral cordon.register_figure(u.register) f) f on f.register = r.change->>'register';
end $$;

create or replace function cordon.ask_recall(in_tokens bytea[], in_because text, in_by text, out id bigint, out survey text,
  out period text, out recipient text, out company text, out due_at timestamptz, out fresh boolean)
returns setof record language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    with named as (
      select distinct i.survey, i.period, i.attempt, i.ordinal, x.survey_ref, p.declared as plan
      from cordon.disclosure_index x
        join cordon.intent i on (i.survey, i.period, i.attempt) = (x.survey, x.period, x.attempt)
        join cordon.attempt a on (a.survey, a.period, a.attempt) = (i.survey, i.period, i.attempt)
        join cordon.plan p on p.plan_hash = a.plan_hash
      where x.token = any (in_tokens) and i.voided_at is null
    ), added as (
      insert into cordon.recall (survey, period, attempt, ordinal, survey_ref, because, asked_by, due_at)
        select n.survey, n.period, n.attempt, n.ordinal, n.survey_ref, in_because, in_by,
          now() + (n.plan #>> '{processor,receipt,within}')::interval
        from named n
      on conflict do nothing
      returning *
    )
    select r.id, n.survey, n.period, n.plan #>> '{processor,processor}', n.plan #>> '{processor,name}', r.due_at, r.fresh
    from named n, lateral (
      select a.id, a.due_at, true as fresh from added a
        where (a.survey, a.period, a.attempt, a.ordinal, a.survey_ref) = (n.survey, n.period, n.attempt, n.ordinal, n.survey_ref)
      union all
      select o.id, o.due_at, false from cordon.recall o
        where (o.survey, o.period, o.attempt, o.ordinal, o.survey_ref) = (n.survey, n.period, n.attempt, n.ordinal, n.survey_ref)
    ) r order by 2, 3, 1;
  -- the key of this very transaction is one that nobody has vouched for
  if not found and not exists (select from cordon.token_key where since < now()) then
    raise exception sqlstate 'CRD15' using message = 'no key on record, and nobody found';
  end if;
end $$;

create or replace function cordon.declared_review(in_survey text, in_period text, in_attempt int, in_kind text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p.declared #> array['declaration', 'retain', in_kind, 'review']
  from (select a.plan_hash, a.attempt from cordon.attempt a
      where (a.survey, a.period) = (in_survey, in_period) and in_attempt in (0, a.attempt)
    union all select f.plan_hash, 0 from cordon.plan_in_force f where f.survey = in_survey) known
  join cordon.plan p using (plan_hash) order by known.attempt desc limit 1
$$;
