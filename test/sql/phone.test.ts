import { parsePhoneNumberWithError } from 'libphonenumber-js/max';
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phoneLevels, phones } from '../../sql/phone.ts';
import { bind } from '../../sql/plan.ts';
import { layers, list, statement } from '../../sql/statement.ts';
import { anyCharacter } from '../chance.ts';
import { createDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const found = phones(1);
const { text } = bind(
  statement(sql`select array[${list(found.map(({ number }) => number))}] as numbers, array[${list(found.map(({ kind }) => kind))}] as kinds
from ${layers(sql`(select t.given, t.i from unnest($1::text[]) with ordinality t(given, i))`, phoneLevels([sql`given`]))} n order by n.i`),
);

const normalise = async (given: readonly string[]): Promise<string[]> => {
  const { rows } = await client.query<{ numbers: (string | null)[]; kinds: (string | null)[] }>(text, [
    given,
  ]);
  return rows.map(({ numbers, kinds }) =>
    numbers.flatMap((n, i) => (n === null ? [] : [`${n} ${kinds[i]}`])).join(', '),
  );
};

// only drama numbers may stand in a file: of every other kind the area is put before these digits
const local = '12345678';

const cases: readonly [given: string, normalised: string][] = [
  ['07700900123', '+447700900123 mobile'],
  ['07700-900-123', '+447700900123 mobile'],
  ['+44 7700 900123', '+447700900123 mobile'],
  ['0044 7700 900123', '+447700900123 mobile'],
  ['+44 (0)7700 900123', '+447700900123 mobile'],
  ['0044 (0) 7700 900 123', '+447700900123 mobile'],
  ['(01632) 960 123', '+441632960123 landline'],
  ['01632\u00a0960\u2013123', '+441632960123 landline'],
  ['07700 900123 / 01632 960123', '+447700900123 mobile, +441632960123 landline'],
  ['07700 900123; 01632 960123', '+447700900123 mobile, +441632960123 landline'],
  ['07700 900123 OR 01632 960123', '+447700900123 mobile, +441632960123 landline'],
  ['07700 900123 01632 960123', '+447700900123 mobile, +441632960123 landline'],
  ['07700 900123 / ex-directory', '+447700900123 mobile'],
  ['01632 960123 ext 45', '+441632960123 other'],
  ['01632 960123 x45', '+441632960123 other'],
  ['01632 960123 #45', '+441632960123 other'],
  ['01632 960123 Extension: 4', '+441632960123 other'],
  ...['70', '76', '30', '55', '80', '90'].map((area): [string, string] => [
    `0${area} ${local}`,
    `+44${area}${local} other`,
  ]),
  ['0770090012', ''],
  ['077009001234', ''],
  ['+33 1 70 18 99 00', ''],
  ['0033 1 70 18 99 00', ''],
  ['+1 202 555 0123', ''],
  ['00000000000', ''],
  ['unknown', ''],
  ['', ''],
];

test('a UK number in any dress is one number of one kind; anything else is none', async () => {
  const normalised = await normalise(cases.map(([given]) => given));
  expect(cases.map(([given], i) => [given, normalised[i]])).toEqual(cases);
});

const oracle = (given: string): string => {
  try {
    const parsed = parsePhoneNumberWithError(given, 'GB');
    return parsed.countryCallingCode === '44' && parsed.nationalNumber.length === 10 ? parsed.number : '';
  } catch {
    return '';
  }
};

const threeDigits = fc.stringMatching(/^[0-9]{3}$/);

test('what both recognise is the same number to libphonenumber, and every number of ten digits is recognised', async () => {
  const reserved = fc.oneof(
    fc.tuple(fc.constant('7700900'), threeDigits),
    fc.tuple(fc.constant('1632960'), threeDigits),
  );
  const dressed = fc
    .tuple(
      fc.constantFrom('0', '+44', '+44 (0)', '0044 ', '+44 '),
      reserved.map((parts) => parts.join('')),
      fc.array(fc.constantFrom('', '', ' ', '-', '.'), { minLength: 10, maxLength: 10 }),
    )
    .map(
      ([prefix, national, gaps]) =>
        prefix +
        national
          .split('')
          .map((d, i) => d + (gaps[i] ?? ''))
          .join('')
          .trim(),
    );
  const given = fc.sample(dressed, { numRuns: 2_000, seed: 7 });
  const normalised = await normalise(given);
  const different = given.filter((g, i) => (normalised[i] ?? '').split(' ')[0] !== oracle(g));
  expect(different).toEqual([]);
});

const national = fc.oneof(
  threeDigits.map((last) => `7700900${last}`),
  threeDigits.map((last) => `1632960${last}`),
);
const prefix = fc.constantFrom('0', '+44', '+44 (0)', '0044 ', '(0)', '+44-', '0044-0');
const around = fc.constantFrom(
  ['', ''],
  ['tel:', ''],
  ['Mobile: ', ' (mobile)'],
  ['\u202a', '\u202c'],
  ['h ', ' - home'],
  ['', ' please do not ring after six'],
);
const between = fc.constantFrom(' / ', '/', ', ', '; ', ' or ', ' and ', ' & ', ' ', '\n', ' (h) ', ' mob ');
const gap = fc.constantFrom('', '', '', ' ', '-', '.', '\u00a0', '\u2011', '\u2009');

/** A number as somebody may write it. */
const written = fc
  .tuple(prefix, national, fc.array(gap, { minLength: 10, maxLength: 10 }))
  .map(([before, digits, gaps]) => ({
    text:
      before +
      digits
        .split('')
        .map((d, i) => d + (i < 9 ? (gaps[i] ?? '') : ''))
        .join(''),
    number: `+44${digits}`,
  }));

test('words around it and others beside it hide no number: each is the one that libphonenumber reads', async () => {
  const fields = fc.sample(fc.tuple(fc.array(written, { minLength: 1, maxLength: 3 }), between, around), {
    numRuns: 2_000,
    seed: 5,
  });
  const given = fields.map(
    ([numbers, sep, [before = '', after = '']]) => before + numbers.map(({ text }) => text).join(sep) + after,
  );
  const normalised = await normalise(given);
  const wrong = fields.flatMap(([numbers], i) => {
    const found = (normalised[i] ?? '').split(', ').map((n) => n.split(' ')[0]);
    const asRead = numbers.map(({ text }) => oracle(text.normalize('NFKC').replaceAll(/\u2010/g, '-')));
    const want = numbers.map(({ number }) => number);
    return JSON.stringify(found) === JSON.stringify(want) && JSON.stringify(asRead) === JSON.stringify(want)
      ? []
      : [[given[i], normalised[i], asRead]];
  });
  expect(wrong).toEqual([]);
});

test('a number with a digit too few or too many is no number, however it is parted', async () => {
  const fields = fc.sample(
    fc.tuple(
      prefix,
      national,
      fc.array(gap, { minLength: 11, maxLength: 11 }),
      fc.constantFrom(-2, -1, 1, 2),
      fc.nat(9),
    ),
    { numRuns: 2_000, seed: 6 },
  );
  const given = fields.map(([before, digits, gaps, by, extra]) => {
    const cut = by < 0 ? digits.slice(0, by) : digits + String(extra).repeat(by);
    return (
      before +
      cut
        .split('')
        .map((d, i) => d + (i < cut.length - 1 ? (gaps[i] ?? '') : ''))
        .join('')
    );
  });
  const normalised = await normalise(given);
  expect(given.filter((_, i) => normalised[i] !== '')).toEqual([]);
});

test('no text makes it raise, or yield anything but an E.164 number of ten national digits', async () => {
  const any = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 30 }),
    fc.stringMatching(/^[0-9+() ex#/;.-]{0,30}$/),
  );
  const given = fc
    .sample(any, { numRuns: 3_000, seed: 11 })
    .map((g) => g.replaceAll('\u0000', '').toWellFormed());
  const normalised = await normalise(given);
  for (const n of normalised) expect(n).toMatch(/^(\+44[1-9][0-9]{9} (mobile|landline|other)(, )?)*$/);
});
