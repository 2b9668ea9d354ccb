// A condition as a boolean of SQL with three values: unknown stays unknown through any, all and not, and only a
// rule as a whole is asked whether it is definitely false. Whoever is not, is out.
import { sql } from 'kysely';
import type { Condition, Register } from '../schemas/condition.ts';
import type { Duration } from '../schemas/duration.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { failure } from '../schemas/failure.ts';
import { column, derivedName } from './column.ts';
import type { Columns } from './column.ts';
import type { Lists } from './extract.ts';
import { list, run, value } from './statement.ts';
import type { Fragment } from './statement.ts';

export interface Scope {
  readonly pipeline: Pipeline;
  readonly columns: Columns;
  readonly lists: Lists;
  /** The column that says whether any token of the row stands in the register. */
  readonly hit: (asked: Asked) => Fragment;
}

export interface Asked {
  readonly register: Register;
  readonly within?: Duration;
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
      return among(scope, condition.column, codes(scope, condition.list));
    case 'not-in-any-group':
      return sql`(not ${among(scope, condition.column, groupedCodes(scope, condition.column))})`;
    case 'age-under':
      return sql`(${list(
        condition.on.map((on) => ageUnder(scope, condition.years, condition.born, on)),
        sql` or `,
      )})`;
    case 'in-register': {
      const { register, within } = condition;
      return scope.hit({ register, ...(within !== undefined && { within }) });
    }
    case 'notice-open':
      return noticeOpen(scope);
    case 'no-usable-phone':
      return sql`(not (phone_kinds && ${value(condition.kinds, 'text[]')}))`;
    case 'phone-of-more-than':
    case 'duplicate-of-person':
      throw failure('INPUT', { condition: condition.is, expected: 'a rule of its own' });
    default:
      return condition satisfies never;
  }
};

/** Every register a condition asks, and how far back. */
export const registersAsked = (condition: Condition): Asked[] => {
  switch (condition.is) {
    case 'any':
    case 'all':
      return condition.of.flatMap(registersAsked);
    case 'not':
      return registersAsked(condition.of);
    case 'in-register':
      return [
        {
          register: condition.register,
          ...(condition.within !== undefined && { within: condition.within }),
        },
      ];
    default:
      return [];
  }
};

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

const codes = ({ lists }: Scope, name: string): readonly string[] => {
  const found = lists[name];
  if (!found) throw failure('INPUT', { list: name, expected: 'a list that is declared' });
  return found.codes;
};

/** The groups are those that the survey derives from this very column. */
const groupedCodes = (scope: Scope, name: string): readonly string[] => {
  const grouping = Object.values(scope.pipeline.extract.derive).filter(({ from }) => from === name);
  if (grouping.length === 0) throw failure('INPUT', { column: name, expected: 'a derived group' });
  return [...new Set(grouping.flatMap(({ list }) => codes(scope, list)))];
};

/** A day of the calendar in the survey's zone. */
const dayOf = (scope: Scope, name: string): Fragment => {
  const zone = value(scope.pipeline.every.zone, 'text');
  if (name === 'drawn_at') return sql`(select (${run('drawnAt', 'timestamptz')} at time zone ${zone})::date)`;
  const x = read(scope, name, ['date', 'timestamp']);
  return column(scope.columns, name).type === 'date' ? x : sql`(${x} at time zone ${zone})::date`;
};

// Going back from the day, a person born on 29 February comes of age on 1 March: the unkind end of the doubt.
const ageUnder = (scope: Scope, years: number, born: string, on: string): Fragment =>
  sql`(${dayOf(scope, on)} - make_interval(years => ${sql.lit(years)}))::date < ${read(scope, born, ['date'])}`;

// Reckoned by the calendar of the survey's zone, so that a window over the change of clocks has its full days.
const noticeOpen = (scope: Scope): Fragment => {
  const { every, notice, extract } = scope.pipeline;
  const zone = value(every.zone, 'text');
  const edge = sql`(${run('drawnAt', 'timestamptz')} at time zone ${zone}) - ${value(notice.optOutWindow, 'interval')}`;
  const at = read(scope, extract.window.column, ['date', 'timestamp']);
  return column(scope.columns, extract.window.column).type === 'date'
    ? sql`(${at} >= (select (${edge})::date))`
    : sql`(${at} > (select (${edge}) at time zone ${zone}))`;
};
