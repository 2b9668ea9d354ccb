// A seeded generator for synthetic data alone: the same seed makes the same month. Never for a draw.
import { createHash } from 'node:crypto';

export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  below(n: number): number;
  chance(p: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** By weight: `[['victim', 95], ['witness', 5]]`. */
  weighted<T>(from: readonly (readonly [T, number])[]): T;
}

/** Small fast chaotic, 32 bit (C. Doty-Humphrey, PractRand). */
export const seededRandom = (seed: string): Random => {
  const words = createHash('sha256').update(seed).digest();
  let [a, b, c, d] = [words.readInt32LE(0), words.readInt32LE(4), words.readInt32LE(8), 1];
  const unit = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i++) unit();
  const below = (n: number): number => Math.floor(unit() * n);
  return {
    unit,
    below,
    chance: (p) => unit() < p,
    pick: (from) => from[below(from.length)] ?? from[0],
    weighted: (from) => {
      let left = unit() * from.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of from) {
        left -= weight;
        if (left < 0) return value;
      }
      const [last] = from.at(-1) ?? [];
      if (last === undefined) throw new Error('nothing to choose from');
      return last;
    },
  };
};
