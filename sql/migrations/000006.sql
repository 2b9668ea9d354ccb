-- cordon migration=6 postgres=14
-- Officers, and what they have put their signatures to. A release counts when the verifier has checked its signature.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values
  ('officers', 'owner'), ('continue-after-loss', 'owner'), ('release-signed', 'verifier'), ('release-refused', 'verifier'), ('refused', 'verifier');
delete from ledger.leaf_type where (type, appended_by) = ('release-signed', 'worker');

/* Every version of the officers file, byte for byte as the data protection officer signed it. */
create table cordon.officers (
  version int primary key check (version >= 1),
  document bytea not null,
  sha256 text not null unique,
  signature text not null,
  recorded_at timestamptz not null default now(),
  constraint officers_hash_is_of_document check (sha256 = encode(sha256(document), 'hex'))
);
create table cordon.officer (
  version int not null references cordon.officers,
  officer text not null,
  keys text[] not null check (cardinality(keys) > 0),
  may text[] not null,
  from_day date not null,
  to_day date not null,
  deputy_for text,
  primary key (version, officer)
);

/* Whom this officer counts as when he signs such an act with this key now; null for whom the file in force does not
   let. A key that a newer version leaves out is revoked at once, and so is all that it has signed and nobody has used. */
create function cordon.officer_now(in_officer text, in_key text, in_act text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(o.deputy_for, o.officer) from cordon.officer o
  where o.version = (select max(version) from cordon.officers)
    and o.officer = in_officer and in_key = any (o.keys) and in_act = any (o.may)
    and (now() at time zone 'UTC')::date between o.from_day and o.to_day
$$;

create table cordon.statement (
  -- its namespace, but for the domain of the force
  act text not null check (act in ('release', 'refuse', 'continue')),
  sha256 text not null,
  officer text not null,
  -- of none where it is about the ledger
  survey text,
  period text,
  attempt int,
  text text not null,
  key text not null,
  signature text not null unique,
  version int not null references cordon.officers,
  signed_at timestamptz not null default now(),
  primary key (act, sha256, officer),
  foreign key (survey, period, attempt) references cordon.attempt,
  constraint statement_is_of_wave check ((act = 'continue') = (attempt is null) and (survey is null) = (attempt is null)),
  constraint statement_hash_is_of_text check (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'))
);
alter table cordon.release add column key text;

create trigger officers_never_change before update or delete or truncate on cordon.officers
  for each statement execute function ledger.refuse_change();
create trigger officer_never_changes before update or delete or truncate on cordon.officer
  for each statement execute function ledger.refuse_change();
create trigger statement_never_changes before update or delete or truncate on cordon.statement
  for each statement execute function ledger.refuse_change();

/* The verifier's alone: it has checked the signature. Answers whether the statement is new. */
create function cordon.record_statement(in_act text, in_text text, in_officer text, in_key text, in_signature text,
  in_survey text, in_period text, in_attempt int)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if in_act not in ('release', 'refuse') or cordon.officer_now(in_officer, in_key, 'release') is null then
    raise exception sqlstate 'CRD16' using message = 'not an officer who may sign this now';
  end if;
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  insert into cordon.statement (act, sha256, officer, survey, period, attempt, text, key, signature, version)
    select in_act, encode(sha256(convert_to(in_text, 'UTF8')), 'hex'), in_officer, in_survey, in_period, in_attempt,
      in_text, in_key, in_signature, max(version) from cordon.officers
    on conflict (act, sha256, officer) do nothing;
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

/* How many have released this statement whose word counts now: not who proposed the plan, nor a deputy for him, and a
   deputy and whom he stands in for are one. */
create function cordon.officers_released(in_survey text, in_period text, in_attempt int, in_statement text)
returns int language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(distinct o.counts_as)::int
  from cordon.release r
    join cordon.attempt a using (survey, period, attempt)
    join cordon.plan p using (plan_hash),
    lateral (select cordon.officer_now(r.officer, r.key, 'release') as counts_as) o
  where (r.survey, r.period, r.attempt, r.statement_sha256) = (in_survey, in_period, in_attempt, in_statement)
    and r.signed_at > now() - (p.document::jsonb #>> '{declaration,release,validFor}')::interval
    and o.counts_as is not null and o.counts_as <> all (p.proposed_by) and r.officer <> all (p.proposed_by)
$$;

/* As in 000001, but that what counts is `officers_released`. */
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
  select (p.document::jsonb #>> '{declaration,release,officers}')::int into needed
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

revoke insert (survey, period, attempt, officer, statement_sha256) on cordon.release from :"worker";
grant select on cordon.officers, cordon.officer, cordon.statement to :"worker", :"verifier", :"auditor";
grant execute on function cordon.officer_now(text, text, text),
  cordon.officers_released(text, text, int, text) to :"worker", :"verifier", :"auditor";
grant execute on function
  cordon.record_statement(text, text, text, text, text, text, text, int) to :"verifier";
