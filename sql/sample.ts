// The draw: in each stratum the smallest tickets, first the sample, then the reserve. The frame was committed
// before its seed existed, so nobody could know a ticket while people were screened. Tickets are reckoned in Node
// over the streamed frame ids (draw.ts); PostgreSQL says who can be drawn, and keeps who was.
import { sql } from 'kysely';
import type { Pipeline } from '../schemas/pipeline.ts';
import type { Asked } from './condition.ts';
import { registersAsked } from './condition.ts';
import type { SamplePlan } from './plan.ts';
import { keysIn } from './register.ts';
import { copyText, list, run, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

const wave = (pipeline: Pipeline): Fragment =>
  sql`${value(pipeline.survey, 'text')}, ${run('period', 'text')}, ${run('attempt', 'integer')}`;

/** By every rule that asks the contact history: whom an open wave holds, or one has disclosed since the screening. */
const heldByOthers = (asked: readonly Asked[], pipeline: Pipeline): Fragment =>
  list(
    [
      sql`select i.key from identifier i join reservation r on r.kind = i.kind and r.token = i.token
    join attempt a using (survey, period, attempt)
  where a.closed_at is null and (r.survey, r.period) is distinct from (${value(pipeline.survey, 'text')}, ${run('period', 'text')})`,
      ...asked.map((a) => keysIn(a, pipeline)),
    ],
    sql`\n  union `,
  );

/** Under the lock of all draws; what it takes out of the frame is said by frame id, which is no personal data. */
const withhold = (pipeline: Pipeline): SamplePlan['withhold'] => {
  const asked = pipeline.screen
    .flatMap(({ when }) => registersAsked(when))
    .filter(({ register }) => register === 'contacts');
  if (asked.length === 0) return [];
  return [
    statement(sql`with identifier as materialized (
  select key, 'phone' as kind, unnest(phone_tokens) as token from frame_key
  union all select key, 'person', unnest(person_tokens) from frame_key
), held as (
  ${heldByOthers(asked, pipeline)}
), gone as (
  delete from frame_key f using (select distinct key from held) h where f.key = h.key returning f.frame_id, f.stratum
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
  (frame_id, stratum, key, part, rank, state, phone_tokens, reference_tokens, person_tokens)
select f.frame_id, f.stratum, f.key, d.part, d.rank,
  case d.part when 'sample' then 'in' else 'idle' end, f.phone_tokens, f.reference_tokens, f.person_tokens
from frame_key f
join unnest(${run('frameIds', 'text[]')}, ${run('ranks', 'integer[]')}, ${run('parts', 'text[]')})
  as d(frame_id, rank, part) on d.frame_id = f.frame_id`),
  cut: statement(sql`truncate frame_key`),
});
