-- cordon migration=13 postgres=14
-- A plan that nobody need have signed yet, tried on one month: read, counted and dropped, under a clock like any copy.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values ('rehearsed', 'worker');

/* Apart from `cordon.plan`, so that no wave can start by it; whoever applies writes it, the worker only reads it. */
create table cordon.rehearsal (
  id bigint generated always as identity primary key,
  survey text not null,
  period text not null constraint rehearsal_period_is_month check (period ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  plan_hash text not null,
  document text not null,
  -- where it is staged: of no attempt, for no number of one begins with a zero
  place text not null generated always as (cordon.staging_name(survey, period, 0) || id::text) stored,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  ended_at timestamptz,
  constraint rehearsal_hash_is_of_document check (plan_hash = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
);

/* Its staging as the plan itself lists it. Idempotent until it has ended; `opened` says whether the copy is new. */
create function cordon.open_rehearsal(in_id bigint, out copy_id bigint, out opened boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r cordon.rehearsal;
begin
  select * into r from cordon.rehearsal where id = in_id for update;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such rehearsal';
  end if;
  if r.ended_at is not null then
    raise exception sqlstate 'CRD08' using message = 'the rehearsal has ended';
  end if;
  opened := not exists (select from cordon.copy c where (c.kind, c.place) = ('staging', r.place));
  -- whatever becomes of it: it takes minutes, and its end brings this forward
  copy_id := cordon.open_copy(r.survey, r.period, 0, 'staging', r.place, interval '2 hours',
    r.document::jsonb->'staging');
  if opened then
    execute format('insert into %I.nonce values (sha256(convert_to(gen_random_uuid()::text, ''UTF8'')))',
      r.place);
  end if;
end $$;

/* What was staged is due at once. False when it had ended before; the leaf that says so MUST come in the same transaction. */
create function cordon.end_rehearsal(in_id bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r cordon.rehearsal;
begin
  update cordon.rehearsal set ended_at = now() where id = in_id and ended_at is null returning * into r;
  if not found then
    return false;
  end if;
  update cordon.copy c set due_at = now()
    where (c.kind, c.place) = ('staging', r.place) and c.state = 'live' and c.due_at > now();
  return true;
end $$;

grant select on cordon.rehearsal to :"worker", :"auditor";
grant execute on function cordon.open_rehearsal(bigint), cordon.end_rehearsal(bigint) to :"worker";
