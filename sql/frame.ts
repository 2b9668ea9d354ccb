// The frame: everybody whom no rule excludes, under a frame id. Small strata are merged here, before any seed
// exists: first their last dimension into `other`, then, where that is still too few, everything into `other`.
import { sql } from 'kysely';
import { hmac } from './hmac.ts';
import type { Statement } from './plan.ts';
import { statement, value } from './statement.ts';

/** `["V1","C1"]`: unlike text joined by a separator, no two keys have one text. */
export const keyText = sql`array_to_json(s.key)::text`;

const merged = (floor: number) => {
  const few = value(floor, 'bigint');
  return sql`with full_strata as (
  select strata, count(*) as n from screened where mask = 0 group by strata
), by_last as (
  select strata, n, case when n < ${few} then strata[1:cardinality(strata) - 1] || 'other'::text else strata end as merged
  from full_strata
), by_all as (
  select strata, case when sum(n) over (partition by merged) < ${few} then array['other'] else merged end as merged
  from by_last
)`;
};

export const frame = (floor: number): Statement =>
  statement(sql`${merged(floor)}
insert into frame_key (frame_id, stratum, key, shared, phone_tokens, reference_tokens, person_tokens)
select encode(${hmac('frame', sql`'frame:' || ${keyText}`)}, 'hex'), array_to_string(m.merged, ' / '),
  s.key, s.shared, s.phone_tokens, s.reference_tokens, s.person_tokens
from screened s join by_all m on m.strata = s.strata
where s.mask = 0`);

/** Rows of stratum, frame: how many would stand in each, without a frame of them. */
export const frameSizes = (floor: number): Statement =>
  statement(sql`${merged(floor)}
select array_to_string(m.merged, ' / ') as stratum, sum(f.n)::integer as frame
from by_all m join full_strata f on f.strata = m.strata group by 1 order by 1`);

export const frameRows: Statement = statement(
  sql`select stratum, frame_id from frame_key order by frame_id collate "C"`,
);
