// Reads the outgoing bytes again with another library than the one that wrote them, and believes nothing: what
// passes here is what leaves. It answers with rules, columns and counts, never with a value.
import { hash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { failure } from '../../schemas/failure.ts';
import { merkleRoot } from '../../sql/ledger/merkle.ts';
import { e164 } from './csv.ts';

export interface ColumnCheck {
  /** what every value must match; `^` and `$` are the caller's duty */
  readonly shape?: RegExp;
  readonly unique?: boolean;
}

export interface Expected {
  /** the allow-list, in order */
  readonly fields: readonly string[];
  readonly rows: number;
  readonly checks: Readonly<Record<string, ColumnCheck>>;
}

export interface Reparsed {
  readonly rows: number;
  /** SHA-256 of each row's line without its CRLF, in file order: a struck row is one hash fewer */
  readonly lines: readonly Uint8Array[];
  /** RFC 6962 root over `lines` as leaf data */
  readonly root: Uint8Array;
}

/** @throws PACKAGE_REJECTED `{ rule, column?, count }` */
export const reparse = (bytes: Uint8Array, expected: Expected): Reparsed => {
  const [head, ...lines] = split(bytes);
  const [header, ...rows] = read(bytes);
  if (!head || !header) throw reject('header', 1);
  const { fields, checks } = expected;
  if (header.length !== fields.length || header.some((name, at) => name !== fields[at])) {
    throw reject('header', 1);
  }
  if (rows.length !== expected.rows) throw reject('rows', Math.abs(rows.length - expected.rows));
  refuseAny('width', rows, (row) => row.length !== fields.length);
  if (lines.length !== rows.length) throw reject('framing', Math.abs(lines.length - rows.length));
  const decoder = new TextDecoder();
  refuseAny('quoting', [head, ...lines], (line) => !quotedLine.test(decoder.decode(line)));
  for (const name of Object.keys(checks)) {
    if (!fields.includes(name)) throw reject('check-without-column', 1, name);
  }
  for (const [at, name] of fields.entries()) {
    const values = rows.map((row) => row[at] ?? '');
    checkColumn(name, values, checks[name] ?? {});
  }
  const hashes = lines.map((line) => new Uint8Array(hash('sha256', line, 'buffer')));
  return { rows: rows.length, lines: hashes, root: merkleRoot(hashes) };
};

const quotedLine = /^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/;
/** line and paragraph separators break a line in some spreadsheets though they are no control characters */
const control = /[\p{Cc}\u2028\u2029\uFEFF]/u;
/** the full-width forms are read as their ASCII twins by some spreadsheets */
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

const checkColumn = (name: string, values: readonly string[], { shape, unique }: ColumnCheck): void => {
  refuseAny('control-character', values, (value) => control.test(value), name);
  if (shape) refuseAny('shape', values, (value) => !shape.test(value), name);
  if (!values.every((value) => e164.test(value))) {
    refuseAny('formula', values, (value) => formula.test(value), name);
  }
  if (unique) {
    const repeated = values.length - new Set(values).size;
    if (repeated > 0) throw reject('unique', repeated, name);
  }
};

const reject = (rule: string, count: number, column?: string) =>
  failure('PACKAGE_REJECTED', column === undefined ? { rule, count } : { rule, column, count });

const refuseAny = <T>(
  rule: string,
  items: readonly T[],
  bad: (item: T) => boolean,
  column?: string,
): void => {
  const count = items.filter(bad).length;
  if (count > 0) throw reject(rule, count, column);
};

/** A parser's own error quotes what it stumbled over: it is dropped here, cause and all. */
const read = (bytes: Uint8Array): string[][] => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return parse(text, { record_delimiter: '\r\n', relax_column_count: true });
  } catch {
    throw reject('syntax', 1);
  }
};

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/** Lines by byte offset, independent of the parser; a line break inside quotes does not end one. */
const split = (bytes: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    if (quoted || (byte !== CR && byte !== LF)) continue;
    if (byte !== CR || bytes[at + 1] !== LF) throw reject('line-ending', 1);
    lines.push(bytes.subarray(from, at));
    at += 1;
    from = at + 1;
  }
  if (from !== bytes.length) throw reject('line-ending', 1);
  return lines;
};
