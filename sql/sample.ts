// The draw: in each stratum the smallest tickets, first the sample, then the reserve. The frame was committed
// before its seed existed, so nobody could know a ticket while people were screened. Tickets are reckoned in Node
// over the streamed frame ids (draw.ts); PostgreSQL says who can be drawn, and keeps who was.
import { sql } from 'kysely';
import type { Pipeline } from '../schemas/pipeline.ts';
import { registersAsked } from './condition.ts';
import type { SamplePlan } from './plan.ts';
import { heldByOthers } from './register.ts';
import { copyText, run, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

const wave = (pipeline: Pipeline): Fragment =>
  sql`${value(pipeline.survey, 'text')}, ${run('period', 'text')}, ${run('attempt', 'integer')}`;

/** Under the lock of all draws; what it takes out of the frame is said by frame id, which is no personal data. */
const withhold = (pipeline: Pipeline): SamplePlan['withhold'] => {
  const asked = pipeline.screen
    .flatMap(({ when }) => registersAsked(when))
    .filter(({ register }) => register === 'contacts');
  if (asked.length === 0) return [];
  return [
    statement(sql`with held as (
  ${heldByOthers(asked, pipeline)}
), gone as (
  delete from frame_key f where f.ctid in (select row from held) returning f.frame_id, f.stratum
)
insert into withheld (survey, period, attempt, frame_id, stratum) select ${wave(pipeline)}, frame_id, stratum from gone`),
  ];
};

export const compileSample = (pipeline: Pipeline): SamplePlan => ({
  reset: statement(sql`truncate sampled`),
  withhold: withhold(pipeline),
  strata:
    statement(sql`select stratum, sum(frame)::integer as frame, sum(withheld)::integer as withheld from (
  select stratum, count(*) as frame, 0 as withheld from frame_key group by stratum
  union all select stratum, 0, count(*) from withheld
    where (survey, period, attempt) = (${wave(pipeline)}) group by stratum) x
group by stratum order by stratum collate "C"`),
  frame: copyText(sql`select stratum, frame_id from frame_key`),
  draw: statement(sql`insert into sampled
  (frame_id, stratum, key, part, rank, state, shared, phone_tokens, reference_tokens, person_tokens)
select f.frame_id, f.stratum, f.key, d.part, d.rank,
  case d.part when 'sample' then 'in' else 'idle' end, f.shared, f.phone_tokens, f.reference_tokens, f.person_tokens
from frame_key f
join unnest(${run('frameIds', 'text[]')}, ${run('ranks', 'integer[]')}, ${run('parts', 'text[]')})
  as d(frame_id, rank, part) on d.frame_id = f.frame_id`),
  cut: statement(sql`truncate frame_key`),
});
