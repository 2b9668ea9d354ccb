// What is out of the ordinary, by arithmetic: each threshold from both sides.
import { expect, test } from 'vitest';
import { alarmsOf } from '../../sql/alarms.ts';
import type { Screening } from '../../sql/alarms.ts';

const count = (reason: string, all: number) => ({ reason, first: all, all });
const waves = (...all: readonly number[]): Screening[] =>
  all.map((n) => ({ intake: 1_000, reasons: { rule: n } }));
const codes = (
  config: Parameters<typeof alarmsOf>[0],
  all: number,
  earlier: readonly Screening[],
  intake = 1_000,
) => alarmsOf(config, intake, [count('rule', all)], earlier).map(({ code }) => code);

test('a listed rule that matches nobody is an alarm only where one of the last waves matched somebody', () => {
  const listed = { removesNothing: ['rule'] };
  expect(codes(listed, 0, waves(0, 3, 0))).toEqual(['RULE_REMOVES_NOTHING']);
  expect(codes(listed, 0, waves(0, 0))).toEqual([]);
  expect(codes(listed, 0, [])).toEqual([]);
  expect(codes(listed, 1, waves(30, 30))).toEqual([]);
  expect(codes({ removesNothing: ['other'] }, 0, waves(30))).toEqual([]);
  expect(codes({}, 0, waves(30))).toEqual([]);
});

test('a rule that matches more than its share of the intake is an alarm, also in the first wave of all', () => {
  expect(codes({ removesOver: 0.8 }, 800, [])).toEqual([]);
  expect(codes({ removesOver: 0.8 }, 801, [])).toEqual(['RULE_REMOVES_OVER']);
  expect(codes({ removesOver: 0.8 }, 0, [], 0)).toEqual([]);
});

test('a jump is an alarm when it is both beyond the tolerance and beyond chance, up or down', () => {
  const half = { changesOver: 0.5 };
  expect(codes(half, 150, waves(100, 100))).toEqual([]);
  expect(codes(half, 151, waves(100, 100))).toEqual(['RULE_CHANGED']);
  expect(codes(half, 50, waves(100, 100))).toEqual([]);
  expect(codes(half, 49, waves(100, 100))).toEqual(['RULE_CHANGED']);
  // three of a hundred thousand are now six: chance
  expect(codes(half, 6, waves(3))).toEqual([]);
  // in proportion to the intake, not to the rows
  expect(codes(half, 200, waves(100, 100), 2_000)).toEqual([]);
  expect(codes(half, 100, waves(100, 100), 3_000)).toEqual(['RULE_CHANGED']);
  // a rule that is new has nothing to be compared with
  expect(codes(half, 500, [{ intake: 1_000, reasons: {} }])).toEqual([]);
});

test('one rule that vanished is one alarm, and each rule has its own', () => {
  const all = { removesNothing: ['a'], removesOver: 0.5, changesOver: 0.5 };
  const earlier = [{ intake: 1_000, reasons: { a: 100, b: 100, c: 100 } }];
  const counts = [count('a', 0), count('b', 600), count('c', 100)];
  expect(alarmsOf(all, 1_000, counts, earlier).map(({ code, reason }) => `${code} ${reason ?? ''}`)).toEqual([
    'RULE_REMOVES_NOTHING a',
    'RULE_REMOVES_OVER b',
    'RULE_CHANGED b',
  ]);
});
