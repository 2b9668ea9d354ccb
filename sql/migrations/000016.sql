-- cordon migration=16 postgres=14
-- A digest of the contact history: rows that were deleted or exchanged there would let somebody be asked again.

set role :"owner";

/*
 * Of each wave's part of the contact history, or of one, from the rows themselves; whatever stands outside a part, under
 * the name of the whole. A part is written once, with its intent, and dropped whole: no sums need be kept.
 */
create function cordon.contacts_reckoned(in_place text, out place text, out rows bigint, out digest text)
returns setof record language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  part record;
begin
  for part in
    select t.oid::regclass as name, t.relname from pg_class t
      where (in_place is null or t.relname = in_place)
        and (t.oid in (select i.inhrelid from pg_inherits i where i.inhparent = 'cordon.contact_history'::regclass)
          or t.oid = 'cordon.contact_history'::regclass and exists (select from only cordon.contact_history))
  loop
    place := part.relname;
    execute format('select count(*), cordon.register_digest($1, count(*), coalesce(sum(substring(h.hash from 1 for 64)::bigint), 0),
        coalesce(sum(substring(h.hash from 65 for 64)::bigint), 0), coalesce(sum(substring(h.hash from 129 for 64)::bigint), 0),
        coalesce(sum(substring(h.hash from 193 for 64)::bigint), 0))
      from only %s c, lateral (select (''x'' || encode(sha256((select s.salt from cordon.register_salt s) || c.token
        || date_send(c.contacted_on) || convert_to(concat_ws(''|'', c.survey, c.period, c.kind), ''UTF8'')), ''hex'')
        )::bit(256) as hash offset 0) h', part.name) into rows, digest using 'contacts/' || part.relname;
    return next;
  end loop;
end $$;

grant execute on function cordon.contacts_reckoned(text) to :"worker";

-- what stood there before it had digests
do $$
declare
  held jsonb := (select jsonb_agg(to_jsonb(r) order by r.place) from cordon.contacts_reckoned(null) r);
begin
  if held is not null then
    perform ledger.append('clerk', convert_to(ledger.canonical(jsonb_build_object('v', 1, 'type', 'registered',
      'operation', 'alteration', 'at', ledger.instant(), 'register', 'contacts', 'kind', 'all', 'entries', 0,
      'by', 'cordon', 'action', 'reckoned', 'contacts', held)), 'UTF8'));
  end if;
end $$;
