// contacts.csv as RFC 4180 wants it: UTF-8 without BOM, CRLF, header, every cell quoted, formula-safe. A column
// whose every value is E.164 keeps its leading "+": the processor's contract says so.
import { stringify } from 'csv-stringify/sync';
import { failure } from '../../schemas/failure.ts';

export type Row = readonly (string | null)[];

/** ITU-T E.164: at most 15 digits; at least 7 leaves out short codes, which nobody can be rung on. */
export const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * @param rows read twice: once to see what they are, once to write them
 * @throws PACKAGE_REJECTED when a row is not as wide as the header
 */
export const contactsCsv = async (
  fields: readonly string[],
  rows: () => AsyncIterable<readonly Row[]>,
): Promise<Uint8Array> => {
  const dialled = fields.map(() => true);
  let ragged = 0;
  for await (const some of rows())
    for (const row of some) {
      if (row.length !== fields.length) ragged += 1;
      for (const [at, value] of row.entries()) dialled[at] &&= e164.test(value ?? '');
    }
  if (ragged > 0) throw failure('PACKAGE_REJECTED', { rule: 'width', count: ragged });
  const chunks = [Buffer.from(stringify([[...fields]], options))];
  for await (const some of rows()) {
    const cells = some.map((row) =>
      row.map((value, at) => (!dialled[at] && formula.test(value ?? '') ? `'${value}` : value)),
    );
    chunks.push(Buffer.from(stringify(cells, options)));
  }
  return Buffer.concat(chunks);
};

/** What a spreadsheet would run, its full-width twins as well. The library can exempt a cell, at twice the whole cost. */
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

const options = {
  quoted: true,
  quoted_empty: true,
  record_delimiter: 'windows',
} as const;
