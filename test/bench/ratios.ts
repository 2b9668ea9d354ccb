// Ratios within a round, then the middle of them: seconds do not travel between machines, ratios do.
import type { Line, Sized } from './bench.ts';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** undefined for nothing */
export const spread = (numbers: readonly number[]): Spread | undefined => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (min === undefined || max === undefined || low === undefined || high === undefined) return undefined;
  return { min, median: (low + high) / 2, max };
};

export const lineOf = ({ lines }: Sized, name: string): Line | undefined =>
  lines.find((line) => line.name === name);

export const seconds = (sized: Sized, name: string): Spread | undefined =>
  spread(lineOf(sized, name)?.seconds ?? []);

/** `name` over `over`, round by round */
export const ratio = (sized: Sized, name: string, over: string): Spread | undefined => {
  const below = lineOf(sized, over)?.seconds ?? [];
  const ratios = (lineOf(sized, name)?.seconds ?? []).flatMap((s, round) => {
    const under = below[round];
    return under === undefined ? [] : [s / under];
  });
  return spread(ratios);
};
