// What a rule asks of an identifier is answered on arrival, and only the answer is kept: whether a surname is missing
// or holds a company's words, whether a postcode lies outside the force. The value itself is never in `intake`.
import { sql } from 'kysely';
import { everyCondition } from '../schemas/condition.ts';
import type { Areas, Condition, Words } from '../schemas/condition.ts';
import { failure } from '../schemas/failure.ts';
import type { List } from '../schemas/list.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { value } from './statement.ts';
import type { Fragment } from './statement.ts';

type Lists = Readonly<Record<string, List>>;
type Check = Extract<Condition, { readonly is: 'missing' | 'words-in' | 'postcode-outside' }>;

/** Recognised, and therefore not kept. */
const isRecognised = ({ extract }: Pipeline, column: string): boolean => {
  const { phones, reference, person } = extract.recognise;
  return [...phones, ...reference, ...person].includes(column);
};

const isCheck = (pipeline: Pipeline, condition: Condition): condition is Check => {
  if (condition.is === 'postcode-outside') return true;
  return (
    (condition.is === 'missing' || condition.is === 'words-in') && isRecognised(pipeline, condition.column)
  );
};

/** Each once, in the order of the rules; the answer to the first is in `check_0`. */
export const checksOf = (pipeline: Pipeline): readonly Check[] => [
  ...new Map(
    pipeline.screen
      .flatMap(({ when }) => everyCondition(when).map(({ condition }) => condition))
      .filter((condition) => isCheck(pipeline, condition))
      .map((check) => [JSON.stringify(check), check]),
  ).values(),
];

export const checkName = (index: number): string => `check_${index}`;

/** The column that holds the answer; undefined for a condition that is no question of an identifier. */
export const answerTo = (condition: Condition, pipeline: Pipeline): Fragment | undefined => {
  if (!isCheck(pipeline, condition)) return undefined;
  const index = checksOf(pipeline).findIndex((check) => JSON.stringify(check) === JSON.stringify(condition));
  if (index < 0) throw failure('INPUT', { condition: condition.is, expected: 'a condition of a rule' });
  return sql`${sql.id(checkName(index))}`;
};

/** @param text a trimmed column of the source as it arrived */
export const check = (
  condition: Check,
  text: (column: string) => Fragment,
  { extract }: Pipeline,
  lists: Lists,
): Fragment => {
  switch (condition.is) {
    case 'missing':
      return sql`(${text(condition.column)} is null)`;
    case 'words-in':
      return wordsIn(text(condition.column), wordsOf(condition, lists));
    case 'postcode-outside': {
      const [, , postcode] = extract.recognise.person;
      if (postcode === undefined) throw failure('INPUT', { expected: 'a postcode among recognise.person' });
      return outside(text(postcode), areasOf(condition, lists));
    }
    default:
      return condition satisfies never;
  }
};

const listed = (lists: Lists, name: string): readonly string[] => {
  const found = lists[name];
  if (!found) throw failure('INPUT', { list: name, expected: 'a list that is declared' });
  return found.codes;
};

export const wordsOf = (words: Words, lists: Lists): readonly string[] =>
  'list' in words ? listed(lists, words.list) : words.words;

const areasOf = (areas: Areas, lists: Lists): readonly string[] =>
  'list' in areas ? listed(lists, areas.list) : areas.areas;

/** `P.L.C. & Sons` is ` plc and sons `: whole words of letters and digits of ASCII, a blank on either side. */
const plainWords = (x: Fragment): Fragment =>
  sql`(' ' || btrim(regexp_replace(lower(translate(replace(${x}, '&', ' and '), ${sql.lit(".'’`")}, '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ')`;
const plainWord = (word: string): string =>
  word
    .replaceAll('&', ' and ')
    .replaceAll(/[.'’`]/g, '')
    .replaceAll(/[A-Z]/g, (c) => c.toLowerCase())
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

/** True when any word or phrase stands in the text, whole; null for null. */
export const wordsIn = (x: Fragment, words: readonly string[]): Fragment =>
  sql`(${plainWords(x)} like any (${value(
    words.map((word) => `% ${plainWord(word)} %`),
    'text[]',
  )}))`;

const compactPostcode = (x: Fragment): Fragment =>
  sql`regexp_replace(upper(${x} collate "C"), '[^A-Z0-9]', '', 'g')`;

/** `CV31 1AB` lies in CV, in CV31 and in CV31 1; null for what has not the shape of a postcode. */
const outside = (x: Fragment, areas: readonly string[]): Fragment => {
  const p = compactPostcode(x);
  const outward = sql`left(${p}, -3)`;
  const within = value(
    areas.map((area) => area.toUpperCase()),
    'text[]',
  );
  return sql`case when ${p} ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
    then not (array[substring(${outward} from '^[A-Z]+'), ${outward}, ${outward} || ' ' || substr(${p}, length(${p}) - 2, 1)] && ${within}) end`;
};
