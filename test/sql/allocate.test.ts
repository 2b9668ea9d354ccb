import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate } from '../../sql/allocate.ts';
import { answersNeeded, portion, sampleSize } from '../../sql/size.ts';

const declared = { take: { count: 100 }, allocate: 'proportional', floor: 0, reserve: 0 } as const;
const strata = (...frames: number[]) => frames.map((frame, i) => ({ stratum: `s${i}`, frame }));
const quotas = (sizes: readonly { sample: number }[]) => sizes.map(({ sample }) => sample);

test('shares are proportional, and the largest remainders get what is left', () => {
  expect(quotas(allocate(declared, strata(500, 300, 200)))).toEqual([50, 30, 20]);
  // exact shares are 33 and a third, 16 and two thirds: the latter get the two that are left
  expect(quotas(allocate({ ...declared, take: { count: 100 } }, strata(200, 200, 100, 100)))).toEqual([
    33, 33, 17, 17,
  ]);
});

test('a tie goes to the larger frame, then to the name that is first byte by byte', () => {
  const three = [
    { stratum: 'é', frame: 10 },
    { stratum: 'b', frame: 10 },
    { stratum: 'B', frame: 10 },
  ];
  expect(quotas(allocate({ ...declared, take: { count: 4 } }, three))).toEqual([1, 1, 2]);
  expect(quotas(allocate({ ...declared, take: { count: 5 } }, three))).toEqual([1, 2, 2]);
});

test('a floor is kept by taking from the large, and no stratum gives more than it has', () => {
  expect(quotas(allocate({ ...declared, floor: 10 }, strata(950, 40, 10)))).toEqual([80, 10, 10]);
  expect(quotas(allocate({ ...declared, floor: 10 }, strata(990, 6, 4)))).toEqual([90, 6, 4]);
  expect(quotas(allocate({ ...declared, allocate: 'equal' }, strata(1000, 1000, 10)))).toEqual([45, 45, 10]);
});

test('power allocation shares by square roots', () => {
  expect(quotas(allocate({ ...declared, allocate: 'power' }, strata(900, 400, 2500)))).toEqual([30, 20, 50]);
});

test('everybody is everybody, with nobody left for a reserve', () => {
  const all = allocate({ ...declared, take: { all: true }, reserve: 0.2, floor: 10 }, strata(7, 5));
  expect(all).toEqual([
    { stratum: 's0', frame: 7, sample: 7, reserve: 0 },
    { stratum: 's1', frame: 5, sample: 5, reserve: 0 },
  ]);
  expect(quotas(allocate({ ...declared, take: { count: 99 } }, strata(7, 5)))).toEqual([7, 5]);
});

test('a reserve is rounded up and capped by who is left', () => {
  const drawn = allocate({ ...declared, take: { count: 11 }, reserve: 0.2 }, strata(12));
  expect(drawn).toEqual([{ stratum: 's0', frame: 12, sample: 11, reserve: 1 }]);
  expect(allocate({ ...declared, take: { count: 11 }, reserve: 0.2 }, strata(99))[0]?.reserve).toBe(3);
});

test('a draw that cannot be is a refusal with its code', () => {
  expect(() => allocate(declared, [])).toThrow('FRAME_EMPTY');
  expect(() => allocate(declared, strata(0, 0))).toThrow('FRAME_EMPTY');
  expect(() => allocate({ ...declared, allocate: 'neyman' }, strata(500))).toThrow('ALLOCATION_INFEASIBLE');
  expect(() => allocate({ ...declared, floor: 60 }, strata(500, 500))).toThrow('ALLOCATION_INFEASIBLE');
});

test('whatever the strata: the sizes add up, floors and frames hold, and order does not matter', () => {
  const frames = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 40 });
  const how = fc.constantFrom('proportional' as const, 'equal' as const, 'power' as const);
  fc.assert(
    fc.property(frames, how, fc.nat(8_000), fc.nat(40), fc.nat(100), (list, by, more, floor, percent) => {
      const frame = strata(...list);
      const total = list.reduce((n, f) => n + f, 0);
      fc.pre(total > 0);
      const floors = list.reduce((n, f) => n + Math.min(f, floor), 0);
      const count = Math.max(1, floors) + more;
      const settings = { take: { count }, allocate: by, floor, reserve: percent / 100 };
      const sizes = allocate(settings, frame);
      expect(quotas(sizes).reduce((n, q) => n + q, 0)).toBe(Math.min(count, total));
      for (const { sample, reserve, frame } of sizes) {
        expect(sample).toBeGreaterThanOrEqual(Math.min(floor, frame));
        expect(sample + reserve).toBeLessThanOrEqual(frame);
        expect(reserve).toBe(Math.min(portion(percent / 100, sample), frame - sample));
      }
      const turned = allocate(settings, frame.toReversed());
      expect(turned.toReversed()).toEqual(sizes);
    }),
  );
});

test('percentages are exact, and sizes never exceed the frame', () => {
  expect(portion(0.07, 100)).toBe(7);
  expect(portion(0.4, 3)).toBe(2);
  expect(sampleSize({ fraction: 0.4 }, 1200)).toBe(480);
  expect(sampleSize({ count: 1200 }, 900)).toBe(900);
});

test('a margin of error needs Cochran’s number of answers, and more people to get them', () => {
  // the textbook's table for one half: 5 % at 95 %, 3 % at 95 %, 5 % at 99 %
  expect(answersNeeded(0.05, 0.95, 1e9)).toBe(385);
  expect(answersNeeded(0.03, 0.95, 1e9)).toBe(1068);
  expect(answersNeeded(0.05, 0.99, 1e9)).toBe(664);
  expect(answersNeeded(0.05, 0.95, 1000)).toBe(278);
  expect(sampleSize({ margin: 0.03, confidence: 0.95, response: 0.35 }, 100_000)).toBe(3018);
  expect(sampleSize({ margin: 0.03, confidence: 0.95, response: 0.35 }, 2_000)).toBe(1992);
});
