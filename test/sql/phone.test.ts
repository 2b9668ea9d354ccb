import { parsePhoneNumberWithError } from 'libphonenumber-js/max';
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phoneLevels, phones } from '../../sql/phone.ts';
import { bind } from '../../sql/plan.ts';
import { layers, list, statement } from '../../sql/statement.ts';
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

test('no text makes it raise, or yield anything but an E.164 number of ten national digits', async () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.stringMatching(/^[0-9+() ex#/;.-]{0,30}$/),
  );
  const given = fc
    .sample(any, { numRuns: 3_000, seed: 11 })
    .map((g) => g.replaceAll('\u0000', '').toWellFormed());
  const normalised = await normalise(given);
  for (const n of normalised) expect(n).toMatch(/^(\+44[1-9][0-9]{9} (mobile|landline|other)(, )?)*$/);
});
