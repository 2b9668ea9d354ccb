// Reads the outgoing bytes again with another library than the one that wrote them, and believes nothing: what
// passes here is what leaves. It answers with rules, columns and counts, never with a value.
import { hash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { failure } from '../../schemas/failure.ts';
import { MerkleRoot } from '../../sql/ledger/merkle.ts';
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
  /** SHA-256 of each row's line without its CRLF, one behind the other in file order: a struck row is 32 bytes fewer */
  readonly lines: Uint8Array;
  /** RFC 6962 root over those hashes as leaf data */
  readonly root: Uint8Array;
}

/** @throws PACKAGE_REJECTED `{ rule, column?, count }` */
export const reparse = (bytes: Uint8Array, expected: Expected): Reparsed => {
  const { fields, checks } = expected;
  const framed = frame(bytes, expected.rows);
  const columns = fields.map((name) => tally(name, checks[name] ?? {}));
  let header: readonly string[] | undefined;
  let rows = 0;
  let ragged = 0;
  read(bytes, (record) => {
    if (!header) {
      header = record;
      return;
    }
    rows += 1;
    if (record.length !== fields.length) ragged += 1;
    for (const [at, column] of columns.entries()) column.see(record[at] ?? '');
  });
  if (header?.length !== fields.length || fields.some((name, at) => name !== header?.[at])) {
    throw reject('header', 1);
  }
  refuseAny('rows', Math.abs(rows - expected.rows));
  refuseAny('width', ragged);
  refuseAny('framing', Math.abs(framed.rows - rows));
  refuseAny('quoting', framed.unquoted);
  for (const name of Object.keys(checks)) {
    if (!fields.includes(name)) throw reject('check-without-column', 1, name);
  }
  for (const column of columns) column.refuse();
  return { rows, lines: framed.hashes, root: framed.root };
};

const quotedLine = /^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/;
/** line and paragraph separators break a line in some spreadsheets though they are no control characters */
const control = /[\p{Cc}\u2028\u2029\uFEFF]/u;
/** the full-width forms are read as their ASCII twins by some spreadsheets */
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** What is seen of one column's values, and none of them but where they must be unique. */
const tally = (name: string, { shape, unique }: ColumnCheck) => {
  const found = { control: 0, shape: 0, formula: 0, other: 0, values: 0 };
  const different = new Set<string>();
  return {
    see: (value: string): void => {
      found.values += 1;
      if (control.test(value)) found.control += 1;
      if (shape && !shape.test(value)) found.shape += 1;
      if (formula.test(value)) found.formula += 1;
      if (!e164.test(value)) found.other += 1;
      if (unique) different.add(value);
    },
    refuse: (): void => {
      refuseAny('control-character', found.control, name);
      refuseAny('shape', found.shape, name);
      if (found.other > 0) refuseAny('formula', found.formula, name);
      if (unique) refuseAny('unique', found.values - different.size, name);
    },
  };
};

const reject = (rule: string, count: number, column?: string) =>
  failure('PACKAGE_REJECTED', column === undefined ? { rule, count } : { rule, column, count });

const refuseAny = (rule: string, count: number, column?: string): void => {
  if (count > 0) throw reject(rule, count, column);
};

/** A parser's own error quotes what it stumbled over: it is dropped here, cause and all. */
const read = (bytes: Uint8Array, take: (record: readonly string[]) => void): void => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    parse(text, {
      record_delimiter: '\r\n',
      relax_column_count: true,
      // none is kept
      on_record: (record: string[]) => {
        take(record);
      },
    });
  } catch {
    throw reject('syntax', 1);
  }
};

const hashBytes = 32;

/** Every line's framing and, but for the header's, its hash, whatever the parser makes of them. */
const frame = (bytes: Uint8Array, most: number) => {
  const decoder = new TextDecoder();
  const hashes = Buffer.alloc(most * hashBytes);
  const tree = new MerkleRoot();
  let unquoted = 0;
  let rows = -1;
  for (const line of split(bytes)) {
    if (!quotedLine.test(decoder.decode(line))) unquoted += 1;
    if (rows >= 0) {
      const leaf = hash('sha256', line, 'buffer');
      leaf.copy(hashes, rows * hashBytes);
      tree.add(leaf);
    }
    rows += 1;
  }
  return { rows: Math.max(rows, 0), unquoted, hashes, root: tree.root() };
};

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/** Lines by byte offset, independent of the parser; a line break inside quotes does not end one. */
function* split(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    if (quoted || (byte !== CR && byte !== LF)) continue;
    if (byte !== CR || bytes[at + 1] !== LF) throw reject('line-ending', 1);
    yield bytes.subarray(from, at);
    at += 1;
    from = at + 1;
  }
  if (from !== bytes.length) throw reject('line-ending', 1);
}
