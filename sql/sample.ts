// The draw: in each stratum the smallest tickets, first the sample, then the reserve. The frame was committed
// before its seed existed, so nobody could know a ticket while people were screened.
import { sql } from 'kysely';
import type { SamplePlan } from './plan.ts';
import { run, statement } from './statement.ts';
import { withTicket } from './ticket.ts';

export const compileSample = (): SamplePlan => ({
  reset: statement(sql`truncate sampled`),
  strata: statement(
    sql`select stratum, count(*)::integer as frame from frame_key group by stratum order by stratum collate "C"`,
  ),
  draw: statement(sql`insert into sampled
  (frame_id, stratum, key, part, rank, state, phone_tokens, reference_tokens, person_tokens)
select r.frame_id, r.stratum, r.key,
  case when r.rank <= z.quota then 'sample' else 'reserve' end, r.rank,
  case when r.rank <= z.quota then 'in' else 'idle' end,
  r.phone_tokens, r.reference_tokens, r.person_tokens
from (select t.*, (row_number() over (
    partition by t.stratum order by t.ticket collate "C", t.frame_id collate "C"))::integer as rank
  from ${withTicket(sql`frame_key`)} t) r
join unnest(${run('strata', 'text[]')}, ${run('quotas', 'integer[]')}, ${run('reserves', 'integer[]')})
  as z(stratum, quota, reserve) on z.stratum = r.stratum
where r.rank <= z.quota + z.reserve`),
  cut: statement(sql`truncate frame_key`),
});
