-- cordon migration=15 postgres=14
-- Whether the parts add up was asked again at commit for every row of them: ninety pairs of reasons, seventy strata.

set role :"owner";

/* Has the whole asked about at commit, once for a statement that writes parts of it; each part refers to its whole. */
create function cordon.ask_waterfall() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update cordon.waterfall w set read = w.read
    where (w.survey, w.period, w.attempt) in (select p.survey, p.period, p.attempt from parts p);
  return null;
end $$;

do $$
declare
  part text;
begin
  foreach part in array array['exclusion_count', 'exclusion_overlap', 'quarantine_count', 'strike_count', 'stratum_count'] loop
    execute format('drop trigger %I on cordon.%I', part || '_adds_up', part);
    execute format('create trigger %I after insert on cordon.%I referencing new table as parts '
      'for each statement execute function cordon.ask_waterfall()', part || '_adds_up', part);
    execute format('create trigger %I after update on cordon.%I referencing new table as parts '
      'for each statement execute function cordon.ask_waterfall()', part || '_still_adds_up', part);
  end loop;
end $$;
