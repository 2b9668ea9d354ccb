-- cordon migration=4 postgres=14
-- Whether a call is genuine, for the helpline: by the reference that the interviewer gives, and by nothing else.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values ('consulted', 'clerk');

/* The waves that have left and name this reference; a number is never asked for, whose holder a yes would give away. */
create function cordon.genuine(in_ref text, out survey text, out period text, out company text)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct d.survey, d.period, p.document::jsonb #>> '{processor,name}'
  from cordon.disclosure_index d
    join cordon.attempt a on (a.survey, a.period, a.attempt) = (d.survey, d.period, d.attempt)
    join cordon.plan p on p.plan_hash = a.plan_hash
    join cordon.intent i on (i.survey, i.period, i.attempt) = (d.survey, d.period, d.attempt)
  where d.survey_ref = in_ref and i.voided_at is null and i.first_byte_at is not null
$$;

/* Who may be ringing for the force now: what has left, until the company must have destroyed it. Of nobody in it. */
create function cordon.calling(out survey text, out title text, out company text, out since timestamptz, out until timestamptz)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.survey, p.document::jsonb #>> '{declaration,title}', p.document::jsonb #>> '{processor,name}',
    min(c.opened_at), max(c.due_at)
  from cordon.copy c
    join cordon.attempt a on (a.survey, a.period, a.attempt) = (c.survey, c.period, c.attempt)
    join cordon.plan p on p.plan_hash = a.plan_hash
  where c.kind = 'delivered' and c.state = 'live' and c.due_at > now() group by 1, 2, 3 order by 1
$$;

grant execute on function cordon.genuine(text), cordon.calling() to :"clerk";
