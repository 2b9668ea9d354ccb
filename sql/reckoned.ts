// Registers whose rows are not those of the last leaf about them, or of which no leaf speaks; in one statement, so that no
// change comes between. Of the contact history each wave's part is what its intent said, until it is erased. MUST NOT be
// asked of the sums that the clerk's functions keep: whoever edits the rows does not edit the ledger. MUST come after
// `emptied` in its transaction, which has locked every part against being erased meanwhile.
export const reckoned = `
  select n.register from (values ('opt-outs'), ('safety-markers'), ('holds')) n(register)
    left join cordon.registers_reckoned() r using (register)
    left join lateral (
      select coalesce(f.figure, l.leaf) as figure from ledger.entry e,
        lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l,
        lateral (select jsonb_path_query_first(l.leaf, '$.registers[*] ? (@.register == $r)',
          jsonb_build_object('r', n.register)) as figure) f
      where (l.leaf @> jsonb_build_object('type', 'registered', 'register', n.register) and l.leaf ? 'digest')
        or l.leaf @> '{"type": "alarm-accepted"}' and f.figure is not null
      order by e.index desc limit 1) said on true
  where case when r.rows is null then (said.figure->>'rows')::int > 0
    else r.digest is distinct from said.figure->>'digest' end
  union all
  select 'contacts' where exists (
    with said as materialized (
      select e.index, l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
      where l.leaf ? 'contacts' or l.leaf @> '{"type": "erased", "kind": "contacts"}'
    ), anew as (
      select coalesce(max(index), -1) as index from said where jsonb_typeof(leaf->'contacts') = 'array'
    ), told as (
      select s.index, c.place, c.digest from said s, jsonb_to_recordset(case jsonb_typeof(s.leaf->'contacts')
        when 'array' then s.leaf->'contacts' else jsonb_build_array(s.leaf->'contacts') end) c(place text, digest text)
      where s.index >= (select index from anew) and s.leaf ? 'contacts'
    ), owed as (
      select t.place, t.digest from told t where not exists (
        select from said s where s.index > t.index and s.leaf->>'type' = 'erased' and s.leaf->>'place' = t.place)
    )
    select from owed full join cordon.contacts_reckoned(null) r using (place) where owed.digest is distinct from r.digest)`;
