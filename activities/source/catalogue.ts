// Whether the declared columns are there, readable, and of a type that the declaration can mean. A naive timestamp
// needs a declared zone, and a zone needs a naive timestamp: either mistake would move a month's edge by an hour.
import type pg from 'pg';
import { refuse } from '../../schemas/failure.ts';
import { sqlstate } from '../../sql/connect.ts';
import type { SourceColumn } from '../../sql/plan.ts';
import { columnsMissing } from './missing.ts';
import type { SourceRequest } from './source.ts';

interface CatalogueColumn {
  readonly name: string;
  /** the base type of a domain */
  readonly type: string;
  readonly enumerated: boolean;
  readonly readable: boolean;
}

/**
 * @returns whether every column has the declared type itself
 * @throws SOURCE_ENCODING, SOURCE_COLUMN_MISSING, SOURCE_COLUMN_TYPE
 */
export const inspectCatalogue = async (
  connection: pg.ClientBase,
  { relation, columns }: Pick<SourceRequest, 'relation' | 'columns'>,
): Promise<boolean> => {
  const where = relation.join('.');
  await requireEncoding(connection);
  const there = await columnsOf(connection, relation);
  if (there === undefined) throw relationMissing(where);
  const byName = new Map(there.map((column) => [column.name, column]));
  const missing = columns.filter(({ name }) => byName.get(name)?.readable !== true);
  if (missing.length > 0)
    throw columnsMissing(
      `relation ${where}, as this role may read it,`,
      missing.map(({ name }) => name),
      there.filter(({ readable }) => readable).map(({ name }) => name),
    );
  const wrong = columns.flatMap((column) => {
    const found = byName.get(column.name);
    const expected = found && expectedInstead(column, found);
    return found && expected !== undefined ? [{ column, found, expected }] : [];
  });
  if (wrong.length === 0)
    return columns.every(
      ({ name, type }) => type === 'text' || !texts.includes(byName.get(name)?.type ?? ''),
    );
  throw refuse({
    code: 'SOURCE_COLUMN_TYPE',
    found: wrong.map(({ column, found }) => `${column.name} is ${found.type}`).join('; '),
    expected: wrong.map(({ column, expected }) => `${column.name}: ${expected}`).join('; '),
    remedy:
      'declare the type that the source has (and a zone where it stores none), or cast it in a view there',
  });
};

/** Without an encoding any byte may stand in a text; the first that is no UTF-8 would break off the whole month. */
const requireEncoding = async (connection: pg.ClientBase): Promise<void> => {
  const { rows } = await connection.query<{ encoding: string }>(
    "select current_setting('server_encoding') as encoding",
  );
  if (rows[0]?.encoding !== 'SQL_ASCII') return;
  throw refuse({
    code: 'SOURCE_ENCODING',
    found: 'a database whose encoding is SQL_ASCII: nobody knows what its bytes mean',
    expected: 'a database with an encoding, such as UTF8',
    remedy: 'copy the relation into a database with an encoding, or have it exported as CSV in UTF-8',
  });
};

const integers = ['smallint', 'integer', 'bigint'];
const texts = ['text', 'character varying', 'character'];
const naive = 'timestamp without time zone';

/** undefined when the type will do */
const expectedInstead = ({ type, zone }: SourceColumn, found: CatalogueColumn): string | undefined => {
  const accept = (types: readonly string[], said = types.join(', ')): string | undefined =>
    types.includes(found.type) ? undefined : said;
  switch (type) {
    case 'text':
      return found.enumerated
        ? undefined
        : accept([...texts, ...integers, 'uuid'], 'text, an integer, uuid or an enum');
    case 'integer':
      return accept([...integers, ...texts]);
    case 'boolean':
      return accept(['boolean', ...texts]);
    case 'date':
      return accept(['date', ...texts]);
    case 'timestamp':
      if (zone !== undefined) return accept([naive], `${naive}, because a zone is declared`);
      return accept(
        ['timestamp with time zone', ...texts],
        found.type === naive ? 'a zone declared for it' : 'timestamp with time zone',
      );
    default:
      return type satisfies never;
  }
};

/** undefined when there is no such relation, or none that this role may see */
const columnsOf = async (
  connection: pg.ClientBase,
  [first = '', second]: readonly string[],
): Promise<readonly CatalogueColumn[] | undefined> => {
  const [schema, table] = second === undefined ? [null, first] : [first, second];
  try {
    const { rows } = await connection.query<CatalogueColumn & { known: boolean }>(
      `with recursive of_type as (
         select a.attname, a.attnum, a.atttypid as oid from pg_attribute a
         where a.attrelid = to_regclass(concat_ws('.', quote_ident($1), quote_ident($2)))
           and a.attnum > 0 and not a.attisdropped
         union all
         select o.attname, o.attnum, t.typbasetype from of_type o join pg_type t on t.oid = o.oid where t.typtype = 'd'
       )
       select o.attname as name, format_type(o.oid, null) as type, t.typtype = 'e' as enumerated,
         has_column_privilege(to_regclass(concat_ws('.', quote_ident($1), quote_ident($2))), o.attnum, 'select') as readable
       from of_type o join pg_type t on t.oid = o.oid where t.typtype <> 'd' order by o.attnum`,
      [schema, table],
    );
    return rows.length > 0 ? rows : undefined;
  } catch (e) {
    if (sqlstate(e) === '42501') return undefined;
    throw e;
  }
};

const relationMissing = (where: string) =>
  refuse({
    code: 'SOURCE_COLUMN_MISSING',
    found: `no relation ${where} that this role may see`,
    expected: 'the table or view that extract.relation names',
    remedy:
      'correct extract.relation and apply it, or grant usage on its schema and select on it to this role',
  });
