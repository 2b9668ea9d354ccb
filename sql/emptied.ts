// Registers that are empty although they were not: an entry is withdrawn, never deleted, and contacts go with their
// clock, so that a register empties only by accident.
export const emptied = `
  select r.register from (values ('opt-outs'), ('safety-markers'), ('holds')) r(register)
  where not exists (select from cordon.register_entry e where e.register = r.register and e.added_by <> 'canary')
    and exists (select from ledger.entry l where convert_from(l.leaf, 'UTF8')::jsonb
      @> jsonb_build_object('type', 'registered', 'register', r.register, 'action', 'added'))
  union all
  select 'contacts' where not exists (select from cordon.contact_history)
    and exists (select from cordon.copy c join cordon.disclosure_index d using (survey, period)
      where c.kind = 'contacts' and c.state = 'live' and d.kind in ('phone', 'person'))`;
