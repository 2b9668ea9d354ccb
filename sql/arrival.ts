// Rows of every kind of source arrive in `arrived`, a temporary table that is gone at commit: as text, or in the types
// of a database that has them. From there: trimmed, guarded, cast; what fails carries a code, and no value.
import { sql } from 'kysely';
import { everyCondition } from '../schemas/condition.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { cast, guard, isPlaceholder, trimmed } from './cast.ts';
import { arrivedType, column } from './column.ts';
import type { Columns, StagedColumn } from './column.ts';
import { literal } from './literal.ts';
import { layers, list, run, statement, value } from './statement.ts';
import type { Fragment, Levels } from './statement.ts';
import type { Statement } from './plan.ts';

export const createArrived = (columns: Columns): Statement =>
  statement(
    sql`create temp table arrived (${list(
      [...columns.values()].map((c) => sql`${sql.id(c.staged)} ${sql.raw(arrivedType(c))}`),
    )}) on commit drop`,
  );

/** A time without a zone gets the declared one; everything else is itself. */
const asItIs = ({ name, type, zone }: StagedColumn): Fragment =>
  type === 'timestamp' && zone !== undefined
    ? sql`(s.${sql.id(name)} at time zone ${literal(zone, 'text')})`
    : sql`s.${sql.id(name)}`;

/** The columns as `arrived` has them, for the inside of a COPY at the source. */
export const selected = (columns: Columns): Fragment =>
  list(
    [...columns.values()].map((c) => sql`${asItIs(c)}::${sql.raw(arrivedType(c))}`),
    sql`,\n  `,
  );

/** Keys named in a JSON text, `[["V1","C1"],…]`, one column of it for each column of the key. */
export const drawnKeys = (json: Fragment, keyColumns: number): Fragment => {
  const parts = Array.from({ length: keyColumns }, (_, i) => sql`e.k ->> ${sql.lit(i)}`);
  return sql`(select ${list(parts.map((part, i) => sql`${part} as ${sql.id(`k${i + 1}`)}`))}, array[${list(parts)}] as key
  from json_array_elements(${json}) e(k))`;
};

/**
 * Hashed once. `is true` keeps the planner from making a join of it: it knows nothing about tables that were
 * filled a moment ago, and its nested loop took a thousand times as long.
 */
export const keyIn = (key: Fragment, keys: Fragment): Fragment => sql`(${key} in (${keys})) is true`;

/** Keys that arrived exactly once. */
export const singleKeys = (columns: Columns, pipeline: Pipeline): Fragment =>
  sql`select ${keyOf(columns, pipeline)} from arrived a group by 1 having count(*) = 1`;

/** Columns that age is reckoned from: only in them is 1 January 1900 a word for "unknown". */
const birthColumns = (pipeline: Pipeline): ReadonlySet<string> =>
  new Set(
    pipeline.screen
      .flatMap(({ when }) => everyCondition(when))
      .flatMap(({ condition }) => ('born' in condition ? [condition.born] : [])),
  );

const keyOf = (columns: Columns, { extract }: Pipeline): Fragment =>
  sql`array[${list(extract.key.map((name) => sql`a.${sql.id(column(columns, name).staged)}`))}]::text[]`;

const read = ({ name, staged, native }: StagedColumn, { extract }: Pipeline): Fragment => {
  const arrived = sql`a.${sql.id(staged)}`;
  const x = native ? arrived : trimmed(arrived);
  const unknown = extract.read[name]?.unknownWhen;
  if (unknown === undefined) return x;
  return sql`case when ${native ? sql`${x}::text` : x} = any (${value(unknown, 'text[]')}) then null else ${x} end`;
};

/** Each different text of a column, or of several together, once, as `trimmedRows` has it. Names are few beside rows. */
export const differentTexts = (
  of: readonly { readonly said: string; readonly column: StagedColumn }[],
  pipeline: Pipeline,
): Fragment =>
  sql`(select distinct ${list(of.map(({ said, column: c }) => sql`${read(c, pipeline)} as ${sql.id(said)}`))}
  from (select distinct ${list(of.map(({ column: c }) => sql`${sql.id(c.staged)}`))} from arrived) a offset 0)`;

/** `key` as it arrived, `key_missing`, and every column trimmed. */
export const trimmedRows = (columns: Columns, pipeline: Pipeline): Fragment => {
  const texts = [...columns.values()].map((c) => sql`${read(c, pipeline)} as ${sql.id(c.staged)}`);
  const blank = pipeline.extract.key.map(
    (name) => sql`${trimmed(sql`a.${sql.id(column(columns, name).staged)}`)} is null`,
  );
  return sql`(select ${keyOf(columns, pipeline)} as key,
  (${list(blank, sql` or `)}) as key_missing,
  ${list(texts, sql`,\n  `)}
from arrived a offset 0)`;
};

const guardName = (staged: string): string => `g_${staged}`;
export const valueName = (staged: string): string => `v_${staged}`;

const text = ({ staged }: StagedColumn): Fragment => sql`${sql.id(staged)}`;
const held = ({ staged }: StagedColumn): Fragment => sql`${sql.id(guardName(staged))}`;

/** Trimmed rows with `v_…` for every column that is read, and `code`, null for a row without fault. */
export const castRows = (columns: Columns, pipeline: Pipeline, windowed: boolean): Fragment =>
  layers(trimmedRows(columns, pipeline), castLevels(columns, pipeline, windowed));

export const castLevels = (columns: Columns, pipeline: Pipeline, windowed: boolean): Levels => {
  const { read, window } = pipeline.extract;
  const born = birthColumns(pipeline);
  const typed = Object.keys(read).map((name) => column(columns, name));

  const guards = Object.fromEntries(typed.map((c) => [guardName(c.staged), guard(c, text(c))]));
  const values = Object.fromEntries(
    typed.map((c) => {
      const plain = sql`case when ${held(c)} then ${cast(c, text(c))} end`;
      const missing = read[c.name]?.missingMeans;
      const known =
        c.type === 'date' && born.has(c.name)
          ? sql`case when ${held(c)} then case when not ${isPlaceholder(cast(c, text(c)))} then ${cast(c, text(c))} end end`
          : plain;
      return [
        valueName(c.staged),
        missing === undefined ? known : sql`coalesce(${known}, ${sql.lit(missing)})`,
      ];
    }),
  );
  const faults = typed
    .filter(({ type }) => type !== 'text')
    .map((c) => sql`when not ${held(c)} then ${value(`CAST:${c.name}`, 'text')}`);
  // A birth date that cannot be is unknown, which excludes one person; any other such day is the source's mistake.
  const impossible = typed
    .filter(({ name, type }) => (type === 'date' || type === 'timestamp') && !born.has(name))
    .map((c) => {
      const at = sql`${sql.id(valueName(c.staged))}`;
      const future = read[c.name]?.neverFuture ? sql` or ${at} > now() + interval '1 day'` : sql``;
      return sql`when ${at} < date '1900-01-01' or ${at} >= date '2200-01-01'${future} then ${value(`DATE:${c.name}`, 'text')}`;
    });
  const outside =
    windowed && window !== 'all'
      ? sql`when (${inWindow(sql`${sql.id(valueName(column(columns, window.column).staged))}`, pipeline)}) is not true then 'OUT_OF_WINDOW'`
      : sql``;

  const code = sql`case when key_missing then 'KEY_MISSING' ${list([...faults, ...impossible], sql` `)} ${outside} end`;
  return [guards, values, { code }];
};

/** True in the wave's window; a date counts by the calendar of the survey's zone. */
export const inWindow = (at: Fragment, { extract, every }: Pipeline): Fragment => {
  if (extract.window === 'all') return sql`true`;
  const type = extract.read[extract.window.column]?.type;
  const bound = (name: 'windowFrom' | 'windowTo'): Fragment =>
    type === 'date'
      ? sql`(${run(name, 'timestamptz')} at time zone ${value(every.zone, 'text')})::date`
      : run(name, 'timestamptz');
  return sql`${at} >= ${bound('windowFrom')} and ${at} < ${bound('windowTo')}`;
};
