// What a screening rule may ask, and the tagged tree it is read into: a closed list, so that a force adds a rule in
// YAML and never in code. A word on its own is a boolean column; a mapping starts with a column or an operator.
import * as z from 'zod';
import { durationGrammar, parts } from './duration.ts';
import type { Duration } from './duration.ts';
import { identifier, keyed, matching, name, several, whole } from './words.ts';

export const registers = ['opt-outs', 'safety-markers', 'holds', 'contacts'] as const;
export type Register = (typeof registers)[number];
export const phoneKinds = ['mobile', 'landline'] as const;
export type PhoneKind = (typeof phoneKinds)[number];
/** `lowest-key` where rows have no day; `none` leaves out everybody who comes twice. */
export const kept = ['earliest', 'latest', 'lowest-key', 'none'] as const;
export type Kept = (typeof kept)[number];

/** Days that every wave has: of the draw, the first of the window, and the first after it. */
export const moments = ['drawn_at', 'window_from', 'window_to'] as const;
export type Moment = (typeof moments)[number];
export const isMoment = (text: string): text is Moment => (moments as readonly string[]).includes(text);
/** `2026-03-31`; whatever is neither this nor a moment is a column. */
export const isDay = (text: string): boolean => z.iso.date().safeParse(text).success;

/** Whole words or phrases, spelled out or of a list. */
export type Words = { readonly words: readonly string[] } | { readonly list: string };
export type Areas = { readonly areas: readonly string[] } | { readonly list: string };

interface Aged {
  readonly born: string;
  /** columns of dates or times, and moments */
  readonly on: readonly string[];
}

export type Condition =
  | { readonly is: 'column'; readonly column: string }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'all'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'in-values'; readonly column: string; readonly values: readonly string[] }
  /** `groups`: of a list with groups, only these */
  | {
      readonly is: 'in-list';
      readonly column: string;
      readonly list: string;
      readonly groups?: readonly string[];
    }
  | { readonly is: 'starts-with'; readonly column: string; readonly prefixes: readonly string[] }
  | { readonly is: 'not-in-any-group'; readonly column: string }
  | { readonly is: 'missing'; readonly column: string }
  | {
      readonly is: 'number';
      readonly column: string;
      readonly atLeast?: number;
      readonly atMost?: number;
    }
  | ({ readonly is: 'age-under'; readonly years: number } & Aged)
  /** `years` and one more birthday, at least */
  | ({ readonly is: 'age-over'; readonly years: number } & Aged)
  /** both ends included, in whole years */
  | ({ readonly is: 'age-between'; readonly from: number; readonly to: number } & Aged)
  /** days of the calendar in the survey's zone; `than` and `of` are a moment, a day or a column */
  | {
      readonly is: 'date-before' | 'date-after';
      readonly column: string;
      readonly than: string;
      readonly by?: Duration;
    }
  | { readonly is: 'date-within'; readonly column: string; readonly within: Duration; readonly of: string }
  | ({ readonly is: 'words-in'; readonly column: string } & Words)
  | ({ readonly is: 'postcode-outside' } & Areas)
  /** `holds` are asked for those that last, or for those that have `expired` */
  | {
      readonly is: 'in-register';
      readonly register: Register;
      readonly within?: Duration;
      readonly expired?: true;
    }
  | { readonly is: 'notice-open' }
  /** a hold is there when either column is filled; one without an end has not expired */
  | { readonly is: 'on-hold' | 'hold-expired'; readonly until: string; readonly owner: string }
  | { readonly is: 'no-usable-phone'; readonly kinds: readonly PhoneKind[] }
  | { readonly is: 'phone-of-more-than'; readonly persons: number }
  /** a phone, or the person, of any row of the month for which the inner condition is not false */
  | { readonly is: 'phone-of' | 'person-also'; readonly of: Condition }
  | { readonly is: 'duplicate-of-person'; readonly keep: Kept };

export type Kind = Condition['is'];

/** Conditions that no row can answer for itself. */
export const populationOperators = {
  'phone-of-more-than': 'phone_of_more_than',
  'phone-of': 'phone_of',
  'person-also': 'person_also',
  'duplicate-of-person': 'duplicate_of',
} as const satisfies Readonly<Partial<Record<Kind, string>>>;

export const isPopulation = ({ is }: Condition): boolean => Object.hasOwn(populationOperators, is);

/** Asked of the whole intake before its rows are: what somebody shares with others in it. */
export type Shared = Extract<Condition, { readonly is: 'phone-of-more-than' | 'phone-of' | 'person-also' }>;

export const isShared = (condition: Condition): condition is Shared =>
  isPopulation(condition) && condition.is !== 'duplicate-of-person';

/** Outer before inner, each with the keys that lead to it. */
export const everyCondition = (
  condition: Condition,
  path: readonly (string | number)[] = [],
): { readonly condition: Condition; readonly path: readonly (string | number)[] }[] => {
  const here = { condition, path };
  switch (condition.is) {
    case 'any':
    case 'all': {
      const key = condition.is;
      return [here, ...condition.of.flatMap((inner, i) => everyCondition(inner, [...path, key, i]))];
    }
    case 'not':
      return [here, ...everyCondition(condition.of, [...path, 'not'])];
    case 'phone-of':
    case 'person-also':
      return [here, ...everyCondition(condition.of, [...path, populationOperators[condition.is]])];
    default:
      return [here];
  }
};

/** Words of this grammar, which therefore cannot name a column in a rule. */
export const operators = [
  'any',
  'all',
  'not',
  'in_register',
  'notice_open',
  'age_under',
  'age_over',
  'age_between',
  'date',
  'number',
  'missing',
  'words_in',
  'postcode_outside',
  'on_hold',
  'hold_expired',
  'not_in_any_group',
  'no_usable',
  'phone_of_more_than',
  'phone_of',
  'person_also',
  'duplicate_of',
] as const;
const isColumn = (text: string): boolean => !(operators as readonly string[]).includes(text);

const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, `wrong-value: one of ${words.join(', ')}`);
const column = identifier.refine(isColumn, 'wrong-value: the name of a column');
const value = z
  .string('wrong-type: a value, between quotes')
  .min(1, 'bad-text: a value, not empty')
  .max(200, 'bad-text: a value of at most 200 characters');
const values = several(value, 'values');
const nested = z.lazy((): z.ZodType<Condition> => conditionGrammar);
const branches = z
  .array(nested, 'wrong-type: a list of conditions')
  .min(1, 'too-few: at least one condition')
  .max(62, 'too-many: at most 62 conditions');
/** Hours mean nothing between two days. */
const days = durationGrammar.refine(
  (text) => parts(text).hours === 0,
  'bad-duration: whole days or months, such as P14D or P12M',
);
const day = identifier.describe('drawn_at, window_from, window_to, a day such as 2026-03-31, or a column');
const wordGrammar = matching(
  'bad-text: a word or a phrase with a letter or a digit in it, of at most 60 characters',
  /^(?=.*[0-9A-Za-z])[^\r\n]{1,60}$/,
);
const areaGrammar = matching(
  'bad-text: a postcode area, district or sector, such as CV, CV31 or "CV31 1"',
  /^[A-Za-z]{1,2}([0-9][0-9A-Za-z]?( [0-9])?)?$/,
);

const noticeOpen = z.literal('notice_open', 'wrong-value: notice_open').transform((): Condition => ({
  is: 'notice-open',
}));
const bare = column.transform((column): Condition => ({ is: 'column', column }));
const any = keyed({ any: branches }).transform(({ any }): Condition => ({ is: 'any', of: any }));
const all = keyed({ all: branches }).transform(({ all }): Condition => ({ is: 'all', of: all }));
const not = keyed({ not: nested }).transform(({ not }): Condition => ({ is: 'not', of: not }));
const missing = keyed({ missing: identifier }).transform(({ missing: column }): Condition => ({
  is: 'missing',
  column,
}));
const register = keyed({
  in_register: oneOf(registers),
  within: durationGrammar.exactOptional(),
  expired: z.literal(true, 'wrong-value: true').exactOptional(),
}).transform(({ in_register: register, ...rest }): Condition => ({ is: 'in-register', register, ...rest }));

const aged = { born: column.default('born_on'), on: several(identifier, 'dates to reckon the age on') };
const ageUnder = keyed({ age_under: whole(1, 120), ...aged }).transform(
  ({ age_under: years, ...rest }): Condition => ({ is: 'age-under', years, ...rest }),
);
const ageOver = keyed({ age_over: whole(0, 119), ...aged }).transform(
  ({ age_over: years, ...rest }): Condition => ({ is: 'age-over', years, ...rest }),
);
const ageBetween = keyed({
  age_between: z
    .tuple([whole(0, 119), whole(0, 119)], 'wrong-type: two whole numbers, [least, most]')
    .refine(([from, to]) => from <= to, 'bad-range: the least first, then the most'),
  ...aged,
}).transform(({ age_between: [from, to], ...rest }): Condition => ({ is: 'age-between', from, to, ...rest }));

const dated = keyed({
  date: identifier,
  before: day.exactOptional(),
  after: day.exactOptional(),
  by: days.exactOptional(),
  within: days.exactOptional(),
  of: day.exactOptional(),
}).transform(({ date: column, before, after, by, within, of }, context): Condition => {
  const moved = by === undefined ? {} : { by };
  if (before !== undefined && after === undefined && within === undefined && of === undefined)
    return { is: 'date-before', column, than: before, ...moved };
  if (after !== undefined && before === undefined && within === undefined && of === undefined)
    return { is: 'date-after', column, than: after, ...moved };
  if (within !== undefined && of !== undefined && before === undefined && after === undefined && !by)
    return { is: 'date-within', column, within, of };
  const message = 'wrong-type: with date exactly one of before, after (either with by), or within and of';
  context.addIssue({ code: 'custom', path: ['date'], message });
  return z.NEVER;
});
const bound = whole(-1_000_000_000, 1_000_000_000);
const numbered = keyed({
  number: identifier,
  at_least: bound.exactOptional(),
  at_most: bound.exactOptional(),
})
  .refine(({ at_least, at_most }) => at_least !== undefined || at_most !== undefined, {
    path: ['number'],
    message: 'wrong-type: with number at_least, at_most or both',
  })
  .refine(({ at_least, at_most }) => at_least === undefined || at_most === undefined || at_least <= at_most, {
    path: ['at_most'],
    message: 'bad-range: at_most not below at_least: no number is both',
  })
  .transform(({ number: column, at_least, at_most }): Condition => ({
    is: 'number',
    column,
    ...(at_least !== undefined && { atLeast: at_least }),
    ...(at_most !== undefined && { atMost: at_most }),
  }));

const worded = keyed({
  words_in: identifier,
  words: several(wordGrammar, 'words').exactOptional(),
  list: name.exactOptional(),
}).transform(({ words_in: column, words, list }, context): Condition => {
  if (words !== undefined && list === undefined) return { is: 'words-in', column, words };
  if (list !== undefined && words === undefined) return { is: 'words-in', column, list };
  context.addIssue({
    code: 'custom',
    path: ['words_in'],
    message: 'wrong-type: with words_in exactly one of words, list',
  });
  return z.NEVER;
});
const outside = keyed({
  postcode_outside: z.union(
    [several(areaGrammar, 'postcode areas').transform((areas) => ({ areas })), keyed({ list: name })],
    'wrong-type: a list of postcode areas, or { list: … }',
  ),
}).transform(({ postcode_outside: areas }): Condition => ({ is: 'postcode-outside', ...areas }));
const onHold = keyed({ on_hold: identifier, owner: identifier }).transform(
  ({ on_hold: until, owner }): Condition => ({ is: 'on-hold', until, owner }),
);
const holdExpired = keyed({ hold_expired: identifier, owner: identifier }).transform(
  ({ hold_expired: until, owner }): Condition => ({ is: 'hold-expired', until, owner }),
);
const ungrouped = keyed({ not_in_any_group: column }).transform(
  ({ not_in_any_group: column }): Condition => ({ is: 'not-in-any-group', column }),
);
const unusable = keyed({
  no_usable: z.literal('phone', 'wrong-value: phone'),
  kinds: several(oneOf(phoneKinds), 'kinds of phone'),
}).transform(({ kinds }): Condition => ({ is: 'no-usable-phone', kinds }));
const shared = keyed({ phone_of_more_than: whole(1, 99) }).transform(
  ({ phone_of_more_than: persons }): Condition => ({ is: 'phone-of-more-than', persons }),
);
const phoneOf = keyed({ phone_of: nested }).transform(({ phone_of: of }): Condition => ({
  is: 'phone-of',
  of,
}));
const personAlso = keyed({ person_also: nested }).transform(({ person_also: of }): Condition => ({
  is: 'person-also',
  of,
}));
const duplicate = keyed({
  duplicate_of: z.literal('person', 'wrong-value: person'),
  keep: oneOf(kept),
}).transform(({ keep }): Condition => ({ is: 'duplicate-of-person', keep }));

const compared = z.union(
  [
    values.transform((values) => ({ values })),
    keyed({ list: name, groups: several(name, 'groups').exactOptional() }),
    keyed({ starts_with: several(value, 'beginnings') }),
  ],
  'wrong-type: a list of values, { list: … } or { starts_with: … }',
);
const comparison = z
  .record(column, compared, 'wrong-type: a condition')
  .refine((record) => Object.keys(record).length === 1, 'wrong-value: one column to compare')
  .transform((record): Condition => {
    const [column, to] = Object.entries(record)[0] ?? ['', { values: [] }];
    if ('values' in to) return { is: 'in-values', column, values: to.values };
    if ('starts_with' in to) return { is: 'starts-with', column, prefixes: to.starts_with };
    return { is: 'in-list', column, ...to };
  });

export const conditionGrammar: z.ZodType<Condition> = z
  .union(
    [
      noticeOpen,
      bare,
      any,
      all,
      not,
      missing,
      register,
      ageUnder,
      ageOver,
      ageBetween,
      dated,
      numbered,
      worded,
      outside,
      onHold,
      holdExpired,
      ungrouped,
      unusable,
      shared,
      phoneOf,
      personAlso,
      duplicate,
      comparison,
    ],
    'wrong-type: a condition: a boolean column, notice_open, or a mapping that starts with a column or an operator',
  )
  .meta({ id: 'condition', description: 'What a row must show for its rule to exclude it' });
