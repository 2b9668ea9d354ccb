// The synthetic records system: what a force has and Cordon only reads. A table in a database of its own, or the
// same rows as a CSV drop. No constraint but the key, because a real one has none either.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { syntheticResidents } from './synthetic-residents.ts';
import type { ResidentOptions, ResidentRow } from './synthetic-residents.ts';
import { syntheticMonth } from './synthetic.ts';
import type { MonthOptions, RecordRow } from './synthetic.ts';

/** Also the order of the CSV drop's columns. */
export const recordColumns = {
  victim_ref: 'text',
  crime_no: 'text',
  urn: 'text',
  title: 'text',
  forename: 'text',
  surname: 'text',
  born_on: 'date',
  gender: 'text',
  phone_mobile: 'text',
  phone_home: 'text',
  email: 'text',
  postcode: 'text',
  address1: 'text',
  language: 'text',
  safe_contact_code: 'text',
  reported_at: 'timestamptz',
  occurred_on: 'date',
  victim_type: 'text',
  victim_role: 'text',
  offence_code: 'text',
  crime_status: 'text',
  policing_area: 'text',
  flag_domestic: 'boolean',
  flag_sensitive: 'boolean',
  deceased: 'boolean',
  extracted_at: 'timestamptz',
} as const satisfies Record<keyof RecordRow, string>;

export const residentColumns = {
  resident_ref: 'text',
  title: 'text',
  forename: 'text',
  surname: 'text',
  born_on: 'date',
  phone_mobile: 'text',
  phone_home: 'text',
  postcode: 'text',
  language: 'text',
  district: 'text',
  left_on: 'date',
  attempts: 'integer',
  deceased: 'boolean',
} as const satisfies Record<keyof ResidentRow, string>;

const columns = Object.keys(recordColumns) as readonly (keyof RecordRow)[];

/**
 * Makes `survey.victim_offence` in that database unless it is there, and adds one month to it.
 * @param url an address that may create schemas there
 */
export const createRecords = async (url: string, options: MonthOptions): Promise<{ rows: number }> =>
  addRecords(url, syntheticMonth(options));

export const addRecords = (url: string, rows: Iterable<RecordRow>): Promise<{ rows: number }> =>
  addRows(
    url,
    { name: 'victim_offence', columns: recordColumns, key: 'victim_ref, crime_no', indexed: 'reported_at' },
    rows,
  );

/** Makes `survey.resident` in that database unless it is there, and adds these people: the frame of another survey. */
export const createResidents = (url: string, options: ResidentOptions): Promise<{ rows: number }> =>
  addRows(
    url,
    { name: 'resident', columns: residentColumns, key: 'resident_ref', indexed: 'district' },
    syntheticResidents(options),
  );

type Cell = string | number | boolean | null;
interface Table<K extends string> {
  readonly name: string;
  readonly columns: Readonly<Record<K, string>>;
  readonly key: string;
  readonly indexed: K;
}

const addRows = async <K extends string>(
  url: string,
  { name, columns, key, indexed }: Table<K>,
  rows: Iterable<Readonly<Record<K, Cell>>>,
): Promise<{ rows: number }> => {
  const client = new pg.Client({ connectionString: url, application_name: 'records system' });
  await client.connect();
  try {
    await client.query('begin');
    const typed = Object.entries<string>(columns).map(([column, type]) => `${column} ${type}`);
    await client.query(`create schema if not exists survey;
create table if not exists survey.${name} (
  ${typed.join(',\n  ')},
  primary key (${key})
);
create index if not exists ${name}_${indexed} on survey.${name} (${indexed})`);
    const names = Object.keys(columns) as K[];
    const copy = client.query(copyFrom(`copy survey.${name} (${names.join(', ')}) from stdin`));
    await pipeline(Readable.from(copyText(names, rows)), copy);
    await client.query('commit');
    await client.query(`analyze survey.${name}`);
    return { rows: copy.rowCount };
  } finally {
    await client.end();
  }
};

const chunkLength = 65_536;

/** PostgreSQL's text format of COPY, in pieces that are worth a write. */
function* copyText<K extends string>(
  columns: readonly K[],
  rows: Iterable<Readonly<Record<K, Cell>>>,
): Generator<string> {
  let text = '';
  for (const row of rows) {
    text += `${columns.map((name) => copyField(row[name])).join('\t')}\n`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  if (text) yield text;
}

const copyField = (value: Cell): string => {
  if (value === null) return String.raw`\N`;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return value.replaceAll(/[\\\t\n\r]/g, (c) => escapes[c] ?? c);
};

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** The same rows as a CSV drop (RFC 4180, UTF-8, CRLF, a header, nothing for null), for its owner's eyes only. */
export const writeDrop = async (
  file: string,
  rows: Iterable<RecordRow>,
  { bom = false } = {},
): Promise<{ rows: number }> => {
  const text = stringify({
    header: true,
    columns: [...columns],
    bom,
    record_delimiter: 'windows',
    cast: { boolean: (value) => String(value) },
  });
  let count = 0;
  const counted = function* (): Generator<RecordRow> {
    for (const row of rows) {
      count++;
      yield row;
    }
  };
  await pipeline(Readable.from(counted()), text, createWriteStream(file, { mode: 0o600, flush: true }));
  return { rows: count };
};
