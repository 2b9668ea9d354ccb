// Who stands in a register: any token of a person, of any kind, is enough. Asked of a whole table at once; a
// lookup for each row would be many times slower.
import { sql } from 'kysely';
import type { Asked } from './condition.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { run, value } from './statement.ts';
import type { Fragment } from './statement.ts';

type Table = 'intake' | 'recheck';

/**
 * One row for each token, for `with identifier as (…)`. Of the drawn also what they had when they were drawn: who opts
 * out may give a number that the source has dropped since.
 */
export const identifiersOf = (table: Table): Fragment =>
  table === 'intake' ? tokensIn('intake') : sql`${tokensIn('recheck')}\n  union all ${tokensIn('sampled')}`;

const tokensIn = (
  table: Table | 'sampled',
): Fragment => sql`select key, 'phone' as kind, unnest(phone_tokens) as token from ${sql.id(table)}
  union all select key, 'reference', unnest(reference_tokens) from ${sql.id(table)}
  union all select key, 'person', unnest(person_tokens) from ${sql.id(table)}`;

/** The keys, each once, that stand in the register. */
export const keysIn = ({ register, within }: Asked, pipeline: Pipeline): Fragment => {
  if (register !== 'contacts')
    return sql`select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
  where r.register = ${value(register, 'text')} and r.withdrawn_at is null`;
  const zone = value(pipeline.every.zone, 'text');
  // "Within" includes its first day; this wave's own drawn are in the history from the draw on, and do not count.
  const recent =
    within === undefined
      ? sql``
      : sql`and c.contacted_on >= (select ((${run('drawnAt', 'timestamptz')} at time zone ${zone}) - ${value(within, 'interval')})::date)`;
  return sql`select distinct i.key from identifier i join contact_history c on c.kind = i.kind and c.token = i.token
  where (c.survey, c.period) is distinct from (${value(pipeline.survey, 'text')}, ${run('period', 'text')}) ${recent}`;
};

/** Nobody can say whether a row without a single token stands in a register: unknown. */
export const hit = (alias: string): Fragment =>
  sql`case when ${sql.id(alias)}.key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end`;
