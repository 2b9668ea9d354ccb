// `cordon allocate`: a sample shared out over strata that are given as CSV, without a declaration or a server.
import { parse } from 'csv-parse/sync';
import { refuse } from '../schemas/failure.ts';
import type { Method, Stratum } from '../sql/allocate.ts';
import { apportion } from '../sql/allocate.ts';
import { exitCodes } from './exit.ts';

export interface AllocateFlags {
  readonly take: number;
  readonly method: Method;
  readonly exponent: number;
  readonly json?: boolean;
}

/** @throws INPUT, ALLOCATION_INFEASIBLE */
export const allocateCommand = (
  { take, method, exponent, json }: AllocateFlags,
  csv: string,
  say: (line: string) => void,
): number => {
  const strata = readStrata(csv);
  const shares = apportion(take, method, strata, exponent);
  if (json) {
    const by = <V>(pick: (share: (typeof shares)[number]) => V): Record<string, V> =>
      Object.fromEntries(shares.map((share) => [share.stratum, pick(share)]));
    say(JSON.stringify({ allocation: by((s) => s.allocated), exact: by((s) => s.exact) }, null, 2));
  } else {
    say(`${'size'.padStart(9)}${'exact'.padStart(14)}${'allocated'.padStart(11)}  stratum`);
    for (const [i, { stratum, exact, allocated }] of shares.entries())
      say(
        `${String(strata[i]?.size).padStart(9)}${exact.toFixed(3).padStart(14)}${String(allocated).padStart(11)}  ${stratum}`,
      );
  }
  return exitCodes.done.code;
};

const columns = ['stratum', 'size', 'sd', 'floor', 'cap'] as const;
type Column = (typeof columns)[number];
const shape: Readonly<Record<Column, RegExp>> = {
  stratum: /^/,
  size: /^\d{1,12}$/,
  sd: /^(\d{1,15}(\.\d{0,30})?|\.\d{1,30})$/,
  floor: /^\d{1,12}$/,
  cap: /^\d{1,12}$/,
};

const expectations: Readonly<Record<Column, string>> = {
  stratum: 'a name',
  size: 'a whole number of at most 12 digits',
  sd: 'a number that is not negative, of at most 15 digits before its point',
  floor: 'a whole number of at most 12 digits',
  cap: 'a whole number of at most 12 digits',
};

/** `1e+05` and `100.0`, as R and pandas write them, are `100000` and `100`. */
const plainly = (text: string): string => {
  const [, whole, part = '', power = '0'] = /^(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i.exec(text) ?? [];
  if (whole === undefined) return text;
  const point = whole.length + Number(power);
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${part}`.padEnd(point, '0');
  const at = Math.max(0, point);
  return `${digits.slice(0, at) || '0'}.${digits.slice(at)}`.replace(/\.0*$/, '');
};

/** A header may name the columns in any order; without one they are `stratum,size,sd,floor,cap`. */
const readStrata = (csv: string): Stratum[] => {
  const records = recordsOf(csv);
  const first = records[0]?.record.map((cell) => cell.toLowerCase());
  const isHeader = first?.includes('size') === true;
  const header = isHeader ? first.map((name) => columns.find((column) => column === name)) : [...columns];
  if (header.includes(undefined) || new Set(header).size < header.length || !header.includes('stratum'))
    throw wrong('line 1', `the columns ${columns.join(', ')}, the last three where they are needed`);
  const at = new Map<string, number>();
  const strata = records.slice(isHeader ? 1 : 0).map(({ record, line }) => {
    if (record.length > header.length || record.length < 2)
      throw wrong(`line ${line}`, `at most ${header.length} cells, and a size`);
    const cells = new Map<Column, string>();
    for (const [i, text] of record.entries()) {
      const column = header[i];
      if (column === undefined || (text === '' && column !== 'stratum' && column !== 'size')) continue;
      const value = column === 'stratum' ? text : plainly(text);
      if (!shape[column].test(value)) throw wrong(`line ${line}, ${column}`, expectations[column]);
      cells.set(column, value);
    }
    const stratum = cells.get('stratum') ?? '';
    const before = at.get(stratum);
    if (before !== undefined) throw wrong(`one stratum on lines ${before} and ${line}`, 'each stratum once');
    at.set(stratum, line);
    const [size, sd, floor, cap] = (['size', 'sd', 'floor', 'cap'] as const).map((name) => cells.get(name));
    return {
      stratum,
      size: Number(size),
      ...(sd !== undefined && { sd }),
      ...(floor !== undefined && { floor: Number(floor) }),
      ...(cap !== undefined && { cap: Number(cap) }),
    };
  });
  if (strata.length === 0) throw wrong('no stratum', 'at least one line of CSV on standard input');
  return strata;
};

/** @throws INPUT for bytes that are no UTF-8: two names could become one of replacement characters */
export const csvOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wrong('bytes that are no UTF-8', 'CSV as UTF-8 text');
  }
};

/** Without outer blanks, so that `North` and `North ` are one stratum; `north` is another. */
const recordsOf = (csv: string): { record: string[]; line: number }[] => {
  try {
    const parsed = parse(csv, {
      bom: true,
      info: true,
      // each line by its own end: a list may be put together of two
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return (parsed as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      record: record.map((cell) => cell.trim()),
      line: info.lines,
    }));
  } catch {
    throw wrong('what is no CSV', 'CSV as in RFC 4180');
  }
};

const wrong = (found: string, expected: string) =>
  refuse({ code: 'INPUT', found, expected, remedy: 'see npx cordon allocate --help' });
