// How many are drawn in all. For a margin of error: Cochran's formula for a share of one half, which needs the
// most answers, corrected for a finite frame, and enlarged by those who will not answer.
import type { Take } from '../schemas/pipeline.ts';

/** Percentages are kept to five decimals; on integers 7 % of 100 is 7, not 7.000000000000001 and therefore 8. */
export const portion = (fraction: number, of: number): number =>
  Math.ceil((inHundredThousand(fraction) * of) / 100_000);

const inHundredThousand = (fraction: number): number => Math.round(fraction * 100_000);

/** Never more than the frame holds. */
export const sampleSize = (take: Take, frame: number): number => {
  if ('all' in take) return frame;
  if ('count' in take) return Math.min(take.count, frame);
  if ('fraction' in take) return Math.min(portion(take.fraction, frame), frame);
  const answers = answersNeeded(take.margin, take.confidence, frame);
  return Math.min(Math.ceil((answers * 100_000) / inHundredThousand(take.response)), frame);
};

/** Cochran, Sampling Techniques (1977), 4.4. */
export const answersNeeded = (margin: number, confidence: number, frame: number): number => {
  const z = normalQuantile((1 + confidence) / 2);
  const infinite = (z * z * 0.25) / (margin * margin);
  return Math.ceil(infinite / (1 + (infinite - 1) / frame) - 1e-9);
};

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
