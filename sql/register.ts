// Who stands in a register: any token of a person, of any kind, is enough. Asked of a whole table at once: its tokens
// stream past the registers, and only what meets an entry is kept, in `met`. An opt-out of one case that names its
// reference meets the records of that case alone; where a record has no reference, the name decides.
import { sql } from 'kysely';
import type { Pipeline } from '../schemas/pipeline.ts';
import { registersAsked } from './condition.ts';
import type { Asked } from './condition.ts';
import { settings } from './plan.ts';
import type { Statement } from './plan.ts';
import { list, run, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

/**
 * What rows of `intake` have met, by their place in it: the questions that an entry answers with yes, as bits of `asks`,
 * and what the row shares with others, as bits of `shared`. A row may stand here several times.
 */
export const createMet: Statement = statement(
  sql`create temp table met (row tid not null, asks bigint not null, shared bigint not null, register text, kind text, entry bigint) on commit drop`,
);

/** Every question that any rule asks, each once: question i is bit i of `asks`. */
export const questionsOf = ({ screen }: Pipeline): readonly Asked[] => [
  ...new Map(
    screen.flatMap(({ when }) => registersAsked(when)).map((asked) => [JSON.stringify(asked), asked]),
  ).values(),
];

const bit = (index: number): Fragment => sql`${sql.lit(String(1n << BigInt(index)))}::bigint`;

/** Whether the row's `asks` answer yes; unknown where they are. */
export const hit = (asked: Asked, pipeline: Pipeline): Fragment => {
  const index = questionsOf(pipeline).findIndex((q) => JSON.stringify(q) === JSON.stringify(asked));
  return sql`(asks & ${bit(index)} <> 0)`;
};

/** Nobody can say whether a row without a single token stands in a register: unknown, whatever rule about several rows it met. */
export const asksOf = (row: Fragment, met: Fragment): Fragment =>
  sql`coalesce(nullif(${met}.asks, 0), case when ${row}.phone_tokens <> '{}' or ${row}.reference_tokens <> '{}' or ${row}.person_tokens <> '{}' then 0 end)`;

const tokensOf = (x: Fragment): Fragment =>
  sql`${x}.reference_tokens = '{}' as unreferenced, unnest(${x}.phone_tokens || ${x}.reference_tokens || ${x}.person_tokens) as token`;

/**
 * One row for each token. Of the drawn also what they had when they were drawn: who opts out may give a number that the
 * source has dropped since. What kind a token is of is hashed with it.
 */
const tokensIn = (table: 'intake' | 'recheck'): Fragment => {
  const held =
    table === 'intake'
      ? sql`select i.ctid as row, ${tokensOf(sql`i`)} from intake i`
      : sql`select r.ctid as row, ${tokensOf(sql`r`)} from recheck r
  union all select r.ctid, ${tokensOf(sql`s`)} from sampled s join recheck r on r.key = s.key`;
  return sql`(${held}
  union all select row, unreferenced, token from (${carried(held)}) later where (select cardinality(${padsOf('liftInner')})) > 0)`;
};

const padsOf = (name: 'liftInner' | 'liftOuter'): Fragment =>
  sql`(select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting(${sql.lit(settings[name])}, true), ''), ',')) h))`;

/** The same tokens under each later key: while a key is changed entries stand there under either, and both are met. */
const carried = (held: Fragment): Fragment => sql`with recursive lifted(row, unreferenced, token, n) as (
    select row, unreferenced, token, 0 from (${held}) h
    union all
    select row, unreferenced, sha256((${padsOf('liftOuter')})[n + 1] || sha256((${padsOf('liftInner')})[n + 1] || token)), n + 1
    from lifted where n < (select cardinality(${padsOf('liftInner')}))
  ) select row, unreferenced, token from lifted where n > 0`;

/** This wave's own drawn are in the history from the draw on, and do not count. */
const ofOthers = (pipeline: Pipeline): Fragment =>
  sql`(c.survey, c.period) is distinct from (${value(pipeline.survey, 'text')}, ${run('period', 'text')})`;

/** "Within" includes its first day. */
const isRecent = ({ within }: Asked, { every }: Pipeline): Fragment =>
  within === undefined
    ? sql`true`
    : sql`c.contacted_on >= (select ((${run('drawnAt', 'timestamptz')} at time zone ${value(every.zone, 'text')}) - ${value(within, 'interval')})::date)`;

/** Of a hold: its last day included; one without a day, which there is not, would last. */
const lasts = ({ register, expired }: Asked, { every }: Pipeline): Fragment => {
  if (register !== 'holds') return sql``;
  const over = sql`(r.review_on < (select (${run('drawnAt', 'timestamptz')} at time zone ${value(every.zone, 'text')})::date))`;
  return expired ? sql` and ${over}` : sql` and ${over} is not true`;
};

/** Entries in force and contacts that count, with the questions that they answer; `counted` those too that answer none. */
const entries = (pipeline: Pipeline, counted: boolean): Fragment => {
  const asked = questionsOf(pipeline).map((q, i) => ({ ...q, bit: bit(i) }));
  const history = asked.filter(({ register }) => register === 'contacts');
  const kept = asked.filter(({ register }) => register !== 'contacts');
  const or = (bits: readonly Fragment[]): Fragment =>
    bits.length === 0 ? sql`0::bigint` : list(bits, sql` | `);
  const names = [...new Set(kept.map(({ register }) => register))];
  const wanted = counted ? sql`` : sql` and r.register = any (${value(names, 'text[]')})`;
  const registers = sql`select r.token, r.kind = 'person-of-unknown-case' as casewise,
    ${or(
      kept.map(
        (q) =>
          sql`case when r.register = ${value(q.register, 'text')}${lasts(q, pipeline)} then ${q.bit} else 0 end`,
      ),
    )} as asks,
    r.register, r.kind, case when r.added_by <> 'canary' then r.entry end as entry
  from register_entry r where r.withdrawn_at is null${wanted}`;
  const contacts = sql`select c.token, false, ${or(
    history.map((q) => sql`case when ${isRecent(q, pipeline)} then ${q.bit} else 0 end`),
  )}, 'contacts', c.kind, null
  from contact_history c where ${ofOthers(pipeline)}`;
  return sql`(${registers}${history.length === 0 ? sql`` : sql`\n  union all ${contacts}`})`;
};

const meeting = (table: 'intake' | 'recheck', pipeline: Pipeline): Fragment =>
  sql`select t.row, e.asks, 0::bigint as shared, e.register, e.kind, e.entry
from ${tokensIn(table)} t join ${entries(pipeline, table === 'intake')} e on e.token = t.token and (t.unreferenced or not e.casewise)`;

/** Fills `met` with whom the intake meets in the registers. */
export const meetRegisters = (pipeline: Pipeline): Statement =>
  statement(sql`insert into met (row, asks, shared, register, kind, entry)\n${meeting('intake', pipeline)}`);

/** The drawn meet the same, in a `with` of the statement that asks; what they shared when they were screened, they share. */
export const metAgain = (pipeline: Pipeline): Fragment =>
  sql`met as materialized (${meeting('recheck', pipeline)}
union all select r.ctid, 0, s.shared, null, null, null from sampled s join recheck r on r.key = s.key where s.shared <> 0)`;

/** Places in `frame_key` of whom the contact history excludes, since they were screened, or an open wave has drawn. */
export const heldByOthers = (asked: readonly Asked[], pipeline: Pipeline): Fragment =>
  sql`select f.row from (select ctid as row, unnest(phone_tokens || person_tokens) as token from frame_key) f join (
    select r.token from reservation r join attempt a using (survey, period, attempt)
    where a.closed_at is null and (r.survey, r.period) is distinct from (${value(pipeline.survey, 'text')}, ${run('period', 'text')})
    union all select c.token from contact_history c
    where ${ofOthers(pipeline)} and (${list(
      asked.map((a) => isRecent(a, pipeline)),
      sql` or `,
    )})
  ) e on e.token = f.token`;
