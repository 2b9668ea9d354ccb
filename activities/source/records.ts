// Records of a CSV file as tuples for COPY. Bytes travel as latin1 strings, one character each: the parser may not
// decode, or it would replace what is not UTF-8 before anybody could refuse it.
import { isUtf8 } from 'node:buffer';
import type { CsvError } from 'csv-parse';
import { Parser } from 'csv-parse';
import { tuple } from './binary.ts';
import { malformed } from './drop.ts';
import { columnsMissing } from './missing.ts';
import type { RefusedRow, RowCode } from './source.ts';

export interface Records {
  /** Takes bytes without a byte order mark, gives one Buffer for each good row; throws coded refusals alone. */
  readonly parser: Parser;
  readonly refused: readonly RefusedRow[];
  /** False for a file in which not even the header came to an end. */
  readonly headed: () => boolean;
}

/** One quote that is never closed would swallow the rest of the file into one record. */
const longestRecord = 2 ** 20;

export const records = (name: string, wanted: readonly string[], headerOnly = false): Records => {
  const refused: RefusedRow[] = [];
  let places: readonly number[] | undefined;
  let width = 0;
  let skipped = 0;
  // where the record before ended: a record that starts and ends on one line has swallowed nothing
  let line = 0;
  let blanks = 0;
  let faultyLine = 0;
  const here = (): number => parser.info.records + parser.info.empty_lines + skipped;
  const firstLine = (): number => line + 1 + (parser.info.empty_lines - blanks);
  const ended = (at: number): void => {
    line = at;
    blanks = parser.info.empty_lines;
  };

  /** Called inside the parser, for every record as it ends. */
  const onRecord = (fields: string[]): Buffer | undefined => {
    const oneLine = parser.info.lines === firstLine();
    // the row before was refused, and had more lines than its own
    if (!oneLine && parser.info.lines - breaks(fields) !== firstLine()) throw swallowed(name, here() - 1);
    ended(parser.info.lines);
    if (places === undefined) {
      places = placesOf(name, fields, wanted);
      width = fields.length;
      return undefined;
    }
    const record = here();
    if (fields.length !== width) {
      if (!oneLine) throw swallowed(name, record);
      refused.push({ record, code: 'ROW_WIDTH' });
      return undefined;
    }
    const values = places.map((place) => fields[place] || null);
    const code = faultOf(values);
    if (code === undefined) return tuple(values);
    refused.push({ record, code });
    return undefined;
  };

  /** A quote out of place. On one line it costs that row; over several nobody can say how many rows it hides. */
  const onQuote = ({ code, lines }: CsvError): undefined => {
    const record = here() + 1;
    if (code === 'CSV_MAX_RECORD_SIZE') throw tooLong(name, record);
    if (!places) throw malformed(name, 'has a header with a quote out of place', 'a header of column names');
    if (code !== 'CSV_INVALID_CLOSING_QUOTE' && code !== 'INVALID_OPENING_QUOTE')
      throw swallowed(name, record);
    // the parser would stay inside the quotes and swallow what follows
    state.quoting = false;
    if (lines === faultyLine) return undefined;
    if (lines !== firstLine()) throw swallowed(name, record);
    refused.push({ record, code: 'ROW_QUOTING' });
    skipped++;
    faultyLine = lines;
    ended(lines);
    return undefined;
  };

  const parser = new Parser({
    encoding: 'latin1',
    bom: false,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRecord,
    on_record: onRecord,
    on_skip: (error) => (error ? onQuote(error) : undefined),
    ...(headerOnly && { to: 1 }),
  } as ConstructorParameters<typeof Parser>[0]);
  const { state } = parser as Parser & { state: { quoting: boolean } };
  return { parser, refused, headed: () => places !== undefined };
};

/** As the parser counts lines: a CR and an LF are two of them inside quotes. */
const breaks = (fields: readonly string[]): number =>
  fields.reduce((n, field) => n + (field.match(/[\r\n]/g)?.length ?? 0), 0);

const faultOf = (values: readonly (string | null)[]): RowCode | undefined => {
  for (const value of values) {
    if (value === null) continue;
    if (value.includes('\0')) return 'ROW_NUL';
    if (beyondAscii.test(value) && !isUtf8(Buffer.from(value, 'latin1'))) return 'ROW_ENCODING';
  }
  return undefined;
};
const beyondAscii = /[\x80-\xff]/;

/** Where in a record the wanted columns stand. */
const placesOf = (name: string, fields: readonly string[], wanted: readonly string[]): readonly number[] => {
  const headings = fields.map((field) => Buffer.from(field, 'latin1').toString());
  const missing = wanted.filter((column) => !headings.includes(column));
  if (missing.length > 0)
    throw columnsMissing(`the header of ${name}`, missing, missing.length < wanted.length ? headings : []);
  const twice = wanted.find((column) => headings.indexOf(column) !== headings.lastIndexOf(column));
  if (twice !== undefined)
    throw malformed(name, `has column ${JSON.stringify(twice)} twice`, 'each needed column once');
  return wanted.map((column) => headings.indexOf(column));
};

const tooLong = (name: string, record: number) =>
  malformed(
    name,
    `has a record of more than 1 MiB, record ${record}`,
    'records of at most 1 MiB; a quote that is never closed makes one of many',
  );

const swallowed = (name: string, record: number) =>
  malformed(
    name,
    `has a quote out of place in record ${record}, which runs over several lines`,
    'quotes that are closed, and doubled inside quotes: rows that such a record hides would be lost unseen',
  );
