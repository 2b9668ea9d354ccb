-- cordon migration=9 postgres=14
-- What the processor says of whom it rang: by survey reference, into the registers, and kept as long as the index.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values ('outcome', 'worker'), ('registered', 'worker');

-- the key that a token is under, and its place among the forms of its identifier: a register takes it from here later
alter table cordon.disclosure_index add column generation int, add column nth int;
update cordon.disclosure_index d
  set generation = greatest(1, (select count(*) from cordon.token_key k where k.since <= i.intended_at))
  from cordon.intent i where (i.survey, i.period, i.attempt) = (d.survey, d.period, d.attempt) and i.voided_at is null;

-- one child table beside each disclosure index, dropped whole with it: a part of that copy, under its clock
create table cordon.contact_outcome (
  survey text not null,
  period text not null,
  attempt int not null,
  ordinal int not null,
  -- what the processor knows this person by
  survey_ref text not null,
  outcome text not null check (outcome in ('refused', 'opted-out', 'wrong-number', 'deceased', 'distressed')),
  -- as the processor says
  reported_at timestamptz not null,
  taken_at timestamptz not null default now()
);
alter table cordon.contact_outcome alter column survey_ref set statistics 0;

create function cordon.outcomes_beside(in_index text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select 'outcome_' || substr(in_index, length('index_') + 1)
$$;

-- when the processor was first heard of, whoever it named: nobody is an answer too
alter table cordon.intent add column outcomes_at timestamptz;

create function cordon.drop_outcomes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  execute format('drop table if exists copies.%I', cordon.outcomes_beside(new.place));
  return null;
end $$;
create trigger copy_takes_its_outcomes after update of state on cordon.copy
  for each row when (new.kind = 'disclosure-index' and new.state = 'erased' and old.state <> 'erased')
  execute function cordon.drop_outcomes();

/*
 * in_outcomes: [{"survey_ref", "outcome", "at"}], each reference one that this very disclosure names. What was not taken
 * before is taken, and who must not be rung again goes into a register, with every form that the index has of them. A
 * wrong number is somebody else's: it is kept from being rung, and nobody who has another one is. in_proofs: of each key.
 */
create function cordon.take_outcomes(in_survey text, in_period text, in_attempt int, in_outcomes jsonb, in_proofs bytea[],
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
  select i.ordinal, 'processor/' || (p.document::jsonb #>> '{processor,processor}'), cordon.outcomes_beside(c.place)
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

grant select on cordon.contact_outcome to :"worker";
grant execute on function cordon.take_outcomes(text, text, int, jsonb, bytea[], interval) to :"worker";
