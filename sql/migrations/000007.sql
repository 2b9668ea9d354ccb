-- cordon migration=7 postgres=14
-- Recalls: somebody who was disclosed and must not be contacted any more. The processor is told by survey reference.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values
  ('recall', 'clerk'), ('recall-sent', 'worker'), ('recall-acknowledged', 'worker');

create table cordon.recall (
  id bigint generated always as identity primary key,
  survey text not null,
  period text not null,
  attempt int not null,
  ordinal int not null,
  -- what the processor knows this person by; it goes with the disclosure index, whose clock it has
  survey_ref text,
  because text not null check (because in ('opted-out', 'wrong-data', 'deceased', 'safety')),
  asked_by text not null,
  asked_at timestamptz not null default now(),
  -- by when the processor must have acknowledged it
  due_at timestamptz not null,
  sent_at timestamptz,
  acknowledged_at timestamptz,
  foreign key (survey, period, attempt, ordinal) references cordon.intent,
  constraint recall_is_sent_first check (acknowledged_at is null or sent_at is not null)
);
create unique index recall_once on cordon.recall (survey, period, attempt, ordinal, survey_ref)
  where survey_ref is not null;

create function cordon.forget_recalled() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update cordon.recall r set survey_ref = null
    where (r.survey, r.period, r.attempt) = (new.survey, new.period, new.attempt);
  return null;
end $$;
create trigger copy_takes_its_recalls after update of state on cordon.copy
  for each row when (new.kind = 'disclosure-index' and new.state = 'erased' and old.state <> 'erased')
  execute function cordon.forget_recalled();

/* Every disclosure that names one of these tokens and may have left, or may leave at any moment. Asked twice it is one. */
create function cordon.ask_recall(in_tokens bytea[], in_because text, in_by text, out id bigint, out survey text,
  out period text, out recipient text, out company text, out due_at timestamptz, out fresh boolean)
returns setof record language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    with named as (
      select distinct i.survey, i.period, i.attempt, i.ordinal, x.survey_ref, p.document::jsonb as plan
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
end $$;

/* Answers whether the mark is new. */
create function cordon.mark_recall(in_id bigint, in_mark text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  case in_mark
    when 'sent' then
      update cordon.recall r set sent_at = now() where r.id = in_id and r.sent_at is null;
    when 'acknowledged' then
      update cordon.recall r set acknowledged_at = now()
        where r.id = in_id and r.sent_at is not null and r.acknowledged_at is null;
    else
      raise exception sqlstate 'CRD10' using message = 'not a mark of a recall';
  end case;
  return found;
end $$;

grant select on cordon.recall to :"worker", :"auditor";
grant execute on function cordon.ask_recall(bytea[], text, text) to :"clerk";
grant execute on function cordon.mark_recall(bigint, text) to :"worker";
