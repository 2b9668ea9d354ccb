// Rows to a bitmask in one pass, then the rules about a whole population, then the frame. Bit i is rule i: the
// lowest set bit is the first reason, the one the waterfall counts.
import { sql } from 'kysely';
import type { Pipeline, Rule } from '../schemas/pipeline.ts';
import { failure } from '../schemas/failure.ts';
import { inWindow } from './arrival.ts';
import { column, derivedName, extractColumns } from './column.ts';
import { compileCondition, registersAsked } from './condition.ts';
import type { Asked } from './condition.ts';
import type { Lists } from './extract.ts';
import { frame, frameRows } from './frame.ts';
import { phoneOfMoreThan, duplicateOfPerson } from './population.ts';
import type { ScreenPlan, ScreenRule, StagingColumn, Statement } from './plan.ts';
import { hit, identifiersOf, keysIn } from './register.ts';
import { list, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

/** A bigint has 63 bits that are not its sign. */
const mostRules = 62;

const isPopulation = ({ when }: Rule): boolean =>
  when.is === 'phone-of-more-than' || when.is === 'duplicate-of-person';

const bit = (index: number): string => String(1n << BigInt(index));
const bitOf = (index: number): Fragment => sql`${sql.lit(bit(index))}::bigint`;

export const windowColumn = (pipeline: Pipeline): StagingColumn => {
  const { staged, type } = column(extractColumns(pipeline), pipeline.extract.window.column);
  return { name: staged, type: type === 'date' ? 'date' : 'timestamptz', statistics: false };
};

/** The columns a stratum is made of; a value that is missing is `?`. */
const dimensions = (pipeline: Pipeline): Fragment => {
  const columns = extractColumns(pipeline);
  const parts = pipeline.sample.by.map((name) => {
    const staged = name in pipeline.extract.derive ? derivedName(name) : column(columns, name).staged;
    return sql`coalesce(${sql.id(staged)}::text, '?')`;
  });
  return parts.length === 0 ? sql`array['all']` : sql`array[${list(parts)}]`;
};

/** `with identifier as (…) … from (select *, hit_0, …, mask …)`: the rules on every row of a table. */
const masked = (table: 'intake' | 'recheck', pipeline: Pipeline, lists: Lists) => {
  const asked = new Map<string, Asked>(
    pipeline.screen.flatMap(({ when }) => registersAsked(when)).map((a) => [JSON.stringify(a), a]),
  );
  const names = new Map([...asked.keys()].map((key, i) => [key, `hit_${i}`]));
  const nameOf = (a: Asked): string => names.get(JSON.stringify(a)) ?? '';
  const scope = {
    pipeline,
    lists,
    columns: extractColumns(pipeline),
    hit: (a: Asked) => sql`${sql.id(nameOf(a))}`,
  };
  const bits = pipeline.screen.map((rule, i) =>
    isPopulation(rule)
      ? undefined
      : sql`case when (${compileCondition(rule.when, scope)}) is false then 0 else ${bitOf(i)} end`,
  );
  const rules = bits.filter((b) => b !== undefined);
  const hits = [...asked.values()];
  const columns = hits.map((a) => sql`, ${hit(nameOf(a))} as ${sql.id(nameOf(a))}`);
  const joins = hits.map(
    (a) => sql`left join (${keysIn(a, pipeline)}) ${sql.id(nameOf(a))} on ${sql.id(nameOf(a))}.key = i.key`,
  );
  return {
    identifiers: sql`identifier as materialized (${identifiersOf(table)})`,
    rows: sql`(select h.*, (${rules.length === 0 ? sql`0` : list(rules, sql`\n  | `)})::bigint as mask
from (select i.* ${list(columns, sql` `)}
  from ${sql.id(table)} i
  ${list(joins, sql`\n  `)} offset 0) h offset 0)`,
  };
};

const tokens = ['phone_tokens', 'reference_tokens', 'person_tokens'].map((name) => sql.id(name));

const population = ({ when }: Rule, index: number, window: string): Statement[] => {
  if (when.is === 'phone-of-more-than') return [phoneOfMoreThan(when.persons, bitOf(index))];
  if (when.is === 'duplicate-of-person') return [duplicateOfPerson(window, bitOf(index))];
  return [];
};

/** Duplicates are sought among those whom nothing else excludes, whatever the order of the rules. */
const populations = (pipeline: Pipeline): Statement[] => {
  const window = windowColumn(pipeline).name;
  const indexed = pipeline.screen.map((rule, index) => ({ rule, index }));
  const last = indexed.filter(({ rule }) => rule.when.is === 'duplicate-of-person');
  const first = indexed.filter((i) => !last.includes(i));
  return [...first, ...last].flatMap(({ rule, index }) => population(rule, index, window));
};

const counts = (rules: readonly ScreenRule[]): Statement => {
  const names = value(
    rules.map(({ reason }) => reason),
    'text[]',
  );
  const bits = value(
    rules.map((rule) => rule.bit),
    'bigint[]',
  );
  return statement(sql`select r.reason,
  coalesce(sum(m.n) filter (where m.mask & -m.mask = r.bit), 0)::integer as first,
  coalesce(sum(m.n) filter (where m.mask & r.bit <> 0), 0)::integer as "all"
from unnest(${names}, ${bits}) with ordinality r(reason, bit, i)
left join (select mask, count(*) as n from screened group by mask) m on true
group by r.reason, r.i
order by r.i`);
};

export const compileScreen = (pipeline: Pipeline, lists: Lists): ScreenPlan => {
  if (pipeline.screen.length > mostRules)
    throw failure('INPUT', { rules: pipeline.screen.length, expected: `at most ${mostRules}` });
  const rules = pipeline.screen.map((rule, i) => ({
    reason: rule.reason,
    bit: bit(i),
    population: isPopulation(rule),
  }));
  const window = sql.id(windowColumn(pipeline).name);
  const [intake, recheck] = [masked('intake', pipeline, lists), masked('recheck', pipeline, lists)];
  return {
    rules,
    reset: statement(sql`truncate screened, frame_key`),
    // The excluded keep no token: only survivors are looked at again.
    rows: statement(sql`with ${intake.identifiers}
insert into screened (key, mask, stratum, strata, ${window}, ${list(tokens.map((t) => sql`${t}`))})
select key, mask, array_to_string(strata, ' / '), strata, ${window}, ${list(
      tokens.map((t) => sql`case when mask = 0 then ${t} end`),
    )}
from (select x.*, ${dimensions(pipeline)} as strata from ${intake.rows} x) x`),
    population: populations(pipeline),
    counts: counts(rules),
    balance: statement(
      sql`select count(*)::integer as intake, (count(*) filter (where mask = 0))::integer as frame from screened`,
    ),
    frame: frame(pipeline.sample.floor),
    frameRows,
    recheck: statement(sql`with ${recheck.identifiers}
select r.key, r.mask::text as mask,
  (r.person_tokens[1] is distinct from s.person_tokens[1]
    or not r.phone_tokens <@ s.phone_tokens
    or (${inWindow(sql`r.${window}`, pipeline)}) is not true) as changed
from ${recheck.rows} r join sampled s on s.key = r.key`),
  };
};
