import { afterAll, beforeAll, expect, test } from 'vitest';
import fc from 'fast-check';
import { anyCharacter } from '../chance.ts';
import { hmacInNode, keys, openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(shipped());
});
afterAll(() => stage.close());

const quarantined = async (rows: readonly Row[]): Promise<string[]> => {
  await stage.extract(rows);
  const found = await stage.rows(`select key[1] || ' ' || code as line from quarantine order by 1`);
  return found.map(({ line }) => String(line));
};

// numbers that cannot be rung in a survey have no reserved range: this one stands nowhere in full
const personal = '12345678';

const hex = (kind: string, text: string): string =>
  hmacInNode(keys.identifier, `${kind}:${text}`).toString('hex');

test('identifiers become tokens and outcomes, the values behind them stay nowhere', async () => {
  await stage.extract([
    victim('V1', {
      phone_mobile: '07700 900123 / 01632-960123',
      phone_home: `070${personal}`,
      urn: 'abc 12/34',
      forename: 'Dr. Mary-Jane',
      surname: 'Ó Briain',
      postcode: 'zz99 1ab',
    }),
    victim('V2', { phone_mobile: 'none', urn: ' ', forename: 'Mr', surname: 'Lord' }),
  ]);
  const rows = await stage.rows(
    `select key[1], phone_kinds, array(select encode(t, 'hex') from unnest(phone_tokens) t) as phones,
       array(select encode(t, 'hex') from unnest(reference_tokens) t) as refs,
       array(select encode(t, 'hex') from unnest(person_tokens) t) as persons from intake order by 1`,
  );
  expect(rows).toEqual([
    {
      key: 'V1',
      phone_kinds: ['mobile', 'landline', 'other'],
      phones: [
        hex('phone', '+447700900123'),
        hex('phone', '+441632960123'),
        hex('phone', `+4470${personal}`),
      ],
      refs: [hex('reference', 'ABC1234')],
      persons: [
        hex('person', 'mary|obriain|ZZ991AB'),
        hex('person', 'm*|obriain|ZZ991AB'),
        hex('person', 'maryjane|obriain|ZZ991AB'),
      ],
    },
    { key: 'V2', phone_kinds: [], phones: [], refs: [], persons: [] },
  ]);
  const left = await stage.rows(`select to_regclass('pg_temp.arrived') is null as gone`);
  expect(left).toEqual([{ gone: true }]);
  const whole = JSON.stringify(await stage.rows('select * from intake'));
  for (const value of ['900123', '960123', 'abc 12', 'Mary', 'Briain', '1ab', '1AB'])
    expect(whole).not.toContain(value);
});

test('every fault has a code and its row leaves the intake; good rows are not touched', async () => {
  const found = await quarantined([
    victim('V1'),
    victim('V2', { born_on: '17/05/1980' }),
    victim('V3', { born_on: '2026-02-30' }),
    victim('V4', { reported_at: '2026-10-05 10:00:00' }),
    victim('V5', { deceased: 'perhaps' }),
    victim('V6', { crime_no: '  ' }),
    victim('V7', { reported_at: '2026-10-31 23:59:59.999999+00' }),
    victim('V8', { reported_at: '2026-11-01 00:00:00+00' }),
    victim('V9', { reported_at: '2026-09-30T23:00:00Z' }),
    victim('W1', { reported_at: '2026-10-01T00:59:59+02:00' }),
    victim('W2', { reported_at: null }),
    victim('W3'),
    victim('W3', { born_on: 'x' }),
    victim('W4'),
    victim('W4'),
    victim('W5', { occurred_on: '1066-10-14' }),
    victim('W6', { occurred_on: '9026-10-04' }),
    // of a birth date only: unknown, which excludes one person
    victim('W7', { born_on: '1066-10-14' }),
  ]);
  expect(found).toEqual([
    'V2 CAST:born_on',
    'V3 CAST:born_on',
    'V4 CAST:reported_at',
    'V5 CAST:deceased',
    'V6 KEY_MISSING',
    'V8 OUT_OF_WINDOW',
    'W1 OUT_OF_WINDOW',
    'W2 OUT_OF_WINDOW',
    'W3 CAST:born_on',
    'W3 KEY_REPEATED',
    'W4 KEY_REPEATED',
    'W4 KEY_REPEATED',
    'W5 DATE:occurred_on',
    'W6 DATE:occurred_on',
  ]);
  const kept = await stage.rows('select key[1] from intake order by 1');
  expect(kept.map(({ key }) => key)).toEqual(['V1', 'V7', 'V9', 'W7']);
  expect(await stage.query(stage.plan.extract.counts)).toEqual([{ read: 18, quarantined: 14, intake: 4 }]);
  expect((await stage.query(stage.plan.extract.quarantined))[0]).toEqual({ code: 'CAST:born_on', rows: 3 });
});

test('a code finds its group, one in no group has none', async () => {
  await stage.extract([
    victim('V1', { offence_code: ' 28E ' }),
    victim('V2', { offence_code: '28e' }),
    victim('V3', { offence_code: null }),
  ]);
  expect(await stage.rows('select key[1], d_crime_group from intake order by 1')).toEqual([
    { key: 'V1', d_crime_group: 'burglary' },
    { key: 'V2', d_crime_group: null },
    { key: 'V3', d_crime_group: null },
  ]);
});

/** What a reading makes of rows, each cell as PostgreSQL writes it. */
const made = async (stage: Stage, reading: Stage['plan']['extract'], rows: readonly Row[]) => {
  await stage.query(stage.plan.extract.reset);
  await stage.arrive(reading, rows);
  await stage.query(stage.plan.extract.settle);
  return {
    intake: await stage.rows('select to_jsonb(i) as row from intake i order by key collate "C"'),
    quarantine: await stage.rows('select key, code from quarantine order by key collate "C", code'),
  };
};

test.each([
  [
    'warwickshire-victims',
    [
      [
        '0999-12-31',
        '1000-01-01',
        '9999-12-31',
        '10000-01-01',
        'infinity',
        '-infinity',
        '0044-03-15 BC',
      ].flatMap((day) => [{ occurred_on: day }, { born_on: day }]),
      ['1899-12-31', '1900-01-01', '1901-01-01', '2199-12-31', '2200-01-01', null].map((day) => ({
        occurred_on: day,
      })),
      ['1900-01-01', '1901-01-01', '1850-06-01', null].map((day) => ({ born_on: day })),
      [
        'infinity',
        '-infinity',
        '0044-03-15 00:00:00+00 BC',
        '10000-01-01 00:00:00+00',
        '9999-12-31 23:59:59.999999+00',
      ].map((at) => ({ reported_at: at })),
      ['2026-09-30 22:59:59.999999+00', '2026-09-30 23:00:00+00', '2026-11-01 00:00:00+00', null].map(
        (at) => ({
          reported_at: at,
        }),
      ),
      ['true', 'false', null].map((said) => ({ flag_domestic: said, deceased: said })),
      [{ victim_ref: ' ' }, { victim_type: ' person ' }, { forename: ' Mary\t' }],
    ].flat(),
  ],
  [
    'warwickshire-perception',
    ['0', '-7', '999999999999999999', '1000000000000000000', '-1000000000000000000', null].map((n) => ({
      attempts: n,
    })),
  ],
] as const)('%s: a column that arrives in its own type is read as its text is', async (survey, differing) => {
  const other = await openStage(shipped(survey));
  try {
    const { extract } = other.plan;
    const rows = differing.map((different, i): Row => {
      const row = victim(`V${i}`, different);
      return { ...row, resident_ref: row['victim_ref'] ?? null };
    });
    const [text, native] = [
      await made(other, extract, rows),
      await made(other, { ...extract, ...extract.native }, rows),
    ];
    expect(native).toEqual(text);
    expect(text.intake.length).toBeGreaterThan(0);
    expect(text.quarantine.length).toBeGreaterThan(0);
    expect(extract.native.types).toContain(survey === 'warwickshire-victims' ? 'timestamptz' : 'bigint');
  } finally {
    await other.close();
  }
});

const nearly = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.stringMatching(
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$/,
  ),
  fc.stringMatching(/^[+-]?[0-9]{1,25}$/),
  fc.constantFrom(
    'infinity',
    '-infinity',
    'epoch',
    'now',
    'today',
    '0000-00-00',
    '10000-01-01',
    '0001-01-01 BC',
  ),
  fc.constantFrom(
    '٢٠٢٦-١٠-٠٥',
    '2026-10-05\n',
    '2026-10-05 24:00:00Z',
    '2026-10-05 10:60:00Z',
    'NaN',
    '\\x41',
  ),
  fc.constantFrom(
    '9999-12-31 23:59:59.999999999-14:59',
    '2026-02-29',
    '2000-02-29',
    '1900-02-29',
    "';--",
    '{',
    '{a',
  ),
);

const noNul = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

test(
  'no text whatever makes a cast raise: it is typed or it is quarantined',
  { timeout: 60_000 },
  async () => {
    const columns = stage.plan.extract.columns.map(({ name }) => name);
    const row = fc.record(Object.fromEntries(columns.map((name) => [name, fc.option(nearly.map(noNul))])));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 30, maxLength: 60 }), async (rows) => {
        await stage.extract(rows);
        const [counts] = await stage.query(stage.plan.extract.counts);
        expect(counts?.['read']).toBe(rows.length);
      }),
      { numRuns: 12 },
    );
  },
);
