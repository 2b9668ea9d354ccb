-- cordon migration=12 postgres=14
-- A recall under a key that nobody knows finds nobody, which would be told as a fact, and the key would be kept.

set role :"owner";

create or replace function cordon.ask_recall(in_tokens bytea[], in_because text, in_by text, out id bigint, out survey text,
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
  -- the key of this very transaction is one that nobody has vouched for
  if not found and not exists (select from cordon.token_key where since < now()) then
    raise exception sqlstate 'CRD15' using message = 'no key on record, and nobody found';
  end if;
end $$;
