-- cordon migration=5 postgres=14
-- The hashes of complete subtrees of the ledger, so that a proof reads a few rows of it and not all.

set role :"owner";

/* Subtree `index` of 2^level leaves begins at leaf index * 2^level; leaves themselves are in ledger.entry. */
create table ledger.node (
  level int not null check (level between 1 and 62),
  index bigint not null check (index >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, index)
);
create trigger node_never_changes before update or delete or truncate on ledger.node
  for each statement execute function ledger.refuse_change();

/* Every subtree that this leaf completes; RFC 6962 section 2.1. */
create function ledger.grow(at_index bigint, at_hash bytea) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  h bytea := at_hash;
  i bigint := at_index;
  l int := 0;
begin
  while i % 2 = 1 loop
    if l = 0 then
      h := sha256('\x01'::bytea || (select e.leaf_hash from ledger.entry e where e.index = i - 1) || h);
    else
      h := sha256('\x01'::bytea || (select n.hash from ledger.node n where (n.level, n.index) = (l, i - 1)) || h);
    end if;
    i := i / 2;
    l := l + 1;
    insert into ledger.node (level, index, hash) values (l, i, h);
  end loop;
end $$;

create function ledger.grow_by_entry() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform ledger.grow(new.index, new.leaf_hash);
  return null;
end $$;
create trigger entry_grows_the_tree after insert on ledger.entry
  for each row execute function ledger.grow_by_entry();

grant select on ledger.node to :"worker", :"verifier", :"auditor";

do $$
declare r record;
begin
  for r in select e.index, e.leaf_hash from ledger.entry e order by e.index loop
    perform ledger.grow(r.index, r.leaf_hash);
  end loop;
end $$;
