import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactsCsv, e164 } from '../../activities/package/csv.ts';
import type { Row } from '../../activities/package/csv.ts';
import { datapackage } from '../../activities/package/datapackage.ts';
import { readme } from '../../activities/package/readme.ts';
import { reparse } from '../../activities/package/reparse.ts';
import { merkleRoot } from '../../sql/ledger/merkle.ts';

const fields = ['survey_ref', 'surname', 'phone'];
const checks = {
  survey_ref: { shape: /^[0-9a-f]{8}$/, unique: true },
  phone: { shape: e164 },
};
const good: Row[] = [
  ['0000000a', 'Ash', '+447700900001'],
  ['0000000b', 'O\'Elm "Jo", x', '+447700900002'],
];

const formula = /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One row at a time: what a column is shows in the last of them. */
const csv = (rows: readonly Row[], names: readonly string[] = fields) =>
  contactsCsv(names, async function* () {
    for (const row of rows) yield [row];
  });
const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

const refusal = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'PACKAGE_REJECTED') {
      expect(error.cause).toBeUndefined();
      return error.details?.[0];
    }
    throw error;
  }
  throw new Error('it was let through');
};

describe('contacts.csv', () => {
  it('quotes every cell, ends every line with CRLF, has a header, and has no byte order mark', async () => {
    expect(text(await csv(good))).toBe(
      '"survey_ref","surname","phone"\r\n' +
        '"0000000a","Ash","+447700900001"\r\n' +
        '"0000000b","O\'Elm ""Jo"", x","+447700900002"\r\n',
    );
  });

  it('disarms each formula opener with an apostrophe and leaves other cells as they are', async () => {
    const openers = ['=1', '+1', '-1', '@a', '\ta', '\ra', 'a=1', "'t Elm", null, ''];
    const made = text(
      await csv(
        openers.map((value) => [value]),
        ['surname'],
      ),
    );
    const cells = made.split('\r\n').slice(1, -1);
    expect(cells).toEqual(
      ["'=1", "'+1", "'-1", "'@a", "'\ta", "'\ra", 'a=1', "'t Elm", '', ''].map((cell) => `"${cell}"`),
    );
  });

  it('exempts a column only when every value of it is E.164', async () => {
    const made = await csv(
      [
        ['+447700900001', '+447700900001'],
        ['+447700900002', '07700 900002'],
      ],
      ['phone', 'other'],
    );
    expect(text(made)).toContain('"+447700900001","\'+447700900001"\r\n"+447700900002","07700 900002"');
  });

  it('refuses a row that is not as wide as the header', async () => {
    await expect(csv([['0000000a', 'Ash']])).rejects.toMatchObject({
      type: 'PACKAGE_REJECTED',
      details: [{ rule: 'width', count: 1 }],
    });
  });

  it('writes a header and nothing else when nobody is left', async () => {
    expect(text(await csv([]))).toBe('"survey_ref","surname","phone"\r\n');
    expect(reparse(await csv([]), { fields, rows: 0, checks }).root).toEqual(merkleRoot([]));
  });

  it('comes back value for value through the other library, whatever is printable', async () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((value) => !/\p{Cc}|\p{Zl}|\p{Zp}|\uFEFF/u.test(value));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const made = await csv(rows, ['a', 'b']);
        const read = reparse(made, { fields: ['a', 'b'], rows: rows.length, checks: {} });
        expect(read.rows).toBe(rows.length);
        const [, ...back] = parse(text(made));
        const dialled = [0, 1].map((at) => rows.every((row) => e164.test(row[at] ?? '')));
        const opened = rows.map((row) =>
          row.map((value, at) => (formula.test(value) && !dialled[at] ? `'${value}` : value)),
        );
        expect(back).toEqual(opened);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the re-reader', () => {
  const expected = { fields, rows: 2, checks };

  it('passes what the writer wrote, hashing each line as it lies in the file', async () => {
    const made = await csv(good);
    const { lines, root, rows } = reparse(made, expected);
    const hashes = text(made)
      .split('\r\n')
      .slice(1, -1)
      .map((line) => new Uint8Array(createHash('sha256').update(line).digest()));
    expect(rows).toBe(2);
    expect([...lines]).toEqual(hashes.flatMap((hash) => [...hash]));
    expect(root).toEqual(merkleRoot(hashes));
  });

  const head = '"survey_ref","surname","phone"\r\n';
  const first = '"0000000a","Ash","+447700900001"\r\n';
  const second = '"0000000b","Elm","+447700900002"\r\n';
  const planted: [string, string, unknown][] = [
    [
      'a formula',
      `${head}${first}"0000000b","=HYPERLINK(1)","+447700900002"\r\n`,
      { rule: 'formula', column: 'surname', count: 1 },
    ],
    [
      'a full-width formula',
      `${head}${first}"0000000b","\uFF1DA1","+447700900002"\r\n`,
      { rule: 'formula', column: 'surname', count: 1 },
    ],
    [
      'an extra column',
      '"survey_ref","surname","phone","postcode"\r\n"0000000a","Ash","+447700900001","ZZ99 1AA"\r\n',
      { rule: 'header', count: 1 },
    ],
    [
      'an extra cell',
      `${head}${first}"0000000b","Elm","+447700900002","ZZ99 1AA"\r\n`,
      { rule: 'width', count: 1 },
    ],
    ['a missing cell', `${head}${first}"0000000b","Elm"\r\n`, { rule: 'width', count: 1 }],
    [
      'columns in another order',
      `"surname","survey_ref","phone"\r\n${first}${second}`,
      { rule: 'header', count: 1 },
    ],
    ['one row too many', `${head}${first}${second}${second}`, { rule: 'rows', count: 1 }],
    ['one row too few', head + first, { rule: 'rows', count: 1 }],
    ['a repeated reference', `${head}${first}${first}`, { rule: 'unique', column: 'survey_ref', count: 1 }],
    [
      'a reference of another shape',
      `${head}${first}"urn-1","Elm","+447700900002"\r\n`,
      { rule: 'shape', column: 'survey_ref', count: 1 },
    ],
    [
      'a telephone as it is written at home',
      `${head}${first}"0000000b","Elm","07700 900002"\r\n`,
      { rule: 'shape', column: 'phone', count: 1 },
    ],
    ['no telephone', `${head}${first}"0000000b","Elm",""\r\n`, { rule: 'shape', column: 'phone', count: 1 }],
    [
      'a control character',
      `${head}${first}"0000000b","El\u0000m","+447700900002"\r\n`,
      { rule: 'control-character', column: 'surname', count: 1 },
    ],
    [
      'a line break inside a cell',
      `${head}${first}"0000000b","El\r\nm","+447700900002"\r\n`,
      { rule: 'control-character', column: 'surname', count: 1 },
    ],
    [
      'a bare line feed',
      `${head}${first}"0000000b","Elm","+447700900002"\n`,
      { rule: 'line-ending', count: 1 },
    ],
    ['no final line end', head + first + second.trimEnd(), { rule: 'line-ending', count: 1 }],
    ['an unquoted cell', `${head}${first}"0000000b",Elm,"+447700900002"\r\n`, { rule: 'quoting', count: 1 }],
    ['a byte order mark', `\uFEFF${head}${first}${second}`, { rule: 'syntax', count: 1 }],
    ['an empty line', `${head}${first}\r\n`, { rule: 'width', count: 1 }],
    ['nothing at all', '', { rule: 'header', count: 1 }],
  ];
  it.each(planted)('stops %s, and tells its rule, column and count and nothing else', (_, made, told) => {
    expect(refusal(() => reparse(bytes(made), expected))).toEqual(told);
  });

  it('stops bytes that are not UTF-8', () => {
    const latin1 = Buffer.from(`${head}${first}"0000000b","Gr\u00fcn","+447700900002"\r\n`, 'latin1');
    expect(refusal(() => reparse(latin1, expected))).toEqual({ rule: 'syntax', count: 1 });
  });

  it('stops a check of a column that is not sent, because it could never bite', async () => {
    const made = await csv(good);
    const postcode = { fields, rows: 2, checks: { postcode: { unique: true } } };
    expect(refusal(() => reparse(made, postcode))).toEqual({
      rule: 'check-without-column',
      column: 'postcode',
      count: 1,
    });
  });
});

describe('the papers in the archive', () => {
  const why = 'the interview is by telephone';

  it('describe the very bytes beside them', async () => {
    const made = await csv(good);
    const described: unknown = JSON.parse(
      text(
        datapackage({
          survey: 's',
          period: '2026-10',
          fields: [{ name: 'phone', type: 'string', why }],
          csv: made,
        }),
      ),
    );
    expect(described).toMatchObject({
      $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
      resources: [
        {
          path: 'contacts.csv',
          encoding: 'utf-8',
          bytes: made.length,
          hash: `sha256:${createHash('sha256').update(made).digest('hex')}`,
          schema: { fields: [{ name: 'phone', type: 'string', description: why }], missingValues: [''] },
        },
      ],
    });
  });

  it('tell a person what the file is for and when it must be gone, in lines that Notepad shows', () => {
    const letter = text(
      readme({
        survey: 'warwickshire-victims',
        title: 'Victim satisfaction survey',
        period: '2026-10',
        controller: 'Warwickshire Police',
        purpose:
          'Administration and Ancillary Support for Policing Purposes, and no other purpose whatever it be',
        contract: 'WP-2025-117',
        fields: [{ name: 'phone', why }],
        receiptBy: '2026-11-18',
        destroyBy: '2026-12-31',
      }),
    );
    for (const said of ['2026-10', 'WP-2025-117', `phone: ${why}`, 'by 2026-11-18', 'by 2026-12-31']) {
      expect(letter).toContain(said);
    }
    expect(letter.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...letter.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  });
});
