// What is read from the source: every column that a rule, a stratum or a derivation asks must be read, with a type
// that can answer, and nothing is read that nobody asks.
import { operators } from '../condition.ts';
import { nearest } from '../nearest.ts';
import type { Part, Path } from '../parse.ts';
import type { ColumnType } from '../pipeline.ts';
import { conditions } from './conditions.ts';
import { own } from './context.ts';
import type { Check, Context } from './context.ts';

interface Use {
  readonly column: string;
  readonly path: Path;
  readonly part?: Part;
  readonly types: readonly ColumnType[];
}

const dates = ['date', 'timestamp'] as const;

export const checkColumns: Check = (context) => {
  const { extract, screen, sample, minimise } = context.pipeline;
  if (!extract) return;
  const { read, derive, recognise, key } = extract;
  const asked = uses(context);
  for (const use of asked) checkUse(context, read, use);
  // Whether a column is needed can be told only when all that may need it could be read.
  const isTold = screen && sample && minimise && asked.every(({ column }) => Object.hasOwn(read, column));

  const parts = recognise.person.length;
  if (parts !== 3)
    context.say({
      path: ['extract', 'recognise', 'person'],
      code: parts < 3 ? 'too-few' : 'too-many',
      found: `${parts} ${parts === 1 ? 'column' : 'columns'}`,
      expected: 'three columns in this order: forename, surname, postcode',
    });

  const identifiers = [...recognise.phones, ...recognise.reference, ...recognise.person];
  for (const [column, { type, zone, missingMeans, why }] of Object.entries(read)) {
    const path = ['extract', 'read', column];
    if (zone !== undefined && type !== 'timestamp')
      context.say({
        path,
        part: 'key',
        code: 'wrong-column-type',
        found: `zone on ${type}`,
        expected: 'a timestamp',
      });
    if (missingMeans !== undefined && type !== 'boolean')
      context.say({
        path,
        part: 'key',
        code: 'wrong-column-type',
        found: type,
        expected: 'boolean, for missing_means',
      });
    if (missingMeans !== undefined && why === undefined)
      context.say({
        path,
        part: 'key',
        code: 'missing-why',
        found: 'nothing',
        expected: 'why: the reason, in words',
      });
    if (identifiers.includes(column))
      context.say({
        path,
        part: 'key',
        code: 'identifier-kept',
        expected: 'no column of extract.recognise: those are kept as tokens only',
        remedy: 'delete it here; minimise reads it again for the drawn',
      });
    else if (isTold && !isUsed(context, column, asked) && !key.includes(column))
      context.say({
        path,
        part: 'key',
        code: 'unneeded-column',
        expected: 'only columns that the window, a rule, a stratum or a field uses',
        remedy: 'delete it, or the rule that needed it is missing',
      });
  }
  for (const name of Object.keys(derive))
    if (Object.hasOwn(read, name))
      context.say({
        path: ['extract', 'derive', name],
        part: 'key',
        code: 'repeated',
        expected: 'a name that no column of extract.read has',
      });
};

const isUsed = ({ pipeline }: Context, column: string, asked: readonly Use[]): boolean =>
  asked.some((use) => use.column === column) ||
  Object.values(pipeline.minimise ?? {}).some(
    (field) => field.kind === 'column' && field.columns.includes(column),
  );

const uses = ({ pipeline: { extract, screen = [], sample } }: Context): Use[] => {
  if (!extract) return [];
  const { window, derive } = extract;
  return [
    { column: window.column, path: ['extract', 'window', 'column'], types: dates },
    ...Object.entries(derive).map(([name, { from }]) => ({
      column: from,
      path: ['extract', 'derive', name, 'from'],
      types: ['text'] as const,
    })),
    ...(sample?.by ?? []).flatMap((column, i) =>
      Object.hasOwn(derive, column)
        ? []
        : [{ column, path: ['sample', 'by', i], types: ['text', 'boolean', 'integer'] as const }],
    ),
    ...conditions(screen).flatMap(({ condition, path }): Use[] => {
      switch (condition.is) {
        case 'column':
          return [{ column: condition.column, path, types: ['boolean'] }];
        case 'in-values':
          return [
            {
              column: condition.column,
              path: [...path, condition.column],
              part: 'key',
              types: ['text', 'integer'],
            },
          ];
        case 'in-list':
          return [
            { column: condition.column, path: [...path, condition.column], part: 'key', types: ['text'] },
          ];
        case 'not-in-any-group':
          return [{ column: condition.column, path: [...path, 'not_in_any_group'], types: ['text'] }];
        case 'age-under':
          return [
            { column: condition.born, path: [...path, 'born'], types: ['date'] },
            ...condition.on.flatMap((column, i) =>
              column === 'drawn_at' ? [] : [{ column, path: [...path, 'on', i], types: dates }],
            ),
          ];
        default:
          return [];
      }
    }),
  ];
};

const checkUse = (
  { say, pipeline }: Context,
  read: Readonly<Record<string, { readonly type: ColumnType }>>,
  { column, path, part = 'value', types }: Use,
): void => {
  const known = own(read, column);
  if (known && !types.includes(known.type))
    say({
      path,
      part,
      code: 'wrong-column-type',
      found: `${column}, read as ${known.type}`,
      expected: `a column read as ${types.join(' or ')}`,
    });
  if (known) return;
  const derived = path[0] === 'sample' ? Object.keys(pipeline.extract?.derive ?? {}) : [];
  const words = path[0] === 'screen' ? operators : derived;
  say({
    path,
    part,
    code: 'unread-column',
    found: column,
    expected: 'a column of extract.read',
    nearest: nearest(column, [...Object.keys(read), ...words]),
    remedy: `or read it: extract.read.${column}: ${types[0] ?? 'text'}`,
  });
};
