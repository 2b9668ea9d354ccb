// Columns of the source and what they are called in staging. A name of the source may be anything up to 63 bytes,
// also `ctid` or `key`: in staging it carries a prefix where it is plain, and is only its number where it is not.
import { sql } from 'kysely';
import type { Pipeline } from '../schemas/pipeline.ts';
import { failure } from '../schemas/failure.ts';
import type { SourceColumn, StagingType } from './plan.ts';
import type { Fragment } from './statement.ts';

const plain = /^[a-z][a-z0-9_]{0,40}$/;

/** `c_born_on` of `born_on`; `c7` of the seventh column, `Crime No`. */
const stagingName = (column: string, index: number): string =>
  plain.test(column) ? `c_${column}` : `c${index + 1}`;

export interface StagedColumn extends SourceColumn {
  readonly staged: string;
  /** Arrives in its own type instead of as text. */
  readonly native?: true;
}

export type Columns = ReadonlyMap<string, StagedColumn>;

/** The columns by the source's name, in order, each once. */
export const columnsOf = (pipeline: Pick<Pipeline, 'extract'>, names: Iterable<string>): Columns =>
  new Map(
    [...new Set(names)].map((name, index): [string, StagedColumn] => {
      const { type = 'text', zone } = pipeline.extract.read[name] ?? {};
      return [name, { name, type, ...(zone !== undefined && { zone }), staged: stagingName(name, index) }];
    }),
  );

/** What extract reads: key, attributes, and what is recognised by token. */
export const extractColumns = ({ extract }: Pick<Pipeline, 'extract'>): Columns => {
  const { window } = extract;
  if (window !== 'all' && !(window.column in extract.read)) throw failure('INPUT', { unread: window.column });
  return columnsOf({ extract }, [
    ...extract.key,
    ...Object.keys(extract.read),
    ...extract.recognise.phones,
    ...extract.recognise.reference,
    ...extract.recognise.person,
  ]);
};

/**
 * The same as a database hands them over whose catalogue has the declared types: nothing to trim, guard or cast. What
 * identifies a row or a person stays text.
 */
export const nativeColumns = (columns: Columns, { extract }: Pick<Pipeline, 'extract'>): Columns => {
  const { phones, reference, person } = extract.recognise;
  const identifying = new Set([...extract.key, ...phones, ...reference, ...person]);
  return new Map(
    [...columns].map(([name, c]) => [
      name,
      c.type === 'text' || identifying.has(name) ? c : { ...c, native: true },
    ]),
  );
};

/** What `arrived` has them as. */
export const arrivedType = ({ type, native }: StagedColumn): StagingType =>
  native ? stagingTypes[type] : 'text';

export const sourceColumns = (columns: Columns): SourceColumn[] =>
  [...columns.values()].map(({ name, type, zone }) => ({ name, type, ...(zone !== undefined && { zone }) }));

/** @throws INPUT for a column that is not read */
export const column = (columns: Columns, name: string): StagedColumn => {
  const found = columns.get(name);
  if (!found) throw failure('INPUT', { unread: name });
  return found;
};

export const id = (columns: Columns, name: string): Fragment => sql`${sql.id(column(columns, name).staged)}`;

export const derivedName = (name: string): string => `d_${name}`;

export const stagingTypes = {
  text: 'text',
  date: 'date',
  timestamp: 'timestamptz',
  boolean: 'boolean',
  integer: 'bigint',
} as const satisfies Record<SourceColumn['type'], StagingType>;
