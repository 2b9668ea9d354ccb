-- cordon migration=11 postgres=14
-- Exceptions: what should have happened and has not, and what stands in the way. Each opens and closes with its cause.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values ('exception-closed', 'worker');

create table cordon.exception (
  id bigint generated always as identity primary key,
  -- schemas/exception.ts says which there are, who answers for them and what to do
  code text not null check (code ~ '^[A-Z]+(_[A-Z]+)+$'),
  survey text,
  period text,
  attempt int,
  -- which of several: a code, an id or a day
  subject text not null check (subject ~ '^[a-z0-9._-]{0,80}$'),
  owner text not null check (owner ~ '^[a-z][a-z0-9.-]{1,40}$'),
  deputy text not null check (deputy ~ '^[a-z][a-z0-9.-]{1,40}$'),
  severity text not null check (severity in ('high', 'medium', 'low')),
  due_at timestamptz not null,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  closed_at timestamptz
);
create unique index exception_open_once on cordon.exception
  (code, coalesce(survey, ''), coalesce(period, ''), coalesce(attempt, 0), subject, owner) where closed_at is null;

/* When somebody last looked: silence about exceptions is silence, too. */
create table cordon.exception_look (
  one boolean primary key default true check (one),
  at timestamptz not null
);

/* Of whom has been told what, by which channel. */
create table cordon.exception_notice (
  exception bigint not null references cordon.exception,
  event text not null check (event in ('raised', 'closed')),
  channel text not null check (channel in ('mail', 'webhook')),
  sent_at timestamptz not null default now(),
  primary key (exception, event, channel)
);

/*
 * Opens what was found and is not open, keeps what is open and was found, closes what was looked for and not found.
 * Each change MUST become a leaf in the caller's transaction.
 */
create function cordon.reconcile_exceptions(in_looked text[], in_found jsonb)
returns table (change text, code text, survey text, period text, attempt int, subject text, owner text,
  due_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  lock table cordon.exception in share row exclusive mode;
  insert into cordon.exception_look (at) values (now()) on conflict (one) do update set at = now();
  return query
  with found as (
    select distinct on (f.code, f.survey, f.period, f.attempt, f.subject, f.owner) f.*
    from jsonb_to_recordset(in_found) f(code text, survey text, period text, attempt int, subject text, owner text,
      deputy text, severity text, due_at timestamptz, within interval)
    where f.code = any (in_looked)
    order by f.code, f.survey, f.period, f.attempt, f.subject, f.owner, f.due_at
  ), matched as (
    select x.id, f.*, f.code is not null as is_found
    from (select * from cordon.exception where closed_at is null) x full join found f
      on (x.code, coalesce(x.survey, ''), coalesce(x.period, ''), coalesce(x.attempt, 0), x.subject, x.owner)
        = (f.code, coalesce(f.survey, ''), coalesce(f.period, ''), coalesce(f.attempt, 0), f.subject, f.owner)
  ), kept as (
    update cordon.exception x
      set last_seen = now(), due_at = coalesce(b.due_at, x.due_at), deputy = b.deputy, severity = b.severity
      from matched b where b.id = x.id and b.is_found
  ), gone as (
    update cordon.exception x set closed_at = now()
      from matched b where b.id = x.id and not b.is_found and x.code = any (in_looked)
      returning x.*
  ), raised as (
    insert into cordon.exception (code, survey, period, attempt, subject, owner, deputy, severity, due_at)
      select b.code, b.survey, b.period, b.attempt, b.subject, b.owner, b.deputy, b.severity,
        date_trunc('milliseconds', coalesce(b.due_at, now() + b.within))
      from matched b where b.id is null
      returning *
  )
  select 'raised', r.code, r.survey, r.period, r.attempt, r.subject, r.owner, r.due_at from raised r
  union all
  select 'closed', g.code, g.survey, g.period, g.attempt, g.subject, g.owner, g.due_at from gone g
  order by 1 desc, 2, 3, 4, 5, 6, 7;
end $$;

grant select on cordon.exception, cordon.exception_look to :"worker", :"verifier", :"auditor";
grant select, insert (exception, event, channel) on cordon.exception_notice to :"worker";
grant execute on function cordon.reconcile_exceptions(text[], jsonb) to :"worker";
