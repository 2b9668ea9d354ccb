// How many of each stratum are drawn: whole numbers that add up, by a rule anybody can work through on paper.
// Shares are exact fractions of integers, so that a tie is a tie on every machine.
import { refuse } from '../schemas/failure.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { portion, sampleSize } from './size.ts';

type Sample = Pipeline['sample'];

export interface StratumFrame {
  readonly stratum: string;
  readonly frame: number;
}

export interface StratumSizes extends StratumFrame {
  readonly sample: number;
  readonly reserve: number;
}

/**
 * Shares in proportion (Neyman 1934; power: Bankier 1988 with exponent one half and equal variation), never below
 * the floor nor above the frame, rounded by largest remainder; a tie goes to the larger frame, then to the name
 * that comes first byte by byte.
 * @throws FRAME_EMPTY, ALLOCATION_INFEASIBLE as refusals
 */
export const allocate = (
  sample: Pick<Sample, 'take' | 'allocate' | 'floor' | 'reserve'>,
  strata: readonly StratumFrame[],
): StratumSizes[] => {
  const frame = sum(strata.map((s) => s.frame));
  if (frame === 0)
    throw refuse({
      code: 'FRAME_EMPTY',
      found: 'nobody left in the frame',
      expected: 'at least one person',
      remedy: 'look at the waterfall: one of the rules may exclude everybody',
    });
  const size = sampleSize(sample.take, frame);
  const floors = strata.map((s) => Math.min(sample.floor, s.frame));
  if (sum(floors) > size)
    throw refuse({
      code: 'ALLOCATION_INFEASIBLE',
      found: `floors of ${sum(floors)} together in ${strata.length} strata`,
      expected: `at most the ${size} to be drawn`,
      remedy: 'lower sample.floor, draw more, or use fewer strata',
    });
  const quotas =
    size === frame ? strata.map((s) => s.frame) : share(size, weights(sample, strata), strata, floors);
  return strata.map((s, i) => {
    const quota = quotas[i] ?? 0;
    return { ...s, sample: quota, reserve: Math.min(portion(sample.reserve, quota), s.frame - quota) };
  });
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const weights = ({ allocate }: Pick<Sample, 'allocate'>, strata: readonly StratumFrame[]): number[] => {
  switch (allocate) {
    case 'equal':
      return strata.map(() => 1);
    case 'proportional':
      return strata.map((s) => s.frame);
    case 'power':
      return strata.map((s) => Math.round(Math.sqrt(s.frame) * 1_000_000));
    case 'neyman':
      throw refuse({
        code: 'ALLOCATION_INFEASIBLE',
        found: 'allocate: neyman',
        expected: 'the standard deviation of each stratum, which only answers of an earlier survey can give',
        remedy: 'use proportional, equal or power',
      });
    default:
      return allocate satisfies never;
  }
};

/**
 * Strata whose share would fall below the floor or above the frame are settled at that limit, the more violated
 * side first, and the rest share what remains.
 */
const share = (
  size: number,
  weight: readonly number[],
  strata: readonly StratumFrame[],
  floors: readonly number[],
): number[] => {
  const settled = new Map<number, number>();
  for (;;) {
    const free = strata.map((_, i) => i).filter((i) => !settled.has(i));
    const left = size - sum([...settled.values()]);
    const total = BigInt(sum(free.map((i) => weight[i] ?? 0)));
    const exact = (i: number): bigint => BigInt(left) * BigInt(weight[i] ?? 0);
    const below = free.filter((i) => exact(i) < BigInt(floors[i] ?? 0) * total);
    const above = free.filter((i) => exact(i) > BigInt(strata[i]?.frame ?? 0) * total);
    if (below.length + above.length === 0) {
      const rounded = largestRemainder(left, total, free, exact, strata);
      return strata.map((_, i) => settled.get(i) ?? rounded.get(i) ?? 0);
    }
    const deficit = below.reduce((d, i) => d + BigInt(floors[i] ?? 0) * total - exact(i), 0n);
    const excess = above.reduce((e, i) => e + exact(i) - BigInt(strata[i]?.frame ?? 0) * total, 0n);
    if (deficit >= excess) for (const i of below) settled.set(i, floors[i] ?? 0);
    if (excess >= deficit) for (const i of above) settled.set(i, strata[i]?.frame ?? 0);
  }
};

const largestRemainder = (
  left: number,
  total: bigint,
  free: readonly number[],
  exact: (i: number) => bigint,
  strata: readonly StratumFrame[],
): Map<number, number> => {
  if (total === 0n) return new Map();
  const rounded = new Map(free.map((i) => [i, Number(exact(i) / total)]));
  const short = left - sum([...rounded.values()]);
  const remainder = (i: number): bigint => exact(i) % total;
  const frame = (i: number): number => strata[i]?.frame ?? 0;
  const name = (i: number): Buffer => Buffer.from(strata[i]?.stratum ?? '');
  const order = [...free].sort(
    (a, b) =>
      Number(remainder(b) > remainder(a)) - Number(remainder(b) < remainder(a)) ||
      frame(b) - frame(a) ||
      Buffer.compare(name(a), name(b)),
  );
  for (const i of order.slice(0, short)) rounded.set(i, (rounded.get(i) ?? 0) + 1);
  return rounded;
};
