// Chance that can be repeated: a run draws a seed and shows it in the names of its tests; `CORDON_TEST_SEED` gives it
// again.
import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';

export interface Chance {
  readonly seed: string;
  /** a whole number from 0 to below `limit` */
  below(limit: number): number;
  one<T>(of: readonly T[]): T;
  bytes(length: number): Uint8Array;
}

export const chance = (seed = process.env['CORDON_TEST_SEED'] ?? randomBytes(4).toString('hex')): Chance => {
  let drawn = 0;
  const block = () =>
    createHash('sha256')
      .update(`${seed} ${String((drawn += 1))}`)
      .digest();
  const below = (limit: number) => block().readUIntBE(0, 6) % limit;
  return {
    seed,
    below,
    one: (of) => {
      const it = of[below(of.length)];
      if (it === undefined) throw new RangeError('nothing to draw from');
      return it;
    },
    bytes: (length) =>
      Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, block)).subarray(0, length),
  };
};

/** Of all of Unicode but halves of pairs. The library's own unit `binary` first maps each of a million, for seconds. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10_f7ff })
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));
