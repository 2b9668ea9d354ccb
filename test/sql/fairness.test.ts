// Fairness as fairness: how often each unit, and each pair of units, is drawn over many seeds. Seeds are fixed, so
// that a test that passes passes for ever; limits are far quantiles of chi-square all the same.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Draw } from '../../sql/draw.ts';

const seeds = 4_000;
const units = Array.from({ length: 30 }, (_, i) => createHash('sha256').update(`unit ${i}`).digest('hex'));
const take = 6;

const drawn = (seed: string, ids: readonly string[]): string[] => {
  const draw = new Draw(seed, take);
  for (const id of ids) draw.add(id);
  return draw.ids();
};
const draws = Array.from({ length: seeds }, (_, i) => drawn(`seed ${i}`, units));

/** Wilson and Hilferty: the quantile of chi-square that a true null passes but once in a million. */
const limit = (freedom: number): number => {
  const z = 4.753;
  const a = 2 / (9 * freedom);
  return freedom * (1 - a + z * Math.sqrt(a)) ** 3;
};

const count = (names: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const chiSquare = (observed: readonly number[], expected: number): number =>
  observed.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);

test('every unit is drawn as often as n of N says', () => {
  const times = count(draws.flat());
  const p = take / units.length;
  // inclusions of one draw exclude each other: the variance of a count is p (1 - p), not p
  const statistic =
    chiSquare(
      units.map((id) => times.get(id) ?? 0),
      seeds * p,
    ) /
    (1 - p);
  expect((statistic * (units.length - 1)) / units.length).toBeLessThan(limit(units.length - 1));
});

test('every pair of units is drawn together as often as n (n - 1) of N (N - 1) says', () => {
  const pair = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const times = count(draws.flatMap((ids) => ids.flatMap((a, i) => ids.slice(i + 1).map((b) => pair(a, b)))));
  const pairs = units.flatMap((a, i) => units.slice(i + 1).map((b) => pair(a, b)));
  const p = (take * (take - 1)) / (units.length * (units.length - 1));
  const observed = pairs.map((name) => times.get(name) ?? 0);
  expect(chiSquare(observed, seeds * p)).toBeLessThan(limit(pairs.length - 1));
  // and none stands out alone: six standard deviations
  for (const n of observed) expect(Math.abs(n - seeds * p)).toBeLessThan(6 * Math.sqrt(seeds * p * (1 - p)));
});

test('every unit comes first, second and last equally often: a reserve is as random as the sample', () => {
  for (const rank of [0, 1, take - 1]) {
    const times = count(draws.map((ids) => ids[rank] ?? ''));
    const statistic = chiSquare(
      units.map((id) => times.get(id) ?? 0),
      seeds / units.length,
    );
    expect(statistic).toBeLessThan(limit(units.length - 1));
  }
});

test('where a unit stands in the list, and how its id begins, decide nothing', () => {
  const shuffled = units.map((_, i) => units[(i * 7) % units.length] ?? '');
  for (let i = 0; i < 200; i++) expect(drawn(`seed ${i}`, shuffled)).toEqual(draws[i]);
  const times = count(draws.flat());
  const half = (ids: readonly string[]): number => ids.reduce((n, id) => n + (times.get(id) ?? 0), 0);
  const sorted = units.toSorted();
  const [low, high] = [half(sorted.slice(0, 15)), half(sorted.slice(15))];
  expect(Math.abs(low - high)).toBeLessThan(5 * Math.sqrt(seeds * take));
});

test('two strata of one seed are drawn independently of each other', () => {
  const other = units.map((id) => createHash('sha256').update(id).digest('hex'));
  const together = draws.filter((ids, i) => {
    const theirs = drawn(`seed ${i}`, other);
    return ids.includes(units[0] ?? '') && theirs.includes(other[0] ?? '');
  }).length;
  const p = (take / units.length) ** 2;
  expect(Math.abs(together - seeds * p)).toBeLessThan(5 * Math.sqrt(seeds * p * (1 - p)));
});
