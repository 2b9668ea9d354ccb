-- cordon migration=17 postgres=14
-- Rows of a month carry a value by which whoever proves their erasure finds what was copied elsewhere; and whatever else
-- somebody has hung on a copy, or planted beside one, neither stops its purge nor goes unseen.

set role :"owner";

------------------------------------------------------------------------------------------------------------
-- what every staged row carries

/*
 * Known to whoever reads the ledger, and nobody's: of the hash of the attempt's own random mark, so that it is stored
 * nowhere but in staging and can be made again once that is gone. Sixty-four bits in letters, which no rule takes
 * for a number.
 */
create function cordon.planted(in_nonce_sha256 text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select left(translate(encode(sha256(convert_to('cordon planted ' || in_nonce_sha256, 'UTF8')), 'hex'),
    '01234' || '56789', 'ghjkmnpqrs'), 16)
$$;

/* As in 000001, but that each row has what its attempt plants; a session that has not said so writes none. */
create or replace function cordon.make_staging(in_staging name, in_tables jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  tab jsonb;
  col jsonb;
  cols text;
  planted constant text := $c$planted text default current_setting('cordon.planted', true)$c$;
begin
  execute format('create schema %I', in_staging);
  execute format('grant usage on schema %I to %I', in_staging, cordon.worker());
  execute format('create unlogged table %I.nonce (nonce bytea not null) with (autovacuum_enabled = false)', in_staging);
  execute format('alter table %I.nonce alter column nonce set statistics 0', in_staging);
  execute format('grant select on %I.nonce to %I', in_staging, cordon.worker());
  -- whom this attempt has drawn: read through the parent, gone with the schema
  execute format('create unlogged table %I.reserved (%s) inherits (cordon.reservation) with (autovacuum_enabled = false)', in_staging, planted);
  execute format('alter table %I.reserved alter column survey set statistics 0, alter column period set statistics 0,
    alter column attempt set statistics 0, alter column kind set statistics 0, alter column token set statistics 0,
    alter column planted set statistics 0', in_staging);
  for tab in select * from jsonb_array_elements(in_tables) loop
    continue when tab->>'name' in ('nonce', 'reserved');
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
    execute format('create unlogged table %I.%I (%s) with (autovacuum_enabled = false)', in_staging, tab->>'name',
      concat_ws(', ', cols, planted));
    for col in select * from jsonb_array_elements(tab->'columns' || '[{"name": "planted"}]') loop
      if not coalesce((col->>'statistics')::boolean, false) then
        -- analyze would copy values into pg_statistic and so into the WAL
        execute format('alter table %I.%I alter column %I set statistics 0', in_staging, tab->>'name', col->>'name');
      elsif col->>'name' <> 'mask' then
        raise exception sqlstate 'CRD10' using message = 'ONLY the mask may carry statistics';
      end if;
    end loop;
    execute format('grant select, insert, update, delete, truncate on %I.%I to %I', in_staging, tab->>'name', cordon.worker());
  end loop;
end $$;

/* None of an attempt that was opened before rows were marked, and none of what holds no row of staging. */
create function cordon.planted_by(c cordon.copy) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select cordon.planted(a.nonce_sha256) from cordon.attempt a
  where c.kind in ('staging', 'package') and (a.survey, a.period, a.attempt) = (c.survey, c.period, c.attempt)
    and a.opened_at >= (select m.applied_at from cordon.migration m where m.id = 17)
$$;

------------------------------------------------------------------------------------------------------------
-- the search in what is left of the database

/* In lower case: as it is, wide, in hexadecimal, in base64 at each alignment, and that in hexadecimal. */
create function cordon.spellings(in_text text) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
  with hex as (
    select encode(convert_to(in_text, 'UTF8'), 'hex') as plain, encode(convert_to(upper(in_text), 'UTF8'), 'hex') as upper
  ), base64 as (
    select substr(encode(decode(repeat('00', n), 'hex') || convert_to(in_text, 'UTF8'), 'base64'), ceil(n * 4 / 3.0)::int + 1,
      (floor((n + length(in_text)) * 4 / 3.0) - ceil(n * 4 / 3.0))::int) as text
    from generate_series(0, 2) n
  )
  select array[lower(in_text), plain, upper, regexp_replace(plain, '(..)', '\100', 'g')]
    || array(select lower(b.text) from base64 b) || array(select encode(convert_to(b.text, 'UTF8'), 'hex') from base64 b)
  from hex
$$;

/* A name that whoever made the relation has chosen is told by its number: `select 24601::regclass`. */
create function cordon.called(in_relation oid) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when (n.nspname in ('cordon', 'ledger') and pg_get_userbyid(k.relowner) = current_user)
      or (n.nspname = 'copies' and exists (select from cordon.copy c where c.place = k.relname))
    then format('%I.%I', n.nspname, k.relname) else 'relation ' || in_relation end
  from pg_class k join pg_namespace n on n.oid = k.relnamespace where k.oid = in_relation
$$;

/* Every table that is not the system's; what is staged now has a clock of its own, and an empty view holds nothing. */
create function cordon.searchable(out relation oid, out name text, out readable boolean, out elsewhere boolean)
returns setof record language sql stable set search_path = pg_catalog, pg_temp as $$
  select k.oid, format('%I.%I', n.nspname, k.relname), has_schema_privilege(n.oid, 'usage')
    and has_table_privilege(k.oid, 'select') and (not k.relrowsecurity or pg_has_role(k.relowner, 'usage')), k.relkind = 'f'
  from pg_class k join pg_namespace n on n.oid = k.relnamespace
  where k.relkind in ('r', 'm', 'f') and k.relpersistence <> 't' and k.relispopulated and n.nspname !~ '^(pg_|information_schema$)'
    and not exists (select from cordon.copy c where (c.kind, c.place) = ('staging', n.nspname) and c.state <> 'erased')
  -- as a purge locks them
  order by 2
$$;

/* Whoever looks at everything waits for nobody, since others would wait for him: a table that is being dropped is looked at a moment later. */
create function cordon.refuse_locked() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from pg_locks l join pg_class k on k.oid = l.relation join pg_namespace n on n.oid = k.relnamespace
    where l.mode = 'AccessExclusiveLock' and l.pid is distinct from pg_backend_pid() and n.nspname in ('cordon', 'ledger', 'copies')
      and l.database = (select d.oid from pg_database d where d.datname = current_database())) then
    raise exception sqlstate '55P03' using message = 'a table is locked';
  end if;
end $$;

/* Tables that only stand for those of another server. */
create function cordon.not_searched() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select 'foreign relation ' || s.relation from cordon.searchable() s where s.elsewhere)
$$;

/* In words, and never the value: where it stands, and what could not be looked at. */
create function cordon.search(in_planted text) returns setof text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  spelled constant text[] := cordon.spellings(in_planted);
  r record;
  found_there boolean;
begin
  for r in select * from cordon.searchable() loop
    continue when r.elsewhere;
    -- this database is Cordon's: what is kept from it here is kept from the proof
    if not r.readable then
      return query select cordon.called(r.relation) || ' cannot be looked at'
        where 'relation ' || r.relation not in (select cordon.strays());
      continue;
    end if;
    begin
      execute format('select exists (select from (select lower(row(x.*)::text collate "C") as text from only %s x offset 0) w
        where exists (select from unnest($1) s where strpos(w.text, s) > 0))', r.name)
        into found_there using spelled;
      if found_there then
        return next 'a planted value in ' || cordon.called(r.relation);
      end if;
    exception
      -- dropped since
      when undefined_table or invalid_schema_name then
        null;
      -- a row of half a gigabyte has no text
      when insufficient_privilege or program_limit_exceeded or internal_error then
        return next cordon.called(r.relation) || ' cannot be looked at';
    end;
  end loop;
  return query
    -- `strpos` steps over what cannot match, `like` reads each letter for each spelling
    select 'a planted value in ' || w.place from (select t.place, lower(string_agg(t.text, E'\n') collate "C") as text from (
      select 'a comment' as place, description as text from pg_description
      union all select 'a comment', description from pg_shdescription
      union all select 'a label', label from pg_seclabel
      union all select 'a function', concat_ws(' ', prosrc, pg_get_function_arguments(oid), pg_get_function_sqlbody(oid))
        from pg_proc where oid >= 16384
      union all select 'a view', pg_get_viewdef(oid) from pg_class where relkind in ('v', 'm') and oid >= 16384
      union all select 'a rule', pg_get_ruledef(oid) from pg_rewrite where oid >= 16384 and rulename <> '_RETURN'
      union all select 'a default', pg_get_expr(adbin, adrelid) from pg_attrdef
      union all select 'a constraint', pg_get_constraintdef(oid) from pg_constraint where oid >= 16384
      union all select 'an index', pg_get_indexdef(indexrelid) from pg_index where indexrelid >= 16384
      union all select 'a trigger', pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      union all select 'a policy', concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
      union all select 'a setting', array_to_string(setconfig, ' ') from pg_db_role_setting
      union all select 'an option', array_to_string(srvoptions, ' ') from pg_foreign_server
      union all select 'an option', array_to_string(ftoptions, ' ') from pg_foreign_table
      union all select 'statistics', row(s.*)::text from pg_stats s where s.schemaname !~ '^(pg_|information_schema$)'
      union all select 'a name', n.name from (
        select nspname::text from pg_namespace
        union all select relname from pg_class where oid >= 16384
        union all select attname from pg_attribute where attrelid >= 16384
        union all select proname from pg_proc where oid >= 16384
        union all select typname from pg_type where oid >= 16384
        union all select conname from pg_constraint where oid >= 16384
        union all select tgname from pg_trigger
        union all select enumlabel from pg_enum where oid >= 16384
        union all select pubname from pg_publication
        union all select rolname from pg_roles
        union all select gid from pg_prepared_xacts where database = current_database()
        union all select slot_name from pg_replication_slots) n(name)
    ) t group by t.place) w where exists (select from unnest(spelled) s where strpos(w.text, s) > 0);
exception
  when undefined_table or undefined_object or internal_error then
    return next 'a catalogue that changed while it was looked at';
end $$;

------------------------------------------------------------------------------------------------------------
-- what an erasure has left, whichever it was

/* As in 000010, with views, sequences and types beside the copies; each by its number. */
create or replace function cordon.strays() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with relation as (
    select k.oid, n.nspname, k.relname, k.relkind, k.relpersistence, n.nspname = 'copies' or n.nspname ~ '^wave_' as in_place,
      pg_get_userbyid(k.relowner) = current_user as ours,
      exists (select from pg_inherits i where i.inhrelid = k.oid and i.inhparent = 'cordon.public_frame'::regclass) as public,
      exists (select from pg_inherits i join pg_class p on p.oid = i.inhparent
        where i.inhrelid = k.oid and p.relnamespace = 'cordon'::regnamespace) as child
    from pg_class k join pg_namespace n on n.oid = k.relnamespace
    where k.relkind in ('r', 'p', 'm', 'f', 'v', 'S', 'c') and n.nspname !~ '^(pg_|information_schema$)'
  )
  select 'relation ' || r.oid from relation r
  -- ours elsewhere, or somebody else's among ours
  where (r.in_place or r.child or r.ours <> (r.nspname in ('cordon', 'ledger')) or (r.ours and r.relpersistence = 'u'))
    and not (r.nspname = 'copies' and r.public)
    and not exists (select from cordon.copy c where c.state <> 'erased'
      and ((c.kind = 'staging' and c.place = r.nspname)
        or (cordon.logged_kind(c.kind) is not null and r.nspname = 'copies' and r.relname in (c.place, cordon.beside(c)))))
  union all
  select 'function ' || p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'copies' or (n.nspname in ('cordon', 'ledger') and pg_get_userbyid(p.proowner) <> current_user)
  union all
  select 'schema ' || n.oid from pg_namespace n where n.nspname ~ '^wave_'
    and not exists (select from cordon.copy c where c.state <> 'erased' and (c.kind, c.place) = ('staging', n.nspname))
$$;

/* Of whomever: this database is Cordon's, and Cordon has none. */
create or replace function cordon.has_large_objects() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from pg_largeobject_metadata)
$$;

/* What keeps rows that nobody else sees. */
create function cordon.loose_ends() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'a temporary table of an open session' where exists (select from pg_class k
    where k.relpersistence = 't' and k.relkind in ('r', 'm') and k.relnamespace <> pg_my_temp_schema())
  union all
  select 'a prepared transaction' where exists (select from pg_prepared_xacts where database = current_database())
$$;

/* What takes logged rows to where no purge comes, or keeps them for whoever never fetches them. */
create function cordon.carried_away() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'a publication, whose subscribers keep what is dropped here' where exists (select from pg_publication)
  union all
  select 'a replication slot that nobody reads, which keeps the write-ahead log'
    where exists (select from pg_replication_slots s where not s.active and coalesce(s.restart_lsn, s.confirmed_flush_lsn) is not null)
$$;

/* Of no copy in particular, and so in the way of every proof. */
create function cordon.leftovers() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(
    select 'no copy accounts for ' || string_agg(s, ', ' order by s)
      from (select s from cordon.strays() s order by s limit 5) t having count(*) > 0
    union all select 'rows outside any copy' where cordon.has_loose_rows()
    union all select 'statistics of people' where cordon.has_statistics()
    union all select 'large objects' where cordon.has_large_objects()
    union all select * from cordon.loose_ends())
$$;

/* What a sweep says of everything that is left, and of months that were proved lately: what is planted later is seen too. */
create function cordon.doubted(out survey text, out period text, out attempt int, out doubt text)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select null, null, null::int, l from unnest(cordon.leftovers() || array(select cordon.carried_away())) l
  union all
  select c.survey, c.period, c.attempt, s from cordon.copy c, cordon.planted_by(c) p, cordon.search(p) s
  where c.kind = 'staging' and c.verified_at > now() - interval '35 days' and p is not null
$$;

/* As in 000010, with all that is left anywhere, and of a month's rows what they have carried. */
create or replace function cordon.erasure_doubts(in_id bigint) returns text[]
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
  doubts := doubts || cordon.leftovers();
  if cordon.logged_kind(c.kind) is not null or c.kind = 'backups' then
    doubts := doubts || array(select cordon.carried_away());
  end if;
  -- while it is there, it is what the rows are in
  if c.state = 'erased' then
    doubts := doubts || array(select cordon.search(p) from cordon.planted_by(c) p where p is not null);
  end if;
  return doubts;
end $$;

create or replace function cordon.query_sha256() returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(string_agg(p.proname || p.prosrc, '' order by p.proname collate "C"), 'UTF8')), 'hex')
  from pg_proc p where p.pronamespace = 'cordon'::regnamespace and p.proname in ('erasure_doubts', 'strays',
    'has_statistics', 'has_large_objects', 'has_loose_rows', 'has_erased_leaf', 'relations_of', 'beside', 'outcomes_beside',
    'logged_kind', 'is_held', 'leftovers', 'loose_ends', 'carried_away', 'planted', 'planted_by', 'search', 'searchable', 'spellings', 'called', 'not_searched')
$$;

------------------------------------------------------------------------------------------------------------
-- a purge that nothing planted beside the copy can stop

/* What somebody else made inside a schema of ours goes with it, and only its owner could lock or count it. */
create function cordon.is_countable(in_name text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select k.relkind in ('r', 'p') and pg_get_userbyid(k.relowner) = current_user from pg_class k where k.oid = in_name::regclass
$$;

/* As in 000010, but for what only its owner could count. */
create or replace function cordon.measure(c cordon.copy, out relations int, out rows bigint, out bytes bigint)
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
      relations := relations + 1;
      bytes := bytes + r.bytes;
      continue when not cordon.is_countable(r.name);
      execute 'select count(*) from ' || r.name into n;
      rows := rows + n;
    end loop;
  end if;
exception when undefined_table then
  -- dropped between two looks
  relations := 0;
  rows := null;
  bytes := null;
end $$;

/* As in 000010, but that what hangs on a copy goes with it: a view upon it, or a table that inherits from it. */
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
    continue when not cordon.is_countable(r.name);
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
    execute format('drop table copies.%I cascade', c.place);
  end if;
  update cordon.copy set state = 'erased', outcome = found_outcome, erased_at = now(), relations = r.relations,
    rows = r.rows, bytes = r.bytes where id = in_id;
  return found_outcome;
end $$;

/* Who keeps a copy from being dropped: sessions by pid and the name that they gave themselves, and nothing that they ask. */
create function cordon.in_the_way(in_id bigint, out pid int, out application text)
returns setof record language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct l.pid, a.application_name
  from cordon.copy c, lateral cordon.relations_of(c) r join pg_locks l on l.relation = r.name::regclass
    left join pg_stat_activity a on a.pid = l.pid
  where c.id = in_id and l.granted and l.database = (select d.oid from pg_database d where d.datname = current_database())
    and l.pid is distinct from pg_backend_pid()
  order by 1
$$;

grant execute on function cordon.planted(text), cordon.in_the_way(bigint), cordon.doubted() to :"worker";
grant execute on function cordon.planted(text), cordon.planted_by(cordon.copy), cordon.not_searched(),
  cordon.refuse_locked() to :"verifier";
grant execute on function cordon.not_searched() to :"auditor";
