import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate, apportion } from '../../sql/allocate.ts';
import type { Method, Stratum } from '../../sql/allocate.ts';
import { portion, required, sampleSize } from '../../sql/size.ts';

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

test('roots that are one, two and three of the same number share as those do, ties too', () => {
  const alike = (take: number, ...roots: number[]) =>
    [5, 30, 997, 2 * 99_991].map((of) =>
      quotas(
        allocate(
          { ...declared, take: { count: take }, allocate: 'power' },
          strata(...roots.map((r) => r * r * of)),
        ),
      ),
    );
  for (const found of alike(3, 1, 2, 3)) expect(found).toEqual([0, 1, 2]);
  for (const found of alike(9, 1, 2, 3)) expect(found).toEqual([1, 3, 5]);
  for (const found of alike(500, 997, 2 * 997, 997)) expect(found).toEqual([125, 250, 125]);
  expect(quotas(allocate({ ...declared, allocate: 'power' }, strata(0, 1, 4)))).toEqual([0, 1, 4]);
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
  const of = (population: number, margin: number, confidence: number) =>
    required({ population, margin, confidence }).required;
  // the textbook's table for one half: 5 % at 95 %, 3 % at 95 %, 5 % at 99 %
  expect(of(1e9, 0.05, 0.95)).toBe(385);
  expect(of(1e9, 0.03, 0.95)).toBe(1068);
  expect(of(1e9, 0.05, 0.99)).toBe(664);
  expect(sampleSize({ margin: 0.03, confidence: 0.95, response: 0.35 }, 100_000)).toBe(3017);
  expect(sampleSize({ margin: 0.03, confidence: 0.95, response: 0.35 }, 2_000)).toBe(1989);
});

test('rounded to the nearest, sizes are those of Krejcie and Morgan’s table of 1970', () => {
  const table = [
    [10, 10],
    [50, 44],
    [100, 80],
    [200, 132],
    [300, 169],
    [500, 217],
    [1_000, 278],
    [2_000, 322],
    [5_000, 357],
    [10_000, 370],
    [50_000, 381],
    [75_000, 382],
    [1_000_000, 384],
  ] as const;
  for (const [population, published] of table) {
    const { exact, required: size } = required({ population, margin: 0.05, confidence: 0.95 });
    expect(Math.round(exact)).toBe(published);
    // ours is the smallest whole number that keeps the margin
    expect(size).toBe(Math.ceil(exact));
  }
});

test('the design effect multiplies after the correction, response divides, and rounding comes once', () => {
  const asked = { population: 1_000, margin: 0.05, confidence: 0.95 };
  const plain = required(asked).exact;
  expect(plain).toBeCloseTo(277.7335, 3);
  const designed = required({ ...asked, designEffect: 1.5, response: 0.5 });
  expect(designed.answers).toBeCloseTo(plain * 1.5, 9);
  expect(designed.exact).toBeCloseTo(plain * 3, 9);
  expect(designed.required).toBe(834);
  expect(required({ ...asked, proportion: 0.1 }).exact).toBeCloseTo(121.598, 3);
});

test('a margin that the frame cannot give is refused with the arithmetic', () => {
  expect(() => sampleSize({ margin: 0.05, confidence: 0.95, response: 0.5 }, 100)).toThrow(
    'ALLOCATION_INFEASIBLE',
  );
});

const shares = (take: number, method: Method, list: readonly Stratum[], exponent?: number) =>
  apportion(take, method, list, exponent);

test('Neyman’s allocation is in proportion to size by deviation, and a cap passes on what it keeps', () => {
  // Cochran 1977, exercise-sized: 400 x 4, 300 x 8, 300 x 2
  const list = [
    { stratum: 'a', size: 400, sd: '4' },
    { stratum: 'b', size: 300, sd: '8' },
    { stratum: 'c', size: 300, sd: '2.0' },
  ];
  const exact = shares(100, 'neyman', list).map((s) => s.exact);
  for (const [i, share] of [1600 / 46, 2400 / 46, 600 / 46].entries())
    expect(exact[i]).toBeCloseTo(share, 10);
  expect(shares(100, 'neyman', list).map((s) => s.allocated)).toEqual([35, 52, 13]);
  const capped = list.map((s) => ({ ...s, ...(s.stratum === 'b' && { cap: 45 }) }));
  expect(shares(100, 'neyman', capped).map((s) => s.exact)).toEqual([40, 45, 15]);
});

test('power allocation goes from equal to proportional as its exponent goes from nought to one', () => {
  const list = [
    { stratum: 'a', size: 900 },
    { stratum: 'b', size: 100 },
  ];
  expect(shares(40, 'power', list, 0).map((s) => s.allocated)).toEqual([20, 20]);
  expect(shares(40, 'power', list).map((s) => s.exact)).toEqual([30, 10]);
  expect(shares(40, 'power', list, 1).map((s) => s.allocated)).toEqual([36, 4]);
});

test('strata that do not vary get their floor, and what is left goes by size when no other can take it', () => {
  const list = [
    { stratum: 'a', size: 10, sd: '1' },
    { stratum: 'b', size: 100, sd: '0' },
    { stratum: 'c', size: 300, sd: '0.00' },
  ];
  expect(shares(8, 'neyman', list).map((s) => s.allocated)).toEqual([8, 0, 0]);
  expect(shares(50, 'neyman', list).map((s) => s.allocated)).toEqual([10, 10, 30]);
});

test('an ask that cannot be is refused, and the sum is in the refusal', () => {
  const refusal = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (e) {
      return (e as { details: { found: string }[] }).details[0]?.found;
    }
  };
  const list = [
    { stratum: 'a', size: 10, floor: 5 },
    { stratum: 'b', size: 20, floor: 4, cap: 6 },
  ];
  expect(refusal(() => shares(17, 'equal', list))).toBe('strata that can give 10 + 6 = 16 together');
  expect(refusal(() => shares(8, 'equal', list))).toBe('floors of 5 + 4 = 9 together');
  expect(refusal(() => shares(1, 'equal', [{ stratum: 'a', size: 3, floor: 4 }]))).toBe(
    'a floor of 4 in a stratum that can give 3',
  );
  expect(refusal(() => shares(9, 'neyman', list))).toContain('without the standard deviation');
});

test('a declared draw keeps its cap and uses its deviations, by name or otherwise', () => {
  const capped = { ...declared, cap: 30 };
  expect(quotas(allocate(capped, strata(500, 300, 200)))).toEqual([30, 30, 30]);
  expect(quotas(allocate({ ...capped, take: { count: 80 } }, strata(500, 300, 200)))).toEqual([30, 30, 20]);
  expect(() =>
    allocate({ ...capped, take: { margin: 0.05, confidence: 0.95 } }, strata(500, 300, 200)),
  ).toThrow('ALLOCATION_INFEASIBLE');
  const neyman = {
    ...declared,
    allocate: 'neyman',
    deviations: { of: { s0: 0.1 }, otherwise: 0.4 },
  } as const;
  expect(quotas(allocate(neyman, strata(400, 100, 100)))).toEqual([34, 33, 33]);
  // a number that the grammar takes for nought
  const none = { of: { s0: 9e-10 }, otherwise: 0.4 };
  expect(quotas(allocate({ ...neyman, deviations: none }, strata(400, 100, 100)))).toEqual([0, 50, 50]);
});

test('whatever the strata: every share is the same multiple of its weight, unless a floor or a cap holds it', () => {
  const stratum = fc.record({
    size: fc.integer({ min: 1, max: 2_000 }),
    sd: fc.integer({ min: 1, max: 50 }),
    floor: fc.nat(20),
    cap: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(stratum, { minLength: 1, maxLength: 20 }), fc.nat(5_000), (given, n) => {
      const list = given.map(({ size, sd, floor, cap }, i) => {
        const most = Math.min(size, cap);
        return { stratum: `s${i}`, size, sd: String(sd), floor: Math.min(floor, most), cap: most };
      });
      const [least, most] = [list.reduce((t, s) => t + s.floor, 0), list.reduce((t, s) => t + s.cap, 0)];
      const take = least + (n % (most - least + 1));
      const got = shares(take, 'neyman', list);
      expect(got.reduce((t, s) => t + s.allocated, 0)).toBe(take);
      expect(got.reduce((t, s) => t + s.exact, 0)).toBeCloseTo(take, 6);
      const multiples = got.map((s, i) => s.exact / ((list[i]?.size ?? 1) * Number(list[i]?.sd)));
      const free = multiples.filter((_, i) => {
        const exact = got[i]?.exact ?? 0;
        return exact > (list[i]?.floor ?? 0) && exact < (list[i]?.cap ?? 0);
      });
      const [common] = free;
      for (const [i, s] of got.entries()) {
        expect(Math.abs(s.allocated - s.exact)).toBeLessThan(1);
        if (common === undefined || list[i]?.floor === list[i]?.cap) continue;
        const multiple = multiples[i] ?? 0;
        if (s.exact <= (list[i]?.floor ?? 0)) expect(multiple).toBeGreaterThanOrEqual(common * (1 - 1e-9));
        else if (s.exact >= (list[i]?.cap ?? 0)) expect(multiple).toBeLessThanOrEqual(common * (1 + 1e-9));
        else expect(multiple).toBeCloseTo(common, 9);
      }
    }),
  );
});
