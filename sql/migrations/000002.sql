-- cordon migration=2 postgres=14
-- Holds beside the opt-outs and the markers.

set role :"owner";

------------------------------------------------------------------------------------------------------------
-- holds: somebody's live case, request or complaint, with an owner and a last day

alter table cordon.register_entry drop constraint register_entry_register_check,
  add constraint register_entry_register_check check (register in ('opt-outs', 'safety-markers', 'holds'));
alter table cordon.register_event drop constraint register_event_register_check,
  add constraint register_event_register_check check (register in ('opt-outs', 'safety-markers', 'holds'));

-- worker/register.ts says the same list
alter table cordon.register_entry
  add column reason text constraint register_entry_reason_is_known
    check (reason in ('live-case', 'officer-request', 'complaint')),
  -- past its day it still excludes, and waits for somebody to decide
  add constraint register_entry_is_owned
    check (register = 'opt-outs' or (owner is not null and review_on is not null)),
  add constraint register_entry_hold_has_reason check ((register = 'holds') = (reason is not null));

drop function cordon.register_add(text, text, text, bytea[], bytea[], int, text, text, date);

/*
 * in_tokens: as given first, then every form that is to match. in_same: as given under every key so far.
 * False when the same identifier stands there already, in force and no narrower.
 */
create function cordon.register_add(in_register text, in_scope text, in_kind text, in_tokens bytea[], in_same bytea[],
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
  perform from cordon.register_entry r where r.register = in_register and r.kind = in_kind and r.token = any (in_same)
    and r.as_given and r.withdrawn_at is null and r.scope in (in_scope, 'standing')
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
  return true;
end $$;
grant execute on function
  cordon.register_add(text, text, text, bytea[], bytea[], int, text, text, date, text) to :"clerk";
