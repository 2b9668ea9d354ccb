// Comparing durations that hold months: the answer must be right in every calendar, leap years and February included.
import { describe, expect, test } from 'vitest';
import {
  duration,
  durationGrammar,
  longestDays,
  milliseconds,
  outlives,
  parts,
  shortestDays,
} from '../../schemas/duration.ts';

test.each([
  ['P14D', { months: 0, days: 14, hours: 0 }, 'P14D'],
  ['P2W', { months: 0, days: 14, hours: 0 }, 'P14D'],
  ['P7Y', { months: 84, days: 0, hours: 0 }, 'P84M'],
  ['P1M15D', { months: 1, days: 15, hours: 0 }, 'P1M15D'],
  ['PT36H', { months: 0, days: 0, hours: 36 }, 'PT36H'],
])('%s is read, and has one spelling', (text, expected, spelling) => {
  expect(parts(duration(text))).toEqual(expected);
  expect(duration(text)).toBe(spelling);
  expect(durationGrammar.parse(text)).toBe(spelling);
});

test.each([
  '',
  'P',
  'PT',
  'P0D',
  'P14',
  '14D',
  'P-1D',
  'P1.5D',
  'P1DT',
  'P1D2M',
  'PT5M',
  'p14d',
  'P99999D',
  ' P1D',
])('%j is no duration', (text) => {
  expect(() => duration(text)).toThrow(RangeError);
  expect(durationGrammar.safeParse(text).success).toBe(false);
});

const dayOf = (year: number, month: number): number => Date.UTC(year, month, 1) / 86_400_000;

describe('n months last', () => {
  const starts = Array.from({ length: 48 }, (_, m) => m);

  test.each([1, 2, 3, 6, 11, 12, 13, 24, 48, 84, 120])(
    '%d: between the shortest and the longest, by any calendar',
    (n) => {
      const lengths = starts.map((m) => dayOf(2024, m + n) - dayOf(2024, m));
      expect(shortestDays(duration(`P${n}M`))).toBeLessThanOrEqual(Math.min(...lengths));
      expect(longestDays(duration(`P${n}M`))).toBeGreaterThanOrEqual(Math.max(...lengths));
    },
  );
});

test.each([
  ['P12M', 'P12M', true],
  ['P13M', 'P12M', true],
  ['P12M', 'P13M', false],
  ['P1M', 'P28D', true],
  ['P1M', 'P29D', false],
  ['P31D', 'P1M', true],
  ['P30D', 'P1M', false],
  ['P24M', 'P75D', true],
  ['P14D', 'PT336H', true],
  ['PT335H', 'P14D', false],
])('%s outlives %s: %s', (a, b, expected) => {
  expect(outlives(duration(a), duration(b))).toBe(expected);
});

test('a timer made of it never fires early', () => {
  expect(milliseconds(duration('P1M'))).toBe(31 * 86_400_000);
  expect(milliseconds(duration('PT36H'))).toBe(36 * 3_600_000);
});
