// Every operator of the grammar against true, false and unknown, in PostgreSQL, by the very statements of a wave. The
// table is complete by type: an operator without its rows does not compile. For each operator two rules run, itself
// and its contrary: true sets the first bit alone, false the second alone, unknown both, so that unknown excludes.
import { beforeAll, describe, expect, test } from 'vitest';
import { isPopulation, isShared } from '../../schemas/condition.ts';
import type { Condition, Kind } from '../../schemas/condition.ts';
import { duration } from '../../schemas/duration.ts';
import type { Pipeline } from '../../schemas/pipeline.ts';
import { hmacInNode, keys, openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

interface Truths {
  readonly asks: Condition;
  readonly true: readonly Row[];
  readonly false: readonly Row[];
  /** a text says why it never is */
  readonly unknown: readonly Row[] | string;
  /** rows that only make the others true or unknown */
  readonly beside?: readonly Row[];
}

const a: Condition = { is: 'column', column: 'a' };
const b: Condition = { is: 'column', column: 'b' };
const role: Condition = { is: 'in-values', column: 'victim_role', values: ['suspect'] };
const truths = [
  ['t', true],
  ['f', false],
  [null, null],
] as const;
/** Kleene's three-valued tables, all nine cells. */
const pairs = (truth: (x: boolean | null, y: boolean | null) => boolean | null) => {
  const cells = truths.flatMap(([x, p]) =>
    truths.map(([y, q]) => ({ row: { a: x, b: y }, is: truth(p, q) })),
  );
  const of = (is: boolean | null): Row[] => cells.filter((cell) => cell.is === is).map(({ row }) => row);
  return { true: of(true), false: of(false), unknown: of(null) };
};
const phone = (last: number): Row => ({ phone_mobile: `07700 900${String(last)}` });
const ann = (n: number): Row => ({
  forename: `Ann${'abcdefgh'.charAt(n)}`,
  surname: 'Same',
  postcode: 'ZZ99 9ZZ',
});
const nobody: Row = { phone_mobile: null, phone_home: null, urn: null, forename: null };

// drawn at 06:30 on 16 November 2026, over the reports of October
const table: { readonly [K in Kind]: Truths & { readonly asks: { readonly is: K } } } = {
  column: {
    asks: { is: 'column', column: 'a' },
    true: [{ a: 't' }],
    false: [{ a: 'f' }],
    unknown: [{ a: null }],
  },
  any: {
    asks: { is: 'any', of: [a, b] },
    ...pairs((x, y) => (x === true || y === true ? true : x === null || y === null ? null : false)),
  },
  all: {
    asks: { is: 'all', of: [a, b] },
    ...pairs((x, y) => (x === false || y === false ? false : x === null || y === null ? null : true)),
  },
  not: { asks: { is: 'not', of: a }, true: [{ a: 'f' }], false: [{ a: 't' }], unknown: [{ a: null }] },
  'in-values': {
    asks: { is: 'in-values', column: 'victim_role', values: ['suspect', "o'clock"] },
    true: [{ victim_role: 'suspect' }, { victim_role: " o'clock " }],
    false: [{ victim_role: 'Suspect' }, { victim_role: 'victim' }],
    unknown: [{ victim_role: null }, { victim_role: ' ' }, { victim_role: 'N/K' }],
  },
  'in-list': {
    asks: { is: 'in-list', column: 'offence_code', list: 'crime-groups', groups: ['vehicle-offences'] },
    true: [{ offence_code: '48' }],
    false: [{ offence_code: '28E' }, { offence_code: 'none such' }],
    unknown: [{ offence_code: null }],
  },
  'starts-with': {
    asks: { is: 'starts-with', column: 'policing_area', prefixes: ['North', '50%'] },
    true: [{ policing_area: 'North' }, { policing_area: 'Northfield' }, { policing_area: '50%' }],
    false: [{ policing_area: 'north' }, { policing_area: 'South North' }, { policing_area: '500' }],
    unknown: [{ policing_area: null }],
  },
  'not-in-any-group': {
    asks: { is: 'not-in-any-group', column: 'offence_code' },
    true: [{ offence_code: '999Z' }],
    false: [{ offence_code: '28E' }],
    unknown: [{ offence_code: null }],
  },
  missing: {
    asks: { is: 'missing', column: 'surname' },
    true: [{ surname: null }, { surname: '  ' }],
    false: [{ surname: 'x' }],
    unknown: 'a cell is filled or it is not',
  },
  number: {
    asks: { is: 'number', column: 'score', atLeast: 3, atMost: 5 },
    true: [{ score: '3' }, { score: '5' }],
    false: [{ score: '2' }, { score: '6' }, { score: '-4' }],
    unknown: [{ score: null }],
  },
  'age-under': {
    asks: { is: 'age-under', years: 16, born: 'born_on', on: ['occurred_on', 'drawn_at'] },
    true: [
      { born_on: '2010-11-17' },
      { born_on: '2010-10-05' },
      // one of the days says so, the other does not know
      { born_on: '2015-01-01', occurred_on: null },
    ],
    false: [{ born_on: '2010-10-04' }, { born_on: '1910-01-01' }],
    unknown: [
      { born_on: null },
      { born_on: '1900-01-01' },
      { born_on: '1901-01-01' },
      { born_on: '2090-01-01' },
      { born_on: '1850-02-02' },
      { born_on: '1980-01-01', occurred_on: null },
    ],
  },
  'age-over': {
    asks: { is: 'age-over', years: 85, born: 'born_on', on: ['drawn_at'] },
    true: [{ born_on: '1940-11-16' }],
    false: [{ born_on: '1940-11-17' }],
    unknown: [{ born_on: null }, { born_on: '2026-11-17' }, { born_on: '1901-01-01' }],
  },
  'age-between': {
    asks: { is: 'age-between', from: 16, to: 17, born: 'born_on', on: ['drawn_at'] },
    true: [{ born_on: '2010-11-16' }, { born_on: '2008-11-17' }],
    false: [{ born_on: '2010-11-17' }, { born_on: '2008-11-16' }],
    unknown: [{ born_on: null }, { born_on: '2027-01-01' }],
  },
  'date-before': {
    asks: { is: 'date-before', column: 'seen_on', than: 'drawn_at', by: duration('P12M') },
    true: [{ seen_on: '2025-11-15' }],
    false: [{ seen_on: '2025-11-16' }, { seen_on: '2027-01-01' }],
    unknown: [{ seen_on: null }],
  },
  'date-after': {
    asks: { is: 'date-after', column: 'seen_on', than: 'reported_at' },
    // half past midnight of the sixth in London
    true: [{ seen_on: '2026-10-06' }, { seen_on: '2026-10-07', reported_at: '2026-10-05T23:30:00Z' }],
    false: [{ seen_on: '2026-10-05' }, { seen_on: '2026-10-06', reported_at: '2026-10-05T23:30:00Z' }],
    unknown: [{ seen_on: null }],
  },
  'date-within': {
    asks: { is: 'date-within', column: 'seen_on', within: duration('P7D'), of: '2026-10-10' },
    true: [{ seen_on: '2026-10-03' }, { seen_on: '2026-10-17' }],
    false: [{ seen_on: '2026-10-02' }, { seen_on: '2026-10-18' }],
    unknown: [{ seen_on: null }],
  },
  'words-in': {
    asks: { is: 'words-in', column: 'surname', words: ['Ltd', 'P.L.C.', 'county council', '& sons'] },
    true: [
      { surname: 'Imaginary Trading LTD.' },
      { surname: 'Imaginary plc' },
      { surname: 'Nowhere  County-Council' },
      { surname: 'Sample and Sons' },
      { surname: 'Sample & Sons' },
    ],
    false: [{ surname: 'Ltdon' }, { surname: 'County' }, { surname: 'Sons' }, { surname: 'Pl c' }],
    unknown: [{ surname: null }],
  },
  'postcode-outside': {
    asks: { is: 'postcode-outside', areas: ['zz', 'B93', 'B94 5'] },
    true: [{ postcode: 'Z9 1AA' }, { postcode: 'B9 3AA' }, { postcode: 'B94 6AA' }, { postcode: 'W1A 1AA' }],
    false: [{ postcode: 'zz991aa' }, { postcode: 'B93 3AA' }, { postcode: 'B94 5AA' }],
    unknown: [{ postcode: null }, { postcode: 'unknown' }, { postcode: 'ZZ99' }],
  },
  'in-register': {
    asks: { is: 'in-register', register: 'opt-outs' },
    true: [phone(990), { phone_home: '07700 900990' }],
    false: [{}],
    unknown: [nobody],
  },
  'notice-open': {
    asks: { is: 'notice-open' },
    true: [{ reported_at: '2026-10-27T06:30:01Z' }],
    false: [{ reported_at: '2026-10-27T06:30:00Z' }],
    unknown: 'a row without its report lies in no window, and is quarantined',
  },
  'on-hold': {
    asks: { is: 'on-hold', until: 'hold_until', owner: 'hold_owner' },
    true: [
      { hold_until: '2026-11-16', hold_owner: 'x' },
      { hold_until: '2027-01-01', hold_owner: null },
      { hold_until: null, hold_owner: 'x' },
    ],
    false: [
      { hold_until: null, hold_owner: null },
      { hold_until: '2026-11-15', hold_owner: 'x' },
    ],
    unknown: 'two empty columns are no hold',
  },
  'hold-expired': {
    asks: { is: 'hold-expired', until: 'hold_until', owner: 'hold_owner' },
    true: [{ hold_until: '2026-11-15', hold_owner: 'x' }],
    false: [{ hold_until: '2026-11-16', hold_owner: 'x' }, { hold_until: null, hold_owner: 'x' }, {}],
    unknown: 'two empty columns are no hold',
  },
  'no-usable-phone': {
    asks: { is: 'no-usable-phone', kinds: ['mobile'] },
    true: [{ phone_mobile: null }, { phone_mobile: '01632 960001' }, { phone_mobile: '07700 900001 ext 2' }],
    false: [{}, { phone_mobile: 'none', phone_home: '01632 960001 / 07700 900001' }],
    unknown: 'whatever is not a number of that kind is not usable',
  },
  'phone-of-more-than': {
    asks: { is: 'phone-of-more-than', persons: 1 },
    true: [phone(980)],
    false: [{}, { ...ann(0), ...phone(981) }],
    unknown: [phone(982)],
    beside: [
      { ...phone(980), forename: 'Other' },
      { ...ann(0), ...phone(981) },
      { ...phone(982), forename: null },
    ],
  },
  'phone-of': {
    asks: { is: 'phone-of', of: role },
    true: [phone(970), { phone_home: '07700 900970' }, { victim_role: 'suspect' }],
    false: [{}, phone(973), { phone_mobile: null }],
    unknown: [phone(971)],
    beside: [
      { ...phone(970), victim_role: 'suspect' },
      { ...phone(971), victim_role: null },
      { ...phone(973), victim_role: 'witness' },
    ],
  },
  'person-also': {
    asks: { is: 'person-also', of: role },
    true: [ann(1), { forename: 'A', surname: 'Same', postcode: 'zz999zz' }, { victim_role: 'suspect' }],
    // an initial is a written form of a forename: matched widely, because it excludes
    false: [{ surname: 'Apart' }, { ...ann(4), surname: 'Another' }],
    unknown: [ann(2), { forename: null }],
    beside: [
      { ...ann(1), victim_role: 'suspect' },
      { ...ann(2), victim_role: null },
    ],
  },
  'duplicate-of-person': {
    asks: { is: 'duplicate-of-person', keep: 'latest' },
    true: [{ ...ann(5), reported_at: '2026-10-01T10:00:00Z' }],
    false: [{}, { ...ann(5), reported_at: '2026-10-03T10:00:00Z' }],
    unknown: [{ forename: null }],
  },
};

const declaration = shipped();
const { pipeline, lists } = declaration;
const reading = { type: 'date' } as const;

/** The shipped survey with these conditions for its rules. */
const asking = (conditions: readonly Condition[]): Pipeline => ({
  ...pipeline,
  notice: { ...pipeline.notice, optOutWindow: duration('P20D') },
  extract: {
    ...pipeline.extract,
    read: {
      ...pipeline.extract.read,
      victim_role: { type: 'text', unknownWhen: ['N/K'], why: 'as the source writes it' },
      a: { type: 'boolean' },
      b: { type: 'boolean' },
      score: { type: 'integer' },
      seen_on: reading,
      hold_until: reading,
      hold_owner: { type: 'text' },
    },
  },
  screen: conditions.map((when, i) => ({ reason: `rule-${String(i)}`, when })),
});

interface Case {
  readonly kind: Kind;
  readonly expected: 'true' | 'false' | 'unknown';
  readonly row: Row;
}

const casesOf = (kind: Kind): Case[] =>
  (['true', 'false', 'unknown'] as const).flatMap((expected) => {
    const rows = table[kind][expected];
    return typeof rows === 'string' ? [] : rows.map((row) => ({ kind, expected, row }));
  });

const kinds = Object.keys(table) as Kind[];
const [population, rows] = [
  kinds.filter((kind) => isPopulation(table[kind].asks)),
  kinds.filter((kind) => !isPopulation(table[kind].asks)),
];

/** Each row's mask after screening by these conditions, in the order of the cases. */
const masks = async (conditions: readonly Condition[], cases: readonly Case[]): Promise<bigint[]> => {
  const stage: Stage = await openStage({ ...declaration, pipeline: asking(conditions), lists });
  try {
    await stage.rows(
      `insert into register_entry (register, kind, token, added_by) values ('opt-outs', 'phone', $1, 'clerk')`,
      [hmacInNode(keys.identifier, 'phone:+447700900990')],
    );
    const beside = [...new Set(cases.map(({ kind }) => kind))].flatMap((kind) => table[kind].beside ?? []);
    await stage.extract([
      ...cases.map(({ row }, i) => victim(`V${String(i)}`, row)),
      ...beside.map((row, i) => victim(`B${String(i + 500)}`, row)),
    ]);
    expect(await stage.rows('select * from quarantine')).toEqual([]);
    await stage.screen();
    const found = await stage.rows('select key[1] as ref, mask::text from screened');
    const byRef = new Map(found.map(({ ref, mask }) => [ref, BigInt(String(mask))]));
    return cases.map((_, i) => byRef.get(`V${String(i)}`) ?? -1n);
  } finally {
    await stage.close();
  }
};

const has = (mask: bigint | undefined, bit: number): boolean => ((mask ?? 0n) & (1n << BigInt(bit))) !== 0n;

describe('a condition of one row', () => {
  const cases = rows.flatMap(casesOf);
  let found: bigint[];
  beforeAll(async () => {
    found = await masks(
      rows.flatMap((kind): Condition[] => [table[kind].asks, { is: 'not', of: table[kind].asks }]),
      cases,
    );
  });

  test.each(rows)(
    '%s is true, false and unknown where it should be, and excludes unless it is false',
    (kind) => {
      const said = cases.flatMap((one, i) => {
        if (one.kind !== kind) return [];
        const [itself, contrary] = [0, 1].map((n) => has(found[i], 2 * rows.indexOf(kind) + n));
        const truth = itself ? (contrary ? 'unknown' : 'true') : contrary ? 'false' : 'neither';
        return [{ ...one, expected: truth }];
      });
      expect(said).toEqual(cases.filter((one) => one.kind === kind));
    },
  );
});

describe('a condition of everybody at once', () => {
  test.each(population)('%s excludes who matches or cannot be told, and nobody else', async (kind) => {
    const cases = casesOf(kind);
    const found = await masks([table[kind].asks], cases);
    expect(cases.map(({ row }, i) => [row, has(found[i], 0)])).toEqual(
      cases.map(({ row, expected }) => [row, expected !== 'false']),
    );
  });

  test.each(population.filter((kind) => isShared(table[kind].asks)))(
    '%s excludes the same as a branch, and nobody whom the other branches do not decide',
    async (kind) => {
      const cases = casesOf(kind);
      const { asks } = table[kind];
      const never: Condition = { is: 'in-values', column: 'offence_code', values: ['none'] };
      const always: Condition = { is: 'in-values', column: 'offence_code', values: ['28E'] };
      const found = await masks(
        [
          { is: 'any', of: [never, asks] },
          { is: 'all', of: [{ is: 'any', of: [asks, never] }, always] },
          { is: 'all', of: [asks, never] },
          { is: 'any', of: [asks, always] },
        ],
        cases,
      );
      expect(cases.map(({ row }, i) => [row, [0, 1, 2, 3].map((bit) => has(found[i], bit))])).toEqual(
        cases.map(({ row, expected }) => [row, [expected !== 'false', expected !== 'false', false, true]]),
      );
    },
  );
});

test('the bite: a rule that asked for true instead of not false would let the unknown in', async () => {
  const unknown = rows.flatMap(casesOf).filter(({ expected }) => expected === 'unknown');
  expect(unknown.length).toBeGreaterThan(20);
  expect(new Set(unknown.map(({ kind }) => kind)).size).toBeGreaterThan(12);
});
