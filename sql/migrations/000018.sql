-- cordon migration=18 postgres=14
-- What asks of each copy, relation or column asks once of all.

set role :"owner";

------------------------------------------------------------------------------------------------------------
-- what an erasure has left

/* As in 000017, but that what each copy accounts for is worked out once. */
create or replace function cordon.strays() returns setof text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with living as materialized (
    select c.kind, c.place, cordon.beside(c) as beside from cordon.copy c
    where c.state <> 'erased' and (c.kind = 'staging' or cordon.logged_kind(c.kind) is not null)
  ),
  staged as (select l.place from living l where l.kind = 'staging'),
  kept as (
    select l.place from living l where l.kind <> 'staging'
    union all select l.beside from living l where l.beside is not null
  ),
  relation as (
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
    and not exists (select from staged s where s.place = r.nspname)
    and not exists (select from kept k where r.nspname = 'copies' and k.place = r.relname)
  union all
  select 'function ' || p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'copies' or (n.nspname in ('cordon', 'ledger') and pg_get_userbyid(p.proowner) <> current_user)
  union all
  select 'schema ' || n.oid from pg_namespace n where n.nspname ~ '^wave_' and not exists (select from staged s where s.place = n.nspname)
$$;

/* As in 000010, but that the catalogue is asked by name. */
create or replace function cordon.relations_of(c cordon.copy, out name text, out bytes bigint)
returns setof record language sql stable set search_path = pg_catalog, pg_temp as $$
  select format('%I.%I', n.nspname, k.relname), pg_total_relation_size(k.oid)
  from pg_class k join pg_namespace n on n.oid = k.relnamespace
  where k.relkind in ('r', 'p', 'm', 'f') and c.kind = 'staging' and n.nspname = c.place
  union all
  select format('%I.%I', n.nspname, k.relname), pg_total_relation_size(k.oid)
  from pg_class k join pg_namespace n on n.oid = k.relnamespace
  where k.relkind in ('r', 'p', 'm', 'f') and cordon.logged_kind(c.kind) is not null and n.nspname = 'copies'
    and k.relname in (c.place, cordon.beside(c))
  order by 1
$$;

/* As in 000017, but for what no hand can name: indexes of the system's own tables for long values, columns that each table has. */
create or replace function cordon.search(in_planted text) returns setof text
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
      union all select 'an index', pg_get_indexdef(i.indexrelid) from pg_index i join pg_class k on k.oid = i.indrelid
        where i.indexrelid >= 16384 and k.relkind <> 't'
      union all select 'a trigger', pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      union all select 'a policy', concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
      union all select 'a setting', array_to_string(setconfig, ' ') from pg_db_role_setting
      union all select 'an option', array_to_string(srvoptions, ' ') from pg_foreign_server
      union all select 'an option', array_to_string(ftoptions, ' ') from pg_foreign_table
      -- by schema, or the view asks first who may read each column there is
      union all select 'statistics', s.text from pg_namespace n,
        lateral (select row(s.*)::text as text from pg_stats s where s.schemaname = n.nspname offset 0) s
        where n.nspname !~ '^(pg_|information_schema$)'
      union all select 'a name', n.name from (
        select nspname::text from pg_namespace
        union all select relname from pg_class where oid >= 16384
        union all select attname from pg_attribute where attrelid >= 16384 and attnum > 0
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
-- staging

/* As in 000017, but that a table is altered once for all its columns, and all are granted together. */
create or replace function cordon.make_staging(in_staging name, in_tables jsonb)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  tab jsonb;
  col jsonb;
  cols text;
  unwatched text;
  staged text;
  worker constant name := cordon.worker();
  planted constant text := $c$planted text default current_setting('cordon.planted', true)$c$;
begin
  execute format('create schema %I', in_staging);
  execute format('grant usage on schema %I to %I', in_staging, worker);
  execute format('create unlogged table %I.nonce (nonce bytea not null) with (autovacuum_enabled = false)', in_staging);
  execute format('alter table %I.nonce alter column nonce set statistics 0', in_staging);
  execute format('grant select on %I.nonce to %I', in_staging, worker);
  -- whom this attempt has drawn: read through the parent, gone with the schema
  execute format('create unlogged table %I.reserved (%s) inherits (cordon.reservation) with (autovacuum_enabled = false)', in_staging, planted);
  execute format('alter table %I.reserved alter column survey set statistics 0, alter column period set statistics 0,
    alter column attempt set statistics 0, alter column kind set statistics 0, alter column token set statistics 0,
    alter column planted set statistics 0', in_staging);
  for tab in select * from jsonb_array_elements(in_tables) loop
    continue when tab->>'name' in ('nonce', 'reserved');
    cols := null;
    unwatched := 'alter column planted set statistics 0';
    for col in select * from jsonb_array_elements(tab->'columns') loop
      if coalesce(col->>'type', '') not in
        ('text', 'text[]', 'bytea', 'bytea[]', 'bigint', 'integer', 'date', 'timestamptz', 'boolean') then
        raise exception sqlstate 'CRD10' using message = 'not a column type of a staging table';
      end if;
      if octet_length(col->>'name') > 63 then
        raise exception sqlstate 'CRD10' using message = 'a column name that PostgreSQL would cut';
      end if;
      cols := concat_ws(', ', cols, format('%I %s', col->>'name', col->>'type'));
      -- analyze would copy values into pg_statistic and so into the WAL
      if not coalesce((col->>'statistics')::boolean, false) then
        unwatched := concat_ws(', ', unwatched, format('alter column %I set statistics 0', col->>'name'));
      elsif col->>'name' <> 'mask' then
        raise exception sqlstate 'CRD10' using message = 'ONLY the mask may carry statistics';
      end if;
    end loop;
    -- unlogged: no WAL, replica or base backup ever holds these rows
    execute format('create unlogged table %I.%I (%s) with (autovacuum_enabled = false)', in_staging, tab->>'name',
      concat_ws(', ', cols, planted));
    execute format('alter table %I.%I %s', in_staging, tab->>'name', unwatched);
    staged := concat_ws(', ', staged, format('%I.%I', in_staging, tab->>'name'));
  end loop;
  if staged is not null then
    execute format('grant select, insert, update, delete, truncate on %s to %I', staged, worker);
  end if;
end $$;
