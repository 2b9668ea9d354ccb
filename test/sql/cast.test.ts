import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnType } from '../../schemas/pipeline.ts';
import { cast, guard, trimmed } from '../../sql/cast.ts';
import { statement } from '../../sql/statement.ts';
import { createDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`set timezone = 'UTC'`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** The value as text, `null`, or `refused`. */
const read = async (type: ColumnType, given: string | null, zone?: string): Promise<string> => {
  const column = { type, ...(zone !== undefined && { zone }) };
  const { text } =
    statement(sql`select g is false as refused, (case when g then ${cast(column, sql`x`)} end)::text as value
from (select x, ${guard(column, sql`x`)} as g from (select ${trimmed(sql`$1::text`)} as x offset 0) t offset 0) t`);
  const { rows } = await client.query<{ refused: boolean; value: string | null }>(text, [given]);
  return rows[0]?.refused === true ? 'refused' : String(rows[0]?.value);
};

const dates = ['2026-10-05', '2024-02-29', '2000-02-29', '1899-12-31', ' 2026-10-05\n'];
const noDates = [
  '2026-02-29',
  '1900-02-29',
  '2026-04-31',
  '2026-13-01',
  '2026-00-10',
  '2026-01-00',
  '0000-01-01',
];
const neverDates = [
  '05/10/2026',
  '2026-10-5',
  '20261005',
  'today',
  'infinity',
  '2026-10-05 BC',
  '2026-10-05T00:00Z',
];

test('a date is an ISO date of the calendar and nothing else', async () => {
  for (const text of dates) expect(await read('date', text)).toBe(text.trim());
  for (const text of [...noDates, ...neverDates])
    expect([text, await read('date', text)]).toEqual([text, 'refused']);
  for (const nothing of ['', '  ', '\t', null]) expect(await read('date', nothing)).toBe('null');
});

test('a time says its offset, unless a zone is declared for it', async () => {
  const london = 'Europe/London';
  expect(await read('timestamp', '2026-07-01T10:00:00+01:00')).toBe('2026-07-01 09:00:00+00');
  expect(await read('timestamp', '2026-07-01 10:00Z')).toBe('2026-07-01 10:00:00+00');
  expect(await read('timestamp', '2026-07-01 10:00:00.25+00')).toBe('2026-07-01 10:00:00.25+00');
  expect(await read('timestamp', '2026-07-01 10:00:00')).toBe('refused');
  expect(await read('timestamp', '2026-07-01 10:00:00', london)).toBe('2026-07-01 09:00:00+00');
  expect(await read('timestamp', '2026-12-01 10:00:00', london)).toBe('2026-12-01 10:00:00+00');
  expect(await read('timestamp', '2026-07-01 10:00:00+00', london)).toBe('2026-07-01 10:00:00+00');
  for (const text of [
    '2026-07-01 24:00Z',
    '2026-07-01 10:60Z',
    '2026-07-01 10:00:60Z',
    '2026-07-01 10:00 BST',
    '2026-07-01 10:00z',
    '2026-07-01  10:00Z',
    '2026-07-01 10:00  Z',
    '2026-07-01 10:00.5Z',
    `2026-07-01 10:00:00.${'1'.repeat(10)}Z`,
    '2026-07-01 10:00+15',
    '2026-07-01 10Z',
    '2026-07-01',
  ])
    expect([text, await read('timestamp', text)]).toEqual([text, 'refused']);
});

test('a time may be written as briefly or as long as the README of the schemas says', async () => {
  for (const text of [
    '2026-07-01T09:30+01',
    '2026-07-01 09:30 +0100',
    `2026-07-01 09:30:00.${'0'.repeat(9)}+01:00`,
    '\u00a02026-07-01 08:30:00 Z\r\n',
    '2026-06-30T18:30-14',
    '2026-07-01 22:30+14:00',
    '2026-07-01 23:29+14:59',
  ])
    expect([text, await read('timestamp', text)]).toEqual([text, '2026-07-01 08:30:00+00']);
});

test('booleans and whole numbers are what they usually are', async () => {
  for (const text of ['true', 'T', 'yes', 'Y', '1']) expect(await read('boolean', text)).toBe('true');
  for (const text of ['false', 'f', 'NO', 'n', '0']) expect(await read('boolean', text)).toBe('false');
  for (const text of ['2', 'on', 'x', 'tru']) expect(await read('boolean', text)).toBe('refused');
  expect(await read('integer', '-0042')).toBe('-42');
  expect(await read('integer', '\t+7 ')).toBe('7');
  expect(await read('integer', '9'.repeat(18))).toBe('9'.repeat(18));
  for (const text of ['1.0', '1e3', '1,000', '- 1', '+', '9'.repeat(19), '٤', '0x1f'])
    expect(await read('integer', text)).toBe('refused');
});
