// Rule sets that nobody wrote: random trees of conditions over random rows, decided by PostgreSQL and by an evaluator
// that shares no line with the compiler. Each of 1,500 decisions a run must agree, the unknown ones too.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Condition } from '../../schemas/condition.ts';
import { duration } from '../../schemas/duration.ts';
import { openStage, shipped, victim } from './stage.ts';
import type { Row } from './stage.ts';

type Truth = boolean | null;
const drawnOn = '2026-11-16';

const days = [
  '2024-02-29',
  '2025-11-16',
  '2026-02-28',
  '2026-10-01',
  '2026-10-31',
  '2026-11-16',
  '2027-03-01',
];
const births = [
  '1900-01-01',
  '1930-02-28',
  '2008-02-29',
  '2008-11-16',
  '2010-11-16',
  '2010-11-17',
  '2026-12-01',
];
const cells = {
  a: ['t', 'f', null],
  b: ['t', 'f', null],
  victim_role: ['suspect', 'victim', 'victim and suspect', null],
  policing_area: ['North', 'Northfield', 'South', null],
  score: ['-1', '0', '3', '6', null],
  seen_on: [...days, null],
  hold_until: [...days, null],
  hold_owner: ['x', null],
  born_on: [...births, null],
} as const;

const rowOf = fc.record(
  Object.fromEntries(
    Object.entries(cells).map(([name, of]) => [name, fc.constantFrom<string | null>(...of)]),
  ),
) as fc.Arbitrary<Record<keyof typeof cells, string | null>>;

const dated = fc.constantFrom('seen_on', 'hold_until');
const other = fc.constantFrom('drawn_at', 'seen_on', 'hold_until', ...days);
const by = fc.constantFrom('P1D', 'P30D', 'P365D').map(duration);
const aged = {
  born: fc.constant('born_on'),
  on: fc.subarray(['drawn_at', 'seen_on', 'hold_until'], { minLength: 1 }),
};
const years = fc.integer({ min: 1, max: 100 });
const is = <const K extends string>(kind: K) => fc.constant(kind);

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ is: is('column'), column: fc.constantFrom('a', 'b') }),
  fc.record({
    is: is('in-values'),
    column: is('victim_role'),
    values: fc.subarray(['suspect', 'victim', 'victim and suspect'], { minLength: 1 }),
  }),
  fc.record({
    is: is('starts-with'),
    column: is('policing_area'),
    prefixes: fc.subarray(['North', 'Northf', 'S'], { minLength: 1 }),
  }),
  fc.record({
    is: is('missing'),
    column: fc.constantFrom(...(Object.keys(cells) as (keyof typeof cells)[])),
  }),
  fc.record({ is: is('number'), column: is('score'), atLeast: fc.integer({ min: -2, max: 7 }) }),
  fc.record({
    is: is('number'),
    column: is('score'),
    atLeast: fc.integer({ min: -2, max: 3 }),
    atMost: fc.integer({ min: 2, max: 7 }),
  }),
  fc.record({ is: is('age-under'), years, ...aged }),
  fc.record({ is: is('age-over'), years, ...aged }),
  fc.record({
    is: is('age-between'),
    from: fc.integer({ min: 0, max: 20 }),
    to: fc.integer({ min: 20, max: 99 }),
    ...aged,
  }),
  fc.record({
    is: fc.constantFrom('date-before' as const, 'date-after' as const),
    column: dated,
    than: other,
  }),
  fc.record({
    is: fc.constantFrom('date-before' as const, 'date-after' as const),
    column: dated,
    than: other,
    by,
  }),
  fc.record({ is: is('date-within'), column: dated, within: by, of: other }),
  fc.record({
    is: fc.constantFrom('on-hold' as const, 'hold-expired' as const),
    until: is('hold_until'),
    owner: is('hold_owner'),
  }),
);

const { tree } = fc.letrec<{ tree: Condition }>((tie) => {
  const of = fc.array(tie('tree'), { minLength: 1, maxLength: 4 });
  return {
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.record({ is: is('any'), of }),
      fc.record({ is: is('all'), of }),
      fc.record({ is: is('not'), of: tie('tree') }),
    ),
  };
});

const plus = (day: string, n: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
const yearsBefore = (day: string, n: number): string => {
  const year = String(Number(day.slice(0, 4)) - n).padStart(4, '0');
  const leap = new Date(`${year}-02-29T00:00:00Z`).toISOString().slice(5, 10) === '02-29';
  return `${year}-${day.slice(5) === '02-29' && !leap ? '02-28' : day.slice(5)}`;
};

const or = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(null) ? null : false;
const not = (truth: Truth): Truth => (truth === null ? null : !truth);

/** What the grammar promises, read off its documentation and not off the compiler. */
const says = (c: Condition, row: Record<string, string | null>): Truth => {
  const cell = (name: string): string | null => {
    const found = row[name] ?? null;
    return name === 'born_on' && found !== null && found <= '1900-01-01' ? null : found;
  };
  const day = (name: string): string | null =>
    name === 'drawn_at' ? drawnOn : days.includes(name) ? name : cell(name);
  const known = (x: string | null, holds: (x: string) => boolean): Truth => (x === null ? null : holds(x));
  const age = (on: readonly string[], holds: (years: (n: number) => boolean) => boolean): Truth =>
    or(
      on.map((name) => {
        const [at, born] = [day(name), cell('born_on')];
        if (at === null || born === null || born > at) return null;
        return holds((n) => yearsBefore(at, n) >= born);
      }),
    );
  const length = (by: string | undefined): number => Number(/^P(\d+)D$/.exec(by ?? 'P0D')?.[1] ?? 0);
  switch (c.is) {
    case 'column':
      return known(cell(c.column), (x) => x === 't');
    case 'any':
      return or(c.of.map((inner) => says(inner, row)));
    case 'all':
      return not(or(c.of.map((inner) => not(says(inner, row)))));
    case 'not':
      return not(says(c.of, row));
    case 'in-values':
      return known(cell(c.column), (x) => c.values.includes(x));
    case 'starts-with':
      return known(cell(c.column), (x) => c.prefixes.some((prefix) => x.startsWith(prefix)));
    case 'missing':
      return cell(c.column) === null;
    case 'number':
      return known(
        cell(c.column),
        (x) => Number(x) >= (c.atLeast ?? -Infinity) && Number(x) <= (c.atMost ?? Infinity),
      );
    case 'age-under':
      return age(c.on, (has) => !has(c.years));
    case 'age-over':
      return age(c.on, (has) => has(c.years + 1));
    case 'age-between':
      return age(c.on, (has) => has(c.from) && !has(c.to + 1));
    case 'date-before':
    case 'date-after': {
      const [x, than] = [day(c.column), day(c.than)];
      if (x === null || than === null) return null;
      return c.is === 'date-before' ? x < plus(than, -length(c.by)) : x > plus(than, length(c.by));
    }
    case 'date-within': {
      const [x, of] = [day(c.column), day(c.of)];
      if (x === null || of === null) return null;
      return x >= plus(of, -length(c.within)) && x <= plus(of, length(c.within));
    }
    case 'on-hold':
    case 'hold-expired': {
      const until = cell(c.until);
      if (c.is === 'hold-expired') return until !== null && until < drawnOn;
      return until === null ? cell(c.owner) !== null : until >= drawnOn;
    }
    default:
      throw new Error(`not generated: ${c.is}`);
  }
};

const declaration = shipped();
const { pipeline } = declaration;

test('PostgreSQL decides every rule of every row as the grammar promises', { timeout: 120_000 }, async () => {
  const typed = (type: 'date' | 'boolean' | 'integer' | 'text') => ({ type }) as const;
  const read = {
    ...pipeline.extract.read,
    a: typed('boolean'),
    b: typed('boolean'),
    score: typed('integer'),
    seen_on: typed('date'),
    hold_until: typed('date'),
    hold_owner: typed('text'),
  };
  const always: Condition = { is: 'age-under', years: 16, born: 'born_on', on: ['drawn_at'] };
  await fc.assert(
    fc.asyncProperty(
      fc.array(tree, { minLength: 30, maxLength: 30 }),
      fc.array(rowOf, { minLength: 50, maxLength: 50 }),
      async (trees, rows) => {
        const conditions = [always, ...trees];
        const stage = await openStage({
          ...declaration,
          pipeline: {
            ...pipeline,
            extract: { ...pipeline.extract, read },
            screen: conditions.flatMap((when, i) => [
              { reason: `rule-${String(i)}`, when },
              ...(i === 0
                ? []
                : [{ reason: `contrary-${String(i)}`, when: { is: 'not', of: when } as const }]),
            ]),
          },
        });
        try {
          await stage.extract(rows.map((row, i) => victim(`V${String(i)}`, row as Row)));
          expect(await stage.rows('select * from quarantine')).toEqual([]);
          await stage.screen();
          const found = await stage.rows('select key[1] as ref, mask::text from screened');
          const masks = new Map(found.map(({ ref, mask }) => [ref, BigInt(String(mask))]));
          for (const [i, row] of rows.entries())
            for (const [n, condition] of trees.entries()) {
              const mask = masks.get(`V${String(i)}`) ?? 0n;
              const [itself, contrary] = [1, 2].map((k) => ((mask >> BigInt(2 * n + k)) & 1n) === 1n);
              const truth = itself ? (contrary ? null : true) : contrary ? false : 'neither';
              expect([condition, row, truth]).toEqual([condition, row, says(condition, row)]);
            }
        } finally {
          await stage.close();
        }
      },
    ),
    { numRuns: 6 },
  );
});
