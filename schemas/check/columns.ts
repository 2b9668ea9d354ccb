// What is read from the source: every column that a rule, a stratum or a derivation asks must be read, with a type
// that can answer, and nothing is read that nobody asks.
import { isDay, isMoment, moments, operators } from '../condition.ts';
import type { Condition } from '../condition.ts';
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
  /** a column of `recognise` will do: it is asked on arrival, and only the answer is kept */
  readonly orRecognised?: boolean;
}

const dates = ['date', 'timestamp'] as const;

export const checkColumns: Check = (context) => {
  const { extract, screen, sample, minimise } = context.pipeline;
  if (!extract) return;
  const { read, derive, recognise, key } = extract;
  const recognised = [...recognise.phones, ...recognise.reference, ...recognise.person];
  const asked = uses(context).filter((use) => !(use.orRecognised && recognised.includes(use.column)));
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

  for (const [column, { type, zone, missingMeans, unknownWhen, neverFuture, why }] of Object.entries(read)) {
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
    if (neverFuture && type !== 'date' && type !== 'timestamp')
      context.say({
        path,
        part: 'key',
        code: 'wrong-column-type',
        found: type,
        expected: 'date or timestamp, for never_future',
      });
    if ((missingMeans !== undefined || unknownWhen !== undefined) && why === undefined)
      context.say({
        path,
        part: 'key',
        code: 'missing-why',
        found: 'nothing',
        expected: 'why: the reason, in words',
      });
    if (recognised.includes(column))
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
    ...(window === 'all'
      ? []
      : [{ column: window.column, path: ['extract', 'window', 'column'], types: dates }]),
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
    ...conditions(screen).flatMap(({ condition, path }) => usesOf(condition, path)),
  ];
};

const anyType = ['text', 'date', 'timestamp', 'boolean', 'integer'] as const;

/** The columns that a condition itself asks; what it holds inside is asked by itself. */
const usesOf = (condition: Condition, path: Path): Use[] => {
  const at = (column: string, key: string, types: Use['types'], orRecognised = false): Use => ({
    column,
    path: [...path, key],
    types,
    orRecognised,
  });
  const compared = (column: string, types: Use['types']): Use => ({
    ...at(column, column, types),
    part: 'key',
  });
  const day = (text: string, key: string): Use[] =>
    isMoment(text) || isDay(text) ? [] : [at(text, key, dates)];
  switch (condition.is) {
    case 'column':
      return [{ column: condition.column, path, types: ['boolean'] }];
    case 'in-values':
      return [compared(condition.column, ['text', 'integer'])];
    case 'in-list':
    case 'starts-with':
      return [compared(condition.column, ['text'])];
    case 'not-in-any-group':
      return [at(condition.column, 'not_in_any_group', ['text'])];
    case 'missing':
      return [at(condition.column, 'missing', anyType, true)];
    case 'number':
      return [at(condition.column, 'number', ['integer'])];
    case 'age-under':
    case 'age-over':
    case 'age-between':
      return [
        at(condition.born, 'born', ['date']),
        ...condition.on.flatMap((column, i) =>
          isMoment(column) ? [] : [{ column, path: [...path, 'on', i], types: dates }],
        ),
      ];
    case 'date-before':
      return [at(condition.column, 'date', dates), ...day(condition.than, 'before')];
    case 'date-after':
      return [at(condition.column, 'date', dates), ...day(condition.than, 'after')];
    case 'date-within':
      return [at(condition.column, 'date', dates), ...day(condition.of, 'of')];
    case 'words-in':
      return [at(condition.column, 'words_in', ['text'], true)];
    case 'on-hold':
      return [at(condition.until, 'on_hold', dates), at(condition.owner, 'owner', anyType)];
    case 'hold-expired':
      return [at(condition.until, 'hold_expired', dates), at(condition.owner, 'owner', anyType)];
    case 'any':
    case 'all':
    case 'not':
    case 'phone-of':
    case 'person-also':
    case 'postcode-outside':
    case 'in-register':
    case 'notice-open':
    case 'no-usable-phone':
    case 'phone-of-more-than':
    case 'duplicate-of-person':
      return [];
    default:
      return condition satisfies never;
  }
};

const checkUse = (
  { say, pipeline }: Context,
  read: Readonly<Record<string, { readonly type: ColumnType }>>,
  { column, path, part = 'value', types, orRecognised = false }: Use,
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
  const group = path[0] === 'screen' ? own(pipeline.extract?.derive ?? {}, column) : undefined;
  if (group) {
    say({
      path,
      part,
      code: 'unread-column',
      found: column,
      expected: `a column of extract.read: this is derived from ${group.from}, for strata and fields`,
      remedy: `ask that column: ${group.from}: { list: ${group.list}, groups: [ … ] }`,
    });
    return;
  }
  if (/^\d{4}-\d\d-\d\d$/.test(column)) {
    say({ path, part, code: 'unread-column', found: column, expected: 'a day that is in the calendar' });
    return;
  }
  const derived = path[0] === 'sample' ? Object.keys(pipeline.extract?.derive ?? {}) : [];
  const words = path[0] === 'screen' ? [...operators, ...moments] : derived;
  const recognise = orRecognised ? pipeline.extract?.recognise : undefined;
  const recognised = recognise ? [...recognise.phones, ...recognise.reference, ...recognise.person] : [];
  say({
    path,
    part,
    code: 'unread-column',
    found: column,
    expected: `a column of extract.read${orRecognised ? ' or of extract.recognise' : ''}`,
    nearest: nearest(column, [...Object.keys(read), ...recognised, ...words]),
    remedy: `or read it: extract.read.${column}: ${types[0] ?? 'text'}`,
  });
};
