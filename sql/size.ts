// How many are drawn in all. For a margin of error around a share: Cochran's formula, corrected for a finite
// population, then multiplied by the design effect, then divided by the share of those who will answer.
import { refuse } from '../schemas/failure.ts';
import type { Take } from '../schemas/pipeline.ts';

/** Percentages are kept to five decimals; on integers 7 % of 100 is 7, not 7.000000000000001 and therefore 8. */
export const portion = (fraction: number, of: number): number =>
  Math.ceil((inHundredThousand(fraction) * of) / 100_000);

const inHundredThousand = (fraction: number): number => Math.round(fraction * 100_000);

/**
 * A count or a fraction of more than the frame is the whole frame: the month is small, and everybody is asked.
 * @throws ALLOCATION_INFEASIBLE when a margin needs more people than the frame holds
 */
export const sampleSize = (take: Take, frame: number): number => {
  if ('all' in take) return frame;
  if ('count' in take) return Math.min(take.count, frame);
  if ('fraction' in take) return Math.min(portion(take.fraction, frame), frame);
  return required({ ...take, population: frame }).required;
};

/** Shares are fractions of one: 0.03 is 3 %. */
export interface Precision {
  readonly population: number;
  /** half the width of the interval */
  readonly margin: number;
  readonly confidence: number;
  /** the expected share; one half needs the most answers */
  readonly proportion?: number;
  /** the share of those drawn who will answer */
  readonly response?: number;
  /** variance under this design over variance under simple random sampling (Kish 1965) */
  readonly designEffect?: number;
}

export interface Size {
  /** whole people to draw, rounded up */
  readonly required: number;
  /** the same before rounding, which happens once, at the end */
  readonly exact: number;
  /** answers that are needed: `exact` before response */
  readonly answers: number;
  /** of an infinite population, before correction and design effect */
  readonly infinite: number;
  /** standard normal quantile of the confidence */
  readonly z: number;
}

/**
 * `n0 = z² p (1 - p) / e²`, `n = n0 / (1 + (n0 - 1) / N)` (Cochran, Sampling Techniques, 1977, 4.4), times the design
 * effect after that correction (as OpenEpi), divided by the response.
 * @throws ALLOCATION_INFEASIBLE when that is more than the population
 */
export const required = (asked: Precision): Size => {
  const { population, margin, confidence, proportion = 0.5, response = 1, designEffect = 1 } = asked;
  const z = normalQuantile((1 + confidence) / 2);
  const infinite = (z * z * proportion * (1 - proportion)) / (margin * margin);
  const corrected = population === 0 ? 0 : infinite / (1 + (infinite - 1) / population);
  const answers = corrected * designEffect;
  const exact = answers / response;
  // what is whole on paper is whole here
  const size = { required: Math.ceil(exact - 1e-9), exact, answers, infinite, z };
  if (size.required > population)
    throw refuse({
      code: 'ALLOCATION_INFEASIBLE',
      found: `${size.required} people needed: ${shown(corrected)} answers by design effect ${shown(designEffect)} over response ${shown(response)}`,
      expected: `at most the population of ${population}`,
      remedy: 'take all, accept a wider margin, or raise the response',
    });
  return size;
};

/** At most three decimals, and no exponent. */
export const shown = (n: number): string => String(Math.round(n * 1000) / 1000);

// The series of Φ about zero converges fast where confidences lie; halving the interval needs no constants.
const normal = (z: number): number => {
  let [term, sum] = [z, z];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
};

const normalQuantile = (p: number): number => {
  let [low, high] = [0, 8];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normal(middle) < p) low = middle;
    else high = middle;
  }
  return low;
};
