// From the source to `intake`: attributes typed, identifiers turned into tokens, everything else left behind.
// The values behind the tokens exist only in `arrived`, inside the transaction that loads them.
import { sql } from 'kysely';
import type { List } from '../schemas/list.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { failure } from '../schemas/failure.ts';
import {
  castLevels,
  castRows,
  createArrived,
  drawnKeys,
  keyIn,
  selected,
  singleKeys,
  trimmedRows,
  valueName,
} from './arrival.ts';
import { checkName, checksOf } from './checks.ts';
import {
  arrivedType,
  column,
  derivedName,
  extractColumns,
  nativeColumns,
  sourceColumns,
  stagingTypes,
} from './column.ts';
import type { Columns } from './column.ts';
import { literal } from './literal.ts';
import { settings } from './plan.ts';
import type { ExtractPlan, ExtractReading, Reading, RereadPlan, StagingColumn, Statement } from './plan.ts';
import { recognisedColumns, recognisedRows } from './recognise.ts';
import { copyText, list, run, setting, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

export type Lists = Readonly<Record<string, List>>;

/** `intake` and `recheck`: key, what was read, what was derived from it, tokens. */
export const intakeColumns = (pipeline: Pipeline): StagingColumn[] => {
  const columns = extractColumns(pipeline);
  const read = Object.keys(pipeline.extract.read).map((name) => column(columns, name));
  return [
    { name: 'key', type: 'text[]', statistics: false },
    ...read.map(({ staged, type }) => ({ name: staged, type: stagingTypes[type], statistics: false })),
    ...Object.keys(pipeline.extract.derive).map((name) => ({
      name: derivedName(name),
      type: 'text' as const,
      statistics: false,
    })),
    ...checksOf(pipeline).map((_, i) => ({
      name: checkName(i),
      type: 'boolean' as const,
      statistics: false,
    })),
    { name: 'phone_kinds', type: 'text[]', statistics: false },
    { name: 'phone_tokens', type: 'bytea[]', statistics: false },
    { name: 'reference_tokens', type: 'bytea[]', statistics: false },
    { name: 'person_tokens', type: 'bytea[]', statistics: false },
  ];
};

const relation = (pipeline: Pipeline): Fragment => sql`${sql.id(...pipeline.extract.relation)}`;

/** The window as constants of the source column's own type: nothing is converted row by row. */
export const windowAtSource = (pipeline: Pipeline): Fragment => {
  const { window, read } = pipeline.extract;
  if (window === 'all') return sql`true`;
  const { type, zone } = read[window.column] ?? {};
  const bound = (name: 'windowFrom' | 'windowTo'): Fragment => {
    const instant = setting(settings[name], 'timestamptz');
    if (type === 'date')
      return sql`(select (${instant} at time zone ${literal(pipeline.every.zone, 'text')})::date)`;
    return zone === undefined ? instant : sql`(select ${instant} at time zone ${literal(zone, 'text')})`;
  };
  const at = sql`s.${sql.id(window.column)}`;
  return sql`${at} >= ${bound('windowFrom')} and ${at} < ${bound('windowTo')}`;
};

/** One group for each code: a code in two groups would double its rows. */
const groupsOf = (lists: Lists, name: string): { codes: string[]; groups: string[] } => {
  const groups = lists[name]?.groups;
  if (!groups) throw failure('INPUT', { list: name, expected: 'a list with groups' });
  const pairs = Object.entries(groups).flatMap(([group, codes]) =>
    codes.map((code) => [code, group] as const),
  );
  if (new Set(pairs.map(([code]) => code)).size !== pairs.length)
    throw failure('INPUT', { list: name, expected: 'each code in one group' });
  return { codes: pairs.map(([code]) => code), groups: pairs.map(([, group]) => group) };
};

/**
 * `insert into intake` or `recheck` of every faultless row; `only` narrows the rows further. Canaries have nothing
 * but what they are recognised by, and would be faulty.
 */
export const fill = (
  table: 'intake' | 'recheck',
  columns: Columns,
  pipeline: Pipeline,
  lists: Lists,
  {
    only,
    canary = false,
    windowed = table === 'intake' && !canary,
  }: { readonly only?: Fragment; readonly canary?: boolean; readonly windowed?: boolean } = {},
): Statement => {
  const rows = only
    ? sql`(select l.* from ${trimmedRows(columns, pipeline)} l where ${only} offset 0)`
    : trimmedRows(columns, pipeline);
  const recognised = recognisedRows(
    rows,
    castLevels(columns, pipeline, windowed),
    canary ? sql`true` : sql`t.code is null`,
    columns,
    pipeline,
  );
  const derive = Object.entries(pipeline.extract.derive);
  const joins = derive.map(([name, { from, list }]) => {
    const { codes, groups } = groupsOf(lists, list);
    const source = sql`t.${sql.id(valueName(column(columns, from).staged))}`;
    const grouping = sql.id(`list_${name}`);
    return sql`left join unnest(${value(codes, 'text[]')}, ${value(groups, 'text[]')}) as ${grouping}(code, grp) on ${grouping}.code = ${source}`;
  });
  const made = recognisedColumns(columns, pipeline, lists);
  const values = intakeColumns(pipeline).map(({ name }) => {
    const group = derive.find(([d]) => derivedName(d) === name);
    if (group) return sql`${sql.id(`list_${group[0]}`)}.grp`;
    return made[name] ?? sql`t.${sql.id(name === 'key' ? name : valueName(name))}`;
  });
  const names = intakeColumns(pipeline).map(({ name }) => sql`${sql.id(name)}`);
  return statement(sql`insert into ${sql.id(table)} (${list(names)})
select ${list(values)}
from ${recognised} t
${list(joins, sql`\n`)}`);
};

/**
 * ```yaml
 * key: [victim_ref, crime_no]
 * read: { reported_at: timestamp }
 * ```
 * is `select s."victim_ref"::text, s."crime_no"::text, s."reported_at"::text, … from "survey"."victim_offence" s
 * where s."reported_at" >= (select current_setting('cordon.window_from')::timestamptz) and …`
 */
export const compileExtract = (pipeline: Pipeline, lists: Lists): ExtractPlan => {
  const columns = extractColumns(pipeline);
  const { window } = pipeline.extract;
  const reading = (of: Columns): ExtractReading => ({
    read: copyText(
      sql`select ${selected(of)}\nfrom ${relation(pipeline)} s\nwhere ${windowAtSource(pipeline)}`,
    ),
    arrived: createArrived(of),
    load: [fill('intake', of, pipeline, lists)],
    quarantine: statement(
      sql`insert into quarantine (key, code) select key, code from ${castRows(of, pipeline, true)} l where code is not null`,
    ),
  });
  const native = nativeColumns(columns, pipeline);
  const newest = window === 'all' ? sql`null` : sql`max(s.${sql.id(window.column)})`;
  return {
    relation: [...pipeline.extract.relation],
    columns: sourceColumns(columns),
    ...reading(columns),
    native: { ...reading(native), types: [...native.values()].map(arrivedType) },
    reset: statement(sql`truncate intake, quarantine`),
    // keys are compared only where their hashes are fewer than they: in a sound source they are not
    settle: statement(sql`with keys as not materialized (
  select key from intake union all select key from quarantine where key is not null
), doubt as materialized (
  select count(*) > count(distinct hash_array_extended(key, 0)) as repeats from keys
), repeated as (
  select key from keys where (select repeats from doubt) group by key having count(*) > 1
), gone as (
  delete from intake i using repeated r where i.key = r.key returning i.key
)
insert into quarantine (key, code) select key, 'KEY_REPEATED' from gone`),
    counts:
      statement(sql`select (q.n + i.n)::integer as read, q.n::integer as quarantined, i.n::integer as intake
from (select count(*) as n from quarantine) q, (select count(*) as n from intake) i`),
    quarantined: statement(
      sql`select code, count(*)::integer as rows from quarantine group by code order by code collate "C"`,
    ),
    sourceCounts:
      copyText(sql`select (count(*) filter (where ${windowAtSource(pipeline)}))::text as rows, (${newest})::text as newest
from ${relation(pipeline)} s`),
  };
};

/** The same columns for the drawn, whatever the window now says of them. */
export const compileReread = (pipeline: Pipeline, lists: Lists): RereadPlan => {
  const columns = extractColumns(pipeline);
  const { key } = pipeline.extract;
  const matches = key.map((name, i) => sql`s.${sql.id(name)}::text = d.${sql.id(`k${i + 1}`)}`);
  const keys = drawnKeys(setting(settings.drawn, 'json'), key.length);
  const wanted = drawnKeys(run('drawn', 'json'), key.length);
  const reading = (of: Columns): Reading => ({
    read: copyText(
      sql`select ${selected(of)}\nfrom ${keys} d\njoin ${relation(pipeline)} s on ${list(matches, sql` and `)}`,
    ),
    arrived: createArrived(of),
    load: [
      statement(sql`truncate recheck`),
      fill('recheck', of, pipeline, lists, {
        only: sql`${keyIn(sql`l.key`, sql`select d.key from ${wanted} d`)}
  and ${keyIn(sql`l.key`, singleKeys(of, pipeline))}`,
      }),
    ],
  });
  const native = nativeColumns(columns, pipeline);
  return {
    columns: sourceColumns(columns),
    ...reading(columns),
    native: { ...reading(native), types: [...native.values()].map(arrivedType) },
  };
};
