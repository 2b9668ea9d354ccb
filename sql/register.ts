// Who stands in a register: any token of a person, of any kind, is enough. Asked of a whole table at once; a
// lookup for each row would be many times slower. An opt-out of one case that names its reference meets the records
// of that case alone; where a record has no reference, the name decides.
import { sql } from 'kysely';
import type { Asked } from './condition.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { settings } from './plan.ts';
import type { Statement } from './plan.ts';
import { run, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

type Table = 'intake' | 'recheck';

/**
 * One row for each token, for `with identifier as (…)`. Of the drawn also what they had when they were drawn: who opts
 * out may give a number that the source has dropped since.
 */
export const identifiersOf = (table: Table): Fragment => {
  const held =
    table === 'intake' ? tokensIn('intake') : sql`${tokensIn('recheck')}\n  union all ${tokensIn('sampled')}`;
  return sql`${held}
  union all select key, kind, token from (${carried(held)}) later where (select cardinality(${padsOf('liftInner')})) > 0`;
};

const tokensIn = (
  table: Table | 'sampled',
): Fragment => sql`select key, 'phone' as kind, unnest(phone_tokens) as token from ${sql.id(table)}
  union all select key, 'reference', unnest(reference_tokens) from ${sql.id(table)}
  union all select key, 'person', unnest(person_tokens) from ${sql.id(table)}
  union all select key, 'person-of-unknown-case', unnest(person_tokens) from ${sql.id(table)} where reference_tokens = '{}'`;

const padsOf = (name: 'liftInner' | 'liftOuter'): Fragment =>
  sql`(select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting(${sql.lit(settings[name])}, true), ''), ',')) h))`;

/** The same tokens under each later key: while a key is changed entries stand there under either, and both are met. */
const carried = (held: Fragment): Fragment => sql`with recursive lifted(key, kind, token, n) as (
    select key, kind, token, 0 from (${held}) h
    union all
    select key, kind, sha256((${padsOf('liftOuter')})[n + 1] || sha256((${padsOf('liftInner')})[n + 1] || token)), n + 1
    from lifted where n < (select cardinality(${padsOf('liftInner')}))
  ) select key, kind, token from lifted where n > 0`;

/** Rows of register, kind, seen: how many entries in force the intake meets. */
export const registersSeen: Statement =
  statement(sql`with identifier as materialized (${identifiersOf('intake')})
select r.register, r.kind, count(distinct r.entry)::int as seen
from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
where r.withdrawn_at is null group by r.register, r.kind`);

/** The keys, each once, that stand in the register. */
export const keysIn = ({ register, within, expired }: Asked, pipeline: Pipeline): Fragment => {
  const zone = value(pipeline.every.zone, 'text');
  if (register !== 'contacts') {
    // its last day included; one without a day, which there is not, would last
    const over = sql`(r.review_on < (select (${run('drawnAt', 'timestamptz')} at time zone ${zone})::date))`;
    const lasts = register !== 'holds' ? sql`` : expired ? sql` and ${over}` : sql` and ${over} is not true`;
    return sql`select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
  where r.register = ${value(register, 'text')} and r.withdrawn_at is null${lasts}`;
  }
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
