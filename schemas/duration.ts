// Durations are ISO 8601 text in one spelling: months, days, hours ("P1Y" becomes "P12M", "P2W" becomes "P14D").
// PostgreSQL reads that text as an interval. A month has no fixed length: comparisons take the unkind end of it.
import * as z from 'zod';

declare const brand: unique symbol;
/** `P14D`, `P13M`, `PT36H`, `P1M15D` */
export type Duration = string & { readonly [brand]: 'Duration' };

export interface Parts {
  readonly months: number;
  readonly days: number;
  readonly hours: number;
}

const pattern =
  /^P(?=\d|T\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?)?$/;
const expected = 'bad-duration: a duration in months, days or hours, such as P14D, P13M or PT36H';

const read = (text: string): Parts | undefined => {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0] = found.slice(1).map((n) => Number(n ?? 0));
  return { months: years * 12 + months, days: weeks * 7 + days, hours };
};

const write = ({ months, days, hours }: Parts): Duration =>
  `P${months ? `${months}M` : ''}${days ? `${days}D` : ''}${hours ? `T${hours}H` : ''}` as Duration;

const isNothing = ({ months, days, hours }: Parts): boolean => months + days + hours === 0;

/** Nothing at all ("P0D") is refused: a clock that is due at once is never what was meant. */
export const durationGrammar = z
  .string(expected)
  .regex(pattern, expected)
  .refine((text) => {
    const parts = read(text);
    return parts === undefined || !isNothing(parts);
  }, 'bad-duration: a duration longer than nothing')
  .transform((text) => duration(text))
  .describe('ISO 8601 duration in years, months, weeks, days or hours, such as P14D, P13M or PT36H');

/** @throws RangeError unless the text is a duration longer than nothing */
export const duration = (text: string): Duration => {
  const parts = read(text);
  if (!parts || isNothing(parts)) throw new RangeError(expected);
  return write(parts);
};

export const parts = (d: Duration): Parts => read(d) ?? { months: 0, days: 0, hours: 0 };

// No n consecutive months are shorter or longer than these; one month alone is 28 to 31 days.
const shortestMonths = (n: number): number => (n === 0 ? 0 : Math.floor(n * 30.4375) - (n < 12 ? 3 : 2));
const longestMonths = (n: number): number => (n === 0 ? 0 : Math.ceil(n * 30.4375) + (n < 12 ? 2 : 1));

/** Days it lasts at least, whatever the calendar; hours count as fractions of a day. */
export const shortestDays = (d: Duration): number => {
  const { months, days, hours } = parts(d);
  return (months === 1 ? 28 : shortestMonths(months)) + days + hours / 24;
};

/** Days it lasts at most, whatever the calendar. */
export const longestDays = (d: Duration): number => {
  const { months, days, hours } = parts(d);
  return (months === 1 ? 31 : longestMonths(months)) + days + hours / 24;
};

/** True when `a` is at least as long as `b` in every calendar. */
export const outlives = (a: Duration, b: Duration): boolean => {
  const [x, y] = [parts(a), parts(b)];
  if (x.months >= y.months && x.days >= y.days && x.hours >= y.hours) return true;
  return shortestDays(a) >= longestDays(b);
};

/** Milliseconds by the long end of the calendar; for timers that MUST NOT fire early. */
export const milliseconds = (d: Duration): number => Math.round(longestDays(d) * 86_400_000);
