// What a screening rule may ask, and the tagged tree it is read into.
// A word on its own is a boolean column; `{ column: [values] }` and `{ column: { list: name } }` compare text.
import * as z from 'zod';
import { durationGrammar } from './duration.ts';
import type { Duration } from './duration.ts';
import { identifier, keyed, name, several, whole } from './words.ts';

export const registers = ['opt-outs', 'safety-markers', 'contacts'] as const;
export type Register = (typeof registers)[number];
export const phoneKinds = ['mobile', 'landline'] as const;
export type PhoneKind = (typeof phoneKinds)[number];

export type Condition =
  | { readonly is: 'column'; readonly column: string }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'all'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'in-values'; readonly column: string; readonly values: readonly string[] }
  | { readonly is: 'in-list'; readonly column: string; readonly list: string }
  | { readonly is: 'not-in-any-group'; readonly column: string }
  /** `on`: columns of dates or times, and `drawn_at`, the stored instant of the draw */
  | {
      readonly is: 'age-under';
      readonly years: number;
      readonly born: string;
      readonly on: readonly string[];
    }
  | { readonly is: 'in-register'; readonly register: Register; readonly within?: Duration }
  | { readonly is: 'notice-open' }
  | { readonly is: 'no-usable-phone'; readonly kinds: readonly PhoneKind[] }
  | { readonly is: 'phone-of-more-than'; readonly persons: number }
  | { readonly is: 'duplicate-of-person'; readonly keep: 'earliest' };

/** Words of this grammar, which therefore cannot name a column in a rule. */
export const operators = [
  'any',
  'all',
  'not',
  'in_register',
  'notice_open',
  'age_under',
  'not_in_any_group',
  'no_usable',
  'phone_of_more_than',
  'duplicate_of',
] as const;
const isColumn = (text: string): boolean => !(operators as readonly string[]).includes(text);

const oneOf = <const T extends readonly string[]>(words: T) =>
  z.enum(words, `wrong-value: one of ${words.join(', ')}`);
const column = identifier.refine(isColumn, 'wrong-value: the name of a column');
const values = several(
  z
    .string('wrong-type: a value, between quotes')
    .min(1, 'bad-text: a value, not empty')
    .max(200, 'bad-text: a value of at most 200 characters'),
  'values',
);
const nested = z.lazy((): z.ZodType<Condition> => conditionGrammar);
const branches = z
  .array(nested, 'wrong-type: a list of conditions')
  .min(1, 'too-few: at least one condition')
  .max(62, 'too-many: at most 62 conditions');

const noticeOpen = z.literal('notice_open', 'wrong-value: notice_open').transform((): Condition => ({
  is: 'notice-open',
}));
const bare = column.transform((column): Condition => ({ is: 'column', column }));
const any = keyed({ any: branches }).transform(({ any }): Condition => ({ is: 'any', of: any }));
const all = keyed({ all: branches }).transform(({ all }): Condition => ({ is: 'all', of: all }));
const not = keyed({ not: nested }).transform(({ not }): Condition => ({ is: 'not', of: not }));
const register = keyed({ in_register: oneOf(registers), within: durationGrammar.exactOptional() }).transform(
  ({ in_register: register, ...rest }): Condition => ({ is: 'in-register', register, ...rest }),
);
const age = keyed({
  age_under: whole(1, 120),
  born: column.default('born_on'),
  on: several(identifier, 'dates to reckon the age on'),
}).transform(({ age_under: years, born, on }): Condition => ({ is: 'age-under', years, born, on }));
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
const duplicate = keyed({
  duplicate_of: z.literal('person', 'wrong-value: person'),
  keep: z.literal('earliest', 'wrong-value: earliest'),
}).transform(({ keep }): Condition => ({ is: 'duplicate-of-person', keep }));
const comparison = z
  .record(
    column,
    z.union([values, keyed({ list: name })], 'wrong-type: a list of values, or { list: … }'),
    'wrong-type: a condition',
  )
  .refine((record) => Object.keys(record).length === 1, 'wrong-value: one column to compare')
  .transform((record): Condition => {
    const [column, to] = Object.entries(record)[0] ?? ['', []];
    return 'list' in to ? { is: 'in-list', column, list: to.list } : { is: 'in-values', column, values: to };
  });

export const conditionGrammar: z.ZodType<Condition> = z
  .union(
    [noticeOpen, bare, any, all, not, register, age, ungrouped, unusable, shared, duplicate, comparison],
    'wrong-type: a condition: a boolean column, notice_open, or a mapping that starts with a column or an operator',
  )
  .meta({ id: 'condition', description: 'What a row must show for its rule to exclude it' });
