-- cordon migration=10 postgres=14
-- Holds on copies, what a copy was before it was erased, what an erasure has left, and one inventory of it all.

set role :"owner";

insert into ledger.leaf_type (type, appended_by) values
  ('hold', 'verifier'), ('lift', 'verifier'), ('copy-opened', 'clerk');

------------------------------------------------------------------------------------------------------------
-- holds: many on a copy, each dated and owned; while one lives its copy cannot be erased

alter table cordon.copy add constraint copy_is_of_a_kind unique (id, kind);

create table cordon.hold (
  id bigint generated always as identity primary key,
  copy bigint not null,
  kind text not null,
  -- schemas/hold.ts says the same, and a test compares them
  because text not null constraint hold_reason_is_known
    check (because in ('complaint', 'litigation', 'subject-request', 'security-incident')),
  owner text not null,
  review_on date not null,
  set_by text not null,
  statement_sha256 text not null,
  set_at timestamptz not null default now(),
  lifted_at timestamptz,
  foreign key (copy, kind) references cordon.copy (id, kind),
  -- what a complaint needs is in package and index
  constraint hold_is_not_of_staging check (kind <> 'staging'),
  constraint hold_is_lifted_afterwards check (lifted_at >= set_at),
  -- what is signed once is set once
  constraint hold_once unique (copy, statement_sha256)
);
create index hold_live on cordon.hold (copy) where lifted_at is null;

create table cordon.hold_lift (
  hold bigint not null references cordon.hold,
  officer text not null,
  statement_sha256 text not null,
  at timestamptz not null default now(),
  primary key (hold, officer)
);

-- what stood in the two columns before; only the owner could have set them
insert into cordon.hold (copy, kind, because, owner, review_on, set_by, statement_sha256)
  select c.id, c.kind, 'litigation', c.held_by, c.held_until::date, c.held_by, '' from cordon.copy c
  where c.held_until is not null and c.state <> 'erased';
alter table cordon.copy drop column held_until, drop column held_by;

create function cordon.is_held(in_copy bigint) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from cordon.hold h where h.copy = in_copy and h.lifted_at is null)
$$;

/* Whatever path an erasure takes. */
create function cordon.refuse_held() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if cordon.is_held(new.id) then
    raise exception sqlstate 'CRD06' using message = 'the copy is held';
  end if;
  return new;
end $$;
create trigger copy_held_stays before update of state on cordon.copy for each row
  when (new.state <> 'live' and new.state is distinct from old.state) execute function cordon.refuse_held();

create or replace function cordon.refuse_early_erasure(c cordon.copy) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if cordon.is_held(c.id) then
    raise exception sqlstate 'CRD06' using message = 'the copy is held';
  end if;
  if c.due_at > now() then
    raise exception sqlstate 'CRD07' using message = 'the clock of the copy has not run out';
  end if;
end $$;

/* MUST follow the record of a statement by an officer who may hold. The same statement again answers the same hold. */
create function cordon.hold_copy(in_copy bigint, in_because text, in_owner text, in_review_on date, in_officer text,
  in_statement text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c cordon.copy;
  found_id bigint;
begin
  -- waits for whoever is erasing it, and makes them wait
  select * into c from cordon.copy k where k.id = in_copy for update;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such copy';
  end if;
  if c.kind = 'staging' then
    raise exception sqlstate 'CRD10' using message = 'staging cannot be held';
  end if;
  select h.id into found_id from cordon.hold h where (h.copy, h.statement_sha256) = (in_copy, in_statement);
  if found then
    return found_id;
  end if;
  if c.state = 'erased' then
    raise exception sqlstate 'CRD08' using message = 'the copy is erased';
  end if;
  if in_review_on is null or in_review_on < (now() at time zone 'UTC')::date then
    raise exception sqlstate 'CRD10' using message = 'a hold has a day, to come, on which it is reviewed';
  end if;
  insert into cordon.hold (copy, kind, because, owner, review_on, set_by, statement_sha256)
    values (in_copy, c.kind, in_because, in_owner, in_review_on, in_officer, in_statement) returning id into found_id;
  return found_id;
end $$;

/* How many officers have said so who may still sign it, of whom a deputy and whom they stand in for are one. */
create function cordon.officers_lifting(in_hold bigint) returns int
language sql stable set search_path = pg_catalog, pg_temp as $$
  select count(distinct cordon.officer_now(s.officer, s.key, s.act))::int from cordon.hold_lift l
    join cordon.statement s on (s.act, s.sha256, s.officer) = ('lift', l.statement_sha256, l.officer)
  where l.hold = in_hold
$$;

/* By the officer's statement of this very hold. One officer's word; the second distinct one lifts the hold. */
create function cordon.lift_hold(in_hold bigint, in_officer text, in_statement text, out officers int, out lifted boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  s cordon.statement := cordon.signed('lift', in_statement, in_officer);
  h cordon.hold;
begin
  select * into h from cordon.hold t where t.id = in_hold for update;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such hold';
  end if;
  if (s.text::jsonb->>'hold')::bigint is distinct from in_hold then
    raise exception sqlstate 'CRD16' using message = 'signed for another hold';
  end if;
  if h.lifted_at is null then
    insert into cordon.hold_lift (hold, officer, statement_sha256) values (in_hold, in_officer, in_statement)
      on conflict (hold, officer) do nothing;
  end if;
  officers := cordon.officers_lifting(in_hold);
  lifted := h.lifted_at is not null;
  if officers >= 2 and not lifted then
    update cordon.hold t set lifted_at = now() where t.id = in_hold;
    lifted := true;
  end if;
end $$;

/* A hold says what it said when it was set; two distinct officers lift it, once. */
create function cordon.refuse_lift() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.lifted_at is not null or (to_jsonb(new) - 'lifted_at') is distinct from (to_jsonb(old) - 'lifted_at')
    or cordon.officers_lifting(old.id) < 2 then
    raise exception sqlstate 'CRD16' using message = 'a hold is lifted by two officers, and changes in nothing else';
  end if;
  return new;
end $$;
create trigger hold_is_lifted_by_two before update on cordon.hold for each row execute function cordon.refuse_lift();
create trigger hold_never_goes before delete or truncate on cordon.hold
  for each statement execute function ledger.refuse_change();
create trigger hold_lift_never_changes before update or delete or truncate on cordon.hold_lift
  for each statement execute function ledger.refuse_change();

------------------------------------------------------------------------------------------------------------
-- registers: one copy each from the first entry, of no wave, reviewed and not erased when the clock has run out

alter table cordon.copy alter column survey drop not null, alter column period drop not null,
  add constraint copy_is_of_a_wave check ((survey is null) = (kind = 'registers') and (period is null) = (survey is null));

/* What becomes of a kind when its clock has run out. */
create function cordon.disposition(in_kind text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case in_kind when 'registers' then 'review' else 'delete' end
$$;

create function cordon.open_register() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- a canary is nobody
  insert into cordon.copy (survey, period, attempt, kind, place, due_at)
    select distinct null, null, 0, 'registers', f.register, now() + interval '12 months'
    from added f where f.added_by <> 'canary'
      and not exists (select from cordon.copy c where (c.kind, c.place) = ('registers', f.register))
    on conflict (kind, place) do nothing;
  return null;
end $$;
create trigger register_entry_has_a_clock after insert on cordon.register_entry
  referencing new table as added for each statement execute function cordon.open_register();

/* The register's copy where this transaction has opened it, for its leaf. */
create function cordon.register_opened(in_register text, out place text, out due_at timestamptz)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.place, c.due_at from cordon.copy c
  where (c.kind, c.place, c.opened_at) = ('registers', in_register, transaction_timestamp())
$$;

-- registers that have entries already
insert into cordon.copy (survey, period, attempt, kind, place, due_at)
  select null, null, 0, 'registers', r.register, now() + interval '12 months'
  from cordon.register_entry r where r.added_by <> 'canary' group by r.register;
do $$
declare c cordon.copy;
begin
  for c in select * from cordon.copy where kind = 'registers' order by place loop
    perform ledger.append('clerk', convert_to(ledger.canonical(jsonb_build_object('v', 1, 'type', 'copy-opened',
      'at', ledger.instant(), 'kind', c.kind, 'place', c.place,
      'dueAt', to_char(c.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))), 'UTF8'));
  end loop;
end $$;

------------------------------------------------------------------------------------------------------------
-- what a copy is, counted while it is there; an erasure keeps what it counted last

-- no reference outlives its index in what the planner remembers: another type forgets it, even if it is the same
alter table cordon.recall alter column survey_ref type text using survey_ref, alter column survey_ref set statistics 0;

alter table cordon.copy add column relations int, add column rows bigint, add column bytes bigint;

/* What lies beside a disclosure index, and goes with it. */
create function cordon.beside(c cordon.copy) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case c.kind when 'disclosure-index' then cordon.outcomes_beside(c.place) end
$$;

create function cordon.relations_of(c cordon.copy, out name text, out bytes bigint)
returns setof record language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('%I.%I', n.nspname, k.relname), pg_total_relation_size(k.oid)
  from pg_class k join pg_namespace n on n.oid = k.relnamespace
  where k.relkind in ('r', 'p', 'm', 'f') and ((c.kind = 'staging' and n.nspname = c.place)
    or (cordon.logged_kind(c.kind) is not null and n.nspname = 'copies' and k.relname in (c.place, cordon.beside(c))))
  order by 1
$$;

/* A delivered copy is the package that left; of a file or a backup PostgreSQL knows nothing. */
create function cordon.measure(c cordon.copy, out relations int, out rows bigint, out bytes bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  r record;
  n bigint;
begin
  if c.kind = 'delivered' then
    select k.rows, k.bytes into measure.rows, measure.bytes
      from cordon.package k join cordon.intent i on (i.survey, i.period, i.attempt, i.package)
        = (k.survey, k.period, k.attempt, k.ciphertext_sha256)
      where (i.survey, i.period, i.attempt) = (c.survey, c.period, c.attempt) order by i.ordinal desc limit 1;
  elsif c.kind = 'registers' then
    select count(*) into measure.rows from cordon.register_entry e where e.register = c.place and e.added_by <> 'canary';
  elsif cordon.is_relation(c.kind) then
    relations := 0;
    rows := 0;
    bytes := 0;
    for r in select * from cordon.relations_of(c) loop
      execute 'select count(*) from ' || r.name into n;
      relations := relations + 1;
      rows := rows + n;
      bytes := bytes + r.bytes;
    end loop;
  end if;
exception when undefined_table then
  -- dropped between two looks
  relations := 0;
  rows := null;
  bytes := null;
end $$;

/* As in 000001, but that a hold is a row of `cordon.hold`, and that what is dropped is counted under its lock. */
create or replace function cordon.purge_copy(in_id bigint)
returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  c cordon.copy;
  r record;
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
  if cordon.disposition(c.kind) <> 'delete' then
    raise exception sqlstate 'CRD10' using message = 'a register is reviewed, never erased whole';
  end if;
  perform cordon.refuse_early_erasure(c);
  if c.kind = 'staging' and to_regclass(format('%I.nonce', c.place)) is null then
    raise exception sqlstate 'CRD05' using message = 'the staging schema is gone and nobody erased it';
  elsif cordon.logged_kind(c.kind) is not null and to_regclass(format('copies.%I', c.place)) is null then
    raise exception sqlstate 'CRD05' using message = 'the table is gone and nobody erased it';
  end if;
  for r in select * from cordon.relations_of(c) loop
    execute format('lock table %s in access exclusive mode', r.name);
  end loop;
  select * into r from cordon.measure(c);
  if c.kind = 'staging' then
    execute format('select count(*) from %I.nonce', c.place) into marks;
    if marks = 0 then
      found_outcome := 'lost-in-crash';
    end if;
    execute format('drop schema %I cascade', c.place);
  elsif cordon.logged_kind(c.kind) is not null then
    execute format('drop table copies.%I', c.place);
  end if;
  update cordon.copy set state = 'erased', outcome = found_outcome, erased_at = now(), relations = r.relations,
    rows = r.rows, bytes = r.bytes where id = in_id;
  return found_outcome;
end $$;

------------------------------------------------------------------------------------------------------------
-- what an erasure has left, looked for by who did not erase

/*
 * Relations that hold copies and are accounted for by none that lives: planted, moved elsewhere or kept back under
 * another name. Public frames hold nobody.
 */
create function cordon.strays() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with relation as (
    select k.oid, n.nspname, k.relname, k.relpersistence, n.nspname = 'copies' or n.nspname ~ '^wave_' as in_place,
      pg_get_userbyid(k.relowner) = current_user as ours,
      exists (select from pg_inherits i where i.inhrelid = k.oid and i.inhparent = 'cordon.public_frame'::regclass) as public,
      exists (select from pg_inherits i join pg_class p on p.oid = i.inhparent
        where i.inhrelid = k.oid and p.relnamespace = 'cordon'::regnamespace) as child
    from pg_class k join pg_namespace n on n.oid = k.relnamespace
    where k.relkind in ('r', 'p', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)'
  )
  select format('%I.%I', r.nspname, r.relname) from relation r
  -- ours elsewhere, or somebody else's among ours
  where (r.in_place or r.child or r.ours <> (r.nspname in ('cordon', 'ledger')) or (r.ours and r.relpersistence = 'u'))
    and not (r.nspname = 'copies' and r.public)
    and not exists (select from cordon.copy c where c.state <> 'erased'
      and ((c.kind = 'staging' and c.place = r.nspname)
        or (cordon.logged_kind(c.kind) is not null and r.nspname = 'copies' and r.relname in (c.place, cordon.beside(c)))))
  union all
  select n.nspname from pg_namespace n where n.nspname ~ '^wave_'
    and not exists (select from cordon.copy c where c.state <> 'erased' and (c.kind, c.place) = ('staging', n.nspname))
$$;

/* Values of people in the statistics of what outlives a copy. */
create function cordon.has_statistics() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_attribute a join pg_class k on k.oid = a.attrelid
      join pg_stats s on s.schemaname = 'cordon' and (s.tablename, s.attname) = (k.relname, a.attname)
      where k.relnamespace = 'cordon'::regnamespace and a.attstattarget = 0)
    or exists (select from pg_statistic_ext x join pg_class k on k.oid = x.stxrelid
      join pg_namespace n on n.oid = k.relnamespace where n.nspname in ('cordon', 'copies') or n.nspname ~ '^wave_')
$$;

create function cordon.has_large_objects() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_largeobject_metadata m where m.lomowner in (
    select a.grantee from pg_proc p, aclexplode(p.proacl) a where p.pronamespace = 'ledger'::regnamespace))
$$;

/* Rows that were written past the tables of copies, into what they are only read through. */
create function cordon.has_loose_rows() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from only cordon.package_chunk) or exists (select from only cordon.disclosure_index)
    or exists (select from only cordon.contact_history) or exists (select from only cordon.analysis)
    or exists (select from only cordon.contact_outcome) or exists (select from only cordon.history) or exists (select from only cordon.reservation)
$$;

/*
 * What stands between an erasure and "complete", in words; none when it is proved. Believes the catalogue, the ledger
 * and the counts. Whether a file is gone is seen where it lay.
 */
create function cordon.erasure_doubts(in_id bigint) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  c cordon.copy;
  doubts text[] := '{}';
begin
  select * into c from cordon.copy where id = in_id;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such copy';
  end if;
  if c.state <> 'erased' then
    doubts := doubts || 'not erased'::text;
  end if;
  if not cordon.has_erased_leaf(c.kind, c.place) then
    doubts := doubts || 'no leaf says that it was erased'::text;
  end if;
  if c.erased_at < c.due_at then
    doubts := doubts || 'erased before its clock had run out'::text;
  end if;
  if exists (select from cordon.hold h where h.copy = in_id and h.set_at <= coalesce(c.erased_at, now())
    and (h.lifted_at is null or h.lifted_at > c.erased_at)) then
    doubts := doubts || 'held when it was erased'::text;
  end if;
  if (c.kind = 'staging' and exists (select from pg_namespace where nspname = c.place))
    or exists (select from cordon.relations_of(c)) then
    doubts := doubts || 'still in the catalogue'::text;
  end if;
  -- a logged table is never emptied by a crash: no rows where a package was means that somebody else removed them
  if c.state = 'erased' and c.outcome = 'erased' and c.rows = 0 and (c.kind in ('package', 'exported-history')
    or (c.kind in ('disclosure-index', 'contacts', 'analysis') and exists (select from cordon.package k
      where (k.survey, k.period, k.attempt) = (c.survey, c.period, c.attempt) and k.rows > 0))) then
    doubts := doubts || 'nothing was in it, and nobody knows why'::text;
  end if;
  if c.kind = 'disclosure-index' and exists (select from cordon.recall r
    where (r.survey, r.period, r.attempt) = (c.survey, c.period, c.attempt) and r.survey_ref is not null) then
    doubts := doubts || 'references in recalls'::text;
  end if;
  if exists (select from cordon.strays()) then
    doubts := doubts || 'a relation that no copy accounts for'::text;
  end if;
  if cordon.has_loose_rows() then
    doubts := doubts || 'rows outside any copy'::text;
  end if;
  if cordon.has_statistics() then
    doubts := doubts || 'statistics of people'::text;
  end if;
  if cordon.has_large_objects() then
    doubts := doubts || 'large objects'::text;
  end if;
  return doubts;
end $$;

drop function cordon.prove_erasure(bigint);

/* As in 000001, over all that `erasure_doubts` looks for; what asked is named by the hash of its text. */
create function cordon.prove_erasure(in_id bigint, out proven boolean, out outcome text, out kind text, out place text,
  out doubts text[], out query_sha256 text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select c.outcome, c.kind, c.place into prove_erasure.outcome, prove_erasure.kind, prove_erasure.place
    from cordon.copy c where c.id = in_id for update;
  if not found then
    raise exception sqlstate 'CRD10' using message = 'no such copy';
  end if;
  doubts := cordon.erasure_doubts(in_id);
  query_sha256 := cordon.query_sha256();
  proven := cardinality(doubts) = 0;
  if proven then
    -- the clock's time, not the transaction's: that may be older than the erasure it waited for
    update cordon.copy set verified_at = clock_timestamp() where id = in_id and verified_at is null;
  end if;
end $$;

/* Of the text of every function that looks. */
create function cordon.query_sha256() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(string_agg(p.proname || p.prosrc, '' order by p.proname collate "C"), 'UTF8')), 'hex')
  from pg_proc p where p.pronamespace = 'cordon'::regnamespace and p.proname in ('erasure_doubts', 'strays',
    'has_statistics', 'has_large_objects', 'has_loose_rows', 'has_erased_leaf', 'relations_of', 'beside', 'outcomes_beside', 'logged_kind', 'is_held')
$$;

------------------------------------------------------------------------------------------------------------
-- the inventory: every copy there is or was

/* `standing`: held, live, due, erasing, erased here, backups expiring, complete. */
create function cordon.inventory(out id bigint, out kind text, out survey text, out period text, out attempt int,
  out place text, out opened_at timestamptz, out due_at timestamptz, out standing text, out outcome text,
  out erased_at timestamptz, out verified_at timestamptz, out relations int, out rows bigint, out bytes bigint,
  out backups_until timestamptz, out holds jsonb)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, c.kind, c.survey, c.period, c.attempt, c.place, c.opened_at, c.due_at,
    case when c.state = 'erased' and c.verified_at is null then 'erased here'
      when b.due_at is not null then 'backups expiring'
      when c.state = 'erased' then 'complete'
      when cordon.is_held(c.id) then 'held'
      when c.state = 'erasing' then 'erasing'
      when c.due_at <= now() then 'due'
      else 'live' end,
    c.outcome, c.erased_at, c.verified_at, m.relations, m.rows, m.bytes, b.due_at, h.holds
  from cordon.copy c
    left join lateral cordon.measure(c) now on c.state <> 'erased'
    left join lateral (select coalesce(c.relations, now.relations) as relations, coalesce(c.rows, now.rows) as rows,
      coalesce(c.bytes, now.bytes) as bytes) m on true
    left join cordon.copy b on c.state = 'erased' and b.kind = 'backups' and b.place = 'backups of ' || c.place
      and b.verified_at is null,
    lateral (select coalesce(jsonb_agg(jsonb_build_object('hold', t.id, 'because', t.because, 'owner', t.owner,
        'reviewOn', t.review_on, 'setBy', t.set_by, 'setAt', t.set_at, 'liftedAt', t.lifted_at,
        'liftedBy', (select jsonb_agg(l.officer order by l.at) from cordon.hold_lift l where l.hold = t.id)) order by t.id), '[]') as holds
      from cordon.hold t where t.copy = c.id) h
  order by c.due_at, c.id
$$;

grant select on cordon.hold, cordon.hold_lift to :"worker", :"verifier", :"auditor";
grant execute on function cordon.hold_copy(bigint, text, text, date, text, text),
  cordon.lift_hold(bigint, text, text), cordon.prove_erasure(bigint) to :"verifier";
-- outcomes of interviews register people too
grant execute on function cordon.register_opened(text) to :"clerk", :"worker";
grant execute on function cordon.inventory(), cordon.erasure_doubts(bigint), cordon.query_sha256() to :"auditor";
