// contacts.csv as RFC 4180 wants it: UTF-8 without BOM, CRLF, header, every cell quoted, formula-safe. A column
// whose every value is E.164 keeps its leading "+": the processor's contract says so. Two passes, so in memory.
import { stringify } from 'csv-stringify/sync';
import { failure } from '../../schemas/failure.ts';

export type Row = readonly (string | null)[];

/** ITU-T E.164: at most 15 digits; at least 7 leaves out short codes, which nobody can be rung on. */
export const e164 = /^\+[1-9]\d{6,14}$/;

/** @throws PACKAGE_REJECTED when a row is not as wide as the header */
export const contactsCsv = async (
  fields: readonly string[],
  rows: AsyncIterable<Row>,
): Promise<Uint8Array> => {
  const all: (string | null)[][] = [];
  const dialled = fields.map(() => true);
  let ragged = 0;
  for await (const row of rows) {
    if (row.length !== fields.length) ragged += 1;
    for (const [at, value] of row.entries()) dialled[at] &&= e164.test(value ?? '');
    all.push([...row]);
  }
  if (ragged > 0) throw failure('PACKAGE_REJECTED', { rule: 'width', count: ragged });
  const cells = all.map((row) =>
    row.map((value, at) => (!dialled[at] && formula.test(value ?? '') ? `'${value}` : value)),
  );
  return new TextEncoder().encode(stringify(cells, { ...options, columns: [...fields] }));
};

/** What a spreadsheet would run, its full-width twins as well. The library can exempt a cell, at twice the whole cost. */
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

const options = {
  header: true,
  quoted: true,
  quoted_empty: true,
  record_delimiter: 'windows',
} as const;
