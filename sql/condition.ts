// A condition as a boolean of SQL with three values: unknown stays unknown through any, all and not, and only a
// rule as a whole is asked whether it is definitely false. Whoever is not, is out.
import { sql } from 'kysely';
import { everyCondition, isDay, isMoment } from '../schemas/condition.ts';
import type { Condition, Moment, Register, Shared } from '../schemas/condition.ts';
import type { Duration } from '../schemas/duration.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { failure } from '../schemas/failure.ts';
import { answerTo, wordsIn, wordsOf } from './checks.ts';
import { column, derivedName } from './column.ts';
import type { Columns } from './column.ts';
import type { Lists } from './extract.ts';
import type { RunName } from './plan.ts';
import { list, run, value } from './statement.ts';
import type { Fragment } from './statement.ts';

export interface Scope {
  readonly pipeline: Pipeline;
  readonly columns: Columns;
  readonly lists: Lists;
  /** The column that says whether any token of the row stands in the register. */
  readonly hit: (asked: Asked) => Fragment;
  /** Whether the row shares it with others, or might: never unknown. */
  readonly shared: (condition: Shared) => Fragment;
  /** A column that holds the day of a timestamp already; otherwise it is reckoned wherever it is asked. */
  readonly dayOf?: (name: string) => Fragment | undefined;
}

export interface Asked {
  readonly register: Register;
  readonly within?: Duration;
  readonly expired?: true;
}

/**
 * `{ is: 'not', of: { is: 'in-values', column: 'victim_role', values: ['victim'] } }`
 * is `(not (c_victim_role = any ('{victim}')))`: null for a role that is missing.
 */
export const compileCondition = (condition: Condition, scope: Scope): Fragment => {
  const inside = (c: Condition): Fragment => compileCondition(c, scope);
  switch (condition.is) {
    case 'column':
      return sql`${read(scope, condition.column, ['boolean'])}`;
    case 'any':
      return sql`(${list(condition.of.map(inside), sql` or `)})`;
    case 'all':
      return sql`(${list(condition.of.map(inside), sql` and `)})`;
    case 'not':
      return sql`(not ${inside(condition.of)})`;
    case 'in-values':
      return among(scope, condition.column, condition.values);
    case 'in-list':
      return among(scope, condition.column, codes(scope, condition.list, condition.groups));
    case 'starts-with':
      return sql`(${read(scope, condition.column)} ^@ any (${value(condition.prefixes, 'text[]')}))`;
    case 'missing':
      return answerTo(condition, scope.pipeline) ?? sql`(${read(scope, condition.column)} is null)`;
    case 'number':
      return between(read(scope, condition.column, ['integer']), condition.atLeast, condition.atMost);
    case 'words-in':
      return (
        answerTo(condition, scope.pipeline) ??
        wordsIn(read(scope, condition.column, ['text']), wordsOf(condition, scope.lists))
      );
    case 'postcode-outside':
      return answerTo(condition, scope.pipeline) ?? sql`null::boolean`;
    case 'not-in-any-group':
      return sql`(not ${among(scope, condition.column, groupedCodes(scope, condition.column))})`;
    case 'age-under':
      return aged(scope, condition, (age) => sql`not ${age(condition.years)}`);
    case 'age-over':
      return aged(scope, condition, (age) => age(condition.years + 1));
    case 'age-between':
      return aged(scope, condition, (age) => sql`${age(condition.from)} and not ${age(condition.to + 1)}`);
    case 'date-before':
      return sql`(${dayOf(scope, condition.column)} < ${moved(dayOf(scope, condition.than), '-', condition.by)})`;
    case 'date-after':
      return sql`(${dayOf(scope, condition.column)} > ${moved(dayOf(scope, condition.than), '+', condition.by)})`;
    case 'date-within': {
      const of = dayOf(scope, condition.of);
      const [from, to] = [moved(of, '-', condition.within), moved(of, '+', condition.within)];
      return sql`(${dayOf(scope, condition.column)} between ${from} and ${to})`;
    }
    case 'on-hold':
      // a hold without an end has none to wait for; without either there is no hold
      return sql`coalesce(${dayOf(scope, condition.until)} >= ${dayOf(scope, 'drawn_at')}, ${read(scope, condition.owner)} is not null)`;
    case 'hold-expired':
      return sql`coalesce(${dayOf(scope, condition.until)} < ${dayOf(scope, 'drawn_at')}, false)`;
    case 'in-register': {
      const { is: _, ...asked } = condition;
      return scope.hit(asked);
    }
    case 'notice-open':
      return noticeOpen(scope);
    case 'no-usable-phone':
      return sql`(not (phone_kinds && ${value(condition.kinds, 'text[]')}))`;
    case 'phone-of-more-than':
    case 'phone-of':
    case 'person-also':
      return scope.shared(condition);
    case 'duplicate-of-person':
      throw failure('INPUT', { condition: condition.is, expected: 'a rule of its own' });
    default:
      return condition satisfies never;
  }
};

/** Every register a condition asks, and how far back. */
export const registersAsked = (condition: Condition): Asked[] =>
  everyCondition(condition).flatMap(({ condition: c }) => {
    if (c.is !== 'in-register') return [];
    const { is: _, ...asked } = c;
    return [asked];
  });

/** Every column that a condition asks the day of. */
export const daysAsked = (condition: Condition): string[] =>
  everyCondition(condition).flatMap(({ condition: c }) => {
    if ('born' in c) return c.on;
    if ('than' in c) return [c.column, c.than];
    if (c.is === 'date-within') return [c.column, c.of];
    return 'until' in c ? [c.until] : [];
  });

const read = ({ columns, pipeline }: Scope, name: string, types?: readonly string[]): Fragment => {
  if (name in pipeline.extract.derive) return sql`${sql.id(derivedName(name))}`;
  if (!(name in pipeline.extract.read)) throw failure('INPUT', { unread: name });
  const { staged, type } = column(columns, name);
  if (types && !types.includes(type)) throw failure('INPUT', { column: name, type });
  return sql`${sql.id(staged)}`;
};

const among = (scope: Scope, name: string, values: readonly string[]): Fragment => {
  const isText = name in scope.pipeline.extract.derive || column(scope.columns, name).type === 'text';
  const x = read(scope, name);
  return sql`(${isText ? x : sql`${x}::text`} = any (${value(values, 'text[]')}))`;
};

const codes = ({ lists }: Scope, name: string, groups?: readonly string[]): readonly string[] => {
  const found = lists[name];
  if (!found) throw failure('INPUT', { list: name, expected: 'a list that is declared' });
  if (groups === undefined) return found.codes;
  return groups.flatMap((group) => {
    const of = found.groups?.[group];
    if (!of) throw failure('INPUT', { list: name, expected: 'groups of that list' });
    return of;
  });
};

const between = (x: Fragment, least: number | undefined, most: number | undefined): Fragment => {
  const bounds = [
    ...(least === undefined ? [] : [sql`${x} >= ${value(least, 'bigint')}`]),
    ...(most === undefined ? [] : [sql`${x} <= ${value(most, 'bigint')}`]),
  ];
  if (bounds.length === 0) throw failure('INPUT', { expected: 'a bound' });
  return sql`(${list(bounds, sql` and `)})`;
};

/** The groups are those that the survey derives from this very column. */
const groupedCodes = (scope: Scope, name: string): readonly string[] => {
  const grouping = Object.values(scope.pipeline.extract.derive).filter(({ from }) => from === name);
  if (grouping.length === 0) throw failure('INPUT', { column: name, expected: 'a derived group' });
  return [...new Set(grouping.flatMap(({ list }) => codes(scope, list)))];
};

const momentNames = {
  drawn_at: 'drawnAt',
  window_from: 'windowFrom',
  window_to: 'windowTo',
} as const satisfies Record<Moment, RunName>;

/** A day of the calendar in the survey's zone: of a moment, as it is written, or of a column. */
const dayOf = (scope: Scope, name: string): Fragment => {
  const zone = value(scope.pipeline.every.zone, 'text');
  if (isMoment(name))
    return sql`(select (${run(momentNames[name], 'timestamptz')} at time zone ${zone})::date)`;
  if (isDay(name)) return value(name, 'date');
  const known = scope.dayOf?.(name);
  if (known) return known;
  const x = read(scope, name, ['date', 'timestamp']);
  return column(scope.columns, name).type === 'date' ? x : sql`(${x} at time zone ${zone})::date`;
};

const moved = (day: Fragment, sign: '+' | '-', by: Duration | undefined): Fragment =>
  by === undefined ? day : sql`(${day} ${sql.raw(sign)} ${value(by, 'interval')})::date`;

/** Days of 123 years, of which nobody has lived one: the oldest had 122 and 164 days (Gerontology Research Group, 1997). */
const oldestDays = 44_925;

type Aged = Extract<Condition, { readonly is: 'age-under' | 'age-over' | 'age-between' }>;

// Going back from the day, a person born on 29 February comes of age on 1 March: the unkind end of the doubt.
// Born after the day, or longer ago than anybody lives, is no birth date: unknown.
const aged = (
  scope: Scope,
  { born, on }: Aged,
  holds: (age: (years: number) => Fragment) => Fragment,
): Fragment => {
  const birth = read(scope, born, ['date']);
  const onDay = (name: string): Fragment => {
    const day = dayOf(scope, name);
    // of a moment, reckoned once and not for every row
    const back = (years: number): Fragment => sql`(${day} - make_interval(years => ${sql.lit(years)}))::date`;
    const age = (years: number): Fragment =>
      sql`(${isMoment(name) ? sql`(select ${back(years)})` : back(years)} >= ${birth})`;
    return sql`case when ${birth} <= ${day} and ${birth} > ${day} - ${sql.lit(oldestDays)} then ${holds(age)} end`;
  };
  return sql`(${list(on.map(onDay), sql` or `)})`;
};

// Reckoned by the calendar of the survey's zone, so that a window over the change of clocks has its full days.
const noticeOpen = (scope: Scope): Fragment => {
  const { every, notice, extract } = scope.pipeline;
  if (notice.optOutWindow === null || extract.window === 'all')
    throw failure('INPUT', { expected: 'a notice with a window, and reports that have a day' });
  const zone = value(every.zone, 'text');
  const edge = sql`(${run('drawnAt', 'timestamptz')} at time zone ${zone}) - ${value(notice.optOutWindow, 'interval')}`;
  const at = read(scope, extract.window.column, ['date', 'timestamp']);
  return column(scope.columns, extract.window.column).type === 'date'
    ? sql`(${at} >= (select (${edge})::date))`
    : sql`(${at} > (select (${edge}) at time zone ${zone}))`;
};
