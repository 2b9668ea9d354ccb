-- cordon migration=3 postgres=14
-- A file of thousands is registered in seconds: a change is counted once in a transaction, and one token at a time is
-- looked for, since the planner reads a whole register for an array of them.

set role :"owner";

alter table cordon.register_change add column changed_in xid8;

create or replace function cordon.count_register_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update cordon.register_change set changes = changes + 1, changed_in = pg_current_xact_id()
    where changed_in is distinct from pg_current_xact_id();
  return null;
end $$;

/*
 * in_tokens: as given first, then every form that is to match. in_same: as given under every key so far.
 * False when the same identifier stands there already, in force and no narrower.
 */
create or replace function cordon.register_add(in_register text, in_scope text, in_kind text, in_tokens bytea[], in_same bytea[],
  in_generation int, in_by text, in_owner text, in_review_on date, in_reason text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare new_entry bigint;
begin
  perform cordon.require_newest_key(in_generation);
  if in_register <> 'opt-outs' and (in_owner is null or in_review_on is null) then
    raise exception sqlstate 'CRD10' using message = 'a safety marker or a hold has an owner and a review date';
  end if;
  if (in_register = 'holds') <> (in_reason is not null) then
    raise exception sqlstate 'CRD10' using message = 'a hold, and nothing else, has a reason';
  end if;
  if in_scope = 'case' and (in_register <> 'opt-outs' or in_kind = 'phone') then
    raise exception sqlstate 'CRD10' using message = 'neither a marker, a hold nor a telephone number is of one case';
  end if;
  perform from unnest(in_same) t(token), lateral (
      select r.* from cordon.register_entry r where r.register = in_register and r.kind = in_kind and r.token = t.token
      offset 0) r
    where r.as_given and r.withdrawn_at is null and r.scope in (in_scope, 'standing')
      and (r.owner, r.review_on, r.reason) is not distinct from (in_owner, in_review_on, in_reason);
  if found then
    return false;
  end if;
  insert into cordon.register_entry (register, scope, kind, token, generation, added_by, owner, review_on, reason)
    values (in_register, in_scope, in_kind, in_tokens[1], in_generation, in_by, in_owner, in_review_on, in_reason)
    returning entry into new_entry;
  insert into cordon.register_entry
      (register, scope, kind, token, entry, as_given, generation, added_by, owner, review_on, reason)
    select in_register, in_scope, in_kind, t.token, new_entry, false, in_generation, in_by, in_owner, in_review_on, in_reason
    from (select distinct u.token from unnest(in_tokens) u(token) where u.token is distinct from in_tokens[1]) t;
  insert into cordon.register_fresh values (new_entry);
  return true;
end $$;

/* Exactly what was given, never what merely resembles it; answers how many entries went out of force. */
create or replace function cordon.register_withdraw(in_register text, in_kind text, in_same bytea[], in_by text) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint[];
begin
  perform cordon.register_settle();
  gone := array(select distinct r.entry from unnest(in_same) t(token), lateral (
      select r.* from cordon.register_entry r where r.register = in_register and r.kind = in_kind and r.token = t.token
      offset 0) r
    where r.as_given and r.withdrawn_at is null);
  perform cordon.register_weigh(gone, -1);
  update cordon.register_entry r set withdrawn_at = now(), withdrawn_by = in_by
    where r.withdrawn_at is null and r.register = in_register and r.entry = any (gone);
  perform cordon.register_weigh(gone, 1);
  return cardinality(gone);
end $$;
