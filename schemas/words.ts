// The small words both grammars are made of. An error message reads "code: what was expected", and `mistake.ts`
// takes it apart; YAML says snake_case, what the rest of Cordon reads says camelCase.
import * as z from 'zod';

export type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> };

type CamelKey<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelKey<Tail>>}` : S;
type Camel<T> = { [K in keyof T as CamelKey<K>]: T[K] };

export const camelKey = (key: string): string =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** An object of exactly these keys, which its messages name. */
export const keyed = <S extends z.ZodRawShape>(shape: S) => {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `unknown-key: one of ${keys}` : `wrong-type: a mapping of ${keys}`,
  });
};

/** A mapping of exactly these keys: `{ opt_out_window: P14D }` is read as `{ optOutWindow: 'P14D' }`. */
export const mapping = <S extends z.ZodRawShape>(shape: S) =>
  keyed(shape).transform(
    (value) =>
      Object.fromEntries(Object.entries(value).map(([key, v]) => [camelKey(key), v])) as Camel<typeof value>,
  );

export const matching = (message: string, pattern: RegExp) => z.string(message).regex(pattern, message);

// Control characters would break the lines of reports and of `cordon check` itself.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;
const isLine = (text: string): boolean => text.trim() !== '' && !controls.test(text);

export const line = (what: string, max = 400) =>
  z
    .string(`wrong-type: ${what}`)
    .max(max, `bad-text: ${what}, of at most ${max} characters`)
    .refine(isLine, `bad-text: ${what}, on one line`);

/** Says why a field or an exception is needed; a mistake of its own when it is absent. */
export const why = line('a reason in words').describe('Why this is needed, in words a reviewer can judge');

export const name = matching(
  'bad-name: a name of small letters, digits and hyphens that starts with a letter, at most 40 characters',
  /^[a-z][a-z0-9-]{0,39}$/,
);

export const fieldName = matching(
  'bad-name: a name of small letters, digits and underscores that starts with a letter, at most 40 characters',
  /^[a-z][a-z0-9_]{0,39}$/,
);

const reserved: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));
const isIdentifier = (text: string): boolean =>
  isLine(text) && text.trim() === text && new TextEncoder().encode(text).length <= 63 && !reserved.has(text);

/** A name in the source, in the source's own spelling: `Crime No` is a column. 63 bytes is PostgreSQL's limit. */
export const identifier = z
  .string('wrong-type: a name in the source')
  .min(1, 'bad-name: a name in the source, not empty')
  .refine(isIdentifier, 'bad-name: a name of 1 to 63 bytes without control characters or outer blanks');

/** `2%`, `12.5%`: read as the fraction 0.02, 0.125. A bare number is refused, since 2 could be either. */
export const fraction = matching(
  'bad-percentage: a percentage from 0% to 100%, such as 2%',
  /^(100(\.0{1,3})?|\d{1,2}(\.\d{1,3})?)%$/,
)
  .transform((text) => Math.round(Number(text.slice(0, -1)) * 1000) / 100_000)
  .describe('A percentage, such as 2%');

export const whole = (min: number, max: number) => {
  const message = `bad-number: a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
};

const decimal = (max: number, what: string) => {
  const message = `bad-number: ${what}`;
  return z
    .number(message)
    .min(0, message)
    .max(max, message)
    .refine((n) => Math.abs(n * 1e6 - Math.round(n * 1e6)) < 1e-3, message);
};

export const factor = decimal(100, 'a number from 0 to 100, such as 1.5');
export const deviation = decimal(1e6, 'a number from 0 to 1000000 of at most six decimals');

export const date = z.iso.date('bad-date: a date of the calendar, such as 2026-03-31');

export const clockTime = matching(
  'bad-time: a time between quotes, such as "06:30"',
  /^([01]\d|2[0-3]):[0-5]\d$/,
);

const isZone = (text: string): boolean => {
  try {
    return (
      text.includes('/') &&
      new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
};
const zoneMessage = 'bad-zone: a time zone of the IANA list, such as Europe/London';
export const zone = z.string(zoneMessage).refine(isZone, zoneMessage);

/** One or several, without repetition. */
export const several = <T extends z.ZodType<string>>(item: T, what: string) =>
  z
    .array(item, `wrong-type: a list of ${what}`)
    .min(1, `too-few: at least one of ${what}`)
    .max(200, `too-many: at most 200 ${what}`)
    .refine((items) => new Set(items).size === items.length, `repeated: each of the ${what} once`);
