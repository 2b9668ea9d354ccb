// How many of each stratum are drawn: whole numbers that add up, by a rule anybody can work through on paper.
// Shares are exact fractions of integers, so that a tie is a tie on every machine.
import { refuse } from '../schemas/failure.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { portion, sampleSize } from './size.ts';

type Sample = Pipeline['sample'];

export interface StratumFrame {
  readonly stratum: string;
  /** who can be drawn */
  readonly frame: number;
}

export interface StratumSizes extends StratumFrame {
  readonly sample: number;
  readonly reserve: number;
}

export const methods = ['proportional', 'equal', 'neyman', 'power'] as const;
export type Method = (typeof methods)[number];

/** One stratum of a question that stands alone. */
export interface Stratum {
  readonly stratum: string;
  readonly size: number;
  /** standard deviation of what is measured, as decimal text: 12.345; needed by neyman */
  readonly sd?: string;
  readonly floor?: number;
  readonly cap?: number;
}

export interface Allocated {
  readonly stratum: string;
  readonly allocated: number;
  /** the share before rounding, floors and caps kept */
  readonly exact: number;
}

/**
 * Shares in proportion to a weight: `1` (equal), `N` (proportional), `N S` (Neyman 1934), `N^a` (power: Bankier 1988
 * with equal variation; a = 0 is equal, 1 is proportional, one half unless given). Never below the floor nor above
 * the cap or the size; what that gives or takes is shared by the others in the same proportion. Rounded by largest
 * remainder; a tie goes to the larger stratum, then to the name that comes first byte by byte.
 * @throws ALLOCATION_INFEASIBLE
 */
export const apportion = (
  take: number,
  method: Method,
  strata: readonly Stratum[],
  exponent = 0.5,
): Allocated[] => {
  const floors = strata.map(({ floor = 0 }) => floor);
  const caps = strata.map(({ cap = Infinity, size }) => Math.min(cap, size));
  const unlike = strata.findIndex((_, i) => (floors[i] ?? 0) > (caps[i] ?? 0));
  if (unlike >= 0)
    throw infeasible(
      `a floor of ${floors[unlike]} in a stratum that can give ${caps[unlike]}`,
      'a floor that the stratum can give',
      'lower that floor, or merge the stratum',
    );
  if (sum(floors) > take)
    throw infeasible(
      `floors of ${terms(floors)} = ${sum(floors)} together`,
      `at most the ${take} to be drawn`,
      'lower the floors, draw more, or use fewer strata',
    );
  if (sum(caps) < take)
    throw infeasible(
      `strata that can give ${terms(caps)} = ${sum(caps)} together`,
      `at least the ${take} to be drawn`,
      'raise the caps, or draw fewer',
    );
  return share(take, weights(method, strata, exponent), strata, floors, caps);
};

/**
 * The declared draw. A floor above a small stratum is that stratum whole, so is a cap.
 * @throws FRAME_EMPTY, ALLOCATION_INFEASIBLE as refusals
 */
export const allocate = (
  sample: Pick<Sample, 'take' | 'allocate' | 'floor' | 'reserve' | 'cap' | 'deviations'>,
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
  const { cap = Infinity, deviations } = sample;
  const wanted = sampleSize(sample.take, frame);
  // a count is "at most", as in a small month; a margin that caps do not allow is refused below
  const size =
    'margin' in sample.take ? wanted : Math.min(wanted, sum(strata.map((s) => Math.min(cap, s.frame))));
  const asked = strata.map((s): Stratum => {
    const sd = deviations && (own(deviations.of, s.stratum) ?? deviations.otherwise);
    return {
      stratum: s.stratum,
      size: s.frame,
      floor: Math.min(sample.floor, s.frame),
      ...(cap < Infinity && { cap }),
      // never as 9e-10: six decimals are all that a declaration may say
      ...(sd !== undefined && { sd: sd.toFixed(6) }),
    };
  });
  const shares = apportion(size, sample.allocate, asked);
  return strata.map((s, i) => {
    const quota = shares[i]?.allocated ?? 0;
    return { ...s, sample: quota, reserve: Math.min(portion(sample.reserve, quota), s.frame - quota) };
  });
};

const own = (record: Readonly<Record<string, number>>, key: string): number | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** `10 + 10 + 4`, shortened where nobody would read on. */
const terms = (numbers: readonly number[]): string =>
  [...numbers.slice(0, 8), ...(numbers.length > 8 ? [`… (${numbers.length} strata)`] : [])].join(' + ');

const infeasible = (found: string, expected: string, remedy: string) =>
  refuse({ code: 'ALLOCATION_INFEASIBLE', found, expected, remedy });

const weights = (method: Method, strata: readonly Stratum[], exponent: number): bigint[] => {
  switch (method) {
    case 'equal':
      return strata.map(() => 1n);
    case 'proportional':
      return strata.map((s) => BigInt(s.size));
    case 'power':
      return strata.map((s) => (exponent === 0.5 ? root(s.size) : scaled(powerOf(s.size, exponent))));
    case 'neyman': {
      const decimals = Math.max(...strata.map(({ sd = '' }) => (sd.split('.')[1] ?? '').length));
      return strata.map(({ sd, size }) => {
        if (sd === undefined)
          throw infeasible(
            'neyman without the standard deviation of every stratum',
            'how much the measured value varies in each, from an earlier survey',
            'give them all, or use proportional, equal or power',
          );
        const [whole = '', fraction = ''] = sd.split('.');
        return BigInt(size) * BigInt(whole + fraction.padEnd(decimals, '0'));
      });
    }
    default:
      return method satisfies never;
  }
};

const powerOf = (size: number, exponent: number): number => (size === 0 ? 0 : size ** exponent);

/** A double of 1 and more, scaled so, is a whole number and the same. */
const scaled = (weight: number): bigint => BigInt(Math.round(weight * 2 ** 52));

/** The root of 2, 8 and 18 as one, two and three of the same number, so that a tie on paper is a tie here. */
const root = (size: number): bigint => {
  let [times, once, rest] = [1, 1, size];
  for (let factor = 2; factor ** 3 <= rest; factor += 1) {
    for (; rest % factor ** 2 === 0; rest /= factor ** 2) times *= factor;
    if (rest % factor !== 0) continue;
    once *= factor;
    rest /= factor;
  }
  // of at most two primes now
  const last = Math.sqrt(rest);
  return Number.isInteger(last)
    ? BigInt(times * last) * scaled(Math.sqrt(once))
    : BigInt(times) * scaled(Math.sqrt(once * rest));
};

/**
 * Strata whose share would fall below the floor or above the cap are settled at that limit, the more violated side
 * first, and the rest share what remains. Where no weight is left (deviations of nought), sizes are the weights.
 */
const share = (
  take: number,
  given: readonly bigint[],
  strata: readonly Stratum[],
  floors: readonly number[],
  caps: readonly number[],
): Allocated[] => {
  const settled = new Map<number, number>();
  let weight = given;
  for (;;) {
    const free = strata.map((_, i) => i).filter((i) => !settled.has(i));
    const left = take - sum([...settled.values()]);
    let total = free.reduce((t, i) => t + (weight[i] ?? 0n), 0n);
    if (total === 0n) {
      weight = strata.map((s) => BigInt(s.size));
      total = free.reduce((t, i) => t + (weight[i] ?? 0n), 0n);
    }
    const exact = (i: number): bigint => BigInt(left) * (weight[i] ?? 0n);
    const floor = (i: number): bigint => BigInt(floors[i] ?? 0) * total;
    const cap = (i: number): bigint => BigInt(caps[i] ?? 0) * total;
    const below = free.filter((i) => exact(i) < floor(i));
    const above = free.filter((i) => exact(i) > cap(i));
    if (below.length + above.length === 0) {
      const rounded = largestRemainder(left, total, free, exact, strata);
      return strata.map(({ stratum }, i) => ({
        stratum,
        allocated: settled.get(i) ?? rounded.get(i) ?? 0,
        exact: settled.get(i) ?? (total === 0n ? 0 : quotient(exact(i), total)),
      }));
    }
    const deficit = below.reduce((d, i) => d + floor(i) - exact(i), 0n);
    const excess = above.reduce((e, i) => e + exact(i) - cap(i), 0n);
    if (deficit >= excess) for (const i of below) settled.set(i, floors[i] ?? 0);
    if (excess >= deficit) for (const i of above) settled.set(i, caps[i] ?? 0);
  }
};

/** To the last digit of a double, however long the integers are. */
const quotient = (part: bigint, total: bigint): number =>
  Number(part / total) + Number(((part % total) << 64n) / total) / 2 ** 64;

const largestRemainder = (
  left: number,
  total: bigint,
  free: readonly number[],
  exact: (i: number) => bigint,
  strata: readonly Stratum[],
): Map<number, number> => {
  if (total === 0n) return new Map();
  const rounded = new Map(free.map((i) => [i, Number(exact(i) / total)]));
  const short = left - sum([...rounded.values()]);
  const remainder = (i: number): bigint => exact(i) % total;
  const size = (i: number): number => strata[i]?.size ?? 0;
  const name = (i: number): Buffer => Buffer.from(strata[i]?.stratum ?? '');
  const order = [...free].sort(
    (a, b) =>
      Number(remainder(b) > remainder(a)) - Number(remainder(b) < remainder(a)) ||
      size(b) - size(a) ||
      Buffer.compare(name(a), name(b)),
  );
  for (const i of order.slice(0, short)) rounded.set(i, (rounded.get(i) ?? 0) + 1);
  return rounded;
};
