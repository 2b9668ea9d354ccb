// What is asked of the figures. A gate says met or not met and fails nothing: a timed test in a shared machine would
// fail on its neighbours.
import type { Sized } from './bench.ts';
import { ratio, seconds } from './ratios.ts';

export interface Gate {
  readonly what: string;
  readonly measured: number;
  readonly gate: string;
  readonly met: boolean;
}

interface Asked {
  readonly what: string;
  /** at these rows; at every size where it says none */
  readonly rows?: readonly number[];
  readonly value: (sized: Sized) => number | undefined;
  readonly most?: number;
  readonly least?: number;
}

const mb = (kb: number | null): number | undefined => (kb === null ? undefined : kb / 1000);
const inverse = (of: number | undefined): number | undefined => (of === undefined ? undefined : 1 / of);

const million = 1_000_000;
const asked: readonly Asked[] = [
  {
    what: 'end to end / floor',
    rows: [million, 10 * million],
    value: (s) => ratio(s, 'ours', 'floor')?.median,
    most: 3,
  },
  {
    what: 'extract, transport alone / floor',
    value: (s) => ratio(s, 'extract, transport alone', 'floor')?.median,
    most: 0.6,
  },
  { what: 'draw / floor', rows: [million], value: (s) => ratio(s, 'sample', 'floor')?.median, most: 0.5 },
  {
    what: 'screen / create table as',
    rows: [million],
    value: (s) => ratio(s, 'screen', 'create table as')?.median,
    most: 8,
  },
  { what: 'pandas / ours', rows: [million], value: (s) => ratio(s, 'pandas', 'ours')?.median, least: 2.5 },
  {
    what: 'Node batches / ours',
    rows: [million],
    value: (s) => ratio(s, 'Node batches', 'ours')?.median,
    least: 6,
  },
  {
    what: 'row at a time / ours',
    rows: [80_000, 100_000],
    value: (s) => ratio(s, 'row at a time', 'ours')?.median,
    least: 25,
  },
  { what: 'worker, largest RSS in MB', value: (s) => mb(s.worker.maxRssKb), most: 160 },
  { what: 'one backend, largest RssAnon in MB', rows: [million], value: (s) => mb(s.backendKb), most: 128 },
  {
    what: 'one backend, largest RssAnon in MB',
    rows: [10 * million],
    value: (s) => mb(s.backendKb),
    most: 320,
  },
  { what: 'purge in seconds', rows: [million], value: (s) => seconds(s, 'purge')?.median, most: 0.1 },
  { what: 'purge in seconds', rows: [10 * million], value: (s) => seconds(s, 'purge')?.median, most: 1 },
  {
    what: 'delete and vacuum / purge',
    rows: [million, 10 * million],
    value: (s) => inverse(ratio(s, 'purge', 'delete and vacuum')?.median),
    least: 10,
  },
  {
    what: 'WAL in MB for each million rows',
    rows: [million, 10 * million],
    value: (s) => s.walBytes / s.rows,
    most: 15,
  },
  {
    what: 'seconds, without start-up',
    rows: [4_000],
    value: (s) => seconds(s, 'ours, without start-up')?.median,
    most: 0.3,
  },
  {
    what: 'seconds, without start-up',
    rows: [80_000],
    value: (s) => seconds(s, 'ours, without start-up')?.median,
    most: 1.5,
  },
  {
    what: 'seconds, without start-up',
    rows: [450_000],
    value: (s) => seconds(s, 'ours, without start-up')?.median,
    most: 4,
  },
];

export const gatesOf = (sized: Sized): readonly Gate[] =>
  asked.flatMap(({ what, rows, value, most, least }) => {
    const measured = value(sized);
    if (measured === undefined || (rows && !rows.includes(sized.rows))) return [];
    const met = measured <= (most ?? Number.POSITIVE_INFINITY) && measured >= (least ?? 0);
    return [{ what, measured, gate: most === undefined ? `>= ${String(least)}` : `<= ${String(most)}`, met }];
  });

/** Between the smallest size of 80,000 rows or more and the largest. */
export const gatesAcross = (all: readonly Sized[]): readonly Gate[] => {
  const big = all.filter(({ rows }) => rows >= 80_000).toSorted((a, b) => a.rows - b.rows);
  const [first, last] = [big[0], big.at(-1)];
  if (!first || !last || first === last) return [];
  const growth = (last.worker.maxRssKb - first.worker.maxRssKb) / 1000;
  const across = [
    { what: 'worker, growth of RSS in MB', measured: growth, gate: '<= 40', met: growth <= 40 },
  ];
  const [middle, ten] = [450_000, 10_000_000].map((rows) => all.find((s) => s.rows === rows));
  const [slow, fast] = [middle, ten].map((s) => s && s.rows / (seconds(s, 'ours')?.median ?? Number.NaN));
  if (slow === undefined || fast === undefined) return across;
  const apart = Math.abs(fast / slow - 1);
  return [
    ...across,
    { what: 'rows a second, 450k against 10M', measured: apart, gate: '<= 0.2', met: apart <= 0.2 },
  ];
};
