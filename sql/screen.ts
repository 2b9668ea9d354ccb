// Rows to a bitmask in one pass, then the rules about a whole population, then the frame. Bit i is rule i: the
// lowest set bit is the first reason, the one the waterfall counts.
import { sql } from 'kysely';
import { everyCondition, isPopulation, isShared } from '../schemas/condition.ts';
import type { Condition, Shared } from '../schemas/condition.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { failure } from '../schemas/failure.ts';
import { inWindow } from './arrival.ts';
import { asksOptOuts, compileCanaries } from './canary.ts';
import { column, derivedName, extractColumns } from './column.ts';
import { compileCondition, daysAsked } from './condition.ts';
import type { Asked } from './condition.ts';
import type { Lists } from './extract.ts';
import { frame, frameRows } from './frame.ts';
import { duplicateOfPerson, phoneOfMoreThan, sharedWith } from './population.ts';
import type { ScreenPlan, ScreenRule, StagingColumn, Statement } from './plan.ts';
import { asksOf, createMet, hit, meetRegisters, metAgain } from './register.ts';
import { list, run, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

/** A bigint has 63 bits that are not its sign. */
const mostRules = 62;

const bit = (index: number): string => String(1n << BigInt(index));
const bitOf = (index: number): Fragment => sql`${sql.lit(bit(index))}::bigint`;

/** What is asked of the whole intake, each once: condition i is bit i of `shared`. */
const sharedIn = ({ screen }: Pipeline): readonly Shared[] => [
  ...new Map(
    screen
      .flatMap(({ when }) => everyCondition(when).map(({ condition }) => condition))
      .filter(isShared)
      .map((condition) => [JSON.stringify(condition), condition]),
  ).values(),
];

const isSharedBy = (condition: Shared, pipeline: Pipeline): Fragment => {
  const index = sharedIn(pipeline).findIndex((c) => JSON.stringify(c) === JSON.stringify(condition));
  return sql`(shared & ${bitOf(index)} <> 0)`;
};

/** The day a row belongs to the month by; none where the window is all. */
export const windowColumns = ({ extract }: Pipeline): StagingColumn[] => {
  if (extract.window === 'all') return [];
  const { staged, type } = column(extractColumns({ extract }), extract.window.column);
  return [{ name: staged, type: type === 'date' ? 'date' : 'timestamptz', statistics: false }];
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

/** `(select i.*, …, asks, shared from intake i left join met …)`: every row with what registers and other rows say of it. */
const questioned = (
  table: 'intake' | 'recheck',
  conditions: readonly Condition[],
  pipeline: Pipeline,
  lists: Lists,
) => {
  const columns = extractColumns(pipeline);
  // `at time zone` is dear: once a row, however many rules ask
  const days = [...new Set(conditions.flatMap(daysAsked))].filter(
    (name) => columns.get(name)?.type === 'timestamp',
  );
  const dayName = (name: string): Fragment => sql`${sql.id(`day_${column(columns, name).staged}`)}`;
  const scope = {
    pipeline,
    lists,
    columns,
    hit: (a: Asked) => hit(a, pipeline),
    shared: (c: Shared) => isSharedBy(c, pipeline),
    dayOf: (name: string) => (days.includes(name) ? dayName(name) : undefined),
  };
  const zone = value(pipeline.every.zone, 'text');
  const reckoned = days.map(
    (name) =>
      sql`, (i.${sql.id(column(columns, name).staged)} at time zone ${zone})::date as ${dayName(name)}`,
  );
  return {
    rows: sql`(select i.*, ${asksOf(sql`i`, sql`m`)} as asks, coalesce(m.shared, 0) as shared${list(reckoned, sql``)}
  from ${sql.id(table)} i
  left join (select row, bit_or(asks) as asks, bit_or(shared) as shared from met group by row) m on m.row = i.ctid offset 0)`,
    ask: (condition: Condition): Fragment => compileCondition(condition, scope),
  };
};

/** The row rules on every row of a table: a rule that is not definitely false sets its bit. Needs `met`. */
export const masked = (table: 'intake' | 'recheck', pipeline: Pipeline, lists: Lists): Fragment => {
  const rules = pipeline.screen.flatMap(({ when }, i) =>
    when.is === 'duplicate-of-person' ? [] : [{ when, i }],
  );
  const { rows, ask } = questioned(
    table,
    rules.map(({ when }) => when),
    pipeline,
    lists,
  );
  const bits = rules.map(({ when, i }) => sql`case when (${ask(when)}) is false then 0 else ${bitOf(i)} end`);
  return sql`(select h.*, ${list([sql`0::bigint`, ...bits], sql`\n  | `)} as mask
from ${rows} h offset 0)`;
};

const tokens = ['phone_tokens', 'reference_tokens', 'person_tokens'].map((name) => sql.id(name));

const share = (condition: Shared, bit: Fragment, pipeline: Pipeline, lists: Lists): Statement => {
  if (condition.is === 'phone-of-more-than') return phoneOfMoreThan(condition.persons, bit);
  const { ask, rows } = questioned('intake', [condition.of], pipeline, lists);
  const tokens = condition.is === 'phone-of' ? 'phone_tokens' : 'person_tokens';
  return sharedWith(tokens, { rows, mark: ask(condition.of) }, bit);
};

/** Sought among those whom nothing else excludes, whatever the order of the rules. */
const repeats = (pipeline: Pipeline): Statement[] =>
  pipeline.screen.flatMap(({ when }, i) =>
    when.is === 'duplicate-of-person'
      ? [duplicateOfPerson(windowColumns(pipeline)[0]?.name, when.keep, bitOf(i))]
      : [],
  );

const namedBits = (rules: readonly ScreenRule[]): { names: Fragment; bits: Fragment } => ({
  names: value(
    rules.map(({ reason }) => reason),
    'text[]',
  ),
  bits: value(
    rules.map((rule) => rule.bit),
    'bigint[]',
  ),
});

const counts = (rules: readonly ScreenRule[]): Statement => {
  const { names, bits } = namedBits(rules);
  return statement(sql`select r.reason,
  coalesce(sum(m.n) filter (where m.mask & -m.mask = r.bit), 0)::integer as first,
  coalesce(sum(m.n) filter (where m.mask & r.bit <> 0), 0)::integer as "all"
from unnest(${names}, ${bits}) with ordinality r(reason, bit, i)
left join (select mask, count(*) as n from screened group by mask) m on true
group by r.reason, r.i
order by r.i`);
};

/** Pairs of reasons with rows that matched both; of a mask, not of a row, so that a million rows are a few hundred. */
const overlaps = (rules: readonly ScreenRule[]): Statement => {
  const bits = value(
    rules.map((rule) => rule.bit),
    'bigint[]',
  );
  return statement(sql`with rule as (
  select * from unnest(${bits}) with ordinality r(bit, i)
), matched as (
  select mask, count(*) as n from screened where mask <> 0 group by mask
)
select a.i::integer as ordinal, b.i::integer as other, sum(m.n)::integer as rows
from rule a join rule b on a.i < b.i join matched m on m.mask & a.bit <> 0 and m.mask & b.bit <> 0
group by a.i, b.i
order by a.i, b.i`);
};

const strike = (rules: readonly ScreenRule[]): Statement => {
  const { names, bits } = namedBits(rules);
  return statement(sql`with struck as (
  update sampled s set state = 'struck', struck_by = f.reason
  from (select d.frame_id, d.state as was,
      case when c.frame_id is null then 'gone' when c.mask <> 0 then r.reason when c.changed is not false then 'changed' end as reason
    from sampled d left join checked c on c.frame_id = d.frame_id
    left join unnest(${names}, ${bits}) r(reason, bit) on r.bit = c.mask & -c.mask
    where d.state = any (${run('states', 'text[]')})) f
  where f.frame_id = s.frame_id and f.reason is not null
  returning f.was, f.reason
)
select reason, count(*)::integer as count from struck where was = 'in' group by reason order by reason`);
};

export const compileScreen = (pipeline: Pipeline, lists: Lists): ScreenPlan => {
  if (pipeline.screen.length > mostRules)
    throw failure('INPUT', { rules: pipeline.screen.length, expected: `at most ${mostRules}` });
  const rules = pipeline.screen.map((rule, i) => ({
    reason: rule.reason,
    bit: bit(i),
    population: everyCondition(rule.when).some(({ condition }) => isPopulation(condition)),
    ...(rule.review && { review: true as const }),
  }));
  const window = windowColumns(pipeline).map(({ name }) => name);
  const opted = pipeline.screen.flatMap((rule, i) => (asksOptOuts(rule) ? [bitOf(i)] : []));
  const optedOut =
    opted.length === 0 ? sql`false` : sql`coalesce(${hit({ register: 'opt-outs' }, pipeline)}, false)`;
  const shared = sharedIn(pipeline).map((condition, i) => share(condition, bitOf(i), pipeline, lists));
  return {
    rules,
    reset: statement(sql`truncate screened, frame_key`),
    meet: [createMet, meetRegisters(pipeline), ...shared],
    // The excluded keep no token and no stratum: only survivors are looked at again.
    rows: statement(sql`insert into screened (key, mask, shared, strata, ${list([...window.map((w) => sql.id(w)), ...tokens])})
select key, mask, case when mask = 0 then shared end, case when mask = 0 then ${dimensions(pipeline)} end, ${list(
      [...window.map((w) => sql.id(w)), ...tokens.map((t) => sql`case when mask = 0 then ${t} end`)],
    )}
from ${masked('intake', pipeline, lists)} x`),
    population: repeats(pipeline),
    counts: counts(rules),
    overlaps: overlaps(rules),
    canaries: compileCanaries(pipeline, lists, bit),
    balance: statement(
      sql`select count(*)::integer as intake, (count(*) filter (where mask = 0))::integer as frame from screened`,
    ),
    frame: frame(pipeline.sample.floor),
    frameRows,
    recheck: statement(sql`create temp table checked on commit drop as with ${metAgain(pipeline)}
select s.frame_id, r.mask,
  (r.person_tokens[1] is distinct from s.person_tokens[1]
    or not r.phone_tokens <@ s.phone_tokens
    or (${inWindow(
      sql.join(
        window.map((w) => sql`r.${sql.id(w)}`),
        sql``,
      ),
      pipeline,
    )}) is not true) as changed,
  (${optedOut} and r.mask & (${list([sql`0::bigint`, ...opted], sql` | `)}) <> 0) as opted
from ${masked('recheck', pipeline, lists)} r join sampled s on s.key = r.key`),
    strike: strike(rules),
  };
};
