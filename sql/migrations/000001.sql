-- cordon migration=1 postgres=14
-- The whole standing schema. Its role names are psql variables, so that a database administrator can run this file
-- by hand: psql -1 -v owner=cordon_owner -v worker=cordon_worker -v verifier=… -v auditor=… -v clerk=… \
--   -f 000001.sql -c 'insert into cordon.migration (id) values (1)'

-- whoever runs it: a `security definer` function of a superuser would hand out a superuser's rights
set role :"owner";

create schema ledger;
create schema cordon;
create schema copies;

grant usage on schema ledger, cordon to :"worker", :"verifier", :"auditor", :"clerk";
grant usage on schema copies to :"worker";

alter default privileges revoke execute on functions from public;

-- Every error of ours has a SQLSTATE of its own; none names a value of a record.
--   CRD01 fenced   CRD02 append-only   CRD03 not this role's leaf   CRD04 clock   CRD05 unexplained absence
--   CRD06 held     CRD07 not due       CRD08 closed                 CRD09 gate    CRD10 bad shape
--   CRD11 not released   CRD18 unbalanced      CRD19 an alarm waits

------------------------------------------------------------------------------------------------------------
-- ledger

create table ledger.entry (
  index bigint constraint entry_pkey primary key constraint entry_index_counts check (index >= 0),
  leaf bytea not null,
  -- RFC 6962 section 2.1: a leaf is hashed behind a zero byte
  leaf_hash bytea not null constraint entry_hash_is_of_leaf check (leaf_hash = sha256('\x00'::bytea || leaf))
);

create table ledger.leaf_type (
  type text not null,
  appended_by text not null check (appended_by in ('owner', 'worker', 'verifier', 'auditor', 'clerk')),
  primary key (type, appended_by)
);

-- schemas/leaf.ts says the same, and a test compares them
insert into ledger.leaf_type (type, appended_by) values
  ('plan-applied', 'owner'), ('attempt-opened', 'worker'), ('copy-opened', 'worker'), ('extracted', 'worker'),
  ('screened', 'worker'), ('frame-committed', 'worker'), ('seed-drawn', 'worker'), ('sampled', 'worker'),
  ('minimised', 'worker'), ('packaged', 'worker'), ('release-signed', 'worker'), ('release-expired', 'worker'),
  ('struck', 'worker'), ('intent', 'worker'), ('intent-voided', 'worker'), ('disclosure', 'worker'),
  ('delivered', 'worker'), ('receipt', 'worker'), ('settled', 'worker'), ('certificate', 'worker'),
  ('erased', 'worker'), ('erasure-verified', 'verifier'), ('erasure-unproven', 'verifier'), ('clock-moved', 'worker'),
  ('registered', 'clerk'), ('refused', 'worker'), ('refused', 'owner'), ('attempt-closed', 'worker'),
  ('history-exported', 'worker'), ('exception', 'worker'), ('alarm', 'worker'), ('alarm-accepted', 'worker'),
  ('canary-planted', 'worker'), ('consulted', 'worker');

create function ledger.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception sqlstate 'CRD02' using message = 'the ledger is append-only';
end $$;

create trigger entry_never_changes before update or delete or truncate on ledger.entry
  for each statement execute function ledger.refuse_change();

create function ledger.refuse_gap() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.index is distinct from (select coalesce(max(index) + 1, 0) from ledger.entry) then
    raise exception sqlstate 'CRD02' using message = 'the ledger has no gaps';
  end if;
  return new;
end $$;

create trigger entry_has_no_gap before insert on ledger.entry
  for each row execute function ledger.refuse_gap();

/* The time a leaf must carry: that of the transaction which appends it. */
create function ledger.instant() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_char(transaction_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

/* RFC 8785, for what leaves are made of: objects, arrays, strings, booleans, null and integers a double holds. */
create function ledger.canonical(value jsonb) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  case jsonb_typeof(value)
    when 'object' then
      return (select '{' || coalesce(string_agg(to_jsonb(e.key)::text || ':' || ledger.canonical(e.value), ','
        order by e.key collate "C"), '') || '}' from jsonb_each(value) e);
    when 'array' then
      return (select '[' || coalesce(string_agg(ledger.canonical(e.value), ',' order by e.n), '') || ']'
        from jsonb_array_elements(value) with ordinality e(value, n));
    when 'number' then
      return case when abs(value::numeric) < 9007199254740992 and value::numeric = trunc(value::numeric)
        then trunc(value::numeric)::text end;
    else
      return value::text;
  end case;
end $$;

create function ledger.append(appender text, leaf bytea) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb;
  at_index bigint;
begin
  begin
    said := convert_from(leaf, 'UTF8')::jsonb;
  exception when data_exception then
    -- PostgreSQL's own message would quote the bytes
    raise exception sqlstate 'CRD10' using message = 'a leaf is JSON in UTF-8';
  end;
  if ledger.canonical(said) is distinct from convert_from(leaf, 'UTF8') then
    raise exception sqlstate 'CRD10' using message = 'a leaf is canonical JSON (RFC 8785), its numbers integers';
  end if;
  if not exists (select from ledger.leaf_type t where t.type = said->>'type' and t.appended_by = appender) then
    raise exception sqlstate 'CRD03' using message = 'this role may not append a leaf of this type';
  end if;
  if said->'v' is distinct from '1'::jsonb then
    raise exception sqlstate 'CRD10' using message = 'not a leaf of version 1';
  end if;
  if said->>'at' is distinct from ledger.instant() then
    raise exception sqlstate 'CRD04' using message = 'a leaf carries the time of its transaction';
  end if;
  if said ? 'operation' and said->>'operation' not in
    ('collection', 'alteration', 'consultation', 'disclosure', 'combination', 'erasure') then
    raise exception sqlstate 'CRD10' using message = 'not an operation of section 62';
  end if;
  -- held to the end of the transaction: append comes last, in short ones
  lock table ledger.entry in share row exclusive mode;
  select coalesce(max(e.index) + 1, 0) into at_index from ledger.entry e;
  insert into ledger.entry values (at_index, leaf, sha256('\x00'::bytea || leaf));
  return at_index;
end $$;

create function ledger.append_owner(leaf bytea) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$ select ledger.append('owner', leaf) $$;
create function ledger.append_worker(leaf bytea) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$ select ledger.append('worker', leaf) $$;
create function ledger.append_verifier(leaf bytea) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$ select ledger.append('verifier', leaf) $$;
create function ledger.append_auditor(leaf bytea) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$ select ledger.append('auditor', leaf) $$;
create function ledger.append_clerk(leaf bytea) returns bigint
  language sql security definer set search_path = pg_catalog, pg_temp as $$ select ledger.append('clerk', leaf) $$;

grant execute on function ledger.instant() to :"worker", :"verifier", :"auditor", :"clerk";
grant execute on function ledger.append_worker(bytea) to :"worker";
grant execute on function ledger.append_verifier(bytea) to :"verifier";
grant execute on function ledger.append_auditor(bytea) to :"auditor";
grant execute on function ledger.append_clerk(bytea) to :"clerk";
grant select on ledger.entry to :"worker", :"verifier", :"auditor";

------------------------------------------------------------------------------------------------------------
-- plans

create table cordon.plan (
  plan_hash text primary key,
  survey text not null,
  declaration_hash text not null,
  document text not null,
  recorded_at timestamptz not null default now(),
  unique (survey, plan_hash),
  constraint plan_hash_is_of_document check (plan_hash = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
);
create table cordon.plan_in_force (
  survey text primary key,
  plan_hash text not null,
  since timestamptz not null default now(),
  constraint plan_in_force_is_of_survey foreign key (survey, plan_hash) references cordon.plan (survey, plan_hash)
);
grant select on cordon.plan, cordon.plan_in_force to :"worker", :"verifier", :"auditor";

------------------------------------------------------------------------------------------------------------
-- attempts and the fence

create table cordon.attempt (
  survey text not null,
  period text not null constraint attempt_period_is_month check (period ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  attempt int not null check (attempt >= 1),
  plan_hash text not null,
  staging name not null unique,
  nonce_sha256 text not null,
  -- who opened it: a retried start finds its own attempt again
  run text not null,
  ordinal int not null,
  drawn_at timestamptz,
  frame_root text,
  seed text,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  outcome text,
  primary key (survey, period, attempt),
  unique (run, ordinal),
  -- promise 4: the frame is committed before the seed is drawn
  constraint attempt_frame_before_seed check (seed is null or frame_root is not null),
  -- another survey's plan might ask for fewer officers
  constraint attempt_plan_is_of_survey foreign key (survey, plan_hash) references cordon.plan (survey, plan_hash),
  -- schemas/ref.ts says the same, and a test compares them
  constraint attempt_outcome_is_known check (outcome in ('delivered', 'delivered-without-receipt', 'delivery-unknown',
    'refused', 'release-expired', 'cancelled', 'failed', 'already-disclosed', 'stale-staging', 'superseded')),
  constraint attempt_closes_with_outcome check ((closed_at is null) = (outcome is null))
);
create unique index attempt_one_open on cordon.attempt (survey, period) where closed_at is null;

create table cordon.claim (
  survey text not null,
  period text not null,
  attempt int not null,
  stage text not null check (stage in ('extract', 'screen', 'sample', 'minimise', 'transfer')),
  claim int not null default 1,
  result jsonb,
  finished_at timestamptz,
  primary key (survey, period, attempt, stage),
  foreign key (survey, period, attempt) references cordon.attempt,
  constraint claim_finishes_with_result check ((result is null) = (finished_at is null))
);

/* Each activity start raises the claim; an earlier start of the same stage is thereby fenced off. */
create function cordon.raise_claim(in_survey text, in_period text, in_attempt int, in_stage text,
  out claim int, out result jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  insert into cordon.claim as c (survey, period, attempt, stage) values (in_survey, in_period, in_attempt, in_stage)
    on conflict (survey, period, attempt, stage) do update
      set claim = case when c.result is null then c.claim + 1 else c.claim end
    returning c.claim, c.result into raise_claim.claim, raise_claim.result;
end $$;

/* MUST be called in every transaction that has an effect: the row stays locked until that transaction ends. */
create function cordon.fence(in_survey text, in_period text, in_attempt int, in_stage text, in_claim int)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from cordon.claim c join cordon.attempt a using (survey, period, attempt)
    where (c.survey, c.period, c.attempt, c.stage, c.claim) = (in_survey, in_period, in_attempt, in_stage, in_claim)
      and c.result is null and a.closed_at is null
    for share;
  if not found then
    raise exception sqlstate 'CRD01' using message = 'another start of this stage has taken over';
  end if;
end $$;

create function cordon.finish_stage(in_survey text, in_period text, in_attempt int, in_stage text, in_claim int,
  in_result jsonb)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform cordon.fence(in_survey, in_period, in_attempt, in_stage, in_claim);
  update cordon.claim c set result = in_result, finished_at = now()
    where (c.survey, c.period, c.attempt, c.stage) = (in_survey, in_period, in_attempt, in_stage);
end $$;

------------------------------------------------------------------------------------------------------------
-- copies and their clocks

create table cordon.copy (
  id bigint generated always as identity primary key,
  survey text not null,
  period text not null,
  attempt int not null,
  kind text not null constraint copy_kind_is_known check (kind in ('staging', 'package', 'delivered',
    'disclosure-index', 'contacts', 'registers', 'analysis', 'source-drop', 'exported-history', 'backups')),
  place text not null,
  opened_at timestamptz not null default now(),
  due_at timestamptz not null,
  held_until timestamptz,
  held_by text,
  state text not null default 'live' check (state in ('live', 'erasing', 'erased')),
  outcome text check (outcome in ('erased', 'lost-in-crash')),
  erased_at timestamptz,
  verified_at timestamptz,
  unique (kind, place),
  constraint copy_is_erased_with_outcome check ((state = 'erased') = (erased_at is not null and outcome is not null)),
  constraint copy_is_verified_after_erasure check (verified_at is null or verified_at >= erased_at),
  constraint copy_staging_cannot_be_held check (kind <> 'staging' or held_until is null),
  constraint copy_hold_is_owned check ((held_until is null) = (held_by is null))
);
create index copy_by_wave on cordon.copy (survey, period);
create index copy_live on cordon.copy (due_at) where verified_at is null;

-- the logged kinds: one child table per attempt, read through its parent, dropped whole
create table cordon.package_chunk (survey text, period text, attempt int, part text, chunk int, bytes bytea);
alter table cordon.package_chunk alter column bytes set storage external;
create table cordon.disclosure_index (survey text, period text, attempt int, survey_ref text, kind text, token bytea);
create table cordon.contact_history (survey text, period text, kind text, token bytea, contacted_on date);
create table cordon.analysis (survey text, period text, survey_ref text, stratum text, weight numeric);
-- holds no personal data: frame ids are keyed hashes whose key dies with the staging schema
create table cordon.public_frame (survey text, period text, attempt int, frame_id text, stratum text);

-- analyze of a parent copies values of its children to pg_statistic, where they outlive a child that is dropped
alter table cordon.package_chunk alter column bytes set statistics 0;
alter table cordon.disclosure_index alter column survey_ref set statistics 0, alter column token set statistics 0;
alter table cordon.contact_history alter column token set statistics 0;
alter table cordon.analysis alter column survey_ref set statistics 0;

-- a run's history as JSON: guarded when it was written, kept and erased all the same
create table cordon.history (survey text, period text, workflow text, run text, json text);
alter table cordon.history alter column json set statistics 0;

create function cordon.logged_kind(in_kind text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case in_kind when 'package' then 'package_chunk' when 'disclosure-index' then 'disclosure_index'
    when 'contacts' then 'contact_history' when 'analysis' then 'analysis'
    when 'public-frame' then 'public_frame'
    when 'exported-history' then 'history' end
$$;

/* The worker's name in this installation: the role that may append as worker. */
create function cordon.worker() returns name language sql stable set search_path = pg_catalog, pg_temp as $$
  select r.rolname from pg_proc p, aclexplode(p.proacl) a, pg_roles r
    where p.oid = 'ledger.append_worker(bytea)'::regprocedure and a.grantee <> p.proowner and r.oid = a.grantee
$$;

/*
 * in_tables: [{"name", "columns": [{"name", "type", "statistics"}]}]; types come from a closed list.
 * The nonce is always made, and never by the worker's list: it is what tells a crash from an erasure.
 */
create function cordon.make_staging(in_staging name, in_tables jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  tab jsonb;
  col jsonb;
  cols text;
begin
  execute format('create schema %I', in_staging);
  execute format('grant usage on schema %I to %I', in_staging, cordon.worker());
  execute format('create unlogged table %I.nonce (nonce bytea not null) with (autovacuum_enabled = false)', in_staging);
  execute format('alter table %I.nonce alter column nonce set statistics 0', in_staging);
  execute format('grant select on %I.nonce to %I', in_staging, cordon.worker());
  for tab in select * from jsonb_array_elements(in_tables) loop
    continue when tab->>'name' = 'nonce';
    cols := null;
    for col in select * from jsonb_array_elements(tab->'columns') loop
      if coalesce(col->>'type', '') not in
        ('text', 'text[]', 'bytea', 'bytea[]', 'bigint', 'integer', 'date', 'timestamptz', 'boolean') then
        raise exception sqlstate 'CRD10' using message = 'not a column type of a staging table';
      end if;
      if octet_length(col->>'name') > 63 then
        raise exception sqlstate 'CRD10' using message = 'a column name that PostgreSQL would cut';
      end if;
      cols := concat_ws(', ', cols, format('%I %s', col->>'name', col->>'type'));
    end loop;
    -- unlogged: no WAL, replica or base backup ever holds these rows
    execute format('create unlogged table %I.%I (%s) with (autovacuum_enabled = false)', in_staging, tab->>'name', cols);
    for col in select * from jsonb_array_elements(tab->'columns') loop
      if not coalesce((col->>'statistics')::boolean, false) then
        -- analyze would copy values into pg_statistic and so into the WAL
        execute format('alter table %I.%I alter column %I set statistics 0', in_staging, tab->>'name', col->>'name');
      elsif col->>'name' not in ('mask', 'stratum') then
        raise exception sqlstate 'CRD10' using message = 'ONLY mask and stratum may carry statistics';
      end if;
    end loop;
    execute format('grant select, insert, update, delete, truncate on %I.%I to %I', in_staging, tab->>'name', cordon.worker());
  end loop;
end $$;

/* Opens a copy with its clock running. Idempotent for one place of one attempt. `keep` is an interval such as P14D. */
create function cordon.open_copy(in_survey text, in_period text, in_attempt int, in_kind text, in_place text,
  in_keep interval, in_tables jsonb default null)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  parent text := cordon.logged_kind(in_kind);
  c cordon.copy;
begin
  if in_keep is null or in_keep <= interval '0' then
    raise exception sqlstate 'CRD10' using message = 'a copy needs a clock';
  end if;
  -- PostgreSQL would cut the name, and the verifier would then look for a relation that never was
  if (in_kind = 'staging' or parent is not null) and octet_length(in_place) > 63 then
    raise exception sqlstate 'CRD10' using message = 'a place of more than 63 bytes';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('cordon copy ' || in_kind || ' ' || in_place, 0));
  select * into c from cordon.copy k where k.kind = in_kind and k.place = in_place;
  if found then
    if (c.survey, c.period, c.attempt) is distinct from (in_survey, in_period, in_attempt) then
      raise exception sqlstate 'CRD10' using message = 'the place belongs to another attempt';
    end if;
    if c.state = 'erased' then
      raise exception sqlstate 'CRD08' using message = 'the copy is erased';
    end if;
    return c.id;
  end if;
  if in_kind = 'public-frame' and to_regclass(format('copies.%I', in_place)) is not null then
    return null;
  end if;
  if in_kind = 'staging' then
    if in_place !~ '^wave_[a-z0-9_]+_\d{6}_\d+$' then
      raise exception sqlstate 'CRD10' using message = 'not the name of a staging schema';
    end if;
    perform cordon.make_staging(in_place::name, in_tables);
  elsif parent is not null then
    execute format('create table copies.%I () inherits (cordon.%I)', in_place, parent);
    execute format('grant select, insert on copies.%I to %I', in_place, cordon.worker());
  end if;
  if in_kind = 'public-frame' then
    return null;
  end if;
  insert into cordon.copy (survey, period, attempt, kind, place, due_at)
    values (in_survey, in_period, in_attempt, in_kind, in_place, now() + in_keep) returning * into c;
  return c.id;
end $$;

/* Idempotent per run; null when it is kept already. */
create function cordon.keep_history(in_survey text, in_period text, in_workflow text, in_run text, in_json text,
  in_keep interval)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  at_place text := 'history_' || in_run;
  found_id bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('cordon copy exported-history ' || at_place, 0));
  perform from cordon.copy where kind = 'exported-history' and place = at_place;
  if found then
    return null;
  end if;
  found_id := cordon.open_copy(in_survey, in_period, 0, 'exported-history', at_place, in_keep);
  execute format('insert into copies.%I values ($1, $2, $3, $4, $5)', at_place)
    using in_survey, in_period, in_workflow, in_run, in_json;
  return found_id;
end $$;

/* ONLY the mask and stratum columns carry statistics; see make_staging. */
create function cordon.analyze_stage(in_staging name)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare tab name;
begin
  perform from cordon.copy where kind = 'staging' and place = in_staging and state <> 'erased';
  if not found then
    raise exception sqlstate 'CRD10' using message = 'not a staging schema';
  end if;
  for tab in select relname from pg_class where relnamespace = in_staging::text::regnamespace and relkind = 'r' loop
    execute format('analyze %I.%I', in_staging, tab);
  end loop;
end $$;

/* Once the frame is committed nobody who was screened out stays. */
create function cordon.drop_intake(in_staging name)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from cordon.copy where kind = 'staging' and place = in_staging and state <> 'erased';
  if not found then
    raise exception sqlstate 'CRD10' using message = 'not a staging schema';
  end if;
  execute format('drop table if exists %I.intake, %I.screened', in_staging, in_staging);
end $$;

create function cordon.is_relation(in_kind text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select in_kind = 'staging' or cordon.logged_kind(in_kind) is not null
$$;

create function cordon.has_erased_leaf(in_kind text, in_place text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from ledger.entry e where convert_from(e.leaf, 'UTF8')::jsonb @>
    jsonb_build_object('type', 'erased', 'kind', in_kind, 'place', in_place))
$$;

create function cordon.refuse_early_erasure(c cordon.copy) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if c.held_until > now() then
    raise exception sqlstate 'CRD06' using message = 'the copy is held';
  end if;
  if c.due_at > now() then
    raise exception sqlstate 'CRD07' using message = 'the clock of the copy has not run out';
  end if;
end $$;

/*
 * Clock, hold, drop and inventory row in one transaction. What it answers goes into the caller's `erased` leaf, in
 * the same transaction: until that leaf is there, a repeated purge answers what the first one found.
 */
create function cordon.purge_copy(in_id bigint)
returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c cordon.copy;
  marks bigint;
  found_outcome text := 'erased';
begin
  select * into c from cordon.copy where id = in_id for update;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such copy';
  end if;
  if c.state = 'erased' then
    return case when cordon.has_erased_leaf(c.kind, c.place) then 'already-erased' else c.outcome end;
  end if;
  perform cordon.refuse_early_erasure(c);
  if c.kind = 'staging' then
    if to_regclass(format('%I.nonce', c.place)) is null then
      raise exception sqlstate 'CRD05' using message = 'the staging schema is gone and nobody erased it';
    end if;
    execute format('select count(*) from %I.nonce', c.place) into marks;
    if marks = 0 then
      found_outcome := 'lost-in-crash';
    end if;
    execute format('drop schema %I cascade', c.place);
  elsif cordon.logged_kind(c.kind) is not null then
    if to_regclass(format('copies.%I', c.place)) is null then
      raise exception sqlstate 'CRD05' using message = 'the table is gone and nobody erased it';
    end if;
    execute format('drop table copies.%I', c.place);
  end if;
  update cordon.copy set state = 'erased', outcome = found_outcome, erased_at = now() where id = in_id;
  return found_outcome;
end $$;

/* For what is no relation (a file, the processor's copy): begun, and not yet confirmed. Idempotent; answers true. */
create function cordon.start_erasing(in_id bigint)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c cordon.copy;
begin
  select * into c from cordon.copy where id = in_id for update;
  if not found or cordon.is_relation(c.kind) then
    raise exception sqlstate 'CRD10' using message = 'no such copy outside relations';
  end if;
  if c.state = 'erased' then
    raise exception sqlstate 'CRD08' using message = 'the copy is erased';
  end if;
  perform cordon.refuse_early_erasure(c);
  update cordon.copy set state = 'erasing' where id = in_id;
  return true;
end $$;

create function cordon.move_clock(in_id bigint, in_due timestamptz, out was timestamptz, out now_due timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select due_at into was from cordon.copy where id = in_id and state <> 'erased' for update;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the copy is erased';
  end if;
  update cordon.copy set due_at = in_due where id = in_id;
  now_due := in_due;
end $$;

/*
 * What the verifier looks at: the catalogue and the ledger, not the eraser's word. Of what is no relation it proves
 * only that the erasure was recorded; whether the file is gone the verifier sees for itself.
 */
create function cordon.prove_erasure(in_id bigint, out proven boolean, out outcome text, out kind text, out place text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c cordon.copy;
begin
  select * into c from cordon.copy where id = in_id for update;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such copy';
  end if;
  kind := c.kind;
  place := c.place;
  outcome := c.outcome;
  proven := c.state = 'erased'
    and (c.kind <> 'staging' or not exists (select from pg_namespace where nspname = c.place))
    and (cordon.logged_kind(c.kind) is null or not exists (select from pg_class k
      join pg_namespace n on n.oid = k.relnamespace where n.nspname = 'copies' and k.relname = c.place))
    and cordon.has_erased_leaf(c.kind, c.place);
  if proven then
    -- the clock's time, not the transaction's: that may be older than the erasure it waited for
    update cordon.copy set verified_at = clock_timestamp() where id = in_id and verified_at is null;
  end if;
end $$;

------------------------------------------------------------------------------------------------------------
-- attempts open with their staging and its clock

/* At most 63 bytes while a survey's name has at most 40; `open_copy` refuses what is longer. */
create function cordon.staging_name(in_survey text, in_period text, in_attempt int) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select format('wave_%s_%s_%s', replace(in_survey, '-', '_'), replace(in_period, '-', ''), in_attempt)
$$;

/* Idempotent for one run and ordinal; `copy_id` is null when the attempt was open already. */
create function cordon.open_attempt(in_survey text, in_period text, in_plan text, in_run text, in_ordinal int,
  in_nonce bytea, in_keep interval, in_tables jsonb,
  out attempt int, out nonce text, out opened boolean, out superseded int, out copy_id bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  staging text;
  mine cordon.attempt;
begin
  perform pg_advisory_xact_lock(hashtextextended('cordon wave ' || in_survey || ' ' || in_period, 0));
  opened := false;
  select * into mine from cordon.attempt a where a.run = in_run and a.ordinal = in_ordinal;
  if found then
    if (mine.survey, mine.period) is distinct from (in_survey, in_period) then
      raise exception sqlstate 'CRD10' using message = 'this run belongs to another wave';
    end if;
    if mine.closed_at is not null then
      raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
    end if;
    attempt := mine.attempt;
    if to_regclass(format('%I.nonce', mine.staging)) is not null then
      execute format('select encode(n.nonce, ''hex'') from %I.nonce n', mine.staging) into nonce;
    end if;
    return;
  end if;
  -- waits for whoever is under the fence of the open attempt: what they commit may be an intent
  perform from cordon.attempt a where (a.survey, a.period) = (in_survey, in_period) and a.closed_at is null for update;
  if exists (select from cordon.intent i where (i.survey, i.period) = (in_survey, in_period) and i.voided_at is null) then
    raise exception sqlstate 'CRD09' using message = 'this month has already been disclosed';
  end if;
  update cordon.attempt a set closed_at = now(), outcome = 'superseded'
    where (a.survey, a.period) = (in_survey, in_period) and a.closed_at is null returning a.attempt into superseded;
  -- what a superseded attempt staged is due at once
  update cordon.copy c set due_at = now() where (c.survey, c.period) = (in_survey, in_period) and c.attempt = superseded
    and c.kind in ('staging', 'package') and c.state = 'live' and c.due_at > now();
  select coalesce(max(a.attempt), 0) + 1 into open_attempt.attempt from cordon.attempt a
    where (a.survey, a.period) = (in_survey, in_period);
  staging := cordon.staging_name(in_survey, in_period, attempt);
  insert into cordon.attempt (survey, period, attempt, plan_hash, staging, nonce_sha256, run, ordinal)
    values (in_survey, in_period, open_attempt.attempt, in_plan, staging, encode(sha256(in_nonce), 'hex'), in_run, in_ordinal);
  copy_id := cordon.open_copy(in_survey, in_period, open_attempt.attempt, 'staging', staging, in_keep, in_tables);
  execute format('insert into %I.nonce values ($1)', staging) using in_nonce;
  nonce := encode(in_nonce, 'hex');
  opened := true;
end $$;

/* Closing makes what never left due at once; staging is never kept for its full clock without a reason. */
create function cordon.close_attempt(in_survey text, in_period text, in_attempt int, in_outcome text, in_due_now boolean)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update cordon.attempt a set closed_at = now(), outcome = in_outcome
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null;
  if not found then
    return false;
  end if;
  if in_due_now then
    update cordon.copy c set due_at = now()
      where (c.survey, c.period, c.attempt) = (in_survey, in_period, in_attempt)
        and c.kind in ('staging', 'package') and c.state = 'live' and c.due_at > now();
  end if;
  return true;
end $$;

create function cordon.set_drawn_at(in_survey text, in_period text, in_attempt int) returns timestamptz
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update cordon.attempt set drawn_at = coalesce(drawn_at, now())
    where (survey, period, attempt) = (in_survey, in_period, in_attempt) returning drawn_at
$$;

create function cordon.set_frame_root(in_survey text, in_period text, in_attempt int, in_root text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update cordon.attempt set frame_root = in_root
    where (survey, period, attempt) = (in_survey, in_period, in_attempt) and seed is null
$$;

/* The first seed given is the attempt's for ever: a repeated start draws the same people again. */
create function cordon.set_seed(in_survey text, in_period text, in_attempt int, in_seed text,
  out seed text, out is_new boolean, out frame_root text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update cordon.attempt a set seed = in_seed
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.seed is null;
  is_new := found;
  select a.seed, a.frame_root into set_seed.seed, set_seed.frame_root from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt);
end $$;

------------------------------------------------------------------------------------------------------------
-- what a wave counted: the waterfall's equations are constraints

create table cordon.waterfall (
  survey text not null,
  period text not null,
  attempt int not null,
  read bigint not null check (read >= 0),
  quarantined bigint not null check (quarantined >= 0),
  intake bigint not null check (intake >= 0),
  excluded bigint,
  frame bigint,
  sample bigint,
  reserve bigint,
  not_drawn bigint,
  promoted bigint,
  struck bigint,
  package bigint,
  -- planted by Cordon itself and all removed again; in none of the numbers above
  canaries bigint constraint waterfall_canaries_are_counted check (canaries >= 0),
  primary key (survey, period, attempt),
  foreign key (survey, period, attempt) references cordon.attempt,
  constraint waterfall_read_balances check (read = quarantined + intake),
  constraint waterfall_intake_balances check (intake = excluded + frame),
  constraint waterfall_frame_balances check (frame = sample + reserve + not_drawn),
  constraint waterfall_package_balances check (package = sample + promoted - struck),
  -- an equation with an unknown in it holds vacuously: each stage says all of its numbers, after the stage before
  constraint waterfall_screened_whole check (num_nulls(excluded, frame) in (0, 2)),
  constraint waterfall_sampled_whole check (num_nulls(sample, reserve, not_drawn) in (0, 3)
    and (sample is null or frame is not null)),
  constraint waterfall_minimised_whole check (num_nulls(promoted, struck, package) in (0, 3)
    and (package is null or sample is not null)),
  constraint waterfall_promotes_from_reserve check (promoted <= reserve),
  constraint waterfall_counts_people check (least(excluded, frame, sample, reserve, not_drawn, promoted, struck, package) >= 0)
);
create table cordon.exclusion_count (
  survey text not null,
  period text not null,
  attempt int not null,
  ordinal int not null,
  reason text not null,
  first_reason bigint not null check (first_reason >= 0),
  any_reason bigint not null,
  -- out like everybody excluded, and waiting for somebody to decide
  review boolean not null default false,
  primary key (survey, period, attempt, ordinal),
  foreign key (survey, period, attempt) references cordon.waterfall,
  constraint exclusion_first_within_any check (first_reason <= any_reason)
);
/* Rows that matched both of two reasons; a pair that nobody matched has no row. */
create table cordon.exclusion_overlap (
  survey text not null,
  period text not null,
  attempt int not null,
  ordinal int not null,
  other int not null,
  rows bigint not null check (rows > 0),
  primary key (survey, period, attempt, ordinal, other),
  foreign key (survey, period, attempt, ordinal) references cordon.exclusion_count,
  foreign key (survey, period, attempt, other) references cordon.exclusion_count,
  constraint overlap_names_a_pair_once check (ordinal < other)
);
create table cordon.quarantine_count (
  survey text not null,
  period text not null,
  attempt int not null,
  code text not null,
  rows bigint not null check (rows > 0),
  primary key (survey, period, attempt, code),
  foreign key (survey, period, attempt) references cordon.waterfall
);
create table cordon.strike_count (
  survey text not null,
  period text not null,
  attempt int not null,
  stage text not null check (stage in ('minimise', 'transfer')),
  reason text not null,
  struck bigint not null check (struck > 0),
  primary key (survey, period, attempt, stage, reason),
  foreign key (survey, period, attempt) references cordon.waterfall
);
create table cordon.stratum_count (
  survey text not null,
  period text not null,
  attempt int not null,
  stratum text not null,
  frame bigint not null,
  sample bigint not null,
  reserve bigint not null,
  primary key (survey, period, attempt, stratum),
  foreign key (survey, period, attempt) references cordon.waterfall,
  constraint stratum_draws_within_frame check (sample >= 0 and reserve >= 0 and sample + reserve <= frame)
);
grant select, insert, update on cordon.waterfall to :"worker";
grant select, insert on cordon.exclusion_count, cordon.exclusion_overlap, cordon.quarantine_count,
  cordon.stratum_count to :"worker";
grant select, insert, update on cordon.strike_count to :"worker";

/* Waves whose parts do not add up to their wholes, which no constraint on one row can see. Always empty, see below. */
create view cordon.waterfall_unbalanced as
  select w.survey, w.period, w.attempt from cordon.waterfall w
  left join (select e.survey, e.period, e.attempt, sum(e.first_reason) as excluded from cordon.exclusion_count e
    group by e.survey, e.period, e.attempt) x using (survey, period, attempt)
  left join (select q.survey, q.period, q.attempt, sum(q.rows) as quarantined from cordon.quarantine_count q
    group by q.survey, q.period, q.attempt) v using (survey, period, attempt)
  left join (select o.survey, o.period, o.attempt, bool_or(o.rows > least(a.any_reason, b.any_reason)) as too_many
    from cordon.exclusion_overlap o
    join cordon.exclusion_count a on (a.survey, a.period, a.attempt, a.ordinal) = (o.survey, o.period, o.attempt, o.ordinal)
    join cordon.exclusion_count b on (b.survey, b.period, b.attempt, b.ordinal) = (o.survey, o.period, o.attempt, o.other)
    group by o.survey, o.period, o.attempt) p using (survey, period, attempt)
  left join (select k.survey, k.period, k.attempt, sum(k.struck) as struck from cordon.strike_count k
    group by k.survey, k.period, k.attempt) y using (survey, period, attempt)
  left join (select t.survey, t.period, t.attempt, sum(t.frame) as frame, sum(t.sample) as sample,
      sum(t.reserve) as reserve from cordon.stratum_count t
    group by t.survey, t.period, t.attempt) z using (survey, period, attempt)
  where w.quarantined <> coalesce(v.quarantined, 0) or p.too_many
    or w.excluded <> coalesce(x.excluded, 0) or w.struck <> coalesce(y.struck, 0)
    or (w.sample is not null and (w.frame <> coalesce(z.frame, 0) or w.sample <> coalesce(z.sample, 0)
      or w.reserve <> coalesce(z.reserve, 0)));

/*
 * Promise 3 between tables: asked at commit, so that a stage may write its numbers in any order, but only together.
 * A stage is asked for its own parts and those before it, and waits for no table of a later one.
 */
create function cordon.refuse_unbalanced() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  w cordon.waterfall;
  balanced boolean;
begin
  select * into w from cordon.waterfall t where (t.survey, t.period, t.attempt) = (new.survey, new.period, new.attempt);
  balanced := w.quarantined = (select coalesce(sum(q.rows), 0) from cordon.quarantine_count q
    where (q.survey, q.period, q.attempt) = (w.survey, w.period, w.attempt));
  if balanced and w.excluded is not null then
    balanced := w.excluded = (select coalesce(sum(e.first_reason), 0) from cordon.exclusion_count e
        where (e.survey, e.period, e.attempt) = (w.survey, w.period, w.attempt))
      and not exists (select from cordon.exclusion_overlap o
        join cordon.exclusion_count a using (survey, period, attempt, ordinal)
        join cordon.exclusion_count b on (b.survey, b.period, b.attempt, b.ordinal) = (o.survey, o.period, o.attempt, o.other)
        where (o.survey, o.period, o.attempt) = (w.survey, w.period, w.attempt)
          and o.rows > least(a.any_reason, b.any_reason));
  end if;
  if balanced and w.sample is not null then
    balanced := (select (coalesce(sum(t.frame), 0), coalesce(sum(t.sample), 0), coalesce(sum(t.reserve), 0))
        = (w.frame, w.sample, w.reserve) from cordon.stratum_count t
      where (t.survey, t.period, t.attempt) = (w.survey, w.period, w.attempt));
  end if;
  if balanced and w.struck is not null then
    balanced := w.struck = (select coalesce(sum(k.struck), 0) from cordon.strike_count k
      where (k.survey, k.period, k.attempt) = (w.survey, w.period, w.attempt));
  end if;
  if balanced is not true then
    raise exception sqlstate 'CRD18' using message = 'the parts of the waterfall do not add up to their wholes';
  end if;
  return null;
end $$;
create constraint trigger waterfall_adds_up after insert or update on cordon.waterfall
  deferrable initially deferred for each row execute function cordon.refuse_unbalanced();
create constraint trigger exclusion_count_adds_up after insert or update on cordon.exclusion_count
  deferrable initially deferred for each row execute function cordon.refuse_unbalanced();
create constraint trigger exclusion_overlap_adds_up after insert or update on cordon.exclusion_overlap
  deferrable initially deferred for each row execute function cordon.refuse_unbalanced();
create constraint trigger quarantine_count_adds_up after insert or update on cordon.quarantine_count
  deferrable initially deferred for each row execute function cordon.refuse_unbalanced();
create constraint trigger strike_count_adds_up after insert or update on cordon.strike_count
  deferrable initially deferred for each row execute function cordon.refuse_unbalanced();
create constraint trigger stratum_count_adds_up after insert or update on cordon.stratum_count
  deferrable initially deferred for each row execute function cordon.refuse_unbalanced();

------------------------------------------------------------------------------------------------------------
-- alarms: what stops a wave until an officer says why it may go on

create table cordon.alarm (
  survey text not null,
  period text not null,
  attempt int not null,
  stage text not null constraint alarm_stage_is_known check (stage in ('extract', 'screen')),
  -- schemas/alarm.ts says the same two lists, and a test compares them
  code text not null constraint alarm_code_is_known check (code in ('QUARANTINE_OVER_TOLERANCE', 'REGISTER_EMPTIED',
    'REGISTER_STALE', 'RULE_REMOVES_NOTHING', 'RULE_REMOVES_OVER', 'RULE_CHANGED')),
  -- the rule or the register it is about
  subject text not null default '',
  found text not null,
  expected text not null,
  raised_at timestamptz not null default now(),
  accepted_at timestamptz,
  accepted_by text,
  because text constraint alarm_reason_is_known check (because in ('known-event', 'source-changed', 'policy-changed',
    'seasonal', 'register-restarted', 'checked-at-source')),
  primary key (survey, period, attempt, stage, code, subject),
  foreign key (survey, period, attempt) references cordon.attempt,
  constraint alarm_is_accepted_by_somebody check (num_nulls(accepted_at, accepted_by, because) in (0, 3))
);
grant select, insert (survey, period, attempt, stage, code, subject, found, expected) on cordon.alarm to :"worker";
grant select on cordon.alarm, cordon.exclusion_overlap, cordon.quarantine_count to :"auditor";

/* Nobody is drawn while an alarm waits, whatever the workflow believes. */
create function cordon.refuse_seed_under_alarm() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from cordon.alarm a where (a.survey, a.period, a.attempt) = (new.survey, new.period, new.attempt)
      and a.accepted_at is null) then
    raise exception sqlstate 'CRD19' using message = 'an alarm waits for an officer';
  end if;
  return new;
end $$;
create trigger attempt_seed_waits_for_alarms before update of seed on cordon.attempt
  for each row when (old.seed is null and new.seed is not null) execute function cordon.refuse_seed_under_alarm();

------------------------------------------------------------------------------------------------------------
-- registers: tokens and dates, never values

create table cordon.register_entry (
  register text not null check (register in ('opt-outs', 'safety-markers')),
  kind text not null check (kind in ('phone', 'reference', 'person')),
  token bytea not null check (length(token) = 32),
  added_at timestamptz not null default now(),
  added_by text not null,
  withdrawn_at timestamptz,
  primary key (register, kind, token)
);
create function cordon.register_add(in_register text, in_kind text, in_token bytea, in_by text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into cordon.register_entry as r (register, kind, token, added_by) values (in_register, in_kind, in_token, in_by)
    on conflict (register, kind, token) do update set withdrawn_at = null, added_by = in_by
      where r.withdrawn_at is not null;
  return found;
end $$;
grant execute on function cordon.register_add(text, text, bytea, text) to :"clerk";
grant select on cordon.register_entry to :"worker";

/* Opt-outs of nobody, planted once for each kind by the first wave and looked for by every wave after it. */
create table cordon.canary (
  kind text primary key check (kind in ('phone', 'reference', 'person')),
  planted_at timestamptz not null default now()
);
/* Once only: when the register has lost a canary, planting it again would hide that. */
create function cordon.plant_canary(in_kind text, in_token bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into cordon.canary (kind) values (in_kind) on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into cordon.register_entry (register, kind, token, added_by) values ('opt-outs', in_kind, in_token, 'canary')
    on conflict (register, kind, token) do update set withdrawn_at = null;
  return true;
end $$;

/* Every alarm of this code that waits in this attempt; answers how many are left of any code. */
create function cordon.accept_alarm(in_survey text, in_period text, in_attempt int, in_code text, in_officer text,
  in_because text, out accepted int, out unanswered int)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  update cordon.alarm a set accepted_at = now(), accepted_by = in_officer, because = in_because
    where (a.survey, a.period, a.attempt, a.code) = (in_survey, in_period, in_attempt, in_code)
      and a.accepted_at is null;
  get diagnostics accepted = row_count;
  -- whoever accepts that the register starts again accepts that its canaries are planted again
  if accepted > 0 and in_code = 'REGISTER_EMPTIED' then
    delete from cordon.canary;
  end if;
  select count(*) into unanswered from cordon.alarm a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.accepted_at is null;
end $$;
grant execute on function cordon.plant_canary(text, bytea),
  cordon.accept_alarm(text, text, int, text, text, text) to :"worker";

------------------------------------------------------------------------------------------------------------
-- package, release, intent, disclosure

create table cordon.package (
  survey text not null,
  period text not null,
  attempt int not null,
  version int not null check (version >= 1),
  name text not null,
  rows int not null check (rows >= 0),
  rows_root text not null,
  plaintext_sha256 text not null,
  ciphertext_sha256 text not null,
  bytes bigint not null,
  recipient_key text not null,
  sender_key text not null,
  statement text not null,
  statement_sha256 text not null,
  packaged_at timestamptz not null default now(),
  primary key (survey, period, attempt, version),
  foreign key (survey, period, attempt) references cordon.attempt,
  constraint package_statement_hash check (statement_sha256 = encode(sha256(convert_to(statement, 'UTF8')), 'hex'))
);
create table cordon.release (
  survey text not null,
  period text not null,
  attempt int not null,
  officer text not null,
  statement_sha256 text not null,
  signed_at timestamptz not null default now(),
  -- an officer who released an earlier version may release the next
  primary key (survey, period, attempt, officer, statement_sha256),
  foreign key (survey, period, attempt) references cordon.attempt
);
create table cordon.intent (
  survey text not null,
  period text not null,
  attempt int not null,
  ordinal int not null default 1 check (ordinal >= 1),
  package text not null,
  statement_sha256 text not null,
  intended_at timestamptz not null default now(),
  first_byte_at timestamptz,
  disclosed_at timestamptz,
  delivered_at timestamptz,
  received_at timestamptz,
  voided_at timestamptz,
  primary key (survey, period, attempt, ordinal),
  foreign key (survey, period, attempt) references cordon.attempt,
  constraint intent_first_byte_after_intent check (first_byte_at >= intended_at),
  constraint intent_void_or_disclosed check (voided_at is null or disclosed_at is null)
);
-- the gate of once a month lies on intent, so that a disclosure can always be recorded
create unique index intent_once_a_month on cordon.intent (survey, period) where voided_at is null;

/* Answers the intent's number in its attempt: a voided one may be followed by another. */
create function cordon.record_intent(in_survey text, in_period text, in_attempt int, in_package text, in_statement text)
returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  needed int;
  valid_for interval;
  given int;
begin
  -- waits for who is closing the attempt, and makes them wait
  perform from cordon.attempt a
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt) and a.closed_at is null for share;
  if not found then
    raise exception sqlstate 'CRD08' using message = 'the attempt is closed';
  end if;
  select (p.document::jsonb #>> '{declaration,release,officers}')::int,
      (p.document::jsonb #>> '{declaration,release,validFor}')::interval into needed, valid_for
    from cordon.plan p join cordon.attempt a using (plan_hash)
    where (a.survey, a.period, a.attempt) = (in_survey, in_period, in_attempt);
  if needed is null or needed < 1 or valid_for is null
    or (select count(distinct r.officer) from cordon.release r
      where (r.survey, r.period, r.attempt, r.statement_sha256) = (in_survey, in_period, in_attempt, in_statement)
        and r.signed_at > now() - valid_for) < needed
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

/* MUST be committed before the first byte is written: from here on the package counts as disclosed. Answers
   whether the mark is new. */
create function cordon.mark_intent(in_survey text, in_period text, in_attempt int, in_mark text)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  i cordon.intent;
begin
  select * into i from cordon.intent t
    where (t.survey, t.period, t.attempt) = (in_survey, in_period, in_attempt) and t.voided_at is null for update;
  if not found then
    raise exception sqlstate 'CRD09' using message = 'no intent was recorded';
  end if;
  case in_mark
    when 'first-byte' then
      if i.first_byte_at is not null then return false; end if;
      i.first_byte_at := now();
    when 'disclosed' then
      if i.disclosed_at is not null then return false; end if;
      i.disclosed_at := now();
    when 'delivered' then
      if i.delivered_at is not null then return false; end if;
      i.delivered_at := now();
    when 'received' then
      if i.received_at is not null then return false; end if;
      i.received_at := now();
    when 'voided' then
      i.voided_at := now();
    else
      raise exception sqlstate 'CRD10' using message = 'not a mark of an intent';
  end case;
  update cordon.intent t set first_byte_at = i.first_byte_at, disclosed_at = i.disclosed_at,
      delivered_at = i.delivered_at, received_at = i.received_at, voided_at = i.voided_at
    where (t.survey, t.period, t.attempt, t.ordinal) = (i.survey, i.period, i.attempt, i.ordinal);
  return true;
end $$;

grant select on cordon.attempt, cordon.claim, cordon.copy, cordon.package, cordon.release, cordon.intent,
  cordon.package_chunk, cordon.disclosure_index, cordon.contact_history, cordon.analysis, cordon.public_frame
  to :"worker";
grant insert on cordon.package to :"worker";
-- not when it was signed: times are PostgreSQL's
grant insert (survey, period, attempt, officer, statement_sha256) on cordon.release to :"worker";
grant select on cordon.attempt, cordon.copy, cordon.package, cordon.release, cordon.intent to :"verifier";
grant select on cordon.attempt, cordon.copy, cordon.package, cordon.release, cordon.intent, cordon.waterfall,
  cordon.exclusion_count, cordon.stratum_count, cordon.strike_count, cordon.public_frame,
  cordon.waterfall_unbalanced to :"auditor";

grant execute on function cordon.raise_claim(text, text, int, text), cordon.fence(text, text, int, text, int),
  cordon.finish_stage(text, text, int, text, int, jsonb),
  cordon.open_copy(text, text, int, text, text, interval, jsonb),
  cordon.keep_history(text, text, text, text, text, interval), cordon.analyze_stage(name),
  cordon.drop_intake(name), cordon.purge_copy(bigint), cordon.start_erasing(bigint),
  cordon.move_clock(bigint, timestamptz),
  cordon.open_attempt(text, text, text, text, int, bytea, interval, jsonb),
  cordon.close_attempt(text, text, int, text, boolean), cordon.set_drawn_at(text, text, int),
  cordon.set_frame_root(text, text, int, text), cordon.set_seed(text, text, int, text),
  cordon.record_intent(text, text, int, text, text), cordon.mark_intent(text, text, int, text),
  cordon.staging_name(text, text, int)
  to :"worker";
grant execute on function cordon.prove_erasure(bigint) to :"verifier";

create table cordon.migration (id int primary key, applied_at timestamptz not null default now());
grant select on cordon.migration to :"worker", :"verifier", :"auditor", :"clerk";
