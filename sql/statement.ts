// Turns SQL templates into stored statements: kysely compiled cold, without a connection.
// Identifiers go in by `sql.id` (never `sql.ref`, which splits a name at its dots), values by `value` or `run`.
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { RawBuilder } from 'kysely';
import { failure } from '../schemas/failure.ts';
import type { Constant, CopyText, Parameter, RunName, Setting, StagingType, Statement } from './plan.ts';

export type Fragment = RawBuilder<unknown>;

const cold = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

type ParameterType = StagingType | 'integer[]' | 'bigint[]' | 'interval' | 'json';

// The cast stands beside the parameter, so that PostgreSQL never has to guess a type.
const parameter = (p: Parameter, type: ParameterType): Fragment => sql`${p}::${sql.raw(type)}`;

export const value = (constant: Constant, type: ParameterType): Fragment =>
  parameter({ value: constant }, type);

export const run = (name: RunName, type: ParameterType): Fragment => parameter({ run: name }, type);

/** A setting of the session, read once: without the sub-select it is read for every row. */
export const setting = (name: Setting, type: 'bytea' | 'timestamptz' | 'json'): Fragment =>
  sql`(select current_setting(${sql.lit(name)})::${sql.raw(type)})`;

export const list = (fragments: readonly Fragment[], separator: Fragment = sql`, `): Fragment =>
  sql.join([...fragments], separator);

/** `from` as a derived table with further columns; `offset 0` keeps each expression from running more than once. */
export const layer = (from: Fragment, columns: Readonly<Record<string, Fragment>>): Fragment => {
  const added = Object.entries(columns).map(([name, expression]) => sql`${expression} as ${sql.id(name)}`);
  return sql`(select ${list([sql`l.*`, ...added], sql`,\n  `)}\nfrom ${from} l offset 0)`;
};

/** Columns level by level: what stands in one may use what stands in those before it. */
export type Levels = readonly Readonly<Record<string, Fragment>>[];

/** `from` under the levels of several makers, level by level at once: every level costs each row a copy. */
export const layers = (from: Fragment, ...makers: readonly Levels[]): Fragment =>
  Array.from(
    { length: Math.max(...makers.map((levels) => levels.length)) },
    (_, i) =>
      Object.assign({}, ...makers.map((levels) => levels[i] ?? {})) as Readonly<Record<string, Fragment>>,
  ).reduce<Fragment>(layer, from);

const isParameter = (p: unknown): p is Parameter =>
  typeof p === 'object' && p !== null && ('value' in p || 'run' in p);

export const statement = (fragment: Fragment): Statement => {
  const { sql: text, parameters } = fragment.compile(cold);
  if (!parameters.every(isParameter)) throw failure('INPUT', { expected: 'values by value() or run()' });
  return { text: text.trim(), parameters };
};

/** @throws INPUT when a parameter is left: COPY takes none */
export const copyText = (fragment: Fragment): CopyText => {
  const { text, parameters } = statement(fragment);
  if (parameters.length > 0) throw failure('INPUT', { parameters: parameters.length, expected: 'none' });
  return text;
};
