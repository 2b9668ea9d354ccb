import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { addRecords, createRecords, recordColumns, writeDrop } from '../../worker/records.ts';
import { offences, ungroupedOffences } from '../../worker/synthetic-offences.ts';
import { isReserved, landline, landlineCount, mobile, mobileCount } from '../../worker/synthetic-phones.ts';
import { ordinaryRecord, startOfMonth, syntheticMonth } from '../../worker/synthetic.ts';
import type { RecordRow } from '../../worker/synthetic.ts';
import { createDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

const extractedAt = new Date('2026-11-15T02:00:00Z');
const october = { period: '2026-10', rows: 4_000, seed: 'a', zone: 'Europe/London', extractedAt };
const rows = [...syntheticMonth(october)];
const share = (which: (row: RecordRow) => boolean): number => rows.filter(which).length / rows.length;

const between = (low: number, high: number, which: (row: RecordRow) => boolean): void => {
  expect(share(which)).toBeGreaterThan(low);
  expect(share(which)).toBeLessThan(high);
};

const noBirthDate = ({ born_on: born }: RecordRow): boolean =>
  born === null || born === '1900-01-01' || born > '2026-11-01';

const text = (value: string | boolean | null): string => (value === null ? '' : String(value));

/** The first number behind a range belongs to somebody: it is not written here. */
const next = (last: string): string => `+${String(Number(last) + 1)}`;

interface Keyed {
  readonly victim_ref: string;
  readonly crime_no: string;
}
const byKey = (a: Keyed, b: Keyed): number =>
  a.victim_ref < b.victim_ref || (a.victim_ref === b.victim_ref && a.crime_no < b.crime_no) ? -1 : 1;

describe('a synthetic month', () => {
  test('is the same for the same seed, and another one for another', () => {
    expect([...syntheticMonth(october)]).toEqual(rows);
    expect([...syntheticMonth({ ...october, seed: 'b' })]).not.toEqual(rows);
  });

  test('has one row for each victim and offence, on the clocks of its zone, and a few rows outside', () => {
    expect(new Set(rows.map((row) => `${row.victim_ref} ${row.crime_no}`)).size).toBe(rows.length);
    // British Summer Time when it starts, Greenwich when it ends
    const [from, until] = [Date.parse('2026-09-30T23:00:00Z'), Date.parse('2026-11-01T00:00:00Z')];
    expect([startOfMonth('2026-10', 'Europe/London'), startOfMonth('2026-11', 'Europe/London')]).toEqual([
      from,
      until,
    ]);
    const times = rows.map((row) => Date.parse(row.reported_at ?? ''));
    expect(times.slice(0, 4)).toEqual([from, until - 1_000, from - 1_000, until]);
    const outside = times.filter((time) => time < from || time >= until);
    expect(outside.length).toBeGreaterThan(20);
    expect(outside.length).toBeLessThan(120);
    expect(
      outside.every((time) => time >= from - 3 * 86_400_000 - 1_000 && time < until + 3 * 86_400_000),
    ).toBe(true);
  });

  test('holds every kind of row that screening is there for, in believable shares', () => {
    between(0.11, 0.18, (row) => row.flag_domestic === true);
    between(0.2, 0.5, (row) => row.flag_domestic === null);
    between(0.03, 0.09, (row) => (row.born_on ?? '') > '2010-11-01' && row.victim_type === 'person');
    between(0.02, 0.05, (row) => row.victim_type === 'person' && noBirthDate(row));
    // screening cannot tell a business without a birth date from a child
    between(0.07, 0.13, (row) => noBirthDate(row) || (row.born_on ?? '') > '2010-11-01');
    between(0.1, 0.2, (row) => row.victim_type === 'business');
    between(0.02, 0.06, (row) => row.victim_type === 'state');
    between(0.02, 0.06, (row) => row.victim_role !== 'victim');
    between(0.03, 0.07, (row) => row.crime_status === 'cancelled' || row.crime_status === 'transferred');
    between(0.001, 0.01, (row) => row.deceased === true);
    between(0.01, 0.04, (row) => row.flag_sensitive === true);
    between(0.03, 0.1, (row) => row.phone_mobile === null && row.phone_home === null);
    expect(rows.some((row) => row.surname === "O'Neill")).toBe(true);
    expect(rows.some((row) => /[łéöñü]/u.test(row.surname ?? ''))).toBe(true);
    expect(rows.some((row) => row.address1?.includes('"'))).toBe(true);
  });

  test('leaves over a third of its rows to draw from', () => {
    const plain = share(
      (row) =>
        row.victim_type === 'person' &&
        row.victim_role === 'victim' &&
        row.flag_domestic !== true &&
        row.flag_sensitive !== true &&
        (row.crime_status === 'open' || row.crime_status === 'finalised') &&
        row.born_on !== null &&
        row.born_on < '2010-10-01' &&
        row.born_on > '1905-01-01' &&
        (row.phone_mobile ?? row.phone_home) !== null,
    );
    expect(plain).toBeGreaterThan(0.4);
  });

  test('shares a telephone only where two people share a home', () => {
    const people = new Map<string, Set<string>>();
    for (const row of rows) {
      for (const phone of [row.phone_mobile, row.phone_home]) {
        const digits = (phone ?? '').replaceAll(/\D/g, '').replace(/^(0044|44)0?|^0/, '');
        if (!isReserved(`+44${digits}`)) continue;
        people.set(
          digits,
          (people.get(digits) ?? new Set()).add(row.postcode?.replaceAll(' ', '').toUpperCase() ?? ''),
        );
      }
    }
    const shared = [...people.values()].filter((postcodes) => postcodes.size > 1);
    expect(shared).toEqual([]);
    const victims = Map.groupBy(rows, (row) => `${row.phone_home} ${row.postcode}`);
    const homes = [...victims.values()].filter((group) => new Set(group.map((row) => row.forename)).size > 1);
    expect(homes.length).toBeGreaterThan(10);
  });

  test('reaches nobody: every number is reserved for drama, every address is nobody’s', () => {
    const loose = rows
      .flatMap((row) => [row.phone_mobile ?? '', row.phone_home ?? ''])
      .filter((text) => {
        const numbers = text.match(/(?:\+|0)[\d ()+-]{9,}\d/g) ?? [];
        return numbers.some((number) => {
          const digits = number.replaceAll(/\D/g, '').replace(/^(0044|44)0?|^0/, '');
          return digits.length === 10 && digits !== '0000000000' && !isReserved(`+44${digits}`);
        });
      });
    expect(loose).toEqual([]);
    expect(rows.filter((row) => row.email !== null && !/@example\.(org|com)$/.test(row.email))).toEqual([]);
    expect(rows.filter((row) => row.postcode !== null && !/^zz99/i.test(row.postcode))).toEqual([]);
  });
});

test('the reserved numbers all come before one comes twice', () => {
  expect(new Set(Array.from({ length: mobileCount }, (_, n) => mobile(n))).size).toBe(mobileCount);
  expect(new Set(Array.from({ length: landlineCount }, (_, n) => landline(n))).size).toBe(landlineCount);
  expect(isReserved(`+44${mobile(7)}`) && isReserved(`+44${landline(7)}`)).toBe(true);
  expect(
    [next('447700900999'), next('441632960999'), '+4416329600', '+44770090000x'].filter(isReserved),
  ).toEqual([]);
});

test('every offence code is in exactly one offence group, except those meant to be in none', async () => {
  const file = new URL('../../schemas/lists/crime-groups.yaml', import.meta.url);
  const { groups } = parseYaml(await readFile(file, 'utf8')) as { groups: Record<string, string[]> };
  const grouped = Object.values(groups).flat();
  expect(
    offences.map(([{ code }]) => code).filter((code) => grouped.filter((g) => g === code).length !== 1),
  ).toEqual([]);
  expect(ungroupedOffences.filter(({ code }) => grouped.includes(code ?? ''))).toEqual([]);
});

describe('as a table and as a drop', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-drop-'));
    database = await createDatabase({ name: 'records' });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const stored = async (where: string): Promise<unknown[]> => {
    const result = await client.query<Record<string, unknown>>(
      `select ${Object.keys(recordColumns)
        .map((name) => `${name}::text`)
        .join(
          ', ',
        )} from survey.victim_offence where ${where} order by victim_ref collate "C", crime_no collate "C"`,
    );
    return result.rows;
  };

  test('a month of 4,000 rows is loaded in a second, and a second month beside it', async () => {
    const began = performance.now();
    expect(await createRecords(database.url, october)).toEqual({ rows: 4_000 });
    expect(performance.now() - began).toBeLessThan(3_000);
    await createRecords(database.url, { ...october, period: '2026-09', rows: 100 });
    const { rows: counts } = await client.query('select count(*)::int as n from survey.victim_offence');
    expect(counts).toEqual([{ n: 4_100 }]);
    const loaded = await stored(`crime_no like '23/2610/%'`);
    const expected = rows.map((row) => ({
      ...row,
      reported_at: row.reported_at?.replace('T', ' ').replace('.000Z', '+00'),
      extracted_at: '2026-11-15 02:00:00+00',
      flag_domestic: row.flag_domestic?.toString() ?? null,
      flag_sensitive: row.flag_sensitive?.toString() ?? null,
      deceased: row.deceased?.toString() ?? null,
    }));
    expect(loaded).toEqual(expected.toSorted(byKey));
  });

  test('a row of one’s own arrives with its tabs, backslashes and line ends', async () => {
    const awkward = {
      ...ordinaryRecord(1, '2026-10'),
      surname: 'tab\tback\\slash\nline\r',
      forename: String.raw`\N`,
    };
    await addRecords(database.url, [awkward]);
    expect(await stored(`victim_ref = 'T0000001'`)).toMatchObject([
      { surname: awkward.surname, forename: awkward.forename, title: 'Ms' },
    ]);
  });

  test('a drop holds the same rows as CSV that another parser reads, and only its owner may', async () => {
    const file = join(folder, 'october.csv');
    const awkward = { ...ordinaryRecord(2, '2026-10'), surname: 'quote "comma, line\nend' };
    expect(await writeDrop(file, [...rows, awkward], { bom: true })).toEqual({ rows: 4_001 });
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const read: Record<string, string>[] = parseCsv(bytes, {
      columns: true,
      bom: true,
      record_delimiter: '\r\n',
    });
    expect(read).toEqual(
      [...rows, awkward].map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]: [string, string | boolean | null]) => [name, text(value)]),
        ),
      ),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
